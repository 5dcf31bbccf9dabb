"""Turn a failed call, by its answer or its broken connection, into one of this package's errors. Pure functions.

Error bodies and statuses: https://developers.google.com/workspace/sheets/api/troubleshoot-api-errors and
google.rpc.Code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from sheets import texts
from sheets.errors import (
    AccessDenied,
    ApiDisabled,
    BadCredentials,
    OutcomeUnknown,
    PermanentError,
    RequestRefused,
    SheetsError,
    SpreadsheetMissing,
    TabMissing,
    TransientError,
    Unreachable,
)


@dataclass(frozen=True, slots=True)
class Call:
    """The call that failed. writes: True for a write; spreadsheet and email: for the advice in the message."""

    writes: bool
    spreadsheet: str
    email: str


_QUOTA_REASONS = re.compile(r"rateLimitExceeded|userRateLimitExceeded|RATE_LIMIT_EXCEEDED|quotaExceeded", re.IGNORECASE)
_NOT_FATAL = frozenset({408, 409, 425})
_UNKNOWN_GRID = re.compile(r"No (grid|sheet) with id", re.IGNORECASE)
_POLICY = re.compile(r"SECURITY_POLICY_VIOLATED|prohibited by organization's policy")  # VPC Service Controls
_CLOCK = re.compile(r"reasonable timeframe|check your iat and exp|iat|clock", re.IGNORECASE)


def response_failure(call: Call, response: requests.Response) -> SheetsError | None:
    """Return the error for an answer, or None for a success."""
    code = response.status_code
    if 200 <= code < 300:
        return None
    retry_after = read_retry_after(response.headers.get("Retry-After"))
    if 300 <= code < 400:
        return RequestRefused(texts.NOT_JSON, texts.REDIRECTED)
    status, message = _error_of(response)
    if code == 429 or (code == 403 and _QUOTA_REASONS.search(response.text[:4000])):
        return TransientError(texts.QUOTA, retry_after)
    if code >= 500 or code in _NOT_FATAL:
        reason = texts.STATUS.format(code=code)
        if call.writes:
            return OutcomeUnknown(texts.OUTCOME_UNKNOWN.format(reason=reason), retry_after)
        return TransientError(texts.UNAVAILABLE.format(reason=reason), retry_after)
    if code == 401:
        return BadCredentials(texts.BAD_CREDENTIALS.format(email=call.email, reason=status or code))
    if code == 403:
        if "SERVICE_DISABLED" in response.text or "accessNotConfigured" in response.text:
            return ApiDisabled(texts.API_DISABLED)
        if _POLICY.search(response.text):
            return PermanentError(texts.POLICY_FORBIDS.format(spreadsheet=call.spreadsheet, email=call.email))
        return AccessDenied(texts.ACCESS_DENIED.format(spreadsheet=call.spreadsheet, email=call.email))
    if code == 404:
        return SpreadsheetMissing(texts.SPREADSHEET_MISSING.format(spreadsheet=call.spreadsheet))
    if status == "FAILED_PRECONDITION":
        return PermanentError(texts.NOT_A_TABLE.format(spreadsheet=call.spreadsheet, email=call.email))
    if _UNKNOWN_GRID.search(message):
        return TabMissing(texts.TAB_MISSING, message)
    return RequestRefused(texts.REFUSED.format(detail=message), message)


def connection_failure(call: Call, error: requests.RequestException) -> SheetsError:
    """Return the error for a broken connection; without a connection a write is surely not carried out."""
    reason = texts.CONNECTION_LOST
    reached = True
    if isinstance(error, requests.Timeout) or _cause(error, ReadTimeoutError):
        reason = texts.TIMED_OUT
    if _cause(error, NewConnectionError) or _refused_certificate(error):  # a kind of ConnectTimeoutError
        host = urlsplit(str(error.request.url)).hostname if error.request is not None else None
        reason, reached = texts.NO_CONNECTION.format(host=host or texts.SPREADSHEET_HOST), False
    elif isinstance(error, requests.ConnectTimeout) or _cause(error, ConnectTimeoutError):
        reached = False
    if not reached:
        return Unreachable(texts.UNAVAILABLE.format(reason=reason))
    if call.writes:
        return OutcomeUnknown(texts.OUTCOME_UNKNOWN.format(reason=reason))
    return TransientError(texts.UNAVAILABLE.format(reason=reason))


def auth_failure(call: Call, error: GoogleAuthError) -> SheetsError:
    """Return the error for a refusing or unreachable token endpoint. The request itself was not sent."""
    if isinstance(error, TransportError):
        return Unreachable(texts.UNAVAILABLE.format(reason=texts.NO_CONNECTION.format(host=texts.KEYS_HOST)))
    if error.retryable:
        return TransientError(texts.UNAVAILABLE.format(reason=texts.NO_CONNECTION.format(host=texts.KEYS_HOST)))
    message = _refusal(error)
    if isinstance(error, RefreshError) and _CLOCK.search(message):
        return BadCredentials(texts.CLOCK_WRONG.format(email=call.email))
    reason = message.split("\n")[0][:200].rstrip(" .")  # the text has its own full stop
    return BadCredentials(texts.BAD_CREDENTIALS.format(email=call.email, reason=reason))


def _refusal(error: GoogleAuthError) -> str:
    """Return the token endpoint's message, which google-auth puts after its own words."""
    answer = error.args[1] if len(error.args) > 1 else None
    details = answer.get("error") if isinstance(answer, Mapping) else None
    if isinstance(details, Mapping):  # the error body of Google's other endpoints
        return str(details.get("message") or details.get("status") or details.get("code") or "")
    return str(error.args[0]) if error.args else ""


def read_retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date; None if missing or unreadable."""
    if value is None:
        return None
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _refused_certificate(error: requests.RequestException) -> bool:
    """Return True if the handshake failed, before anything was sent; TLS may also break later."""
    return isinstance(error, requests.exceptions.SSLError) and "certificate" in str(error).lower()


def _cause(error: requests.RequestException, kind: type[Exception]) -> bool:
    """Return True if requests wrapped an error of this kind of urllib3's."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    return isinstance(reason, kind)


def _error_of(response: requests.Response) -> tuple[str, str]:
    """Return status and message of Google's error body; of another body its first characters."""
    try:
        body = response.json()
    except ValueError:
        return "", response.text[:200] or texts.STATUS.format(code=response.status_code)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return str(error.get("status", "")), str(error.get("message", ""))[:500]
    return "", str(body)[:200]
