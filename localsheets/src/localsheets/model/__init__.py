"""The state of a spreadsheet: sheets, rows, styles, metadata.

A published state is immutable; a batch works on a fork of it.
"""

from localsheets.model.sheet import Sheet
from localsheets.model.spreadsheet import CELL_LIMIT, Spreadsheet
from localsheets.model.styles import Styles

__all__ = ["CELL_LIMIT", "Sheet", "Spreadsheet", "Styles"]
