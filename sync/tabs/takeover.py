"""Keyed tabs of a spreadsheet that a version before 2.0 made: taken over in place, within the first write. Pure.

«Муниципалитеты» had its header in row 3, an «Итого» row among the municipalities and no №; «Замечания» was a page.
This module can go once no such spreadsheet is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from outbox.records import Json
from sync.tabs import municipalities
from sync.tabs.keyed import text_key
from sync.tabs.keyed_layout import EVERYTHING, Layout, column_requests, frame_requests, lay_out, styled, table_of
from sync.tabs.keyed_tab import HEADER_ROW, KeyedTab, headers
from sync.tabs.page import BLANK, Rectangle
from sync.tabs.problems import KEY as PROBLEMS
from sync.tabs.render import FIRST_OBJECT, grid_range, protection_id
from sync.tabs.written import PLACES, KeyedMemory, Request, TabAsRead, WrittenTab
from sync.texts import tabs as texts

OLD_HEADER_ROW = 2
OLD_PROBLEMS_WIDTH = 10
TAB_INDEX = 3
"""Place of «Замечания» among the tabs."""


@dataclass(frozen=True)
class TakeOver:
    """layout: as of a tab of today; known: keys that the worker made; sheet_id: of the tab that goes on."""

    layout: Layout
    known: tuple[str, ...]
    sheet_id: int


def former_headers(kept: Json) -> dict[str, str]:
    """Column id → header, of the note that the version before kept of «Муниципалитеты»."""
    wrote = kept.get("wrote") if isinstance(kept, dict) else None
    pairs = wrote if isinstance(wrote, list) else []
    return {str(pair[0]): str(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}


def successor(sheet_id: int) -> int:
    """Return the id of the tab that replaces a renamed one: always the same, so that it is made only once."""
    return (sheet_id ^ 0x5A5A5A5A) & 0x7FFFFFFF or 1


def take_over(
    tab: KeyedTab, sheet_id: int, read: TabAsRead, former: Mapping[str, str], written: WrittenTab, as_of: datetime
) -> TakeOver | None:
    """Return how a tab of the version before becomes one of today; None for another tab."""
    if tab.key == municipalities.KEY:
        return _municipalities(tab, sheet_id, read, former, written, as_of)
    return _problems(tab, sheet_id, read, written, as_of) if tab.key == PROBLEMS else None


def _municipalities(
    tab: KeyedTab, sheet_id: int, read: TabAsRead, former: Mapping[str, str], written: WrittenTab, as_of: datetime
) -> TakeOver | None:
    wanted = {column: text for column, text in headers(tab).items() if column != municipalities.NUMBER}
    old = next(
        (
            table
            for columns in (former, wanted)
            if columns and (table := table_of(tab, sheet_id, read.cells, columns, OLD_HEADER_ROW)).columns.sound
        ),
        None,
    )
    if old is None:
        return None
    cells = [list(row) for row in read.cells]
    requests = list(_unbanded(tab, written))
    region = [row for row, key in old.keys.items() if text_key(key) == texts.REGION_ROW]
    title = [(row, place) for row in range(OLD_HEADER_ROW) for place in (old.places[municipalities.CODE],)]
    for row, place in [*title, *((row, place) for row in region for place in old.places.values())]:
        requests.append(_emptied(sheet_id, Rectangle(row, row + 1, place, place + 1)))
        if place < len(cells[row]):
            cells[row][place] = None
    where = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": OLD_HEADER_ROW, "endIndex": OLD_HEADER_ROW + 1}
    requests.append({"insertDimension": {"range": where, "inheritFromBefore": False}})
    cells.insert(OLD_HEADER_ROW, [])
    moved = replace(read, cells=cells)
    layout = lay_out(tab, sheet_id, moved, KeyedMemory(confirmed=old.headers), written, as_of)
    if layout.trouble:
        return None
    table = table_of(tab, sheet_id, layout.cells, layout.headers)
    requests += layout.requests
    for column in tab.columns:
        if column.id in table.places:
            place = table.places[column.id]
            area = grid_range(sheet_id, Rectangle(0, HEADER_ROW, place, place + 1))
            lines = [{"values": [styled(line.get(column.id, BLANK))]} for line in tab.heading()]
            requests.append({"updateCells": {"range": area, "rows": lines, "fields": "userEnteredFormat"}})
            if column.id == municipalities.STATE:
                looks = column_requests(sheet_id, place, column, tab.colours)
                requests += [one for one in looks if "addConditionalFormatRule" in one]
    requests += frame_requests(tab, sheet_id, written)
    known = [key for row, key in table.keys.items() if table.cell(row, municipalities.STATE) == texts.GONE_BEFORE]
    return TakeOver(replace(layout, requests=tuple(requests)), tuple(known), sheet_id)


def _problems(tab: KeyedTab, sheet_id: int, read: TabAsRead, written: WrittenTab, as_of: datetime) -> TakeOver | None:
    header = next((row for row in read.cells[2:8] if texts.RECEIPT in row and texts.CODE in row), None)
    if header is None or texts.REMARK_KEY in header:
        return None
    if _staff_wrote(read):
        return _renamed(tab, sheet_id, read, written, as_of)
    requests = list(_unbanded(tab, written))
    requests.append({"unmergeCells": {"range": {"sheetId": sheet_id}}})
    requests += [{"deleteConditionalFormatRule": {"sheetId": sheet_id, "index": 0}}] * written.conditional_rules
    requests.append(_emptied(sheet_id, Rectangle(0, read.rows, 0, OLD_PROBLEMS_WIDTH)))
    # What staff may have formatted further to the right moves along.
    new = len(tab.columns) - OLD_PROBLEMS_WIDTH
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": 0, "endIndex": new}
    requests.append({"insertDimension": {"range": where, "inheritFromBefore": False}})
    blank = TabAsRead([], read.rows, read.columns + new, read.title)
    layout = lay_out(tab, sheet_id, blank, KeyedMemory(), written, as_of)
    return TakeOver(replace(layout, requests=(*requests, *layout.requests)), (), sheet_id)


def _staff_wrote(read: TabAsRead) -> bool:
    """Return True if a cell beside the page of the version before holds anything; no note within it lasted."""
    return any(cell not in (None, "") for row in read.cells for cell in row[OLD_PROBLEMS_WIDTH:])


def _renamed(tab: KeyedTab, sheet_id: int, read: TabAsRead, written: WrittenTab, as_of: datetime) -> TakeOver:
    """Rename the old tab, which becomes the ministry's, and make a new one in its place."""
    new = successor(sheet_id)
    title = texts.PROBLEMS_BEFORE.format(title=read.title, day=texts.short_day(as_of))
    requests: list[Request] = [
        {"updateSheetProperties": {"properties": {"sheetId": sheet_id, "title": title}, "fields": "title"}}
    ]
    if protection_id(tab.key) in written.protections:
        requests.append({"deleteProtectedRange": {"protectedRangeId": protection_id(tab.key)}})
    grid = {"rowCount": 200, "columnCount": 26}
    properties = {"sheetId": new, "title": read.title, "index": TAB_INDEX, "gridProperties": grid}
    requests.append({"addSheet": {"properties": properties}})
    blank = TabAsRead([], 200, 26, read.title)
    layout = lay_out(tab, new, blank, KeyedMemory(), replace(written, protections=()), as_of)
    return TakeOver(replace(layout, requests=(*requests, *layout.requests)), (), new)


def _unbanded(tab: KeyedTab, written: WrittenTab) -> Iterator[Request]:
    first = FIRST_OBJECT + 100 * (1 + PLACES.index(tab.key))
    for banding in written.bandings:
        if banding in range(first, first + 100):
            yield {"deleteBanding": {"bandedRangeId": banding}}


def _emptied(sheet_id: int, area: Rectangle) -> Request:
    return {"updateCells": {"range": grid_range(sheet_id, area), "fields": EVERYTHING}}
