"""The specialist's guide to a new campaign is followed word for word: its tables make a campaign that is taken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from campaign import load_campaign
from campaign.workbook import read_workbook, workbook
from campaign.workbook.layout import FIRST, TITLES
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "ru" / "campaign.md").read_text(encoding="utf-8")


def tables() -> list[list[list[str]]]:
    """The tables of the guide: rows of cells, the header first."""
    found = re.findall(r"(?:^\|.*\|\n)+", GUIDE, re.MULTILINE)
    cells = [[[cell.strip() for cell in row.strip("|").split("|")] for row in one.splitlines()] for one in found]
    return [[table[0], *table[2:]] for table in cells]


def clear(sheet: Any) -> None:
    """Delete what the campaign before had."""
    sheet.delete_rows(FIRST, sheet.max_row)


def fill(sheet: Any, table: list[list[str]]) -> None:
    """Write a table of the guide below the titles of the same words."""
    clear(sheet)
    columns = {cell.value: cell.column for cell in sheet[TITLES]}
    for row, record in enumerate(table[1:], FIRST):
        for title, value in zip(table[0], record, strict=True):
            sheet.cell(row, columns[title]).value = value or None


def test_the_guide_makes_a_campaign(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(load_campaign(ROOT / "config.yaml")))
    book: Any = openpyxl.load_workbook(path)
    about, questions, options, rules = tables()
    lines = {row[0].value: row[1] for row in book["Кампания"].iter_rows()}
    for title, value in about[1:]:
        lines[title].value = value
    fill(book["Вопросы"], questions)
    fill(book["Варианты"], options)
    fill(book["Правила"], rules)
    clear(book["Группы"])
    book["Муниципалитеты"].delete_cols(7, 3)
    book.save(path)
    made = read_workbook(path)
    assert (made.id, made.main_figure, made.about.deadline_text) == ("kruzhki-2026", "children", "2026-11-30 18:00")
    assert [q.id for q in made.questions] == ["clubs", "children", "free", "kinds", "newest", "comment"]
    assert [rule.level for rule in made.rules] == ["error", "warning"]
