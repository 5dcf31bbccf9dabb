"""Documents of a whole campaign: «Свод» on paper, the region's note, and all reports as a file. None names a person."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, Response, abort, send_file
from limits import parse

from campaign import Campaign
from desk import texts
from desk.access import needs, person
from desk.letters import TYPES, in_turn, made
from desk.people.errors import StaffError
from desk.rendering import problem_page
from desk.services import Desk, campaign_of, current_desk
from letters.documents import Document
from letters.errors import LettersError
from letters.export import data_package, excel_csv, reports, workbook
from letters.region import region_facts
from letters.summary import summary_facts

pages = Blueprint("documents", __name__)
_LETTERS = parse("30 per minute")
MOST_VERSIONS = 10_000
"""Versions of reports that the web process writes into a file; of more, `svod export` makes it."""
_WRITERS = {".xlsx": workbook, ".csv": excel_csv, ".json": data_package}
Answer = Response | tuple[str, int]


@pages.get("/<campaign:campaign>/summary.pdf")
@needs("read")
def summary(campaign: str) -> Answer:
    """Return «Свод» on paper."""
    chosen = campaign_of(campaign)

    def make(desk: Desk) -> bytes:
        facts = summary_facts(chosen, desk.outbox, rehearsal=desk.clock.rehearsal)
        return made(Document("summary", facts), ".pdf", desk.settings.templates)

    return _file(make, f"{chosen.spreadsheet.tabs.summary}.pdf")


@pages.get("/<campaign:campaign>/note.<any('docx', 'pdf'):kind>")
@needs("read")
def note(campaign: str, kind: str) -> Answer:
    """Return the region's consolidated note, of the published figures."""
    chosen = campaign_of(campaign)

    def make(desk: Desk) -> bytes:
        facts = region_facts(chosen, desk.outbox, rehearsal=desk.clock.rehearsal)
        return made(Document("region", facts), f".{kind}", desk.settings.templates)

    return _file(make, f"{texts.NOTE_NAME}.{kind}")


@pages.get("/<campaign:campaign>/reports.<any('xlsx', 'csv', 'json'):kind>")
@needs("read")
def export(campaign: str, kind: str) -> Answer:
    """Return every version of every report as a file, without contacts."""
    chosen = campaign_of(campaign)
    return _file(lambda desk: in_turn(lambda: _exported(chosen, desk, f".{kind}")), f"{texts.EXPORT_NAME}.{kind}")


def _exported(chosen: Campaign, desk: Desk, ending: str) -> bytes:
    if desk.outbox.submissions.highest(chosen.id) > MOST_VERSIONS:
        raise LettersError(texts.EXPORT_LARGE)
    return _WRITERS[ending](reports(chosen, desk.outbox, contacts=False))


def _file(make: Callable[[Desk], bytes], name: str) -> Answer:
    """Return what is made as a file to keep; the page with the reason where it cannot be made."""
    desk = current_desk()
    if not desk.rates.hit(_LETTERS, "desk", "letters", str(person().account.id)):
        abort(429)
    try:
        content = make(desk)
    except (LettersError, StaffError) as error:
        return problem_page(409, str(error))
    ending = f".{name.rpartition('.')[2]}"
    return send_file(BytesIO(content), TYPES[ending], as_attachment=True, download_name=name)
