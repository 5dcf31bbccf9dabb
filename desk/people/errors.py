"""The errors of the accounts."""

from __future__ import annotations


class StaffError(Exception):
    """A name, a password or a link is refused; `str()` gives a Russian sentence for people."""


class BusyError(StaffError):
    """Too many passwords are being checked at this moment."""
