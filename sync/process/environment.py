"""The worker's settings, read from environment and data folder. Opens no connection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from outbox.environment import data_dir, database_url
from outbox.texts import reason
from sheets import GOOGLE_URL, ServiceAccount, read_service_account
from sync.errors import SettingsError
from sync.texts import worker as texts

SHEETS_PORT = 8010
_ADDRESS = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]+)")
SPREADSHEET_FILE = "spreadsheet_id"
"""Names the embedded server's spreadsheet, in the data folder."""


@dataclass(frozen=True)
class Settings:
    """Where everything is.

    spreadsheet_id: the spreadsheet; account: who asks; base_url: where its API answers
    google:         real Google (or what SHEETS_API_URL names) rather than the embedded server
    metrics_port:   None for no metrics
    open_key:       the path of a key file that others may read, for a warning
    """

    data_dir: Path
    database_url: str
    spreadsheet_id: str
    account: ServiceAccount
    base_url: str
    google: bool
    metrics_port: int | None
    open_key: Path | None = None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError, OutboxSettingsError or BadCredentials, each with what to do."""
    folder = data_dir(environ)
    store = database_url(environ)  # first: without a store that lasts, no key makes this process safe to start
    key_path = (environ.get("GOOGLE_APPLICATION_CREDENTIALS") or "").strip()
    key_text = (environ.get("GOOGLE_CREDENTIALS_JSON") or "").strip()
    spreadsheet_id = spreadsheet_of(environ.get("SPREADSHEET_ID") or "")
    google = bool(key_path or key_text)
    open_key = None
    if google and not spreadsheet_id:
        raise SettingsError(texts.NO_SPREADSHEET_ID)
    if spreadsheet_id and not google:
        raise SettingsError(texts.NO_GOOGLE_KEY)
    if google:
        account = read_service_account(Path(key_path) if key_path else key_text)
        if key_path and Path(key_path).stat().st_mode & 0o077:
            open_key = Path(key_path)
        base_url = _url(environ.get("SHEETS_API_URL") or GOOGLE_URL)
    else:
        path = folder / "credentials.json"
        if not path.exists():
            raise SettingsError(texts.NO_CREDENTIALS.format(path=path))
        account = read_service_account(path, private=True)
        spreadsheet_id = _local_spreadsheet(folder / SPREADSHEET_FILE)
        port = read_port(environ, "SHEETS_PORT") or SHEETS_PORT
        base_url = _url(environ.get("SHEETS_API_URL") or f"http://127.0.0.1:{port}")
    return Settings(
        data_dir=folder,
        database_url=store,
        spreadsheet_id=spreadsheet_id,
        account=account,
        base_url=base_url,
        google=google,
        metrics_port=read_port(environ, "METRICS_PORT"),
        open_key=open_key,
    )


def spreadsheet_of(text: str) -> str:
    """Return the id of a spreadsheet that is named by its id or by its whole address."""
    found = _ADDRESS.search(text)
    return found[1] if found else text.strip()


def read_port(environ: Mapping[str, str], variable: str) -> int | None:
    """The port that the variable names; None when it is not set. Raises SettingsError."""
    value = (environ.get(variable) or "").strip()
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingsError(texts.BAD_PORT.format(variable=variable, value=value))
    return int(value)


def _local_spreadsheet(path: Path) -> str:
    try:
        found = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise SettingsError(texts.NO_LOCAL_SPREADSHEET.format(path=path)) from error
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else error
        raise SettingsError(texts.FILE_UNREADABLE.format(path=path, reason=why)) from error
    if not found:
        raise SettingsError(texts.NO_LOCAL_SPREADSHEET.format(path=path))
    return found


def _url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(texts.BAD_URL.format(value=value))
    return value.strip().rstrip("/")
