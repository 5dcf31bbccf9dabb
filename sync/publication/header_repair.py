"""The header row of «Ответы» put back where an administrator asked for it: deleted, erased or sorted away.

Pure. The worker itself never moves a row or a column; here a person has read what will be done, and wanted it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from campaign import Campaign, Cell
from campaign.words import plain
from sync.publication.answers_layout import HEADER_FIELDS, header_cell, inserted_columns
from sync.records import table
from sync.records.cells import JsonCell
from sync.records.columns import Columns, locate
from sync.texts import loss as texts

MOST_ROWS_ASIDE = 20_000
"""How far down a header row that was sorted away is looked for."""


@dataclass(frozen=True)
class HeaderRepair:
    """requests: of one atomic batch; cells: the tab after it; words: what is done, for people, a sentence each"""

    requests: tuple[JsonCell, ...]
    cells: Sequence[Sequence[Cell]]
    words: tuple[str, ...]


def repair_headers(
    campaign: Campaign,
    sheet_id: int,
    cells: Sequence[Sequence[Cell]],
    written: Mapping[str, str],
    remembered: Sequence[str],
    known: Collection[str],
) -> HeaderRepair | None:
    """Return how the headers come back; None where nobody can tell which column is which.

    cells:      all rows of the tab
    written:    column id → header that the worker wrote
    remembered: the header row at the last good read; empty where it is not known
    known:      ids of delivered submissions
    """
    columns = locate(cells[0] if cells else [], written)
    if columns.sound:
        return HeaderRepair((), cells, ())
    if columns.doubled:
        return None
    aside = _row_aside(cells, written)
    if aside is not None:
        return _moved_back(sheet_id, cells, aside)
    if not columns.places or _is_data(cells[0], known):
        return _row_anew(sheet_id, cells, written, remembered, known)
    return _columns_anew(campaign, sheet_id, cells, columns, written, remembered)


def _row_aside(cells: Sequence[Sequence[Cell]], written: Mapping[str, str]) -> int | None:
    """Return the row that the headers were sorted to."""
    some = plain(next(iter(written.values())))
    for row in range(1, min(len(cells), MOST_ROWS_ASIDE)):
        if (
            any(isinstance(cell, str) and plain(cell) == some for cell in cells[row])
            and locate(cells[row], written).sound
        ):
            return row
    return None


def _moved_back(sheet_id: int, cells: Sequence[Sequence[Cell]], row: int) -> HeaderRepair:
    source = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    requests: tuple[JsonCell, ...] = (
        _frozen(sheet_id, 0),
        {"moveDimension": {"source": source, "destinationIndex": 0}},
        _frozen(sheet_id, 1),
    )
    after = [cells[row], *cells[:row], *cells[row + 1 :]]
    return HeaderRepair(requests, after, (texts.HEADER_MOVED.format(row=row + 1),))


def _row_anew(
    sheet_id: int,
    cells: Sequence[Sequence[Cell]],
    written: Mapping[str, str],
    remembered: Sequence[str],
    known: Collection[str],
) -> HeaderRepair | None:
    headers = list(remembered) if locate(remembered, written).sound else list(written.values())
    place = locate(headers, written).places[table.ID]
    filled = any(cell not in (None, "") for row in cells for cell in row)
    if filled and not any(len(row) > place and str(row[place]).strip() in known for row in cells):
        return None  # the rows stand under other columns than these headers did
    gone = bool(cells) and not _is_left_of(cells[0], headers)
    requests: list[JsonCell] = []
    if gone:
        where = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
        requests.append({"insertDimension": {"range": where, "inheritFromBefore": False}})
    ours = {plain(text): column for column, text in written.items()}
    row = {"values": [header_cell(ours.get(plain(text), ""), text) if text else {} for text in headers]}
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0}
    requests.append({"updateCells": {"start": start, "rows": [row], "fields": HEADER_FIELDS}})
    requests.append(_frozen(sheet_id, 1))
    after = [headers, *(cells if gone else cells[1:])]
    return HeaderRepair(tuple(requests), after, (texts.HEADER_ROW_ANEW,))


def _is_data(row: Sequence[Cell], known: Collection[str]) -> bool:
    """Return True if the row is a report's."""
    return any(isinstance(cell, str) and cell.strip() in known for cell in row)


def _is_left_of(row: Sequence[Cell], headers: Sequence[str]) -> bool:
    """Return True if the row can be what is left of the headers: each cell is blank or as it was."""
    before = [*headers, *[""] * (len(row) - len(headers))]
    return all(
        cell in (None, "") or plain(str(cell)) == plain(earlier) for cell, earlier in zip(row, before, strict=False)
    )


def _columns_anew(
    campaign: Campaign,
    sheet_id: int,
    cells: Sequence[Sequence[Cell]],
    columns: Columns,
    written: Mapping[str, str],
    remembered: Sequence[str],
) -> HeaderRepair:
    """Missing headers one by one: over the column that lost its header, or in a new column."""
    order = [text for text in remembered if text] if remembered else list(written.values())
    repair = HeaderRepair((), cells, ())
    for column, text in written.items():
        if text not in columns.missing:
            continue
        header = ["" if cell is None else str(cell).strip() for cell in repair.cells[0]]
        erased = _erased(header, text, remembered)
        if erased is not None:
            start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": erased}
            row = {"values": [header_cell(column, text)]}
            requests: list[JsonCell] = [{"updateCells": {"start": start, "rows": [row], "fields": HEADER_FIELDS}}]
            header[erased : erased + 1] = [text]
            after = [header, *repair.cells[1:]]
            words = texts.HEADER_WRITTEN.format(header=text)
        else:
            place = _place(header, text, order)
            requests = list(inserted_columns(campaign, sheet_id, place, {column: text}))
            after = [_with_blank(row, place) for row in [header, *repair.cells[1:]]]
            after[0] = [*after[0][:place], text, *after[0][place + 1 :]]
            words = texts.COLUMN_INSERTED.format(header=text)
        repair = replace(repair, requests=(*repair.requests, *requests), cells=after, words=(*repair.words, words))
    return repair


def _erased(header: Sequence[str], text: str, remembered: Sequence[str]) -> int | None:
    """Return the column that had the header at the last good read, where the row differs by blank headers alone."""
    words = [plain(cell) for cell in remembered]
    if plain(text) not in words:
        return None
    width = max(len(header), len(remembered))
    now, before = ([*row, *[""] * (width - len(row))] for row in (header, remembered))
    if any(there and plain(there) != plain(earlier) for there, earlier in zip(now, before, strict=True)):
        return None
    place = words.index(plain(text))
    return place if not now[place] else None


def _place(header: Sequence[str], text: str, order: Sequence[str]) -> int:
    """Return where a new column goes: behind the nearest one that stood before it."""
    words = [plain(cell) for cell in header]
    at = next((place for place, known in enumerate(order) if plain(known) == plain(text)), len(order))
    for earlier in reversed(order[:at]):
        if plain(earlier) in words:
            return words.index(plain(earlier)) + 1
    return 0


def _with_blank(row: Sequence[Cell], place: int) -> list[Cell]:
    wide = [*row, *[None] * (place - len(row))]
    return [*wide[:place], None, *wide[place:]]


def _frozen(sheet_id: int, rows: int) -> JsonCell:
    properties = {"sheetId": sheet_id, "gridProperties": {"frozenRowCount": rows}}
    return {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.frozenRowCount"}}
