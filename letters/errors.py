"""The errors of the room."""

from __future__ import annotations


class LettersError(Exception):
    """No document was made; the message says why and what to do, in Russian."""


class TemplateMistakeError(LettersError):
    """The staff's template cannot be filled in; the message names the place."""
