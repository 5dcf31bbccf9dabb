"""Files .xlsx from outside, opened within bounds: the archive is looked at before openpyxl makes a workbook of it."""
