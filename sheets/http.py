"""gspread's HTTP client with an address, a time limit, a budget and error classes.

gspread itself sets no time limit and knows one address. `request` is the only method that sends, so only it is
overridden. Its BackOffHTTPClient is not used: it retries without end and repeats writes.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import gspread
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from gspread.http_client import FileType, ParamsType

from sheets import texts
from sheets.budget import CallBudget, CallKind
from sheets.classify import Call, auth_failure, connection_failure, response_failure
from sheets.errors import AnswerTooLarge, TransientError

SHEETS_PREFIX = "https://sheets.googleapis.com"
DRIVE_PREFIX = "https://www.googleapis.com/drive"
CONNECT_SECONDS = 10.0
CHUNK = 65_536
_READING_POSTS = (":batchGetByDataFilter", ":getByDataFilter", "/developerMetadata:search")


class SheetsHttpClient(gspread.HTTPClient):
    """Sends every request of one process. Raises no other exception than `SheetsError`."""

    def __init__(
        self,
        credentials: Credentials,
        session: requests.Session,
        *,
        base_url: str,
        email: str,
        timeout: float,
        budget: CallBudget,
        most_bytes: int | None = None,
    ) -> None:
        """base_url: without a slash at its end. timeout: seconds that an answer may take. email: for advice.

        most_bytes: of an answer, unpacked; its time limit then holds for all of it. None for our own spreadsheets
        """
        super().__init__(credentials, session)
        self.auth = credentials
        self._base_url = base_url
        self._email = email
        self._budget = budget
        self._most_bytes = most_bytes
        self._seconds = timeout
        self.set_timeout((min(CONNECT_SECONDS, timeout), timeout))
        self.calls = 0

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request and return the answer if it is a success. Raises SheetsError."""
        kind = call_kind(method, endpoint)
        call = Call(writes=kind == "write", spreadsheet=_spreadsheet_of(endpoint), email=self._email)
        if not endpoint.startswith(DRIVE_PREFIX):  # Drive has a quota of its own
            self._budget.take(kind)
        self.calls += 1
        try:
            response = self.session.request(
                method=method,
                url=self._swap(endpoint),
                params=params,
                data=data,
                json=json,
                files=files,
                headers=headers,
                timeout=self.timeout,
                allow_redirects=False,
                stream=self._most_bytes is not None,
            )
            if self._most_bytes is not None:
                response = _loaded(response, self._most_bytes, time.monotonic() + self._seconds)
        except requests.RequestException as error:
            raise connection_failure(call, error) from error
        except GoogleAuthError as error:
            raise auth_failure(call, error) from error
        except (TypeError, KeyError, ValueError) as error:  # google-auth, of a token endpoint that answers with a page
            raise TransientError(texts.KEYS_ANSWER) from error
        failure = response_failure(call, response)
        if failure is not None:
            raise failure
        return response

    def _swap(self, endpoint: str) -> str:
        if endpoint.startswith(DRIVE_PREFIX) and self._base_url != SHEETS_PREFIX:
            return self._base_url + "/drive" + endpoint.removeprefix(DRIVE_PREFIX)
        if endpoint.startswith(SHEETS_PREFIX):
            return self._base_url + endpoint.removeprefix(SHEETS_PREFIX)
        return endpoint


def _loaded(response: requests.Response, most_bytes: int, until: float) -> requests.Response:
    """Return the answer with its body, which was not loaded yet. until: monotonic time

    Raises AnswerTooLarge, and RequestException where it takes too long or breaks off.
    """
    body = io.BytesIO()
    with response:
        for part in response.iter_content(CHUNK):
            body.write(part)
            if body.tell() > most_bytes:
                raise AnswerTooLarge(texts.ANSWER_TOO_LARGE.format(most=most_bytes // 1_000_000))
            if time.monotonic() > until:
                raise requests.ReadTimeout
    body.seek(0)
    loaded = requests.Response()
    loaded.status_code, loaded.reason, loaded.url = response.status_code, response.reason, response.url
    loaded.headers, loaded.encoding, loaded.request = response.headers, response.encoding, response.request
    loaded.raw = body
    return loaded


def call_kind(method: str, endpoint: str) -> CallKind:
    """Return the quota that a call counts against."""
    reads = method.upper() == "GET" or endpoint.endswith(_READING_POSTS)
    return "read" if reads else "write"


def _spreadsheet_of(endpoint: str) -> str:
    """Return the spreadsheet or file id in an address, for messages; "" if there is none."""
    for before in ("/spreadsheets/", "/files/"):
        _, found, rest = endpoint.partition(before)
        if found:
            return rest.split("/")[0].split(":")[0]
    return ""
