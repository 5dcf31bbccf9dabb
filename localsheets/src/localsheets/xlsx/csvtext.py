"""One tab as CSV or TSV, as Google exports it: displayed values, CRLF."""

import csv
import io

from localsheets.cells import Cell, CellError
from localsheets.locales import Locale, display, locale_of
from localsheets.looks import used_box
from localsheets.model import Sheet, Spreadsheet

_TAKEN_FOR_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(state: Spreadsheet, sheet: Sheet, delimiter: str = ",") -> str:
    """Return the tab's text, without a byte-order mark."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    locale = locale_of(state.locale)
    for _at, cells in sheet.iterate(used_box(sheet)):
        writer.writerow([_shown(state, cell, locale) for cell in cells])
    return out.getvalue()


def _shown(state: Spreadsheet, cell: Cell, locale: Locale) -> str:
    if isinstance(cell.value, CellError):
        return cell.value.shown
    text = display(cell.value, state.styles[cell.style].get("numberFormat"), locale)
    if isinstance(cell.value, str) and cell.formula is None and text.startswith(_TAKEN_FOR_FORMULAS):
        # Excel would compute a stranger's text as a formula; Google does not guard against it.
        return "'" + text
    return text
