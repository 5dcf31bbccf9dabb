"""DailyFigures: how reports and the main figure grew by day, as the worker last counted them for «Динамика»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from outbox.database import Database
from outbox.meta import campaign_scope
from outbox.notes import keep_note, read_note
from outbox.records import DayFigures, Json, Lease

NAME = "days"


class DailyFigures:
    """One note a campaign, kept by the worker after a refresh and read by the desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, campaign: str, days: Sequence[DayFigures], *, lease: Lease | None = None) -> None:
        """Remember the days. Raises LeaseLost when a lease is given and lost."""
        lines: list[Json] = [[one.day.isoformat(), one.reports, str(one.total)] for one in days]
        keep_note(self._database, campaign_scope(campaign), NAME, lines, lease)

    def get(self, campaign: str) -> list[DayFigures]:
        """Return the days as last kept, the first one first; none where the worker kept none yet."""
        return list(_days(read_note(self._database, campaign_scope(campaign), NAME)))


def _days(kept: Json) -> Iterator[DayFigures]:
    for line in kept if isinstance(kept, list) else ():
        if isinstance(line, list):
            day, reports, total = line
            yield DayFigures(date.fromisoformat(str(day)), int(str(reports)), Decimal(str(total)))
