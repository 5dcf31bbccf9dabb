"""findReplace, sortRange, trimWhitespace, deleteDuplicates."""

import re
from collections.abc import Iterator, Mapping

from localsheets.a1 import Box
from localsheets.cells import Cell, CellError, Row
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.locales import display, locale_of, parse_input
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import box_of
from localsheets.model.celldata import CELL_CHARACTERS
from localsheets.model.protection import guard
from localsheets.model.zones import today_in
from localsheets.patterns import Replacer, compiled, literal, template_of


def _places(state: Spreadsheet, request: Json) -> Iterator[tuple[int, Box]]:
    scopes = [name for name in ("range", "sheetId", "allSheets") if name in request]
    if len(scopes) != 1:
        raise RequestFailed("Exactly one of range, sheetId or allSheets must be set")
    if "range" in request:
        yield box_of(state, request["range"])
    elif "sheetId" in request:
        sheet = state.sheet(int(request["sheetId"]))
        yield sheet.id, sheet.grid
    else:
        for sheet in list(state.sheets):
            yield sheet.id, sheet.grid


def find_replace(state: Spreadsheet, request: Json) -> Json:
    """Carry out findReplace in displayed texts, and in formulas on demand; the result is parsed as typed."""
    find, replacement = str(request.get("find", "")), str(request.get("replacement", ""))
    if not find:
        raise RequestFailed("find must not be empty")
    regular = bool(request.get("searchByRegex"))
    source = find if regular else literal(find)
    if request.get("matchEntireCell"):
        source = rf"\A(?:{source})\z"
    pattern = compiled(source, match_case=bool(request.get("matchCase")))
    template = template_of(replacement, pattern.groups) if regular else (replacement,)
    replacer = Replacer(pattern, template, CELL_CHARACTERS)
    counts = {"values": 0, "formulas": 0, "rows": 0, "sheets": 0, "occurrences": 0}
    for sheet_id, box in list(_places(state, request)):
        _replace_in(state, sheet_id, box, replacer, bool(request.get("includeFormulas")), counts)
    names = {
        "values": "valuesChanged",
        "formulas": "formulasChanged",
        "rows": "rowsChanged",
        "sheets": "sheetsChanged",
        "occurrences": "occurrencesChanged",
    }
    return {names[name]: count for name, count in counts.items()}


def _replace_in(
    state: Spreadsheet,
    sheet_id: int,
    box: Box,
    replacer: Replacer,
    formulas: bool,
    counts: dict[str, int],
) -> None:
    locale = locale_of(state.locale)
    today = today_in(str(state.props["timeZone"]))
    changed_rows: set[int] = set()
    held = state.sheet(sheet_id)

    def change(row: int, _column: int, cell: Cell) -> Cell:
        if cell.value is None and cell.formula is None:
            return cell
        if cell.formula is not None:
            if not formulas:
                return cell
            text = cell.formula
        elif isinstance(cell.value, CellError):
            return cell
        else:
            text = display(cell.value, state.styles[cell.style].get("numberFormat"), locale)
        fresh, count = replacer.replace(text)
        if not count:
            return cell
        counts["occurrences"] += count
        counts["formulas" if cell.formula is not None else "values"] += 1
        changed_rows.add(row)
        parsed = parse_input(fresh, locale, today)
        return cell._replace(value=parsed.value, formula=parsed.formula)

    area = box._replace(bottom=min(box.bottom, len(held.rows)))
    if area.bottom <= area.top:
        return
    fork = state.writable(sheet_id)
    guard(state, fork, area)
    fork.edit(area, change)
    counts["rows"] += len(changed_rows)
    counts["sheets"] += bool(changed_rows)


def _key(value: object, descending: bool) -> tuple[int, object]:
    """Return a sort key in Google's order: numbers, texts, booleans, errors; blanks always last."""
    if value is None:
        return (9, 0)
    if isinstance(value, bool):
        rank: tuple[int, object] = (3, value)
    elif isinstance(value, int | float):
        rank = (1, value)
    elif isinstance(value, CellError):
        rank = (4, value.shown)
    else:
        rank = (2, str(value).casefold())
    return (-rank[0], rank[1]) if descending else rank


def sort_range(state: Spreadsheet, request: Json) -> None:
    """Carry out sortRange: sort the rows of the range by its columns, stable; blanks last."""
    sheet_id, box = box_of(state, request.get("range"))
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    specs: list[Json] = request.get("sortSpecs", [])
    for spec in specs:
        column = spec.get("dimensionIndex", 0)
        if not box.left <= column < box.right:
            raise RequestFailed(f"sortSpecs.dimensionIndex[{column}] must be within the range")
    bottom = min(box.bottom, len(sheet.rows))
    if bottom <= box.top:
        return
    decoded = {at: sheet.cells(at) for at in range(box.top, bottom)}
    order = sorted_rows(decoded, specs or [{"dimensionIndex": box.left}])
    if box.left == 0 and box.right >= max((len(cells) for cells in decoded.values()), default=0):
        rows: list[Row | None] = [sheet.rows[at] for at in order]
        sheet.arrange(box.top, rows)
        return
    _sort_part(sheet, box, order, decoded)


def sorted_rows(decoded: Mapping[int, list[Cell]], specs: list[Json]) -> list[int]:
    """Return the numbers of rows in the order of `specs`, stable; rows with a blank there come last."""
    order = list(decoded)
    for spec in reversed(specs):
        column = spec.get("dimensionIndex", 0)
        descending = spec.get("sortOrder") == "DESCENDING"

        def value(at: int, column: int = column) -> object:
            cells = decoded[at]
            return cells[column].value if column < len(cells) else None

        filled = [at for at in order if value(at) is not None]
        blank = [at for at in order if value(at) is None]
        filled.sort(key=lambda at, d=descending: _key(value(at), d), reverse=descending)
        order = filled + blank
    return order


def _sort_part(sheet: Sheet, box: Box, order: list[int], decoded: dict[int, list[Cell]]) -> None:
    for offset, source in enumerate(order):
        at = box.top + offset
        cells = decoded[at] + [Cell()] * (box.right - len(decoded[at]))
        taken = decoded[source] + [Cell()] * (box.right - len(decoded[source]))
        cells[box.left : box.right] = taken[box.left : box.right]
        sheet.put(at, cells)


def trim_whitespace(state: Spreadsheet, request: Json) -> Json:
    """Carry out trimWhitespace: trim both ends and make runs of blanks one."""
    sheet_id, box = box_of(state, request.get("range"))
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    count = 0

    def change(_row: int, _column: int, cell: Cell) -> Cell:
        nonlocal count
        if not isinstance(cell.value, str) or cell.formula is not None:
            return cell
        fresh = re.sub(r"[ \u00a0\t]+", " ", cell.value).strip()
        if fresh == cell.value:
            return cell
        count += 1
        return cell._replace(value=fresh or None)

    sheet.edit(box._replace(bottom=max(box.top, min(box.bottom, len(sheet.rows)))), change)
    return {"cellsChangedCount": count}


def delete_duplicates(state: Spreadsheet, request: Json) -> Json:
    """Carry out deleteDuplicates: of rows equal in the compared columns keep the first; the rest moves up."""
    sheet_id, box = box_of(state, request.get("range"))
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    columns: list[int] = []
    for span in request.get("comparisonColumns", []):
        if span.get("dimension") != "COLUMNS":
            raise RequestFailed("comparisonColumns must be COLUMNS")
        columns.extend(range(max(box.left, span.get("startIndex", 0)), min(box.right, span.get("endIndex", box.right))))
    compared = columns or list(range(box.left, box.right))
    seen: set[tuple[object, ...]] = set()
    kept: list[list[Cell]] = []
    bottom = min(box.bottom, len(sheet.rows))
    for at in range(box.top, bottom):
        cells = sheet.cells(at) + [Cell()] * box.right
        key = tuple(value.casefold() if isinstance(value := cells[column].value, str) else value for column in compared)
        if key not in seen:
            seen.add(key)
            kept.append(cells[box.left : box.right])
    removed = (bottom - box.top) - len(kept)
    for offset in range(max(0, bottom - box.top)):
        at = box.top + offset
        cells = sheet.cells(at) + [Cell()] * (box.right - len(sheet.cells(at)))
        cells[box.left : box.right] = kept[offset] if offset < len(kept) else [Cell()] * box.width
        sheet.put(at, cells)
    return {"duplicatesRemovedCount": max(0, removed)}
