"""What of Google's API is served, as a page: `docs/sheets-api-coverage.md`. Imports `requests.batch` and the facts."""

from localsheets.coverage.report import report

__all__ = ["report"]
