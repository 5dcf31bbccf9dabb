"""One tab as CSV, as Google exports it: shown values, commas, CRLF. Imports `model`, `looks`, `locales`."""

import csv
import io

from localsheets.cells import CellError
from localsheets.locales import display, locale_of
from localsheets.looks import used_box
from localsheets.model import Sheet, Spreadsheet


def csv_text(state: Spreadsheet, sheet: Sheet) -> str:
    """The tab's text. A first byte-order mark is for the caller to add."""
    out = io.StringIO()
    writer = csv.writer(out)
    locale = locale_of(state.locale)
    for _at, cells in sheet.iterate(used_box(sheet)):
        writer.writerow(
            [
                cell.value.shown
                if isinstance(cell.value, CellError)
                else display(cell.value, state.styles[cell.style].get("numberFormat"), locale)
                for cell in cells
            ]
        )
    return out.getvalue()
