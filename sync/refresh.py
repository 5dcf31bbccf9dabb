"""The refresh: one read, everything computed in memory, at most one write. Imported by `sync` alone.

`Refresher.refresh` is the flow; its steps are `sync.read`, `sync.staff_edits`, `sync.summary`, `sync.tabs` and
`sync.publish`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import structlog
from pydantic_core import to_json

from campaign import Campaign
from outbox.records import Lease, StaffEdit
from sheets import MARKER_KEY, OutcomeUnknown, TransientError
from sync import staff_edits
from sync.check import CheckMemory
from sync.context import AnswersTab, Context
from sync.lease import LEASE_TIME
from sync.publish import publish
from sync.read import Seen, read_record, read_spreadsheet
from sync.remarks import MOVED_ROW, Remark
from sync.summary import Summary, summarise
from sync.table import Record
from sync.tabs import Request, SeenTab, TabsWrite, WrittenState, stamp_write, tabs_write, write_due
from sync.tabs.memory import ColumnsMemory, from_json
from sync.texts import worker as texts
from sync.voids import read_voids

COLUMNS = "municipalities_columns"
MOST_MARKERS = 100
"""Of those that are dropped along with one write."""
MOST_BYTES = 2_000_000
"""Of one request, as Google advises: https://developers.google.com/workspace/sheets/api/limits"""

log = structlog.get_logger("sync.refresh")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did. `as_of`: campaign time of the read; `rows`: how many there are. `wrote`: figures, states or
    remarks; `stamped`: only the stamp; neither when nothing was due."""

    as_of: datetime
    rows: int
    wrote: bool
    stamped: bool


class Refresher:
    """Keeps what stands in the owned tabs, so that only what changed is written.

    seen: the tabs as `prepare` found them. stamp_every: how old «данные на» may grow while nothing else changes.
    publishes: whether the form shows what this spreadsheet says; not while `rebuild` fills another one.
    """

    def __init__(
        self,
        context: Context,
        answers: AnswersTab,
        seen: Mapping[str, SeenTab],
        *,
        stamp_every: timedelta,
        publishes: bool = True,
    ) -> None:
        self._context = context
        self._campaign = with_titles(context.campaign, seen)
        self._publishes = publishes
        self._answers = answers
        self._written = WrittenState.fresh(seen, read_columns(context))
        self._stamp_every = stamp_every
        self._stamped: float | None = None  # monotonic
        self._memory = staff_edits.Memory()
        self._checks = CheckMemory()

    def refresh(self, lease: Lease) -> Refreshed:
        """Bring the owned tabs to what «Ответы» and the outbox say now.

        Raises HeadersBroken, SheetsError and OutboxError; the last good summary then stays with its stamp.
        """
        context = self._context
        started, calls = context.monotonic(), context.spreadsheet.calls
        as_of = context.now()
        seen = read_spreadsheet(context, self._answers, self._written.sheet_ids["municipalities"], self._stray())
        record = read_record(context)
        record = replace(record, staff_edits=self._edits(seen, record, as_of))
        summary = summarise(
            self._campaign,
            seen.table,
            record,
            as_of=as_of,
            rehearsal=context.clock.rehearsal,
            memory=self._checks,
        )
        summary = with_moved_rows(summary, seen)
        written = self._written.with_municipalities(seen.municipalities)
        changed = write_due(self._campaign, summary, written)
        write = TabsWrite([], written)
        if changed:
            write = tabs_write(self._campaign, summary, written)
        elif self._stamp_due():
            write = stamp_write(self._campaign, summary, written)
        if write.requests:
            self._remember(write.columns, lease)
            self._write(write, lease)
            self._remember(write.after.columns, lease)
            sent = context.spreadsheet.calls - calls
            for title in write.former:
                context.journal("columns", 0, sent, started, texts.COLUMN_FORMER, f"«{title}»")
            if changed:
                context.journal("refresh", len(seen.table), sent, started, texts.REFRESHED)
        self._written = write.after
        if self._publishes:
            publish(context, summary, lease)
        log.info("refreshed", rows=len(seen.table), wrote=changed, problems=len(summary.problems))
        return Refreshed(as_of, len(seen.table), changed, bool(write.requests) and not changed)

    def _write(self, write: TabsWrite, lease: Lease) -> None:
        """One atomic request, several where it is too large for one; markers that are old enough go along."""
        context = self._context
        markers = context.outbox.deliveries.old_markers(context.spreadsheet.id)[:MOST_MARKERS]
        for sent, body in enumerate(bodies(write, [_drop_marker(one) for one in markers], MOST_BYTES)):
            context.outbox.leases.renew(lease, LEASE_TIME)  # a worker that slept past its lease must not write
            try:
                context.spreadsheet.write(body)
            except TransientError as error:
                if sent:  # a part stands there already: what the tabs hold is to be looked at anew
                    raise OutcomeUnknown(str(error), error.retry_after) from error
                raise
        self._stamped = context.monotonic()
        context.outbox.deliveries.marker_dropped(lease, context.spreadsheet.id, markers)

    def _remember(self, columns: ColumnsMemory | None, lease: Lease) -> None:
        """Keep what is known of the columns of «Муниципалитеты», where it changed."""
        if columns is None or columns == self._written.columns:
            return
        self._context.outbox.bindings.remember(self._context.spreadsheet.id, COLUMNS, columns.to_json(), lease=lease)
        self._written = replace(self._written, columns=columns)

    def _edits(self, seen: Seen, record: Record, as_of: datetime) -> list[StaffEdit]:
        """The ministry's edits as of this read; what is new goes into their journal."""
        journal, spreadsheet_id = self._context.outbox.staff_edits, self._context.spreadsheet.id
        known = journal.current(spreadsheet_id)
        edits = staff_edits.compare(
            self._context.campaign,
            seen.table,
            record,
            known,
            spreadsheet_id=spreadsheet_id,
            seen_at=as_of,
            memory=self._memory,
        )
        new = [edit for key, edit in edits.items() if not staff_edits.same(edit, known.get(key))]
        if new:
            journal.record(new)
            log.info("staff edits", new=len(new))
        return list(edits.values())

    def _stray(self) -> frozenset[str]:
        """Ids of rows that have to be written again; those that have been are no longer stray."""
        voids = read_voids(self._context)
        if not voids:
            return frozenset()
        delivered = self._context.outbox.deliveries.delivered_ids(
            self._context.campaign.id, self._context.spreadsheet.id
        )
        return frozenset(voids.keys() - delivered.keys())

    def _stamp_due(self) -> bool:
        return self._stamped is None or self._context.monotonic() - self._stamped >= self._stamp_every.total_seconds()


def with_titles(campaign: Campaign, seen: Mapping[str, SeenTab]) -> Campaign:
    """The campaign with its tabs called as they are now: staff may rename them, and the file may say otherwise."""
    present = {key: tab.title for key, tab in seen.items() if tab.title}
    tabs = campaign.spreadsheet.tabs.model_copy(update=present)
    return campaign.model_copy(update={"spreadsheet": campaign.spreadsheet.model_copy(update={"tabs": tabs})})


def read_columns(context: Context) -> ColumnsMemory:
    """What the outbox remembers of the columns of «Муниципалитеты»."""
    return from_json(context.outbox.bindings.recall(context.spreadsheet.id, COLUMNS))


def bodies(write: TabsWrite, along: Sequence[Request], limit: int) -> Iterator[str]:
    """The JSON texts that bring the write, as few as `limit` bytes each allow, cut only where it may be; `along` goes
    with the last."""
    ends = [*write.cuts, len(write.requests)]
    parts = [to_json(write.requests[start:end])[1:-1] for start, end in pairwise([0, *ends])]
    parts[-1] = b",".join(filter(None, (parts[-1], to_json(along)[1:-1])))
    joined: list[bytes] = []
    for part in filter(None, parts):
        if joined and sum(map(len, joined)) + len(part) > limit:
            yield _body(joined)
            joined = []
        joined.append(part)
    yield _body(joined)


def _body(parts: Sequence[bytes]) -> str:
    return f'{{"requests":[{b",".join(parts).decode()}]}}'


def with_moved_rows(summary: Summary, seen: Seen) -> Summary:
    """The summary with a remark for every row that the worker wrote anew elsewhere, so that staff may delete it."""
    if not seen.moved_rows:
        return summary
    remarks = tuple(
        Remark(
            code=MOVED_ROW,
            level="warning",
            oktmo=None,
            municipality="",
            receipt="",
            question=None,
            title="",
            shown="",
            message=texts.MOVED_ROW_MESSAGE,
            advice=texts.MOVED_ROW_ADVICE,
            row=row,
        )
        for row in seen.moved_rows
    )
    fingerprint = hashlib.sha256(f"{summary.fingerprint} {seen.moved_rows}".encode()).hexdigest()
    return replace(summary, problems=summary.problems + remarks, fingerprint=fingerprint)


def _drop_marker(sequence: int) -> dict[str, object]:
    lookup = {"metadataId": sequence, "metadataKey": MARKER_KEY}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}
