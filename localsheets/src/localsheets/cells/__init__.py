"""What a row of a sheet holds, in memory and on disk. Imports nothing of ours but `jsontypes`."""

from localsheets.cells.cell import EMPTY, Cell, CellError, Value, tidy_number
from localsheets.cells.row import Row, make_row

__all__ = ["EMPTY", "Cell", "CellError", "Row", "Value", "make_row", "tidy_number"]
