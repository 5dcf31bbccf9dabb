"""The worker's settings, read from environment and data folder. Opens no connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from campaign import Campaign, Rollup
from outbox.environment import data_dir, database_url
from outbox.errors import OutboxSettingsError
from outbox.form_address import public_url
from outbox.texts import reason
from sheets import GOOGLE_URL, ServiceAccount, read_service_account
from sync.errors import SettingsError
from sync.process.spreadsheet_files import SPREADSHEET_FILE, SPREADSHEETS_FOLDER
from sync.texts import rollup as rollup_texts
from sync.texts import worker as texts

SHEETS_PORT = 8010
GOOGLE_HOST = "https://docs.google.com"
DESK = "/desk"
"""Where `svod.web` puts the ministry's pages."""
_ADDRESS = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Settings:
    """Where everything is.

    spreadsheet_id: what SPREADSHEET_ID names; None without it
    account:        who asks; base_url: where its API answers
    google:         real Google (or what SHEETS_API_URL names) rather than the embedded server
    metrics_port:   None for no metrics
    open_key:       the path of a key file that others may read, for a warning
    desk:           the address of the ministry's pages, as PUBLIC_URL tells it; "" without one
    sheets_address: where browsers reach the embedded server; "" where that is `base_url`
    """

    data_dir: Path
    database_url: str
    spreadsheet_id: str | None
    account: ServiceAccount
    base_url: str
    google: bool
    metrics_port: int | None
    open_key: Path | None = None
    desk: str = ""
    sheets_address: str = ""

    @property
    def host(self) -> str:
        """The address at which spreadsheets are opened in a browser."""
        return GOOGLE_HOST if self.base_url == GOOGLE_URL else self.sheets_address or self.base_url


@dataclass(frozen=True)
class Place:
    """The spreadsheet of a campaign. id: None until the worker has made it. path: of the file that names it, if any."""

    id: str | None
    path: Path | None = None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError, OutboxSettingsError or BadCredentials, each with what to do."""
    folder = data_dir(environ)
    store = database_url(environ)  # first: without a store that lasts, no key makes this process safe to start
    key_path = (environ.get("GOOGLE_APPLICATION_CREDENTIALS") or "").strip()
    key_text = (environ.get("GOOGLE_CREDENTIALS_JSON") or "").strip()
    spreadsheet_id = spreadsheet_of(environ.get("SPREADSHEET_ID") or "") or None
    google = bool(key_path or key_text)
    open_key = None
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
        desk=_desk(environ),
        sheets_address=_url(environ["SHEETS_PUBLIC_URL"], "SHEETS_PUBLIC_URL")
        if environ.get("SHEETS_PUBLIC_URL")
        else "",
    )


def _desk(environ: Mapping[str, str]) -> str:
    """Return the desk's address. A PUBLIC_URL with which the web process would not start makes no links either."""
    if not (environ.get("PUBLIC_URL") or "").strip():
        return ""
    try:
        return public_url(environ) + DESK
    except OutboxSettingsError:
        return ""


def spreadsheets(
    settings: Settings, campaigns: Sequence[Campaign], filled_by: Callable[[str], str | None]
) -> dict[str, Place]:
    """Return the spreadsheet of each campaign, by campaign id. Raises SettingsError with what to do.

    On Google it is the one that the campaign's file names; of a single campaign also the one of SPREADSHEET_ID. On the
    embedded server, whatever the file says, the one of `spreadsheets/<campaign id>`; without such a file
    `spreadsheet_id` is the single campaign's, or of several that of the one by which it is filled, or of the first if
    it is not filled yet.

    filled_by: spreadsheet id → the campaign that the outbox knows it to be filled by
    """
    if settings.google:
        return {one.id: Place(_google_spreadsheet(settings, one, single=len(campaigns) == 1)) for one in campaigns}
    places: dict[str, Place] = {}
    for one in campaigns:
        path = settings.data_dir / SPREADSHEETS_FOLDER / one.id
        places[one.id] = Place(_read_id(path), path)
    first = settings.data_dir / SPREADSHEET_FILE
    without = [campaign_id for campaign_id, place in places.items() if place.id is None]
    found = _read_id(first) if without else None
    if found is None and len(campaigns) == 1 and without:
        raise SettingsError(texts.NO_LOCAL_SPREADSHEET.format(path=first))
    if found is not None:
        owner = without[0] if len(campaigns) == 1 else filled_by(found) or without[0]
        if owner in without:
            places[owner] = Place(found, first)
    return places


def rollup_spreadsheets(settings: Settings, rollups: Sequence[Rollup]) -> dict[str, Place]:
    """Return the spreadsheet of each roll-up, by its id: on Google the one that its file names, else its own file's.

    Raises SettingsError with what to do.
    """
    places: dict[str, Place] = {}
    for one in rollups:
        if not settings.google:
            path = settings.data_dir / SPREADSHEETS_FOLDER / one.id
            places[one.id] = Place(_read_id(path), path)
        elif one.spreadsheet.id is not None:
            places[one.id] = Place(one.spreadsheet.id)
        else:
            words = rollup_texts.NO_SPREADSHEET_IN_FILE.format(id=one.id, email=settings.account.email)
            raise SettingsError(words)
    return places


def _google_spreadsheet(settings: Settings, campaign: Campaign, *, single: bool) -> str:
    named, given = campaign.spreadsheet.id, settings.spreadsheet_id if single else None
    if named and given and named != given:
        raise SettingsError(texts.TWO_SPREADSHEETS.format(named=named, given=given))
    if named or given:
        return str(named or given)
    if single:
        raise SettingsError(texts.NO_SPREADSHEET_ID)
    raise SettingsError(texts.NO_SPREADSHEET_IN_FILE.format(campaign=campaign.id, email=settings.account.email))


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


def _read_id(path: Path) -> str | None:
    """Return the id that a file holds; None without the file, or for an empty one. Raises SettingsError."""
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else error
        raise SettingsError(texts.FILE_UNREADABLE.format(path=path, reason=why)) from error


def _url(value: str, name: str = "SHEETS_API_URL") -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(texts.BAD_URL.format(name=name, value=value))
    return value.strip().rstrip("/")
