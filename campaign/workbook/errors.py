"""Errors of workbooks: each mistake with its sheet and cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import CampaignError
from campaign.workbook import texts

_SHOWN = 100
"""Mistakes that are printed: a person mends these first."""


@dataclass(frozen=True, slots=True)
class CellMistake:
    """One mistake in a workbook.

    sheet:    its title; "" for the workbook as a whole
    cell:     «D7»; "" for the sheet as a whole
    key:      of the column or of the line of «Кампания»; "" where there is none
    expected: Russian words
    """

    sheet: str
    cell: str
    key: str
    expected: str

    def __str__(self) -> str:
        if not self.sheet:
            return self.expected
        where = texts.PLACE.format(sheet=self.sheet, cell=self.cell) if self.cell else texts.SHEET.format(self.sheet)
        return f"{where}{f' ({self.key})' if self.key else ''}: {self.expected}"


class WorkbookError(CampaignError):
    """The workbook cannot be used. `str()` gives one line a mistake: `file: «sheet», cell (key): expected`."""

    def __init__(self, path: Path, mistakes: Sequence[CellMistake]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        lines = [f"{path}: {mistake}" for mistake in self.mistakes[:_SHOWN]]
        if len(self.mistakes) > _SHOWN:
            lines.append(f"{path}: {texts.MORE.format(count=len(self.mistakes) - _SHOWN)}")
        super().__init__("\n".join(lines))


def refused(path: Path, expected: str) -> WorkbookError:
    """Return the error of a workbook that is refused as a whole."""
    return WorkbookError(path, (CellMistake("", "", "", expected),))
