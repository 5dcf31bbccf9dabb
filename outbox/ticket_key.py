"""The key with which the desk signs one-time tickets for the embedded spreadsheet: a file that both read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from outbox.environment import data_dir

NAME = "ticket_key"


def ticket_key_path(environ: Mapping[str, str]) -> Path:
    """Return the path of the key: LOCALSHEETS_TICKET_KEY, else the data folder's. Raises OutboxSettingsError."""
    return Path(environ.get("LOCALSHEETS_TICKET_KEY") or data_dir(environ) / NAME).absolute()


def make_ticket_key(environ: Mapping[str, str]) -> None:
    """Make the key where there is none, with mode 600. Raises OSError, OutboxSettingsError."""
    with suppress(FileExistsError):
        descriptor = os.open(ticket_key_path(environ), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
