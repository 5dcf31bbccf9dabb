"""The looks of «Ответы»: headers, widths, checks in the cells and colours, given to a new tab or column only. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from campaign import Campaign, Question
from sync.publication.answers_checks import cell_check, check_request
from sync.records import table
from sync.records.cells import JsonCell
from sync.records.columns import LEADING, wanted_headers
from sync.tabs.styles import tone_format
from sync.tabs.widths import header_width
from sync.texts import accounts
from sync.texts import worker as texts

HEADER_COLOUR: JsonCell = {"red": 0.89, "green": 0.92, "blue": 0.96}
WIDTHS = {
    table.RECEIPT: 90,
    table.ACCEPTED: 155,
    table.OKTMO: 85,
    table.MUNICIPALITY: 310,
    table.VERSION: 70,
    table.ACCOUNT: 210,
    table.REASONS: 300,
    table.ID: 260,
}
TEXT_WIDTH, NUMBER_WIDTH = 260, 155
NOTES = {table.ID: texts.NOTE_ID, table.RECEIPT: texts.NOTE_RECEIPT, table.ACCOUNT: texts.NOTE_ACCOUNT}
FREE_COLUMNS = 5
"""For what staff write beside."""
FROZEN_COLUMNS = LEADING.index(table.MUNICIPALITY) + 1
ROWS = 1_000
HEADER_FIELDS = "userEnteredValue,userEnteredFormat,note"
COLOURS: tuple[tuple[str, Literal["good", "bad", "grey"]], ...] = (
    (accounts.COUNTS, "good"),
    (accounts.EXCLUDED.partition("{")[0].strip(), "bad"),
    (accounts.REPLACED.partition("{")[0].strip(), "grey"),
)
"""What the words in «Учёт» begin with, and the tone."""


def new_tab(campaign: Campaign, sheet_id: int, title: str, index: int) -> Iterator[JsonCell]:
    """Yield the requests that make the tab with all its columns."""
    headers = wanted_headers(campaign)
    grid = {
        "rowCount": ROWS,
        "columnCount": len(headers) + FREE_COLUMNS,
        "frozenRowCount": 1,
        "frozenColumnCount": FROZEN_COLUMNS,
    }
    yield {"addSheet": {"properties": {"sheetId": sheet_id, "title": title, "index": index, "gridProperties": grid}}}
    # A row with five links is tall: its figures stand beside its first line, where one reads.
    yield {
        "repeatCell": {
            "range": {"sheetId": sheet_id, "startRowIndex": 1},
            "cell": {"userEnteredFormat": {"verticalAlignment": "TOP"}},
            "fields": "userEnteredFormat.verticalAlignment",
        }
    }
    yield from _columns(campaign, sheet_id, 0, headers)


def inserted_columns(campaign: Campaign, sheet_id: int, place: int, added: Mapping[str, str]) -> Iterator[JsonCell]:
    """Yield the requests for new columns before `place`, an index from 0; added: column id → header.

    The place may be stale; the cells that are written are the new ones all the same.
    """
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + len(added)}
    yield {"insertDimension": {"range": where, "inheritFromBefore": place > 0}}
    yield from _columns(campaign, sheet_id, place, added)


def _columns(campaign: Campaign, sheet_id: int, place: int, headers: Mapping[str, str]) -> Iterator[JsonCell]:
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": place}
    row = {"values": [header_cell(column, header) for column, header in headers.items()]}
    yield {"updateCells": {"start": start, "rows": [row], "fields": HEADER_FIELDS}}
    for at, column in enumerate(headers, start=place):
        question = campaign.by_id.get(column)
        yield _width(sheet_id, at, column, question)
        below: JsonCell = {"sheetId": sheet_id, "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
        if (rule := cell_check(campaign, column)) is not None:
            yield check_request(sheet_id, at, rule)
        if column == table.ACCOUNT:
            yield from _account_colours(below)
            wrapped = {"userEnteredFormat": {"wrapStrategy": "WRAP"}}  # why a row is excluded, whole
            yield {"repeatCell": {"range": below, "cell": wrapped, "fields": "userEnteredFormat.wrapStrategy"}}


def header_cell(column: str, header: str) -> JsonCell:
    """Return the cell of a header with its looks. column: its id; of a column of staff any other text."""
    cell: JsonCell = {
        "userEnteredValue": {"stringValue": header},
        "userEnteredFormat": {
            "textFormat": {"bold": True},
            "wrapStrategy": "WRAP",
            "verticalAlignment": "MIDDLE",
            "backgroundColor": HEADER_COLOUR,
        },
    }
    return cell | {"note": NOTES[column]} if column in NOTES else cell


def _width(sheet_id: int, place: int, column: str, question: Question | None) -> JsonCell:
    if question is None:
        pixels = WIDTHS[column]
    else:
        pixels = max(NUMBER_WIDTH if question.numeric else TEXT_WIDTH, header_width(question.header))
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    return {"updateDimensionProperties": {"range": where, "properties": {"pixelSize": pixels}, "fields": "pixelSize"}}


def _account_colours(below: JsonCell) -> Iterator[JsonCell]:
    for words, tone in COLOURS:
        condition = {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": words}]}
        rule = {"ranges": [below], "booleanRule": {"condition": condition, "format": tone_format(tone)}}
        yield {"addConditionalFormatRule": {"index": 0, "rule": rule}}
