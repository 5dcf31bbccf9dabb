"""The roll-up of one moment: a row a region, its place, the totals, and what is missing. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

from campaign import Region, Rollup
from outbox.records import JournalEntry
from sync.records.states import Number
from sync.rollup.reading import Reading, RegionFigures, SourceState
from sync.texts import rollup as texts
from sync.texts import tabs as tab_texts
from sync.totals.region import THREE_PLACES


class RegionState(StrEnum):
    """Each region has exactly one."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SILENT = "silent"
    LAST_KNOWN = "last_known"
    UNREAD = "unread"
    WAITING = "waiting"
    UNSOURCED = "unsourced"


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region. Of an unreadable source: what was read last.

    figures: id → figure; None where there is none, {} where nothing was ever read
    rank:    place by the figure of the ranking; None without that figure
    as_of:   of the figures; marks: what is odd or missing, in sentences
    """

    region: Region
    state: RegionState
    reported: int | None = None
    all: int | None = None
    figures: Mapping[str, Number | None] | None = None
    rank: int | None = None
    as_of: datetime | None = None
    marks: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing or odd, in sentences; how many have not reported among it."""
        if self.reported is None or self.all is None:
            return self.marks or (texts.STATES[self.state],)
        silent = self.all - self.reported
        return (*((texts.SILENT.format(count=silent, all=self.all),) if silent else ()), *self.marks)

    def figure(self, name: str) -> Number | None:
        return (self.figures or {}).get(name)


@dataclass(frozen=True)
class RollupSummary:
    """All regions, in the order of the file.

    as_of:   campaign time, read_at real time of this roll-up; both in its zone
    journal: the last entries, the newest first
    """

    rollup: Rollup
    rows: tuple[RegionRow, ...]
    as_of: datetime
    read_at: datetime
    rehearsal: bool
    journal: Sequence[JournalEntry] = ()

    @cached_property
    def totals(self) -> Mapping[str, Number | None]:
        """Figure id → sum over the regions that have it; None without any, or where it is not summed."""
        found: dict[str, Number | None] = {}
        for figure in self.rollup.figures:
            parts = [one for row in self.rows if (one := row.figure(figure.id)) is not None]
            found[figure.id] = sum(parts) if parts and figure.summed else None
        return found

    def with_figure(self, name: str) -> int:
        """Return how many regions have the figure."""
        return sum(row.figure(name) is not None for row in self.rows)

    def count(self, state: RegionState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def known(self) -> int:
        """How many regions have been read, now or before."""
        return sum(row.all is not None for row in self.rows)

    @property
    def reported(self) -> int:
        return sum(row.reported or 0 for row in self.rows)

    @property
    def all(self) -> int:
        return sum(row.all or 0 for row in self.rows)

    @cached_property
    def ranked(self) -> tuple[RegionRow, ...]:
        """The regions by their places; those without one at the end, in the order of the file."""
        return tuple(sorted(self.rows, key=lambda row: (row.rank is None, row.rank or 0)))

    @cached_property
    def fingerprint(self) -> str:
        """Of all that the tabs show, but the stamp and the journal."""
        return hashlib.sha256(repr((self.rollup, self.rows, self.rehearsal)).encode()).hexdigest()


def summarise(
    rollup: Rollup,
    sources: Mapping[str, SourceState],
    *,
    as_of: datetime,
    read_at: datetime,
    rehearsal: bool,
    journal: Sequence[JournalEntry] = (),
) -> RollupSummary:
    """Return the roll-up of what is known of each source, by its key."""
    rows = [_row(rollup, region, sources, read_at, rehearsal=rehearsal) for region in rollup.regions]
    return RollupSummary(rollup, tuple(_ranked(rollup, rows)), as_of, read_at, rehearsal, journal)


def _row(
    rollup: Rollup, region: Region, sources: Mapping[str, SourceState], now: datetime, *, rehearsal: bool
) -> RegionRow:
    if region.source is None:
        return RegionRow(region, RegionState.UNSOURCED)
    source = sources.get(region.source, SourceState())
    failed = () if source.trouble is None else (texts.READ_FAILED.format(why=source.trouble),)
    if source.reading is None:
        return RegionRow(region, RegionState.UNREAD if failed else RegionState.WAITING, marks=failed)
    found = source.reading.regions.get(region.code)
    if found is None:
        marks = (*failed, texts.NOT_OF_REGION.format(code=region.code))
        return RegionRow(region, RegionState.UNREAD, as_of=source.reading.as_of, marks=marks)
    return RegionRow(
        region,
        RegionState.LAST_KNOWN if failed else _state(found),
        found.reported,
        found.all,
        {figure.id: found.figures.get(figure.id) for figure in rollup.figures},
        None,
        source.reading.as_of,
        (*failed, *_marks(rollup, source.reading, found, now, rehearsal=rehearsal)),
    )


def _state(found: RegionFigures) -> RegionState:
    if not found.reported:
        return RegionState.SILENT
    return RegionState.COMPLETE if found.reported == found.all else RegionState.PARTIAL


def _marks(rollup: Rollup, reading: Reading, found: RegionFigures, now: datetime, *, rehearsal: bool) -> Iterator[str]:
    if reading.over:
        yield texts.OVER
    elif reading.as_of is None:
        yield texts.NO_STAMP
    elif not rehearsal and now - reading.as_of > timedelta(minutes=rollup.about.stale_minutes):
        yield texts.OLD.format(minutes=tab_texts.minutes(rollup.about.stale_minutes))
    yield from found.odd


def _ranked(rollup: Rollup, rows: Sequence[RegionRow]) -> Iterator[RegionRow]:
    """Yield the rows with their places: equal figures share one."""
    name = rollup.ranked_by.id
    figures = [one for row in rows if (one := row.figure(name)) is not None]
    for row in rows:
        own = row.figure(name)
        rank = None if own is None else 1 + sum(other > own for other in figures)
        yield RegionRow(row.region, row.state, row.reported, row.all, row.figures, rank, row.as_of, row.marks)


def part_of(figure: Number | None, total: Number | None) -> Decimal | None:
    """Return the figure's part of the total; None without one."""
    if figure is None or not total:
        return None
    return (Decimal(figure) / Decimal(total)).quantize(THREE_PLACES, ROUND_HALF_UP)
