"""The cells of a file that `archive.examine` has let through, as plain values; and texts as a cell holds them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Literal

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from campaign.xlsx.archive import ArchiveError, Refusal

# Of parts that are left out, and of dates that are none. Not `catch_warnings`, which changes what all threads share.
warnings.filterwarnings("ignore", module="openpyxl")

BLANK_ROWS = 5_000
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005F|007F|FFF[EFef])_")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class NoValue:
    """A cell that holds no value of its own: a formula, an error, or a span of time. found: the error as it stands."""

    kind: Literal["formula", "error", "time"]
    found: str = ""


class Percent(float):
    """A number that the cell shows as a percentage: 0.5 is shown as 50%."""

    __slots__ = ()


Found = str | int | float | bool | datetime
Rows = dict[int, dict[int, Found | NoValue]]
"""The filled cells by row and column, from 1."""


def ref(row: int, column: int) -> str:
    """Return «D7»."""
    return f"{get_column_letter(column)}{row}"


def escaped(text: str) -> str:
    """Return the text as XML may hold it: signs that XML has no room for as `_x0007_`. `unescaped` is the inverse."""
    return _UNSAFE.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """Open the file as openpyxl's workbook, row by row. Raises ArchiveError, also for what goes wrong in the body.

    Nothing is made of merged ranges, links, drawings and formats over a million cells.
    """
    try:
        yield openpyxl.load_workbook(BytesIO(content), read_only=True, keep_links=False)
    except Exception as error:  # the library has no errors of its own for a broken file: any may come
        raise ArchiveError(Refusal.NOT_XLSX) from error


def read_rows(sheet: Any, rows: int, columns: int, longest: int) -> tuple[Rows, bool]:
    """Return the cells of a sheet, and True if there is something below the rows that are read.

    Editors leave rows behind that have a format and nothing in them: up to BLANK_ROWS of those are passed over.

    rows, columns: how many are read at most
    longest:       characters that are read of a cell
    """
    found: Rows = {}
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for number, cells in enumerate(sheet.iter_rows(max_col=columns), 1):
        if number > rows:
            if number > rows + BLANK_ROWS or any(cell.value not in (None, "") for cell in cells):
                return found, True
            continue
        values = ((column, _value(cell, longest)) for column, cell in enumerate(cells, 1))
        filled = {column: value for column, value in values if value is not None and value != ""}
        if filled:
            found[number] = filled
    return found, False


def part_of(sheet: Any) -> str:
    """Return the name of the part of the archive that holds the sheet."""
    return str(sheet._worksheet_path).lstrip("/")  # the library has no public name for it


def _value(cell: Any, longest: int) -> Found | NoValue | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return NoValue("formula")
    if cell.data_type == "e":
        return NoValue("error", str(value))
    match value:
        case str():
            return unescaped(value[:longest])
        case bool() | datetime():
            return value
        case int() | float():
            return Percent(value) if "%" in cell.number_format else value
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - cells have no zone
        case time() | timedelta():
            return NoValue("time")
    return NoValue("formula")
