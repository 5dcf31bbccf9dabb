"""The installation that a command acts on: said before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from campaign import CampaignError, config_path, load_files
from outbox.clock import REHEARSAL, kind_of
from outbox.environment import data_dir, database_url, in_production, place
from outbox.settings_file import settings_path
from svod import __version__, texts
from sync.process.spreadsheet_files import SPREADSHEET_FILE, SPREADSHEETS_FOLDER


def describe(environ: Mapping[str, str]) -> str:
    """Return which settings, outbox, spreadsheet and campaign a command will use. Raises OutboxSettingsError."""
    file = settings_path(environ)
    return texts.INSTALLATION.format(
        version=__version__,
        kind=texts.KIND_REHEARSAL if kind_of(environ) == REHEARSAL else texts.KIND_REAL,
        settings=file or texts.NO_FILE,
        outbox=place(database_url(environ)),
        spreadsheet=_spreadsheets(environ),
        campaign=config_path(environ).absolute(),
    )


def _spreadsheets(environ: Mapping[str, str]) -> str:
    """Return the spreadsheet of each campaign and roll-up, or of the only one.

    Opens nothing: a mistake in a file is found later.
    """
    google = in_production(environ)
    where = (environ.get("SHEETS_API_URL") or texts.GOOGLE) if google else texts.EMBEDDED
    given = environ.get("SPREADSHEET_ID") if google else _read(data_dir(environ) / SPREADSHEET_FILE)
    try:
        files = load_files(config_path(environ))
    except CampaignError:
        return _shown(given, where)
    campaigns, owners = files.campaigns, files.owners
    if google:
        named = {one.id: one.spreadsheet.id for one in owners}
    else:
        named = {one.id: _read(data_dir(environ) / SPREADSHEETS_FOLDER / one.id) for one in owners}
    without = [one.id for one in campaigns if named[one.id] is None]
    if len(without) == 1 and (len(campaigns) == 1 or not google):
        named[without[0]] = given
    if len(named) == 1:
        return _shown(next(iter(named.values())), where)
    return "".join(f"\n    {campaign_id}: {_shown(number, where)}" for campaign_id, number in named.items())


def _shown(number: str | None, where: str) -> str:
    return f"{number} ({where})" if number else texts.NONE


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
