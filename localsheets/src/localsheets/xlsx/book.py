"""The whole workbook: names of tabs, formats kept once, tabs in order."""

import io
import re
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]

from localsheets.formulas import english, not_computed, rename_tabs
from localsheets.locales import locale_of
from localsheets.looks import used_box
from localsheets.model import Sheet, Spreadsheet
from localsheets.xlsx.characters import legal
from localsheets.xlsx.formats import BASE_FONT, properties
from localsheets.xlsx.tab import Formats, TabWriter

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LENGTH = 31  # UTF-16 units; Excel's limit for the name of a tab
# Above this many cells rows are streamed, which takes 15 MB instead of a gigabyte; cells merged over
# several rows then stay apart.
STREAMED_CELLS = 600_000


def workbook(state: Spreadsheet, out: IO[bytes] | None = None) -> bytes:
    """Return the bytes of the workbook; with `out`, write it there and return no bytes."""
    target = out if out is not None else io.BytesIO()
    boxes = {sheet.store: used_box(sheet) for sheet in state.sheets}
    streamed = sum(box.height * box.width for box in boxes.values()) > STREAMED_CELLS
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": streamed,
            "in_memory": not streamed,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": True,
            "default_format_properties": dict(BASE_FONT),
        },
    )
    book.set_properties({"title": legal(str(state.file["name"]))})
    names = tab_names(state.sheets)
    formats = Formats(book, state, locale_of(state.locale), properties)

    def spelled(formula: str) -> str | None:
        """Return a typed formula in Excel's spelling, or None if Excel does not know it either."""
        theirs = english(formula, state.locale)
        if theirs is None or not_computed(formula):
            return None
        return rename_tabs(legal(theirs), lambda title: _named(state, names, title))

    visible = [sheet for sheet in state.sheets if not sheet.props.get("hidden")]
    for sheet in state.sheets:
        page = book.add_worksheet(names[sheet.store])
        if sheet.props.get("hidden") and visible:
            page.hide()
        elif visible and sheet is visible[0]:
            page.activate()
            page.set_first_sheet()
        TabWriter(state, sheet, page, book, formats, names, boxes[sheet.store], spelled, streamed).write()
    if not state.sheets:
        book.add_worksheet()
    book.close()
    return target.getvalue() if isinstance(target, io.BytesIO) and out is None else b""


def _named(state: Spreadsheet, names: dict[int, str], title: str) -> str | None:
    sheet = state.find_sheet(title)
    return names[sheet.store] if sheet is not None else None


def tab_names(sheets: list[Sheet]) -> dict[int, str]:
    r"""Return a tab's storage number → its name in the workbook.

    Excel allows 31 UTF-16 units, none of []:*?/\, no apostrophe at either end, and no duplicates.
    """
    taken: set[str] = set()
    names: dict[int, str] = {}
    for sheet in sheets:
        base = re.sub(r"[\[\]:*?/\\]", "_", legal(sheet.title)).strip("'")
        base = _beginning(base, NAME_LENGTH) or "_"
        name, number = base, 1
        while name.casefold() in taken or name.casefold() == "history":
            number += 1
            tail = f" ({number})"
            name = _beginning(base, NAME_LENGTH - len(tail)) + tail
        taken.add(name.casefold())
        names[sheet.store] = name
    return names


def _beginning(name: str, units: int) -> str:
    """Return the beginning of a name in so many UTF-16 units; an emoji takes two and is never cut in half."""
    return name.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore").rstrip("'")
