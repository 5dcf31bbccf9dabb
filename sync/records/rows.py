"""A submission as a row of «Ответы». Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from campaign import Campaign, read_json
from campaign.columns import HEADERS
from campaign.reasons import reasons_text
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
