"""The exceptions of this boundary: what a caller can do about a failed call. Imported by `sheets` and `sync`.

Three questions decide what comes next: was it surely not carried out (TransientError, PermanentError), may it have
been (OutcomeUnknown), and does waiting help (TransientError) or a person (PermanentError)?
"""

# ruff: noqa: N818 - named as what happened; every name here is raised and read as a sentence
from __future__ import annotations


class SheetsError(Exception):
    """Base of all that this package raises; `str()` is one Russian sentence or two for people."""


class TransientError(SheetsError):
    """Surely not carried out; the same call may succeed later.

    retry_after: seconds that the server asks to wait, None when it says nothing.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(TransientError):
    """Nothing was sent, since nobody answered at the address: the network or the server is away, asking is cheap."""


class BudgetSpent(TransientError):
    """Our own budget of calls a minute is spent; nothing was sent. `retry_after` is always given."""


class OutcomeUnknown(SheetsError):
    """A write was sent and no answer came, or the server failed in the middle: it may be applied, now or later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(SheetsError):
    """Surely not carried out, and repeating does not help: a person has to act. The message says how."""


class RequestRefused(PermanentError):
    """The request itself is refused (400 and its like). `detail` is the server's own message."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(message)
        self.detail = detail


class TabMissing(RequestRefused):
    """A sheet id in the request belongs to no sheet of the spreadsheet."""


class AccessDenied(PermanentError):
    """The spreadsheet is not shared with the service account."""


class SpreadsheetMissing(PermanentError):
    """There is no spreadsheet with this id."""


class BadCredentials(PermanentError):
    """The service account's key is damaged, unknown or revoked, or this machine's clock is wrong."""


class ApiDisabled(PermanentError):
    """The Google Sheets or Drive API is switched off in the project of the service account."""
