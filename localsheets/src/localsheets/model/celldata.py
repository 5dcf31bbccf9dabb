"""Convert CellData of the API to a stored cell and back.

Read-only fields of CellData (effectiveValue, effectiveFormat, formattedValue, hyperlink) are accepted and ignored, as
Google does.
"""

import copy
from typing import NamedTuple

from localsheets.cells import Cell, CellError, Value, tidy_number
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model.styles import Styles
from localsheets.schema.fieldmask import FieldTree
from localsheets.schema.masking import apply_mask, names, update_mask

CELL_CHARACTERS = 50_000
TOO_LONG = f"Your input contains more than the maximum of {CELL_CHARACTERS} characters in a single cell."

VALIDATION = "dataValidation"
_EXTRAS = (VALIDATION, "textFormatRuns", "pivotTable", "chipRuns", "dataSourceTable")


class CellMask(NamedTuple):
    """The parts of a cell that an update replaces. format: None if formats stay, `{}` if they are replaced whole."""

    value: bool
    format: "FieldTree | None"
    note: bool
    extras: tuple[str, ...]


def cell_mask(text: str) -> CellMask:
    """Return the mask of updateCells, appendCells or repeatCell. Raises RequestFailed for an unknown field."""
    tree = update_mask("CellData", text)
    return CellMask(
        names(tree, "userEnteredValue"),
        tree.get("userEnteredFormat", {}) if names(tree, "userEnteredFormat") else None,
        names(tree, "note"),
        tuple(name for name in _EXTRAS if names(tree, name)),
    )


def value_of(entered: Json | None) -> tuple[Value, str | None]:
    """Return (value, formula) of an ExtendedValue."""
    if not entered:
        return None, None
    if "numberValue" in entered:
        return tidy_number(entered["numberValue"]), None
    if "stringValue" in entered:
        text = entered["stringValue"]
        if len(text) > CELL_CHARACTERS:
            raise RequestFailed(TOO_LONG)
        return text or None, None
    if "boolValue" in entered:
        return entered["boolValue"], None
    if "formulaValue" in entered:
        formula = entered["formulaValue"]
        if len(formula) > CELL_CHARACTERS:
            raise RequestFailed(TOO_LONG)
        if not formula.startswith("=") or len(formula) < 2:
            raise RequestFailed(f"Invalid formula: {formula[:100]}. A formula must start with '='.")
        return None, formula
    error = entered.get("errorValue", {})
    return CellError(error.get("type", "ERROR"), error.get("message", "")), None


def change_style(styles: Styles, style: int, data: Json, mask: CellMask) -> int:
    """Return the number of the format that a cell with format `style` has after an update."""
    if mask.format is None:
        return style
    entered = data.get("userEnteredFormat") or {}
    return styles.number(apply_mask(styles[style], entered, mask.format) if mask.format else entered)


def change_cell(cell: Cell, style: int, data: Json, mask: CellMask) -> Cell:
    """Return the updated cell, its format given by `change_style`; a field in the mask and not in `data` is cleared."""
    value, formula = value_of(data.get("userEnteredValue")) if mask.value else (cell.value, cell.formula)
    note = data.get("note", "") if mask.note else cell.note
    extra = cell.extra
    if mask.extras and (extra or any(name in data for name in mask.extras)):
        kept = {name: part for name, part in (extra or {}).items() if name not in mask.extras}
        kept.update({name: copy.deepcopy(data[name]) for name in mask.extras if data.get(name)})
        extra = kept or None
    return Cell(value, formula, style, note, extra)


def entered_value(cell: Cell) -> Json | None:
    """Return a cell's userEnteredValue, None for an empty cell."""
    if cell.formula is not None:
        return {"formulaValue": cell.formula}
    return extended(cell.value)


def extended(value: Value) -> Json | None:
    """Return a value as ExtendedValue, None for an empty cell."""
    if value is None:
        return None
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.kind, **({"message": value.message} if value.message else {})}}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": value}
