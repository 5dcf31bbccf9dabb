"""One cell, decoded."""

from typing import NamedTuple, TypeAlias

from localsheets.jsontypes import Json


class CellError(NamedTuple):
    """An error value: `kind` as in Google's ErrorValue (`DIVIDE_BY_ZERO`), `shown` as in the cell (`#DIV/0!`).

    stopped: the formula was stopped at a limit, and is not computed again until it is changed
    """

    kind: str
    message: str
    stopped: bool = False

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
    """A decoded cell; immutable.

    value: the unformatted value, a formula's result included; None for an empty text
    style: index into the spreadsheet's styles, 0 for none
    extra: rarely used fields: dataValidation, textFormatRuns, hyperlink, pivotTable
    """

    value: Value = None
    formula: str | None = None
    style: int = 0
    note: str = ""
    extra: Json | None = None

    @property
    def bare(self) -> bool:
        """True if the cell holds nothing at all."""
        return self.value is None and self.formula is None and not self.style and not self.note and not self.extra


EMPTY = Cell()


def tidy_number(number: int | float) -> int | float:
    """Return 12 for 12.0, as Google writes whole numbers in JSON."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return int(number)
    return number
