"""What the server covers: the generated page `docs/sheets-api-coverage.md`, and an OpenAPI for fuzzers."""

from localsheets.coverage.openapi import openapi
from localsheets.coverage.report import report

__all__ = ["openapi", "report"]
