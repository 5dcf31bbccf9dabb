"""The spreadsheet that a campaign or roll-up gets from the embedded server, where an installation has several."""

from __future__ import annotations

from pathlib import Path

import structlog

from campaign import Campaign, Rollup
from outbox.whole_files import write_whole
from sheets import GoogleSpreadsheet, create_spreadsheet, list_spreadsheets
from sheets.http import SheetsHttpClient
from sync.process.wiring import Installation
from sync.texts import worker as texts

LOCALE = "ru_RU"

log = structlog.get_logger("sync.process.own_spreadsheet")


def make_spreadsheet(client: SheetsHttpClient, campaign: Campaign | Rollup, path: Path) -> str:
    """Return the id of the campaign's spreadsheet, made if need be, and keep it in the file at `path`.

    Made once, even if the process is killed between the two: the title holds the campaign's id, and a spreadsheet of
    this title that nobody has filled yet is taken before one is made. For the process that has the data folder's lock.
    Raises SheetsError, OSError.
    """
    title = texts.NEW_TITLE.format(title=campaign.about.title, id=campaign.id)
    left = [one.id for one in list_spreadsheets(client, title) if _is_unfilled(client, one.id)]
    made = left[0] if left else create_spreadsheet(client, title, LOCALE, campaign.about.timezone)
    _write(path, made + "\n")
    log.info("spreadsheet taken" if left else "spreadsheet made", spreadsheet=made)
    return made


def _is_unfilled(client: SheetsHttpClient, spreadsheet_id: str) -> bool:
    """Return True if no worker has prepared the spreadsheet: the first preparation gives it its kind."""
    return GoogleSpreadsheet(client, spreadsheet_id).describe().kind is None


def make_if_missing(installation: Installation, campaign: Campaign | Rollup) -> None:
    """Make the campaign's spreadsheet if it has none. Raises SheetsError, OSError."""
    place = installation.places()[campaign.id]
    if place.id is None and place.path is not None:
        client, _ = installation.client(campaign)
        make_spreadsheet(client, campaign, place.path)


def _write(path: Path, text: str) -> None:
    """Write a file of mode 600 as a whole or not at all."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, text.encode())
