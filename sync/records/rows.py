"""A submission as a row of «Ответы»: typed cells, nothing that a spreadsheet would parse. Pure. Imported by `sync`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from campaign import Campaign, read_json
from campaign.values import WrittenCell
from outbox.records import Submission
from sync.records import table
from sync.records.columns import Columns
from sync.texts import worker as texts

CELL_LIMIT = 50_000
"""Characters in one cell: https://support.google.com/drive/answer/37603"""
# Day 0 of serial numbers: https://developers.google.com/workspace/sheets/api/guides/formats#about_date_time_values
_ORIGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers are wall time
_TEXT: dict[str, object] = {"type": "TEXT"}
_MOMENT: dict[str, object] = {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm:ss"}
_DAY: dict[str, object] = {"type": "DATE", "pattern": "dd.mm.yyyy"}
WRITTEN_FIELDS = "userEnteredValue,userEnteredFormat.numberFormat"

RowCell = WrittenCell | datetime
JsonCell = dict[str, object]


def cells_of(campaign: Campaign, submission: Submission) -> dict[str, RowCell]:
    """Column id → what its cell holds; blank answers are left out. What is kept at home is not among them."""
    municipality = campaign.by_oktmo.get(submission.oktmo)
    values = read_json(campaign, submission.answers)
    cells: dict[str, RowCell] = {
        table.RECEIPT: submission.receipt,
        table.ACCEPTED: submission.accepted_at,
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
    """The clerk's reasons for people, a line each: what was asked, and the answer; in the order of the rules."""
    lines = []
    order = {key: place for place, key in enumerate(campaign.rules_by_key)}
    for key, reason in sorted(reasons.items(), key=lambda item: order.get(item[0], len(order))):
        title = _reason_title(campaign, key)
        lines.append(f"{title}: {' '.join(reason.split())}" if reason.strip() else title)
    return "\n".join(lines)


def _reason_title(campaign: Campaign, key: str) -> str:
    """What was asked. A rule that the file writes once for several questions says of which."""
    rule = campaign.rules_by_key.get(key)
    question = campaign.by_id.get(key.partition(":")[2])
    if rule is None:
        return question.title if question else key
    return texts.REASON_OF.format(short=rule.short, header=question.header) if question else rule.short


def says_reasons(campaign: Campaign, reasons: Mapping[str, str], cell: str) -> bool:
    """Whether each explanation stands in the cell in the clerk's words, as often as it was given.

    Blanks don't matter, nor what else stands there, nor what the titles are: the file may give another. So what is
    found is taken out, titles first: words of a title, and words inside of longer ones, are no explanation.
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


def too_long(campaign: Campaign, cells: Mapping[str, RowCell]) -> str | None:
    """Why the row cannot be written: the first cell beyond the limit of a cell; None when it can be."""
    for column, cell in cells.items():
        # Google counts UTF-16 units
        if isinstance(cell, str) and len(cell.encode("utf-16-le")) // 2 > CELL_LIMIT:
            question = campaign.by_id.get(column)
            return texts.CELL_TOO_LONG.format(title=question.title if question else texts.REASONS, limit=CELL_LIMIT)
    return None


def row_data(cells: Mapping[str, RowCell], columns: Columns, zone: ZoneInfo) -> JsonCell:
    """Google's RowData with every cell at the place of its header. Columns of staff stay untouched."""
    width = max((columns.places[column] + 1 for column in cells), default=0)
    values: list[JsonCell] = [{} for _ in range(width)]
    for column, cell in cells.items():
        values[columns.places[column]] = cell_data(cell, zone)
    return {"values": values}


def cell_data(cell: RowCell, zone: ZoneInfo) -> JsonCell:
    """Google's CellData: a typed value and its number format."""
    match cell:
        case None:
            return {}
        case bool():
            return {"userEnteredValue": {"boolValue": cell}}
        case str():
            return _formatted({"stringValue": cell}, _TEXT)
        case datetime():
            return _formatted({"numberValue": serial(cell, zone)}, _MOMENT)
        case date():
            return _formatted({"numberValue": day_serial(cell)}, _DAY)
        case int():
            # Without a format, as Decimal: a date that staff type there then shows as a date, and is seen as one.
            return {"userEnteredValue": {"numberValue": cell}}
        case Decimal():
            return {"userEnteredValue": {"numberValue": float(cell)}}
    raise TypeError(type(cell).__name__)


def serial(moment: datetime, zone: ZoneInfo) -> float:
    """The serial number of an aware moment: days of wall time in the zone, to the second."""
    wall = moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return (wall - _ORIGIN) / timedelta(days=1)


def serial_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The aware moment of a serial number given as text; None when it is none."""
    try:
        return (_ORIGIN + timedelta(days=float(text))).replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def day_serial(day: date) -> int:
    """The serial number of a date."""
    return (day - _ORIGIN.date()).days


def _formatted(value: Mapping[str, object], number_format: Mapping[str, object]) -> JsonCell:
    return {"userEnteredValue": dict(value), "userEnteredFormat": {"numberFormat": dict(number_format)}}
