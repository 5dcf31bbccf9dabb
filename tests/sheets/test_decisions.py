"""Errors, retries, budget, echoes: pure decisions, as tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from hypothesis import given
from hypothesis import strategies as st
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from sheets import (
    AccessDenied,
    ApiDisabled,
    Area,
    BadCredentials,
    BudgetSpent,
    CallBudget,
    OutcomeUnknown,
    PermanentError,
    RequestRefused,
    RetryPolicy,
    SheetsError,
    SpreadsheetMissing,
    TabMissing,
    TransientError,
    Unreachable,
    next_wait,
)
from sheets.classify import Call, auth_failure, connection_failure, read_retry_after, response_failure
from sheets.google import read_echo
from sheets.http import call_kind

READ = Call(writes=False, spreadsheet="1abc", email="svod@example.org")
WRITE = Call(writes=True, spreadsheet="1abc", email="svod@example.org")


def answer(code: int, body: object = None, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = code
    response._content = (body if isinstance(body, str) else json.dumps(body or {})).encode()
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def google(code: int, status: str, message: str, **rest: object) -> dict[str, object]:
    return {"error": {"code": code, "status": status, "message": message, **rest}}


DISABLED = google(403, "PERMISSION_DENIED", "…", details=[{"reason": "SERVICE_DISABLED"}])
RATE = google(403, "PERMISSION_DENIED", "…", errors=[{"reason": "rateLimitExceeded"}])


@pytest.mark.parametrize(
    ("response", "on_read", "on_write"),
    [
        (answer(429, google(429, "RESOURCE_EXHAUSTED", "Quota exceeded")), TransientError, TransientError),
        (answer(500, google(500, "INTERNAL", "…")), TransientError, OutcomeUnknown),
        (answer(502, "<html>Bad gateway</html>"), TransientError, OutcomeUnknown),
        (answer(503, google(503, "UNAVAILABLE", "…")), TransientError, OutcomeUnknown),
        (answer(408), TransientError, OutcomeUnknown),
        (answer(401, google(401, "UNAUTHENTICATED", "…")), BadCredentials, BadCredentials),
        (answer(403, google(403, "PERMISSION_DENIED", "The caller …")), AccessDenied, AccessDenied),
        (answer(403, DISABLED), ApiDisabled, ApiDisabled),
        (answer(403, RATE), TransientError, TransientError),
        (answer(404, google(404, "NOT_FOUND", "…")), SpreadsheetMissing, SpreadsheetMissing),
        (answer(400, google(400, "INVALID_ARGUMENT", "No grid with id: 7")), TabMissing, TabMissing),
        (answer(400, google(400, "INVALID_ARGUMENT", "Invalid requests[0]")), RequestRefused, RequestRefused),
        (answer(413, "too large"), RequestRefused, RequestRefused),
        (answer(302, "", Location="https://example.org"), RequestRefused, RequestRefused),
    ],
    ids=lambda value: str(value.status_code) if isinstance(value, requests.Response) else "",
)
def test_answers(response: requests.Response, on_read: type[SheetsError], on_write: type[SheetsError]) -> None:
    assert type(response_failure(READ, response)) is on_read
    assert type(response_failure(WRITE, response)) is on_write


def test_successes_are_none() -> None:
    assert response_failure(WRITE, answer(200)) is None
    assert response_failure(WRITE, answer(204)) is None


def test_advice_names_whom_to_share_with() -> None:
    failure = response_failure(WRITE, answer(403, google(403, "PERMISSION_DENIED", "…")))
    assert "svod@example.org" in str(failure)
    assert "1abc" in str(failure)


def test_an_uploaded_document_is_distinguished_from_a_google_spreadsheet() -> None:
    words = "This operation is not supported for this document"
    failure = response_failure(READ, answer(400, google(400, "FAILED_PRECONDITION", words)))
    assert type(failure) is PermanentError
    assert "загруженный документ" in str(failure)
    assert "«Сохранить как таблицу Google»" in str(failure)


def test_a_policy_of_the_organisation_is_distinguished_from_a_missing_share() -> None:
    said = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: x"
    body = google(403, "PERMISSION_DENIED", said, details=[{"reason": "SECURITY_POLICY_VIOLATED"}])
    failure = response_failure(READ, answer(403, body))
    assert type(failure) is PermanentError
    assert "закрыт правилами организации" in str(failure)
    assert "Настройки доступа" not in str(failure)


def test_a_host_that_cannot_be_reached_is_named() -> None:
    error = requests.ConnectionError(
        refused_connection().args[0], request=requests.Request("GET", "https://h.example.org/x")
    )
    assert "нет соединения с h.example.org" in str(connection_failure(READ, error))


def refused_connection() -> requests.ConnectionError:
    pool = HTTPConnectionPool("127.0.0.1", 9)
    return requests.ConnectionError(MaxRetryError(pool, "/", NewConnectionError(HTTPConnection("127.0.0.1"), "no")))


@pytest.mark.parametrize(
    ("error", "on_write"),
    [
        (requests.ReadTimeout(), OutcomeUnknown),
        (requests.ConnectTimeout(), Unreachable),
        (requests.ConnectionError("reset by peer"), OutcomeUnknown),
        (requests.exceptions.ChunkedEncodingError("half an answer"), OutcomeUnknown),
        (refused_connection(), Unreachable),
        (requests.exceptions.SSLError("certificate verify failed"), Unreachable),
        (requests.exceptions.SSLError("EOF occurred in violation of protocol"), OutcomeUnknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_broken_connections(error: requests.RequestException, on_write: type[SheetsError]) -> None:
    assert type(connection_failure(READ, error)) is (Unreachable if on_write is Unreachable else TransientError)
    assert type(connection_failure(WRITE, error)) is on_write


def refused(kind: Callable[..., GoogleAuthError], message: str, **rest: bool) -> GoogleAuthError:
    return kind(message, **rest)  # google-auth's constructors have no types


def test_token_failures_say_what_to_do() -> None:
    assert isinstance(auth_failure(WRITE, refused(TransportError, "down")), Unreachable)
    assert isinstance(auth_failure(WRITE, refused(RefreshError, "busy", retryable=True)), TransientError)
    revoked = auth_failure(WRITE, refused(RefreshError, "invalid_grant: Invalid JWT Signature."))
    assert isinstance(revoked, BadCredentials)
    assert "svod@example.org: invalid_grant: Invalid JWT Signature. Скачайте новый ключ" in str(revoked)
    answer = {"error": {"code": 401, "message": "Invalid credentials.", "status": "UNAUTHENTICATED"}}
    classic = auth_failure(WRITE, RefreshError(f"{answer['error']}: None", answer, retryable=False))  # type: ignore[no-untyped-call]
    assert isinstance(classic, BadCredentials)
    assert "svod@example.org: Invalid credentials. Скачайте новый ключ" in str(classic)
    skew = auth_failure(
        WRITE, refused(RefreshError, "invalid_grant: Token must be a short-lived token … a reasonable timeframe")
    )
    assert isinstance(skew, BadCredentials)
    assert "часы" in str(skew)


def test_retry_after_is_a_number_or_a_date() -> None:
    assert read_retry_after("17") == 17
    assert read_retry_after(None) is None
    assert read_retry_after("soon") is None
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60))
    assert 50 < (read_retry_after(in_a_minute) or 0) <= 60
    assert read_retry_after(format_datetime(datetime.now(UTC) - timedelta(seconds=60))) == 0


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e6))
def test_waits_are_bounded_and_never_undercut_the_server(failures: int, chance: float, asked: float | None) -> None:
    policy = RetryPolicy(first=1, longest=60)
    wait = next_wait(policy, failures, TransientError("", asked), chance)
    assert wait is not None
    assert 0.5 <= wait <= 600
    if asked is not None and asked <= 600:
        assert wait >= asked


def test_an_address_where_nobody_answers_is_asked_often() -> None:
    assert next_wait(RetryPolicy(), 30, Unreachable(""), 1.0) == 5
    assert next_wait(RetryPolicy(), 30, TransientError(""), 1.0) == 60


def test_a_retry_gives_up() -> None:
    policy = RetryPolicy(attempts=3)
    assert next_wait(policy, 2, OutcomeUnknown(""), 0.5) is not None
    assert next_wait(policy, 3, OutcomeUnknown(""), 0.5) is None
    assert next_wait(RetryPolicy(), 1, AccessDenied(""), 0.5) is None


def test_the_budget_counts_the_last_minute() -> None:
    now = [0.0]
    budget = CallBudget(2, 1, lambda: now[0])
    budget.take("read")
    now[0] = 10
    budget.take("read")
    assert budget.wait("look", reads=1) == 50
    assert budget.wait("send", writes=1) == 0
    with pytest.raises(BudgetSpent) as spent:
        budget.take("read")
    assert spent.value.retry_after == 50
    now[0] = 60
    budget.take("read")
    assert budget.wait("look", reads=1) == 10


def test_a_budget_can_be_left_to_others() -> None:
    budget = CallBudget(5, 5, lambda: 0.0)
    for _ in range(3):
        budget.take("write")
    assert budget.wait("send", writes=1) == 0
    assert budget.wait("send", writes=1, spare=2) == 60
    assert (
        CallBudget(2, 2, lambda: 0.0).wait("look", reads=1, spare=3) == 0
    )  # a small budget is no reason to stand still


@given(st.lists(st.integers(0, 20), max_size=60), st.integers(1, 8))
def test_never_more_than_the_limit_in_any_minute(gaps: list[int], limit: int) -> None:
    now, sent = [0.0], []
    budget = CallBudget(limit, limit, lambda: now[0])
    for gap in gaps:
        now[0] += gap
        now[0] += budget.wait("send", writes=1)
        budget.take("write")
        sent.append(now[0])
        assert sum(moment > now[0] - 60 for moment in sent) <= limit


@pytest.mark.parametrize(
    ("echo", "expected"),
    [
        ("'Ответы'!A1:Z1000", ("Ответы", 1000, 26)),
        ("Sheet1!A1:AB7", ("Sheet1", 7, 28)),
        ("'It''s! mine'!A1:C3", ("It's! mine", 3, 3)),
        ("'Ответы'!A1", ("Ответы", 1, 1)),
    ],
)
def test_echoed_ranges(echo: str, expected: tuple[str, int, int]) -> None:
    assert read_echo(echo) == expected


def test_call_kinds() -> None:
    base = "https://sheets.googleapis.com/v4/spreadsheets/1abc"
    assert call_kind("get", base) == "read"
    assert call_kind("post", f"{base}/values:batchGetByDataFilter") == "read"
    assert call_kind("post", f"{base}/developerMetadata:search") == "read"
    assert call_kind("post", f"{base}:batchUpdate") == "write"


def test_areas_are_grid_ranges() -> None:
    assert Area(0).grid_range() == {"sheetId": 0}
    assert Area(7, 0, 1).grid_range() == {"sheetId": 7, "startRowIndex": 0, "endRowIndex": 1}
