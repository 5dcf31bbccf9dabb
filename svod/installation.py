"""The installation that a command acts on: said before anything is done."""

from __future__ import annotations

from collections.abc import Mapping

from campaign import config_path
from outbox.clock import REHEARSAL, kind_of
from outbox.environment import data_dir, database_url, in_production, place
from outbox.settings_file import settings_path
from svod import __version__, texts


def describe(environ: Mapping[str, str]) -> str:
    """Return which settings, outbox, spreadsheet and campaign a command will use. Raises OutboxSettingsError."""
    file = settings_path(environ)
    return texts.INSTALLATION.format(
        version=__version__,
        kind=texts.KIND_REHEARSAL if kind_of(environ) == REHEARSAL else texts.KIND_REAL,
        settings=file or texts.NO_FILE,
        outbox=place(database_url(environ)),
        spreadsheet=_spreadsheet(environ),
        campaign=config_path(environ).absolute(),
    )


def _spreadsheet(environ: Mapping[str, str]) -> str:
    if in_production(environ):
        where = environ.get("SHEETS_API_URL") or texts.GOOGLE
        return f"{environ.get('SPREADSHEET_ID') or texts.NONE} ({where})"
    try:
        number = (data_dir(environ) / "spreadsheet_id").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return texts.NONE
    return f"{number} ({texts.EMBEDDED})"
