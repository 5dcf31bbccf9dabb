"""The spreadsheets on disk and the published states in memory. Imports `model`, `cells`, `errors`."""

from localsheets.storage.store import Store

__all__ = ["Store"]
