"""The totals as data. Imported by `sync` alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Totals:
    """To be filled: dimensions of the totals."""
