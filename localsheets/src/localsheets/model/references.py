"""Rewrite references in formulas when rows or columns move, a tab is renamed, or a formula is copied.

A formula is kept as it was typed; only its references change: `=СУММ(B2:B5)` → `=СУММ(B2:B6)`. A reference to deleted
cells becomes `#REF!`.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from localsheets.a1 import column_index, column_name, quote_title
from localsheets.cells import Cell
from localsheets.errors import RequestFailed
from localsheets.model.sheet import Sheet
from localsheets.model.shifting import Shift
from localsheets.model.spreadsheet import Spreadsheet
from localsheets.scanning import MAX_REWRITTEN, scan, title_of

REF = "#REF!"
_MAX_ROW = 10_000_000

_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)(\d*)")

# (absolute column?, column or None, absolute row?, row or None), 0-based
_Corner: TypeAlias = tuple[str, int | None, str, int | None]
_Rewrite: TypeAlias = Callable[[_Corner, _Corner | None], tuple[_Corner, _Corner | None] | None]


def _corner(text: str) -> _Corner:
    found = _CORNER.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first, letters, second, digits = found.groups()
    if not letters:  # `$5` alone: the sign belongs to the row
        first, second = "", first
    return (
        first,
        column_index(letters) if letters else None,
        second,
        int(digits) - 1 if digits else None,
    )


def _text(corner: _Corner) -> str:
    column_sign, column, row_sign, row = corner
    left = f"{column_sign}{column_name(column)}" if column is not None else ""
    right = f"{row_sign}{row + 1}" if row is not None else ""
    return left + right


def rewrite(formula: str, touches: Callable[[str | None], bool], change: _Rewrite) -> str:
    """Return a formula with the references to some tabs changed. touches: called with the title before `!`, or None."""

    out = []
    tab = ""
    for kind, text in scan(formula):
        if kind == "range" and touches(title_of(tab) if tab else None):
            first, _colon, last = text.partition(":")
            changed = change(_corner(first), _corner(last) if last else None)
            if changed is None:
                out.append(REF)
            else:
                out.append(":".join(_text(corner) for corner in changed if corner is not None))
        else:
            out.append(text)
        tab = text if kind == "tab" else ""
    return "".join(out)


def shifting(axis: str, shift: Shift) -> _Rewrite:
    """Return the change of a reference by an insert, delete or move along an axis."""
    part = 3 if axis == "ROWS" else 1

    def moved(corner: _Corner, value: int) -> _Corner:
        column_sign, column, row_sign, row = corner
        return (column_sign, column, row_sign, value) if part == 3 else (column_sign, value, row_sign, row)

    def change(first: _Corner, last: _Corner | None) -> tuple[_Corner, _Corner | None] | None:
        start = first[part]
        end = last[part] if last is not None else None
        if not isinstance(start, int):
            return first, last
        low, high = (start, start) if not isinstance(end, int) else (min(start, end), max(start, end))
        place = shift(low, high + 1)
        if place is None:
            return None
        if last is None or not isinstance(end, int):
            return moved(first, place[0]), last
        return moved(first, place[0]), moved(last, place[1] - 1)

    return change


def shift_formulas(state: Spreadsheet, sheet: Sheet, axis: str, shift: Shift) -> None:
    """Rewrite all formulas that refer to a tab after its rows or columns have moved."""
    change = shifting(axis, shift)
    folded = sheet.title.casefold()
    for own in list(state.sheets):
        if own.formula_keys:
            same = own.id == sheet.id

            def touches(title: str | None, same: bool = same) -> bool:
                return same if title is None else title.casefold() == folded

            _each_formula(state, own, lambda text, ask=touches: rewrite(text, ask, change))  # type: ignore[misc]


def rename_in_formulas(state: Spreadsheet, old: str, new: str) -> None:
    """Rewrite the name of a tab in all formulas."""
    folded, prefix = old.casefold(), quote_title(new) + "!"

    def renamed(formula: str) -> str:
        return "".join(
            prefix if kind == "tab" and title_of(text).casefold() == folded else text for kind, text in scan(formula)
        )

    for own in list(state.sheets):
        if own.formula_keys:
            _each_formula(state, own, renamed)


def _each_formula(state: Spreadsheet, own: Sheet, change: Callable[[str], str]) -> None:
    for at, row in list(own.formula_rows()):
        cells = row.cells()
        state.rewritten += sum(len(cell.formula) for cell in cells if cell.formula is not None)
        if state.rewritten > MAX_REWRITTEN:
            raise RequestFailed("One request moves too many formulas. Use several.")
        fresh = [cell._replace(formula=change(cell.formula)) if cell.formula is not None else cell for cell in cells]
        if fresh != cells:
            state.writable(own.id).put(at, fresh)


def carried(cell: Cell, down: int, right: int) -> Cell:
    """Return a cell copied elsewhere, with the relative references of its formula moved along."""
    if cell.formula is None or (not down and not right):
        return cell

    def placed(corner: _Corner) -> _Corner | None:
        column_sign, column, row_sign, row = corner
        if column is not None and not column_sign:
            column += right
        if row is not None and not row_sign:
            row += down
        if (column is not None and not 0 <= column < 18_278) or (row is not None and not 0 <= row < _MAX_ROW):
            return None
        return column_sign, column, row_sign, row

    def change(first: _Corner, last: _Corner | None) -> tuple[_Corner, _Corner | None] | None:
        start = placed(first)
        end = placed(last) if last is not None else None
        if start is None or (last is not None and end is None):
            return None
        return start, end

    return cell._replace(formula=rewrite(cell.formula, lambda _title: True, change))
