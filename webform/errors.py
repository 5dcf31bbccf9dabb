"""Errors that `webform` raises."""

from __future__ import annotations


class WebformError(Exception):
    """Base of all errors that `webform` raises; `str()` gives a Russian sentence for people."""


class SettingsError(WebformError):
    """The environment or a file of the settings is wrong; nothing was started."""


class LinkError(WebformError):
    """A personal link is forged, truncated, foreign, expired or revoked; the error does not tell them apart."""
