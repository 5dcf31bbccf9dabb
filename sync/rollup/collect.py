"""The sources of a roll-up: which is to be read when, what each said last, and why the last try failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from campaign import Rollup
from outbox import Outbox
from outbox.records import Json, Lease
from sheets import BudgetSpent, Spreadsheet, TransientError
from sync.context import RollupContext
from sync.rollup.foreign_source import ForeignSource
from sync.rollup.own_source import read_campaign
from sync.rollup.reading import Reading, SourceState, SourceUnreadableError
from sync.texts import rollup as texts

AGAIN_SECONDS = 60.0
"""Until a source is tried again that may be readable by then; twice as long after each further failure."""
KNOWN_READS, FIRST_READS = 1, 2
"""Calls for a spreadsheet with known tabs, and for one that is looked at first."""
CAMPAIGN, SPREADSHEET = "campaign:", "spreadsheet:"

log = structlog.get_logger("sync.rollup.collect")


@dataclass
class _Source:
    """state: as known; due: monotonic time of the next try; foreign: the spreadsheet of others, else None."""

    state: SourceState
    due: float
    foreign: ForeignSource | None
    failures: int = 0


@dataclass
class Sources:
    """All sources of a roll-up, for one thread. What they said last is kept in the outbox.

    open_spreadsheet: id → spreadsheet of others; email: of the account that reads them
    """

    context: RollupContext
    open_spreadsheet: Callable[[str], Spreadsheet]
    email: str
    unshown: bool = True
    _sources: dict[str, _Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        context, now = self.context, self.context.clock.real()
        kept = known_sources(context.outbox, context.rollup, context.spreadsheet.id)
        for key in context.rollup.sources:
            reading, foreign = kept[key].reading, self._foreign(key)
            wait = 0.0
            if reading is not None:
                age = (now - reading.read_at).total_seconds()
                wait = max(0.0, self._interval - age) if age >= 0 else self._interval
                if foreign is not None:
                    foreign.tabs = reading.tabs
            self._sources[key] = _Source(kept[key], context.monotonic() + wait, foreign)

    @property
    def _interval(self) -> float:
        return self.context.rollup.about.read_minutes * 60.0

    def _foreign(self, key: str) -> ForeignSource | None:
        if not key.startswith(SPREADSHEET):
            return None
        spreadsheet = self.open_spreadsheet(key.removeprefix(SPREADSHEET))
        return ForeignSource(self.context.rollup, spreadsheet, self.context.clock.kind, self.email)

    @property
    def states(self) -> Mapping[str, SourceState]:
        return {key: one.state for key, one in self._sources.items()}

    @property
    def read_count(self) -> int:
        """How many sources the last try could read."""
        return sum(one.state.reading is not None and one.state.trouble is None for one in self._sources.values())

    def due(self) -> str | None:
        """Return the source that has been due for longest; None while none is."""
        now = self.context.monotonic()
        key = min(self._sources, key=lambda one: self._sources[one].due, default=None)
        return key if key is not None and self._sources[key].due <= now else None

    def reads(self, key: str) -> int:
        """Return how many calls the source takes."""
        foreign = self._sources[key].foreign
        if foreign is None:
            return 0
        return KNOWN_READS if foreign.tabs else FIRST_READS

    def read(self, key: str, lease: Lease) -> None:
        """Read the source, and keep what came of it.

        Raises BudgetSpent before anything is kept, OutboxError, LeaseLost.
        """
        source, context = self._sources[key], self.context
        try:
            reading = self._read(key, source)
        except BudgetSpent as error:
            source.due = context.monotonic() + (error.retry_after or 0.0)
            raise
        except TransientError as error:
            self._failed(key, str(error), AGAIN_SECONDS)
        except SourceUnreadableError as error:
            self._failed(key, str(error), AGAIN_SECONDS if key.startswith(CAMPAIGN) else self._interval)
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:  # content that nobody foresaw
            log.exception("source failed", source=key)
            self._failed(key, texts.UNEXPECTED.format(error=type(error).__name__), self._interval)
        else:
            source.state, source.failures = SourceState(reading), 0
            source.due = context.monotonic() + self._interval
        self.unshown = True
        note: Json = {
            "reading": None if source.state.reading is None else source.state.reading.to_json(),
            "trouble": source.state.trouble,
        }
        context.outbox.bindings.remember(context.spreadsheet.id, _note(key), note, lease=lease)

    def _read(self, key: str, source: _Source) -> Reading:
        context = self.context
        read_at = context.clock.real()
        if source.foreign is not None:
            return source.foreign.read(read_at)
        campaign = context.campaigns[key.removeprefix(CAMPAIGN)]
        return read_campaign(context.outbox, context.rollup, campaign, read_at)

    def _failed(self, key: str, why: str, again: float) -> None:
        source = self._sources[key]
        wait = min(self._interval, again * 2.0**source.failures)
        source.failures = min(source.failures + 1, 10)
        source.state = SourceState(source.state.reading, why)
        source.due = self.context.monotonic() + wait
        log.warning("source not read", source=key, failures=source.failures)


def known_sources(outbox: Outbox, rollup: Rollup, spreadsheet_id: str) -> dict[str, SourceState]:
    """Return what the outbox keeps of each source, by its key. Raises OutboxError."""
    found = {}
    for key in rollup.sources:
        kept = outbox.bindings.recall(spreadsheet_id, _note(key))
        whole = kept if isinstance(kept, dict) else {}
        trouble = whole.get("trouble")
        found[key] = SourceState(Reading.from_json(whole.get("reading")), None if trouble is None else str(trouble))
    return found


def _note(key: str) -> str:
    return f"source {key}"
