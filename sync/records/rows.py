"""A submission as a row of «Ответы». Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from campaign import Campaign, read_json
from campaign.answers import PERSONAL_DATA
from campaign.columns import HEADERS
from outbox.records import Submission
from sync.records import table
from sync.records.cells import CELL_LIMIT, CellValue, JsonCell, entered, fits
from sync.records.columns import Columns
from sync.texts import worker as texts

_FORMATS: Mapping[type, Mapping[str, str]] = {
    str: {"type": "TEXT"},
    datetime: {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm:ss"},
    date: {"type": "DATE", "pattern": "dd.mm.yyyy"},
}
"""Number format by the type of the value. Ticks and figures have none: a date typed over a figure then shows as one."""
WRITTEN_FIELDS = "userEnteredValue,userEnteredFormat.numberFormat"


def cells_of(campaign: Campaign, submission: Submission) -> dict[str, CellValue]:
    """Return column id → content of its cell; blank answers and those kept at home are left out."""
    municipality = campaign.by_oktmo.get(submission.oktmo)
    values = read_json(campaign, submission.answers)
    cells: dict[str, CellValue] = {
        table.RECEIPT: submission.receipt,
        table.ACCEPTED: submission.accepted_at.astimezone(campaign.about.zone),
        table.OKTMO: submission.oktmo,
        table.MUNICIPALITY: municipality.name if municipality else "",
        table.VERSION: submission.version,
        table.ID: submission.id,
    }
    for question in campaign.sheet_questions:
        if (value := values.get(question.id)) is not None:
            cells[question.id] = question.answer_type.write_cell(question, value)
    if reasons := reasons_text(campaign, submission.reasons):
        cells[table.REASONS] = reasons
    return {column: cell for column, cell in cells.items() if cell not in (None, "")}


def reasons_text(campaign: Campaign, reasons: Mapping[str, str]) -> str:
    """Return the clerk's reasons for people, a line each: question and answer, in the order of the rules."""
    lines = []
    order = {key: place for place, key in enumerate(campaign.rules_by_key)}
    for key, reason in sorted(reasons.items(), key=lambda item: order.get(item[0], len(order))):
        title = _reason_title(campaign, key)
        lines.append(f"{title}: {' '.join(reason.split())}" if reason.strip() else title)
    return "\n".join(lines)


def read_reasons(campaign: Campaign, cell: str) -> dict[str, str]:
    """Return the reasons of a cell that `reasons_text` made, by rule; lines with other titles are left out."""
    keys = [*(f"{PERSONAL_DATA}:{question.id}" for question in campaign.sheet_questions), *campaign.rules_by_key]
    by_title = {_reason_title(campaign, key): key for key in keys}
    found: dict[str, str] = {}
    for line in cell.splitlines():
        fitting = [title for title in by_title if line == title or line.startswith(f"{title}: ")]
        if fitting:
            title = max(fitting, key=len)
            found[by_title[title]] = line.removeprefix(title).removeprefix(":").strip()
    return found


def _reason_title(campaign: Campaign, key: str) -> str:
    """Return the title of the question. A rule that the file writes once for several questions names its question."""
    rule = campaign.rules_by_key.get(key)
    question = campaign.by_id.get(key.partition(":")[2])
    if rule is None:
        return question.title if question else key
    return texts.REASON_OF.format(short=rule.short, header=question.header) if question else rule.short


def holds_reasons(campaign: Campaign, reasons: Mapping[str, str], cell: str) -> bool:
    """Return True if each explanation stands in the cell in the clerk's words, as often as it was given.

    Blanks don't matter, nor what else stands there, nor what the titles are: the file may give another. So what is
    found is taken out, titles first: words of a title, and words inside longer ones, are not an explanation.
    """
    rest = " ".join(cell.split())
    for key, words in sorted(reasons.items(), key=lambda item: -len(_reason_title(campaign, item[0]))):
        rule, end = campaign.rules_by_key.get(key), ":" if words.strip() else ""
        titles = [_reason_title(campaign, key), *([rule.short] if rule else [])]  # rows of old have the short one
        title = next((title for title in titles if f"{title}{end}" in rest), None)
        if title is not None:
            rest = rest.replace(f"{title}{end}", "\n", 1)
    for words in sorted((" ".join(words.split()) for words in reasons.values()), key=len, reverse=True):
        start, end = (r"\b" if edge.isalnum() else "" for edge in (words[:1], words[-1:]))
        rest, found = re.subn(f"{start}{re.escape(words)}{end}", "\n", rest, count=1)
        if not found:
            return False
    return True


def too_long(campaign: Campaign, cells: Mapping[str, CellValue]) -> str | None:
    """Return why the row cannot be written: its first cell beyond the limit; None when it can be."""
    for column, cell in cells.items():
        if isinstance(cell, str) and not fits(cell):
            question = campaign.by_id.get(column)
            title = question.title if question else HEADERS[column]
            return texts.CELL_TOO_LONG.format(title=title, limit=CELL_LIMIT)
    return None


def row_data(cells: Mapping[str, CellValue], columns: Columns) -> JsonCell:
    """Return Google's RowData with every cell at the place of its header. Columns of staff stay untouched."""
    width = max((columns.places[column] + 1 for column in cells), default=0)
    values: list[JsonCell] = [{} for _ in range(width)]
    for column, cell in cells.items():
        values[columns.places[column]] = cell_data(cell)
    return {"values": values}


def cell_data(cell: CellValue) -> JsonCell:
    """Return Google's CellData: a typed value and its number format."""
    value = entered(cell)
    if value is None:
        return {}
    number_format = _FORMATS.get(type(cell))
    data: JsonCell = {"userEnteredValue": value}
    return data | {"userEnteredFormat": {"numberFormat": dict(number_format)}} if number_format else data
