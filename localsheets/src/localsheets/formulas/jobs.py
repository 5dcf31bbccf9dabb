"""The job for the formula engine: formulas, and the cells that they name, never a whole large tab."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from localsheets.a1 import Area, Box, box_name
from localsheets.cells import Cell, CellError, Row, Value, tidy_number
from localsheets.formulas.reading import Formula, Reference, read
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.scanning import MAX_CHARACTERS

MAX_NAMED_CELLS = 200_000
MAX_NAMED_CHARACTERS = 20_000_000

Place: TypeAlias = tuple[int, int, int]
"""Storage number of the tab, key of the row, column: where a cell is, wherever its row moves."""

_KINDS = {
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
    "#NULL!": "NULL_VALUE",
    "#CIRC!": "REF",  # as at Google
}


class TooMuchError(Exception):
    """The formulas name more cells than are handed over."""


class Placed(NamedTuple):
    """A cell with a formula. tab: index of its tab."""

    tab: int
    at: int
    column: int
    place: Place
    cell: Cell
    formula: Formula


def placed_formulas(state: Spreadsheet) -> list[Placed]:
    """Return all cells with formulas, in the order of tabs and rows."""
    return [
        Placed(tab, at, column, (sheet.store, row.key, column), cell, read(cell.formula, state.locale))
        for tab, sheet in enumerate(state.sheets)
        for at, row in sheet.formula_rows()
        for column, cell in enumerate(row.cells())
        if cell.formula is not None
    ]


def characters(state: Spreadsheet) -> int:
    """Return the length of all formulas together, without reading them."""
    rows = (row for sheet in state.sheets for _at, row in sheet.formula_rows())
    return sum(len(cell.formula) for row in rows for cell in row.cells() if cell.formula is not None)


def job_of(state: Spreadsheet, wanted: Sequence[Placed]) -> Json:
    """Return the job for `Engine.compute`. Raises TooMuchError."""
    if sum(len(one.cell.formula or "") for one in wanted) > MAX_CHARACTERS:
        raise TooMuchError
    boxes: set[tuple[int, Box]] = set()
    formulas = []
    names = _Names(state)
    for one in wanted:
        named = names.boxes(one)
        boxes.update(named.values())
        text = "".join(_text(part, named) if isinstance(part, Reference) else part for part in one.formula.parts)
        formulas.append([one.tab, one.at + 1, one.column + 1, text])
    if any(one.formula.anywhere for one in wanted):
        boxes.update((tab, Box(0, len(sheet.rows), 0, sheet.column_count)) for tab, sheet in enumerate(state.sheets))
    return {
        "zone": str(state.props.get("timeZone", "UTC")),
        "tabs": len(state.sheets),
        "cells": _cells(state, boxes, {(one.tab, one.at, one.column) for one in wanted}),
        "formulas": formulas,
    }


def _cells(state: Spreadsheet, boxes: set[tuple[int, Box]], computed: set[tuple[int, int, int]]) -> list[list[object]]:
    """Return the cells of the boxes that hold a value and are not computed themselves."""
    rows_of: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    for tab, box in boxes:
        rows_of[tab, box.left, box.right].append((box.top, min(box.bottom, len(state.sheets[tab].rows))))
    # Columns that are named in the same rows are taken together, so that each row is decoded once.
    columns_of: dict[tuple[int, tuple[range, ...]], list[tuple[int, int]]] = defaultdict(list)
    for (tab, left, right), spans in rows_of.items():
        columns_of[tab, _joined(spans)].append((left, right))
    cells: list[list[object]] = []
    budget, characters = MAX_NAMED_CELLS, MAX_NAMED_CHARACTERS
    for (tab, lines), columns in columns_of.items():
        for at in chain(*lines):
            values = _values(state.sheets[tab].rows[at])
            for left, right in columns:
                budget -= max(0, min(right, len(values)) - left)
                for column, value in enumerate(values[left:right], left):
                    if value is None or value == "" or (tab, at, column) in computed:
                        continue
                    characters -= len(value) if isinstance(value, str) else 0
                    cells.append([tab, at + 1, column + 1, _sent(value)])
            if budget < 0 or characters < 0:
                raise TooMuchError
    return cells


def value_of(state: Spreadsheet, one: Placed, answered: object) -> Value:
    """Return the value of a formula's cell from the engine's answer."""
    if isinstance(answered, dict):
        return CellError(_KINDS.get(answered["error"], "ERROR"), "")
    if isinstance(answered, bool):
        return answered
    if isinstance(answered, int | float):
        return None if not answered and _names_blank(state, one) else tidy_number(answered)
    return str(answered) if answered else None


def _names_blank(state: Spreadsheet, one: Placed) -> bool:
    """Return True if a formula is the name of one blank cell, which is blank although the engine gives 0."""
    start, *rest = one.formula.parts
    if start != "=" or len(rest) != 2 or rest[1]:
        return False
    named = _Names(state).boxes(one)
    return all(
        box.height == box.width == 1 and state.sheets[tab].cell(box.top, box.left)[:2] == (None, None)
        for tab, box in named.values()
    )


class _Names:
    """Finds what the references of formulas mean, in one state."""

    def __init__(self, state: Spreadsheet) -> None:
        self._state = state
        self._widths: dict[int, int] = {}

    def boxes(self, one: Placed) -> dict[Reference, tuple[int, Box]]:
        """Return (index of the tab, box) for each range of a formula on a known tab.

        A range that is open or leaves the grid ends with the used part: of all tabs that the formula names, so that
        whole columns of two tabs stay equally long.
        """
        found: dict[Reference, int] = {}
        for reference in one.formula.references:
            sheet = None if reference.title is None else self._state.find_sheet(reference.title)
            if sheet is not None or reference.title is None:
                found[reference] = one.tab if sheet is None else self._state.sheets.index(sheet)
        sheets = self._state.sheets
        rows = max((len(sheets[tab].rows) for tab in found.values()), default=0)
        wide = any(_open(ref.area.right, sheets[tab].column_count) for ref, tab in found.items())
        columns = max(self._width(tab) for tab in found.values()) if wide else 0
        return {ref: (tab, _bounded(sheets[tab], ref.area, rows, columns)) for ref, tab in found.items()}

    def _width(self, tab: int) -> int:
        if tab not in self._widths:
            self._widths[tab] = self._state.sheets[tab].used_width()
        return self._widths[tab]


def _open(end: int | None, size: int) -> bool:
    return end is None or end > size


def _bounded(sheet: Sheet, area: Area, rows: int, columns: int) -> Box:
    top, left = area.top or 0, area.left or 0
    bottom = rows if area.bottom is None or area.bottom > sheet.row_count else area.bottom
    right = columns if area.right is None or area.right > sheet.column_count else area.right
    return Box(top, max(bottom, top + 1), left, max(right, left + 1))


def _text(reference: Reference, named: dict[Reference, tuple[int, Box]]) -> str:
    if reference not in named:
        return "#REF!"
    tab, box = named[reference]
    return f"T{tab}!{box_name(box)}"


def _joined(spans: list[tuple[int, int]]) -> tuple[range, ...]:
    """Return the union of half-open spans, as ranges that do not meet."""
    joined: list[range] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(stop, joined[-1].stop))
        else:
            joined.append(range(start, stop))
    return tuple(joined)


def _values(row: Row | None) -> Sequence[Value]:
    if row is None:
        return ()
    return row.values() if row.plain else [cell.value for cell in row.cells()]


def _sent(value: Value) -> object:
    return {"error": value.shown if value.kind != "LOADING" else "#N/A"} if isinstance(value, CellError) else value
