"""Regional totals, exact: integers and Decimal, never float. Pure; imported by `sync` alone."""

from sync.totals.model import Totals

__all__ = ["Totals"]
