"""Compute formulas after each batch that touched a spreadsheet with formulas.

`recalculate(state)` runs on the fork before the commit and puts each formula's value into its cell. The engine
(ironcalc) gets the formulas and the cells that they name, never a whole large tab. TODAY and NOW are of the moment of
the last change (or minute: `minutely`), in the spreadsheet's time zone.
"""

import re
from typing import Protocol

import ironcalc

from localsheets.a1 import Area, Box, column_name, parse_area
from localsheets.cells import Cell, CellError, Value, tidy_number
from localsheets.errors import RequestFailed
from localsheets.formulas.spelling import called, english, rename_tabs
from localsheets.formulas.support import computes
from localsheets.model import Sheet, Spreadsheet

MAX_NAMED_CELLS = 200_000

_REFERENCE = re.compile(
    r"(?:('(?:[^']|'')+'|[A-Za-z_\u0400-\u04ff][\w.]*)!)?(\$?[A-Za-z]{1,3}\$?\d+|\$?[A-Za-z]{1,3}(?=:)|\$?\d+(?=:))"
    r"(?::(\$?[A-Za-z]{1,3}\$?\d+|\$?[A-Za-z]{1,3}|\$?\d+))?"
)
_SHOWN_ERRORS = {
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
    "#NULL!": "NULL_VALUE",
}


class _Engine(Protocol):
    """The part of ironcalc's Model that is used."""

    def evaluate(self) -> None: ...
    def set_user_input(self, sheet: int, row: int, column: int, value: str) -> None: ...
    def get_cell_value(self, sheet: int, row: int, column: int) -> str | float | bool | None: ...
    def update_cell_with_number(self, sheet: int, row: int, column: int, value: float) -> None: ...
    def update_cell_with_text(self, sheet: int, row: int, column: int, value: str) -> None: ...
    def update_cell_with_bool(self, sheet: int, row: int, column: int, value: bool) -> None: ...


def recalculate(state: Spreadsheet) -> None:
    """Compute every formula of the fork. Raises RequestFailed if formulas name more cells than can be computed."""
    if not any(sheet.formula_keys for sheet in state.sheets):
        return
    formulas = [
        (index, at, column, cell)
        for index, sheet in enumerate(state.sheets)
        for at, row in sheet.formula_rows()
        for column, cell in enumerate(row.cells())
        if cell.formula is not None
    ]
    engine = ironcalc.create("formulas", "en", _zone(state), "en")
    engine.rename_sheet(0, _tab(0))
    for index in range(1, len(state.sheets)):
        engine.add_sheet(_tab(index))
    _feed(engine, state, formulas)
    for index, at, column, cell in formulas:
        spelled = english(str(cell.formula), state.locale)
        if spelled is not None:
            engine.set_user_input(index, at + 1, column + 1, _addressed(state, spelled))
    engine.evaluate()
    fresh: dict[tuple[int, int], dict[int, Value]] = {}
    for index, at, column, cell in formulas:
        value = _refused(str(cell.formula), state.locale)
        if value is None and not _names_blank(state, state.sheets[index], str(cell.formula)):
            value = _value(engine.get_cell_value(index, at + 1, column + 1))
        if value != cell.value or type(value) is not type(cell.value):
            fresh.setdefault((index, at), {})[column] = value
    for (index, at), values in fresh.items():
        sheet = state.writable(state.sheets[index].id)
        cells: list[Cell] = sheet.cells(at)
        for column, value in values.items():
            cells[column] = cells[column]._replace(value=value)
        sheet.put(at, cells)


def _tab(index: int) -> str:
    """Return a tab's name in the engine, because Excel allows fewer names than Google («A1:B2» is a title there)."""
    return f"T{index}"


def _addressed(state: Spreadsheet, formula: str) -> str:
    """Return a formula with its tabs named as in the engine; an unknown tab stays and gives #REF!."""

    def name(title: str) -> str | None:
        sheet = state.find_sheet(title)
        return _tab(state.sheets.index(sheet)) if sheet is not None else None

    return rename_tabs(formula, name)


def _zone(state: Spreadsheet) -> str:
    zone = str(state.props.get("timeZone", "UTC"))
    return zone if zone in ironcalc.get_all_timezones() else "UTC"


def _refused(formula: str, locale: str) -> Value:
    """Return the error for a text that is no formula, or for one that would be computed partly or not at all."""
    if english(formula, locale) is None:
        return CellError("ERROR", "Formula parse error.")
    missing = [name for name in called(formula) if not computes(name)]
    return CellError("NAME", f"Unknown function: '{missing[0]}'.") if missing else None


def _names_blank(state: Spreadsheet, own: Sheet, formula: str) -> bool:
    """Return True if a formula is the name of one blank cell, which is blank although the engine gives 0."""
    if not re.fullmatch(r"=(?:[^()\"+*/&=<>^-]*!)?\$?[A-Za-z]{1,3}\$?\d+", formula):
        return False
    boxes = _named(state, own, formula)
    if len(boxes) != 1:
        return False
    index, box = boxes[0]
    cell = state.sheets[index].cell(box.top, box.left)
    return cell.value is None and cell.formula is None


def _value(value: str | float | bool | None) -> Value:
    if isinstance(value, str):
        kind = _SHOWN_ERRORS.get(value)
        if kind or value.startswith("#"):
            return CellError(kind or "ERROR", "")
        return value or None
    if isinstance(value, float):
        return tidy_number(value)
    return value


def _named(state: Spreadsheet, own: Sheet, formula: str) -> list[tuple[int, Box]]:
    """Return (index of the tab, box) of each range that a formula names."""
    bare = re.sub(r'"[^"]*"', '""', english(formula, state.locale) or "")
    found = []
    for title, first, last in _REFERENCE.findall(bare):
        sheet = state.find_sheet(title.strip("'").replace("''", "'")) if title else own
        area: Area | None = parse_area(f"{first}:{last}" if last else first)
        if sheet is not None and area is not None:
            box = sheet.clip(area)
            found.append((state.sheets.index(sheet), box._replace(bottom=min(box.bottom, len(sheet.rows)))))
    return found


def _feed(engine: _Engine, state: Spreadsheet, formulas: list[tuple[int, int, int, Cell]]) -> None:
    boxes = {
        box for index, _at, _column, cell in formulas for box in _named(state, state.sheets[index], str(cell.formula))
    }
    budget = MAX_NAMED_CELLS
    for index, box in boxes:
        sheet = state.sheets[index]
        for at in range(box.top, box.bottom):
            for shift, cell in enumerate(sheet.cells(at)[box.left : box.right]):
                if cell.value is None or cell.formula is not None:
                    continue
                budget -= 1
                if budget < 0:
                    raise RequestFailed(
                        f"Formulas name more than {MAX_NAMED_CELLS} cells (around "
                        f"{column_name(box.left)}{box.top + 1}); this server does not compute that many."
                    )
                _set(engine, index, at + 1, box.left + shift + 1, cell.value)


def _set(engine: _Engine, sheet: int, row: int, column: int, value: Value) -> None:
    if isinstance(value, bool):
        engine.update_cell_with_bool(sheet, row, column, value)
    elif isinstance(value, int | float):
        engine.update_cell_with_number(sheet, row, column, float(value))
    elif isinstance(value, CellError):
        engine.set_user_input(sheet, row, column, value.shown)
    elif value is not None:
        engine.update_cell_with_text(sheet, row, column, value)
