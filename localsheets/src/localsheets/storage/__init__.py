"""The spreadsheets on disk, and the published states in memory."""

from localsheets.storage.store import Store

__all__ = ["Store"]
