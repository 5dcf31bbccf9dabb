"""The checks: `rows` finds the problems of one row, `memory` keeps results, `cross_municipality` compares figures.

Pure: no I/O, no clock.
"""

from sync.check.memory import CheckMemory
from sync.check.rows import CheckedRow, Row, check_row, check_superseded

__all__ = ["CheckMemory", "CheckedRow", "Row", "check_row", "check_superseded"]
