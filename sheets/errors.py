"""The exceptions of this package, by what a caller can do about a failed call.

Three questions decide: was it surely not carried out (TransientError, PermanentError) or maybe carried out
(OutcomeUnknown)? Does waiting help (TransientError), or a person (PermanentError)?
"""

# ruff: noqa: N818 - each name is the condition itself, read as a sentence after `raise`
from __future__ import annotations


class SheetsError(Exception):
    """Base of all errors of this package; `str()` is one Russian sentence or two for people."""


class TransientError(SheetsError):
    """Surely not carried out; the same call may succeed later.

    retry_after: seconds that the server asks to wait, or None.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(TransientError):
    """Nobody answers at the address, so nothing was sent and trying again is cheap."""


class BudgetSpent(TransientError):
    """The budget of calls a minute is spent; nothing was sent. `retry_after` is always set."""


class OutcomeUnknown(SheetsError):
    """A write was sent without an answer, or the server failed meanwhile: it may be applied, now or later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(SheetsError):
    """Surely not carried out, and repeating does not help: a person has to act, as the message explains."""


class RequestRefused(PermanentError):
    """The request itself is refused (400 and the like). `detail`: the server's own message."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(message)
        self.detail = detail


class TabMissing(RequestRefused):
    """A sheet id in the request belongs to no sheet of the spreadsheet."""


class AnswerTooLarge(PermanentError):
    """A spreadsheet of others answers with more than is read of it."""


class AccessDenied(PermanentError):
    """The spreadsheet is not shared with the service account."""


class SpreadsheetMissing(PermanentError):
    """There is no spreadsheet with this id."""


class BadCredentials(PermanentError):
    """The service account's key is damaged, unknown or revoked, or this machine's clock is wrong."""


class ApiDisabled(PermanentError):
    """The Google Sheets or Drive API is switched off in the project of the service account."""
