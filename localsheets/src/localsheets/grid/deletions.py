"""What a deletion of rows or columns took away, in a form that can be kept, and its way back.

The deleted lines are kept whole: values, formulas, formats, notes, heights. What the deletion changed elsewhere
(formulas, merges, protected ranges, charts, frozen rows …) is kept as it was before and after. On the way back each
such part returns to what it was before, unless somebody has changed it since: then it stays as the insertion leaves it.
"""

import copy
from collections.abc import Iterator
from typing import TypeAlias

from localsheets.cells import Cell, Row, make_row
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.dimensions import delete_dimension, insert_dimension

Spans: TypeAlias = list[tuple[int, int]]
_FROZEN = {"ROWS": "frozenRowCount", "COLUMNS": "frozenColumnCount"}


def delete_lines(fork: Spreadsheet, gid: int, axis: str, spans: Spans) -> Json:
    """Delete rows or columns and return what `give_back` needs. spans: half-open, ascending and apart."""
    sheet = fork.sheet(gid)
    before = {one.id: one for one in fork.sheets}
    named, metadata = fork.named_ranges, fork.metadata.copy()
    kept: Json = {"axis": axis, "spans": spans, "lines": _cut_out(sheet, axis, spans), "above": _above(sheet, spans)}
    dims = sheet.row_dims if axis == "ROWS" else sheet.column_dims
    kept["dims"] = {str(at): dims[at] for start, end in spans for at in range(start, end) if at in dims}
    delete_dimension(fork, gid, axis, *spans)
    kept["parts"] = [
        {"sheet": one.id, "name": name, "before": before[one.id].features.get(name), "after": one.features.get(name)}
        for one in fork.forked()
        for name in before[one.id].features.keys() | one.features.keys()
        if before[one.id].features.get(name) != one.features.get(name)
    ]
    grid = fork.sheet(gid).props["gridProperties"]
    kept["frozen"] = [sheet.props["gridProperties"].get(_FROZEN[axis]), grid.get(_FROZEN[axis])]
    kept["named"] = [named, fork.named_ranges] if named != fork.named_ranges else None
    kept["metadata"] = [
        [entry, fork.metadata.get(number)] for number, entry in metadata.items() if fork.metadata.get(number) != entry
    ]
    if axis == "COLUMNS":
        kept["emptied"] = _emptied(sheet, fork.sheet(gid))
    kept["formulas"] = list(_changed_formulas(fork, before, gid, axis, spans))
    return kept


def _cut_out(sheet: Sheet, axis: str, spans: Spans) -> list[Json]:
    found: list[Json] = []
    if axis == "ROWS":
        for start, end in spans:
            for at, row in enumerate(sheet.rows[start:end], start):
                if row is not None:
                    found.append({"at": at, "row": [row.key, row.text, row.width, row.meta]})
        return found
    for row in sheet.rows:
        if row is not None:
            cells = row.cells()
            part = make_row(row.key, [cell for start, end in spans for cell in _stretch(cells, start, end)])
            if part is not None:
                found.append({"at": row.key, "row": [part.key, part.text, part.width, part.meta]})
    return found


def _stretch(cells: list[Cell], start: int, end: int) -> list[Cell]:
    part = cells[start:end]
    return part + [Cell()] * (end - start - len(part))


def _emptied(before: Sheet, after: Sheet) -> list[Json]:
    """Return the rows that held nothing but the deleted cells, and so have no key any more.

    Each by the key of the nearest row above that is left (None: the top of the tab) and its distance from there.
    """
    left = _by_key(after)
    found: list[Json] = []
    anchor, top = None, -1
    for at, row in enumerate(before.rows):
        if row is not None and row.key in left:
            anchor, top = row.key, at
        elif row is not None:
            found.append({"key": row.key, "anchor": anchor, "distance": at - top})
    return found


def _above(sheet: Sheet, spans: Spans) -> int | None:
    """Return the key of the row above the first span."""
    at = spans[0][0] - 1
    row = sheet.rows[at] if 0 <= at < len(sheet.rows) else None
    return row.key if row is not None else None


def _changed_formulas(
    fork: Spreadsheet, before: dict[int, Sheet], gid: int, axis: str, spans: Spans
) -> Iterator[list[object]]:
    """Return [sheet id, row key, column, formula before, formula after] of each formula that the deletion changed."""
    gone = {at for start, end in spans for at in range(start, end)} if axis == "COLUMNS" else set()
    for sheet in fork.forked():
        if not sheet.formula_keys:
            continue
        held = {row.key: row for _at, row in before[sheet.id].formula_rows()}
        for _at, row in sheet.formula_rows():
            cells = held[row.key].cells()
            if sheet.id == gid:
                cells = [cell for at, cell in enumerate(cells) if at not in gone]
            for column, (old, new) in enumerate(zip(cells, row.cells(), strict=False)):
                if old.formula != new.formula:
                    yield [sheet.id, row.key, column, old.formula, new.formula]


# The way back


def give_back(fork: Spreadsheet, gid: int, kept: Json) -> Spans:
    """Put deleted rows or columns back and return their places.

    Rows come back under the row that was above them, wherever it is now; columns at their former place. Cells of a
    deleted column do not come back where their row is gone meanwhile, or filled by others after it had become blank.
    """
    axis: str = kept["axis"]
    sheet = fork.writable(gid)
    spans = _places(sheet, axis, kept)
    same_place = spans == [tuple(span) for span in kept["spans"]]
    parts = [part for part in kept["parts"] if same_place and _untouched(fork, part)]
    named = same_place and kept["named"] is not None and fork.named_ranges == kept["named"][1]
    notes = [pair[0] for pair in kept["metadata"] if fork.metadata.get(pair[0]["metadataId"]) == pair[1]]
    formulas = _untouched_formulas(fork, kept["formulas"]) if same_place else []
    frozen = sheet.props["gridProperties"].get(_FROZEN[axis])
    for start, end in spans:
        insert_dimension(fork, gid, axis, start, end - start, inherit_before=False, bare=True)
    _fill(sheet, axis, kept, spans)
    for part in parts:
        features = fork.writable(part["sheet"]).features
        if part["before"] is None:
            features.pop(part["name"], None)
        else:
            features[part["name"]] = copy.deepcopy(part["before"])
    if same_place:
        fork.metadata.update({entry["metadataId"]: entry for entry in notes})
        if frozen == kept["frozen"][1] and kept["frozen"][0] is not None:
            sheet.props["gridProperties"][_FROZEN[axis]] = kept["frozen"][0]
    if named:
        fork.named_ranges = copy.deepcopy(kept["named"][0])
    _write_formulas(fork, gid, axis, spans, formulas)
    return spans


def _places(sheet: Sheet, axis: str, kept: Json) -> Spans:
    spans = [(int(start), int(end)) for start, end in kept["spans"]]
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    shift = 0
    if axis == "ROWS" and kept["above"] is not None:
        above = next((at for at, row in enumerate(sheet.rows) if row is not None and row.key == kept["above"]), None)
        shift = above + 1 - spans[0][0] if above is not None else 0
    placed = []
    for start, end in spans:
        at = min(start + shift, size)
        placed.append((at, at + end - start))
        size += end - start
    return placed


def _untouched(fork: Spreadsheet, part: Json) -> bool:
    sheet = next((one for one in fork.sheets if one.id == part["sheet"]), None)
    return sheet is not None and sheet.features.get(part["name"]) == part["after"]


def _by_key(sheet: Sheet) -> dict[int, int]:
    return {row.key: at for at, row in enumerate(sheet.rows) if row is not None}


def _untouched_formulas(fork: Spreadsheet, changed: list[list[object]]) -> list[Json]:
    sheets = {sheet.id: (sheet, _by_key(sheet)) for sheet in fork.sheets} if changed else {}
    found: list[Json] = []
    for sheet_id, key, column, before, after in changed:
        sheet, places = sheets.get(sheet_id, (None, {}))  # type: ignore[call-overload]
        if sheet is not None and key in places and sheet.cell(places[key], column).formula == after:
            found.append({"sheet": sheet_id, "key": key, "column": column, "formula": before})
    return found


def _fill(sheet: Sheet, axis: str, kept: Json, spans: Spans) -> None:
    former = [at for start, end in kept["spans"] for at in range(start, end)]
    now = dict(zip(former, (at for start, end in spans for at in range(start, end)), strict=True))
    dims = sheet.row_dims if axis == "ROWS" else sheet.column_dims
    for at, dim in kept["dims"].items():
        dims[now[int(at)]] = dim
    rows = {line["at"]: Row(*line["row"]) for line in kept["lines"]}
    if axis == "ROWS":
        sheet.replace_rows({now[at]: row for at, row in rows.items()})
        return
    places = _by_key(sheet)
    filled = set(places.values())
    for row in kept["emptied"]:
        top = -1 if row["anchor"] is None else places.get(row["anchor"])
        if top is not None and top + row["distance"] not in filled:
            places[row["key"]] = top + row["distance"]
    for key, part in rows.items():
        if key not in places:
            continue
        cells = sheet.cells(places[key])
        cells.extend([Cell()] * (spans[-1][1] - len(cells)))
        for column, cell in zip(now.values(), part.cells(), strict=False):
            cells[column] = cell
        if places[key] in filled:
            sheet.put(places[key], cells)
        else:
            whole = make_row(key, cells)
            sheet.replace_rows({places[key]: whole} if whole is not None else {})


def _write_formulas(fork: Spreadsheet, gid: int, axis: str, spans: Spans, formulas: list[Json]) -> None:
    inserted = [at for start, end in spans for at in range(start, end)] if axis == "COLUMNS" else []
    by_row: dict[tuple[int, int], list[Json]] = {}
    for formula in formulas:
        by_row.setdefault((formula["sheet"], formula["key"]), []).append(formula)
    places = {number: _by_key(fork.sheet(number)) for number in {number for number, _key in by_row}}
    for (number, key), found in by_row.items():
        sheet, at = fork.writable(number), places[number][key]
        cells = sheet.cells(at)
        for formula in found:
            column = formula["column"]
            if number == gid:
                for place in inserted:
                    column += place <= column
            cells[column] = cells[column]._replace(formula=formula["formula"])
        sheet.put(at, cells)
