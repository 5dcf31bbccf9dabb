"""One cell, decoded. Imports nothing of ours but `jsontypes`."""

from typing import NamedTuple, TypeAlias

from localsheets.jsontypes import Json


class CellError(NamedTuple):
    """An error value: `kind` as in Google's ErrorValue (`DIVIDE_BY_ZERO`), `shown` as people see it (`#DIV/0!`)."""

    kind: str
    message: str

    @property
    def shown(self) -> str:
        return ERROR_SHOWN.get(self.kind, "#ERROR!")


ERROR_SHOWN = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}

Value: TypeAlias = bool | int | float | str | CellError | None


class Cell(NamedTuple):
    """Never changed in place. `value` is what the cell shows unformatted (a formula's result included); an empty
    string is kept as None. `style` is an index into the spreadsheet's styles, 0 for none. `extra` holds what few cells
    have: dataValidation, textFormatRuns, hyperlink, pivotTable.
    """

    value: Value = None
    formula: str | None = None
    style: int = 0
    note: str = ""
    extra: Json | None = None

    @property
    def bare(self) -> bool:
        """Whether the cell holds nothing at all."""
        return self.value is None and self.formula is None and not self.style and not self.note and not self.extra


EMPTY = Cell()


def tidy_number(number: int | float) -> int | float:
    """12.0 → 12, as Google writes whole numbers in JSON."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return int(number)
    return number
