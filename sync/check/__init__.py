"""The checks: answers read column by column, rules over columns, and comparison of municipalities.

Pure; imported by `sync` alone. `columns` reads cells (`plain` knows short ways), `operands` hands columns to the
campaign's rules, `rows` finds the problems of each row, `across` compares municipalities with each other and with their
own past.
"""

from sync.check.columns import Column, read_columns
from sync.check.rows import Background, Backgrounds, CheckedRow, CheckedRows, check_rows

__all__ = ["Background", "Backgrounds", "CheckedRow", "CheckedRows", "Column", "check_rows", "read_columns"]
