"""The sheets of a workbook as plain cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.words import plain
from campaign.workbook import texts
from campaign.workbook.archive import not_opened, read_package
from campaign.workbook.errors import CellMistake
from campaign.xlsx import cells
from campaign.xlsx.archive import ArchiveError
from campaign.xlsx.cells import NoValue, opened, part_of, read_rows
from campaign.xlsx.cells import ref as ref

MOST_COLUMNS = 200
MOST_SHEETS = 100
LONGEST_TEXT = 10_000
"""Characters that are read of a cell: five times what any key may have, so that the checker still refuses it."""

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


def read_sheets(path: Path, wanted: Mapping[str, int]) -> dict[str, Sheet]:
    """Return the wanted sheets of an .xlsx file, by title as `plain` makes it.

    wanted: title as `plain` makes it → rows that are read at most. Raises WorkbookError.
    """
    package = read_package(path)
    try:
        with opened(package.content) as book:
            titles = [title for title in book.sheetnames[:MOST_SHEETS] if plain(title) in wanted]
            return {plain(title): _sheet(book[title], package.merged, wanted[plain(title)]) for title in titles}
    except ArchiveError as error:
        raise not_opened(path, error) from error


def _sheet(sheet: Any, merged: Mapping[str, list[str]], most: int) -> Sheet:
    found, more = read_rows(sheet, most, MOST_COLUMNS, LONGEST_TEXT)
    rows = {row: {column: _found(value) for column, value in cells.items()} for row, cells in found.items()}
    return Sheet(sheet.title, rows, tuple(merged.get(part_of(sheet), ())), most if more else None)


def _found(value: cells.Found | NoValue) -> Found | Formula:
    if not isinstance(value, NoValue):
        return value
    words = {"formula": texts.FORMULA, "error": texts.FORMULA_ERROR, "time": texts.SPAN_OF_TIME}[value.kind]
    return Formula(words.format(found=value.found))
