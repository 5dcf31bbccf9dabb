"""Headers and looks of a keyed tab: made once, and changed only where the campaign file changed its columns. Pure.

What a layout gives can go into the same batch as the rows: `cells` is the tab as it stands after the requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign import Cell
from sync.records.cells import entered
from sync.tabs.keyed import KeyedTable, header_text
from sync.tabs.keyed_tab import HEADER_ROW, ColumnColour, KeyedColumn, KeyedTab, headers
from sync.tabs.page import BLANK, PageCell, Rectangle
from sync.tabs.render import grid_range, protection_id
from sync.tabs.styles import STYLES, tone_format
from sync.tabs.written import KeyedMemory, Request, TabAsRead, WrittenTab
from sync.texts import tabs as texts

ROWS = 1_000
"""Of a new tab's grid below the wanted rows, so that formats, drop-downs and the filter reach the rows to come."""
EVERYTHING = "userEnteredValue,userEnteredFormat,note"


@dataclass(frozen=True)
class Layout:
    """requests: bring headers and looks to what they should be; empty where they are
    cells:    the tab after them
    headers:  column id → header of the worker's columns after them
    journal:  (result, header) of each column that was renamed, added or given up
    trouble:  why nothing may be written; None otherwise
    styled:   rows from the top with the formats of their columns; 0 where that is not known
    """

    cells: Sequence[Sequence[Cell]]
    headers: Mapping[str, str]
    requests: tuple[Request, ...] = ()
    journal: tuple[tuple[str, str], ...] = ()
    trouble: str | None = None
    styled: int = 0


def lay_out(
    tab: KeyedTab, sheet_id: int, read: TabAsRead, memory: KeyedMemory, written: WrittenTab, as_of: datetime
) -> Layout:
    """Return the requests that give the tab its headers and looks, with the tab as it is after them."""
    if not any(cell not in (None, "") for row in read.cells for cell in row):
        return _fresh(tab, sheet_id, read, written)
    known = memory.confirmed
    if not known and table_of(tab, sheet_id, read.cells, headers(tab)).columns.sound:
        known = headers(tab)  # an outbox that forgot the tab
    table = table_of(tab, sheet_id, read.cells, known or headers(tab))
    if not table.columns.sound:
        return Layout(read.cells, known, trouble=_trouble(tab, read, table))
    return _changed(tab, read, table, known, as_of)


def table_of(
    tab: KeyedTab, sheet_id: int, cells: Sequence[Sequence[Cell]], columns: Mapping[str, str], row: int = HEADER_ROW
) -> KeyedTable:
    return KeyedTable(sheet_id, cells, columns, tab.key_column, row, tab.read_key)


def _trouble(tab: KeyedTab, read: TabAsRead, table: KeyedTable) -> str:
    key = header_text(table.headers[tab.key_column])
    at = next((i for i, row in enumerate(read.cells) if key in map(header_text, row)), HEADER_ROW)
    parts = [
        words.format(names=", ".join(f"«{name}»" for name in names))
        for words, names in (
            (texts.HEADERS_MISSING, table.columns.missing),
            (texts.HEADERS_DOUBLED, table.columns.doubled),
        )
        if names
    ]
    if at != HEADER_ROW:
        parts = [texts.HEADER_MOVED.format(row=HEADER_ROW + 1, now=at + 1)]
    return texts.KEYED_STOPPED.format(title=read.title, what="; ".join(parts))


# A new tab ------------------------------------------------------------------------------------------------------


def _fresh(tab: KeyedTab, sheet_id: int, read: TabAsRead, written: WrittenTab) -> Layout:
    columns = tab.columns
    lines = [[line.get(column.id, BLANK) for column in columns] for line in tab.heading()]
    lines.append([_header(column) for column in columns])
    requests: list[Request] = []
    height = max(read.rows, len(lines) + len(tab.wanted) + ROWS)
    for dimension, there, needed in (("ROWS", read.rows, height), ("COLUMNS", read.columns, len(columns))):
        if needed > there:
            growth = {"sheetId": sheet_id, "dimension": dimension, "length": needed - there}
            requests.append({"appendDimension": growth})
    area = Rectangle(0, HEADER_ROW + 1, 0, len(columns))
    rows = [{"values": [styled(cell) for cell in line]} for line in lines]
    requests.append({"updateCells": {"range": grid_range(sheet_id, area), "rows": rows, "fields": EVERYTHING}})
    requests += [width_request(sheet_id, place, column) for place, column in enumerate(columns)]
    for place, column in enumerate(columns):
        requests += column_requests(sheet_id, place, column, tab.colours)
    requests += frame_requests(tab, sheet_id, written)
    cells = [[_plain(cell) for cell in line] for line in lines]
    return Layout(cells, headers(tab), tuple(requests), styled=height)


def _plain(cell: PageCell) -> Cell:
    value = entered(cell.value)
    found = next(iter(value.values())) if value else None
    return found if isinstance(found, str | int | float | bool) else None


def _header(column: KeyedColumn) -> PageCell:
    return PageCell(column.header, "staff_header" if column.staff else "header", note=column.note)


def styled(cell: PageCell) -> Request:
    """Return a cell with its value, format and note."""
    value = entered(cell.value)
    found: Request = {"userEnteredFormat": STYLES[cell.style]}
    if value is not None:
        found["userEnteredValue"] = value
    return found | {"note": cell.note} if cell.note else found


def width_request(sheet_id: int, place: int, column: KeyedColumn) -> Request:
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    return {
        "updateDimensionProperties": {
            "range": where,
            "properties": {"pixelSize": column.width},
            "fields": "pixelSize",
        }
    }


def column_requests(
    sheet_id: int, place: int, column: KeyedColumn, colours: Sequence[ColumnColour]
) -> Iterator[Request]:
    """Formats, drop-down and conditional formats of a new column, open-ended below."""
    below = {
        "sheetId": sheet_id,
        "startRowIndex": HEADER_ROW + 1,
        "startColumnIndex": place,
        "endColumnIndex": place + 1,
    }
    look = {"userEnteredFormat": STYLES[column.style]}
    yield {"repeatCell": {"range": below, "cell": look, "fields": "userEnteredFormat"}}
    if column.choices:
        values = [{"userEnteredValue": choice} for choice in column.choices]
        rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "strict": False, "showCustomUi": True}
        yield {"setDataValidation": {"range": below, "rule": rule}}
    for colour in colours:
        if colour.column == column.id:
            condition = {
                "type": "TEXT_STARTS_WITH" if colour.begins else "TEXT_EQ",
                "values": [{"userEnteredValue": colour.text}],
            }
            boolean = {"condition": condition, "format": tone_format(colour.tone)}
            yield {"addConditionalFormatRule": {"index": 0, "rule": {"ranges": [below], "booleanRule": boolean}}}


def frame_requests(tab: KeyedTab, sheet_id: int, written: WrittenTab) -> Iterator[Request]:
    """Frozen rows, the filter from the header on, and the warning over the rows down to the header."""
    grid = {"frozenRowCount": HEADER_ROW + 1, "frozenColumnCount": tab.frozen_columns}
    yield {
        "updateSheetProperties": {
            "properties": {"sheetId": sheet_id, "gridProperties": grid},
            "fields": "gridProperties.frozenRowCount,gridProperties.frozenColumnCount",
        }
    }
    yield {"setBasicFilter": {"filter": {"range": {"sheetId": sheet_id, "startRowIndex": HEADER_ROW}}}}
    protection: Request = {
        "protectedRangeId": protection_id(tab.key),
        "range": {"sheetId": sheet_id, "startRowIndex": 0, "endRowIndex": HEADER_ROW + 1},
        "description": texts.PROTECTED_HEADING,
        "warningOnly": True,
    }
    if protection_id(tab.key) in written.protections:
        yield {"updateProtectedRange": {"protectedRange": protection, "fields": "range,description,warningOnly"}}
    else:
        yield {"addProtectedRange": {"protectedRange": protection}}


# Columns that the campaign file changed -------------------------------------------------------------------------


def _changed(tab: KeyedTab, read: TabAsRead, table: KeyedTable, known: Mapping[str, str], as_of: datetime) -> Layout:
    """Rename, give up and insert columns. A dropped column stays, marked in its header, and becomes the ministry's."""
    wanted, raw = headers(tab), list(read.cells[HEADER_ROW])
    renamed = {column: text for column, text in wanted.items() if column in known and known[column] != text}
    dropped = {column: _former(text, as_of, table.header) for column, text in known.items() if column not in wanted}
    added = [column for column in tab.columns if column.id in wanted and column.id not in known]
    if not (renamed or dropped or added):
        return Layout(read.cells, known)
    ours = {table.header[place] for place in table.places.values()}
    new = [*renamed.values(), *(column.header for column in added)]
    strangers = [text for text in new if header_text(text) in table.header and header_text(text) not in ours]
    if strangers:
        names = ", ".join(f"«{name}»" for name in strangers)
        what = texts.HEADERS_DOUBLED.format(names=names)
        return Layout(read.cells, known, trouble=texts.KEYED_STOPPED.format(title=read.title, what=what))
    changed = renamed | dropped
    requests = list(_rename_requests(table, {str(raw[table.places[column]]): text for column, text in changed.items()}))
    cells = [list(row) for row in read.cells]
    for column, text in changed.items():
        cells[HEADER_ROW][table.places[column]] = text
    places = {column: place for column, place in table.places.items() if column in wanted}
    for new_column in added:
        place = _place_of_new(tab, new_column, places)
        requests += _insert(tab, table.sheet_id, place, new_column)
        places = {other: at + (at >= place) for other, at in places.items()} | {new_column.id: place}
        for index, row in enumerate(cells):
            row += [None] * (place - len(row))
            row.insert(place, new_column.header if index == HEADER_ROW else None)
    journal = [(texts.COLUMN_FORMER, text) for text in dropped.values()]
    journal += [(texts.COLUMN_RENAMED, text) for text in renamed.values()]
    journal += [(texts.COLUMN_ADDED, column.header) for column in added]
    return Layout(cells, wanted, tuple(requests), tuple(journal))


def _former(title: str, as_of: datetime, header: Sequence[str]) -> str:
    """Return the header of a dropped column; unlike every header of the row."""
    new = texts.FORMER_COLUMN.format(title=title, since=texts.short_day(as_of))
    return (
        texts.FORMER_COLUMN.format(title=title, since=texts.short_moment(as_of)) if header_text(new) in header else new
    )


def _place_of_new(tab: KeyedTab, new: KeyedColumn, places: Mapping[str, int]) -> int:
    """Before the column that follows it in the order of a new tab; behind all others if none does."""
    order = [column.id for column in tab.columns]
    later = order[order.index(new.id) + 1 :]
    return next((places[column] for column in later if column in places), max(places.values()) + 1)


def _rename_requests(table: KeyedTable, names: Mapping[str, str]) -> Iterator[Request]:
    """Rename headers wherever in their row they stand now. Over a token each, since two may exchange their names."""
    tokens = {old: f"svod-rename-{number}" for number, old in enumerate(names)}
    row = {"sheetId": table.sheet_id, "startRowIndex": table.header_row, "endRowIndex": table.header_row + 1}
    steps = [*tokens.items(), *((tokens[old], new) for old, new in names.items())]
    for find, replacement in steps:
        how = {"find": find, "replacement": replacement, "matchCase": True, "matchEntireCell": True}
        yield {"findReplace": {**how, "range": row}}


def _insert(tab: KeyedTab, sheet_id: int, place: int, column: KeyedColumn) -> Iterator[Request]:
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    yield {"insertDimension": {"range": where, "inheritFromBefore": False}}
    lines = [line.get(column.id, BLANK) for line in tab.heading()]
    cells = [PageCell(None, cell.style) for cell in lines] + [_header(column)]
    area = Rectangle(0, HEADER_ROW + 1, place, place + 1)
    rows = [{"values": [styled(cell)]} for cell in cells]
    yield {"updateCells": {"range": grid_range(sheet_id, area), "rows": rows, "fields": EVERYTHING}}
    yield width_request(sheet_id, place, column)
    yield from column_requests(sheet_id, place, column, tab.colours)
