"""The sheets of a workbook as plain cells. openpyxl is met here and in `writing` alone."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from campaign.words import plain
from campaign.workbook import texts
from campaign.workbook.archive import read_package
from campaign.workbook.errors import CellMistake, refused

MOST_COLUMNS = 200
MOST_SHEETS = 100
LONGEST_TEXT = 10_000
"""Characters that are read of a cell: five times what any key may have, so that the checker still refuses it."""
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005F|007F|FFF[EFef])_")

Found = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, or a value that no cell of ours may hold (an error, a span of time)."""

    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet by row and column, from 1; blank ones are missing."""

    title: str
    rows: Mapping[int, Mapping[int, Found | Formula]]
    merged: tuple[str, ...]
    most: int | None
    """Rows that were read, where more were left out; None where all were read."""

    def mistakes(self) -> Iterator[CellMistake]:
        """Yield what no sheet that is read may have."""
        for place in self.merged:
            yield CellMistake(self.title, place, "", texts.MERGED)
        if self.most is not None:
            yield CellMistake(self.title, ref(self.most + 1, 1), "", texts.TOO_MANY_ROWS.format(most=self.most))


def ref(row: int, column: int) -> str:
    """Return «D7»."""
    return f"{get_column_letter(column)}{row}"


def read_sheets(path: Path, wanted: Mapping[str, int]) -> dict[str, Sheet]:
    """Return the wanted sheets of an .xlsx file, by title as `plain` makes it.

    wanted: title as `plain` makes it → rows that are read at most. Raises WorkbookError.
    """
    package = read_package(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are left out, and of dates that are none
            # Rows one by one: nothing is made of merged ranges, links, drawings and formats over a million cells.
            book = openpyxl.load_workbook(BytesIO(package.content), read_only=True, keep_links=False)
            titles = [title for title in book.sheetnames[:MOST_SHEETS] if plain(title) in wanted]
            return {plain(title): _sheet(book[title], package.merged, wanted[plain(title)]) for title in titles}
    except Exception as error:  # the library has no errors of its own for a broken file: any may come
        raise refused(path, texts.NOT_XLSX) from error


def _sheet(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet, merged: Mapping[str, list[str]], most: int) -> Sheet:
    rows: dict[int, dict[int, Found | Formula]] = {}
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    cut = None
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if number > most:
            cut = most
            break
        values = ((column, _value(cell)) for column, cell in enumerate(cells, 1))
        found: dict[int, Found | Formula] = {column: value for column, value in values if value not in (None, "")}
        if found:
            rows[number] = found
    part = sheet._worksheet_path.lstrip("/")  # the library has no public name for it
    return Sheet(sheet.title, rows, tuple(merged.get(part, ())), cut)


def _value(cell: openpyxl.cell.read_only.ReadOnlyCell) -> Found | Formula:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Formula(texts.FORMULA)
    if cell.data_type == "e":
        return Formula(texts.FORMULA_ERROR.format(found=value))
    match value:
        case str():
            return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value[:LONGEST_TEXT])
        case bool() | int() | float() | datetime():
            return value
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - cells have no zone
        case time() | timedelta():
            return Formula(texts.SPAN_OF_TIME)
    return Formula(texts.FORMULA)
