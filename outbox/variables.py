"""The environment variables of an installation: what its processes read, and an environment without them."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLES = (
    "SVOD_ENV",
    "SVOD_CONFIG",
    "SVOD_NOW",
    "DATABASE_URL",
    "DATA_DIR",
    "HOST",
    "PORT",
    "SHEETS_PORT",
    "WEB_SOCKET",
    "METRICS_PORT",
    "PUBLIC_URL",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CREDENTIALS_JSON",
    "SPREADSHEET_ID",
    "SHEETS_API_URL",
    "SHEETS_PUBLIC_URL",
    "DYNO",
    "WEB_CONCURRENCY",
    "WEB_REQUEST_SECONDS",
    "TRUSTED_PROXIES",
    "TRUSTED_PROXY_HOST",
    "RATELIMIT_STORAGE_URI",
    "SUBMISSIONS_RATE",
    "DRAFTS_RATE",
    "SMTP_URL",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_TLS",
    "IMAP_URL",
    "IMAP_HOST",
    "IMAP_PORT",
    "IMAP_USER",
    "IMAP_PASSWORD",
    "IMAP_TLS",
    "IMAP_FOLDER",
    "IMAP_MOVE_TO",
    "MAIL_FROM",
    "MAILS_PER_MINUTE",
    "LOCALSHEETS_OPEN",
    "LOCALSHEETS_TOKEN_SECONDS",
    "LOCALSHEETS_THREADS",
    "LOCALSHEETS_SOCKET",
    "LOCALSHEETS_FAULTS",
    "LOCALSHEETS_TICKET_KEY",
)
"""Every variable that our processes read; a test compares the list with the code."""

PREFIXES = ("GOOGLE_", "GUNICORN_", "IMAP_", "LOCALSHEETS_", "MAILS_", "MAIL_", "PG", "SMTP_", "SVOD_")
"""Beginnings of names that the libraries below us (google-auth, gunicorn, libpq) and our own later versions read."""


def belongs_to_installation(name: str) -> bool:
    """Return True if the variable could lead a process to an installation: its data, its ports, its spreadsheet."""
    return name in VARIABLES or name.startswith(PREFIXES)


def outside_installation(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the variables and the settings file of any installation.

    For processes that must not touch one.
    """
    return {name: value for name, value in environ.items() if not belongs_to_installation(name)} | {"SVOD_ENV": ""}
