"""Errors of the webform boundary. Imported by `webform` alone."""

from __future__ import annotations


class WebformError(Exception):
    """Base of all errors that `webform` raises; `str()` gives a Russian sentence for people."""


class SettingsError(WebformError):
    """The environment or a file of the settings is wrong; nothing was started."""


class LinkError(WebformError):
    """A personal link that opens nothing: forged, truncated, foreign, expired or revoked. Never says which."""
