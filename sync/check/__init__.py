"""The checks: answers read column by column, rules over columns, and comparison of municipalities.

Pure; imported by `sync` alone. `columns` reads cells, `operands` hands columns to the campaign's rules, `rows` makes
the problems of each row, `across` compares municipalities with each other and with their own past.
"""

from sync.check.columns import Column, read_columns
from sync.check.rows import CheckedRow, RowToCheck, check_rows

__all__ = ["CheckedRow", "Column", "RowToCheck", "check_rows", "read_columns"]
