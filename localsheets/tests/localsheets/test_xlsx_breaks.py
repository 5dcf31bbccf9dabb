"""The page breaks of a workbook: between tables, not below a heading."""

import datetime
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from localsheets.model import Spreadsheet
from localsheets.model.defaults import new_spreadsheet, sheet_props
from localsheets.requests import run_batch
from localsheets.xlsx import workbook
from localsheets.xlsx.breaks import LINE_PIXELS, filled_blocks, page_breaks, page_room
from tests.localsheets.sample import HEAD, SUMMARY, cell, make_workbook, rows, width

ROOM = 1_000


@pytest.mark.parametrize(
    ("above", "block", "breaks"),
    [
        (38, 10, []),
        (44, 10, [44]),  # would be cut in its middle
        (46, 10, [46]),  # its heading would be alone there
        (50, 10, [50]),  # begins the next page by itself, but for a program in which another row fits
        (53, 10, []),
        (30, 40, []),  # longer than half a page: cut, with enough of it above
        (46, 40, [46]),
        (47, 2, [47]),  # two rows too many for any program
    ],
)
def test_a_block_is_kept_whole_or_begins_with_its_first_rows(above: int, block: int, breaks: list[int]) -> None:
    heights = [20] * (above + block + 20)
    assert page_breaks(heights, [(above, above + block)], ROOM) == breaks


def test_repeated_rows_take_their_room_on_every_page_but_the_first() -> None:
    heights, blocks = [20] * 100, [(0, 20), (90, 96)]
    assert page_breaks(heights, blocks, ROOM) == []
    assert page_breaks(heights, blocks, ROOM, repeated=100) == [90]


def test_hidden_rows_take_no_room_and_a_row_higher_than_a_page_ends_it() -> None:
    assert page_breaks([20] * 40 + [0] * 50 + [20] * 8, [(40, 98)], ROOM) == []
    assert page_breaks([ROOM + 1] * 3, [(0, 3)], ROOM) == []
    assert page_breaks([], [], ROOM) == []


def test_blocks_are_the_runs_of_filled_rows() -> None:
    assert list(filled_blocks([False, True, True, False, False, True])) == [(1, 3), (5, 6)]
    assert list(filled_blocks([])) == []


def test_a_tab_that_is_wider_than_the_page_is_printed_smaller_and_holds_more() -> None:
    # As many rows as LibreOffice prints, within a row or two.
    rows_of = [(360, False, 50), (720, False, 55), (900, False, 69), (1_080, False, 84), (1_560, True, 56)]
    for across, landscape, count in rows_of:
        assert abs(page_room(across, landscape=landscape) / LINE_PIXELS - count) < 2


def tables(*sizes: tuple[int, int]) -> Spreadsheet:
    """Return two tables in a tab: full rows, a blank one, then heading, header and rows of the second."""
    moment = datetime.datetime(2023, 5, 27, 12, tzinfo=datetime.UTC)
    state = new_spreadsheet("Печать", "owner@example.org", moment, "ru_RU", "Europe/Moscow", None)
    for number, (above, below) in enumerate(sizes, start=1):
        state.add_sheet(sheet_props(number, f"Вкладка {number}", 300, 6))
        table = [
            [cell(f"Раздел{number}")],
            [cell("Показатель", HEAD)] * 6,
            *[[cell(f"Строка{i}")] for i in range(below)],
        ]
        run_batch(state, [rows(number, 0, 0, [*[[cell(1)]] * above, [], *table]), width(number, 0, 6, 180)])
    return state


def test_a_break_stands_before_the_heading() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(tables((20, 5), (80, 5), (30, 100), (80, 100)))))
    assert [[one.id for one in page.row_breaks.brk] for page in book] == [[], [81], [], [81]]


def test_a_chart_is_not_cut() -> None:
    made = make_workbook()
    chart = made.find_sheet("Свод").features["charts"][0]  # type: ignore[union-attr]
    run_batch(made, [{"appendDimension": {"sheetId": SUMMARY, "dimension": "ROWS", "length": 100}}])
    chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"] = 60
    assert [one.id for one in openpyxl.load_workbook(io.BytesIO(workbook(made)))["Свод"].row_breaks.brk] == [60]


@pytest.mark.libreoffice
def test_libreoffice_prints_a_heading_with_its_table(tmp_path: Path) -> None:
    """Wherever the table begins, near the end of the page."""
    short = [(above, 6) for above in range(70, 88)]
    (tmp_path / "book.xlsx").write_bytes(workbook(tables(*short, *[(above, 100) for above in range(76, 88)])))
    soffice = shutil.which("soffice")
    assert soffice
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "book.xlsx"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=180, check=True)
    read = ["pdftotext", "-layout", str(tmp_path / "book.pdf"), "-"]
    text = subprocess.run(read, capture_output=True, text=True, timeout=60, check=True).stdout
    headings = [page for page in text.split("\f") if "Раздел" in page]
    assert len(headings) == 30
    assert [page for page in headings if "Строка1\n" not in page] == []
    assert sum("Строка5\n" in page for page in headings) >= len(short)
