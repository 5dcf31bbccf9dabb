"""SummaryLines: what «Свод» says, line by line, as the worker last wrote it; for the same on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, cast

from outbox.database import Database
from outbox.meta import campaign_scope
from outbox.notes import keep_note, read_note
from outbox.records import Json, Lease

NAME = "summary_lines"
Kind = Literal["headline", "section", "header", "row", "strong", "words"]


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A line of the tab, its figures as they are shown there. cells: texts, without blank ones at the end."""

    kind: Kind
    cells: tuple[str, ...]


class SummaryLines:
    """One note a campaign, kept by the worker with its publication."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, campaign: str, lines: Sequence[SummaryLine], *, lease: Lease | None = None) -> None:
        """Remember the lines. Raises LeaseLost when a lease is given and lost."""
        kept: list[Json] = [asdict(line) | {"cells": list(line.cells)} for line in lines]
        keep_note(self._database, campaign_scope(campaign), NAME, kept, lease)

    def get(self, campaign: str) -> list[SummaryLine]:
        """Return the lines as last kept; none where the worker kept none yet."""
        return list(_lines(read_note(self._database, campaign_scope(campaign), NAME)))


def _lines(kept: Json) -> Iterator[SummaryLine]:
    for line in kept if isinstance(kept, list) else ():
        if isinstance(line, dict):
            cells = tuple(str(cell) for cell in cast("list[Json]", line["cells"]))
            yield SummaryLine(cast("Kind", line["kind"]), cells)
