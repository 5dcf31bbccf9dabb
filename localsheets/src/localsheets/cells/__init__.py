"""The content of a sheet's row, in memory and on disk."""

from localsheets.cells.cell import EMPTY, Cell, CellError, Value, tidy_number
from localsheets.cells.row import Row, make_row

__all__ = ["EMPTY", "Cell", "CellError", "Row", "Value", "make_row", "tidy_number"]
