"""The generated page `docs/sheets-api-coverage.md`."""

from localsheets.coverage.report import report

__all__ = ["report"]
