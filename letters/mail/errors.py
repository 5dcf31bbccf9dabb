"""The errors of mails."""

from __future__ import annotations

from letters.errors import LettersError


class MailSettingsError(LettersError):
    """A setting of the mail server is missing or wrong; the message names it."""


class AddressError(LettersError):
    """What should be a mail address is none; the message says why."""
