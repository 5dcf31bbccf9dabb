"""A spreadsheet as an .xlsx workbook, and a tab as CSV.

Kept: values, number formats, widths, heights, hidden and frozen rows and columns, merges, colours, fonts, borders,
alignment, notes, links, conditional formats, drop-down lists, filters, charts, order, colour and visibility of tabs; a
print set-up is added. The rest is listed in docs/grid.md.
"""

from localsheets.xlsx.book import MIME_TYPE, workbook
from localsheets.xlsx.csvtext import csv_text

__all__ = ["MIME_TYPE", "csv_text", "workbook"]
