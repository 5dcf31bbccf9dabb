"""The exception for every refused request, and its JSON body in Google's form.

From Google's recorded answers: `{"error": {"code", "message", "status", "details"?}}`.
"""

import traceback
from collections.abc import Sequence
from pathlib import Path

import structlog

_FRAMES = 12

_log = structlog.get_logger("localsheets")


class SheetsError(Exception):
    """An answer other than 200.

    code:    the HTTP status
    status:  Google's canonical name of it
    details: Google's list of typed details
    """

    def __init__(self, code: int, status: str, message: str, details: Sequence[dict[str, object]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = list(details)

    def body(self) -> dict[str, object]:
        """Return the JSON body of the answer."""
        error: dict[str, object] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return {"error": error}


_CLASSIC = {400: "invalid", 401: "authError", 403: "forbidden", 404: "notFound", 429: "userRateLimitExceeded"}


def classic_body(error: SheetsError) -> dict[str, object]:
    """Return the body in Drive's form: a list of errors beside code and message."""
    reason = _CLASSIC.get(error.code, "backendError" if error.code >= 500 else "badRequest")
    entry: dict[str, object] = {"message": error.message, "domain": "global", "reason": reason}
    if error.code == 404:
        entry.update(location="fileId", locationType="parameter")
    return {"error": {"code": error.code, "message": error.message, "errors": [entry], "status": error.status}}


def invalid(message: str) -> SheetsError:
    """Return 400 INVALID_ARGUMENT."""
    return SheetsError(400, "INVALID_ARGUMENT", message)


def violations(found: Sequence[tuple[str, str]]) -> SheetsError:
    """Return 400 with one line for each violation, a pair (field path, description), as Google's JSON parser does."""
    details: dict[str, object] = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [
            {"field": field, "description": text} if field else {"description": text} for field, text in found
        ],
    }
    return SheetsError(400, "INVALID_ARGUMENT", "\n".join(text for _, text in found), [details])


def not_found() -> SheetsError:
    """Return 404 with the words recorded for an unknown spreadsheet."""
    return SheetsError(404, "NOT_FOUND", "Requested entity was not found.")


def denied(message: str = "The caller does not have permission") -> SheetsError:
    """Return 403 PERMISSION_DENIED."""
    return SheetsError(403, "PERMISSION_DENIED", message)


def unauthenticated() -> SheetsError:
    """Return 401 with Google's words for a request without a valid bearer token."""
    return SheetsError(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


def unavailable() -> SheetsError:
    """Return 503 UNAVAILABLE: nothing was changed."""
    return SheetsError(503, "UNAVAILABLE", "The service is currently unavailable.")


class RequestFailed(Exception):  # noqa: N818 - it names what happened to the request
    """One request of a batch failed; the batch puts `Invalid requests[n].kind: ` before the message."""


class ProtectedRange(RequestFailed):
    """The editor may not edit a protected range."""


def log_fault(event: str, error: BaseException, **more: object) -> None:
    """Log where a fault happened, without its message, which may hold the content of a cell or a title."""
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error(event, kind=type(error).__name__, where=frames[-_FRAMES:], **more)
