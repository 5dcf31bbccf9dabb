"""The refresh: one read, everything computed in memory, at most one write.

`Refresher.refresh` is the flow; its steps are `read`, `tabs_writer` and `statuses` beside it, `sync.manual_edits`,
`sync.review` and `sync.tabs`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from campaign import Campaign, Problem
from campaign.codes import RowCode
from outbox.records import Lease, StaffEdit
from sheets import RequestRefused, SheetTab
from sync.check import CheckMemory
from sync.context import AnswersTab, Context
from sync.counting import Counting, RowAccount, RowUse, count
from sync.errors import MassLoss
from sync.manual_edits import detect as staff_edits
from sync.manual_edits.mass_loss import describe_loss, find_loss, torn_rows
from sync.publication.damaged_pages import mended
from sync.publication.for_desk import ForDesk
from sync.publication.losses import accepted_columns, keep_header, keep_loss, note_accepted, read_loss
from sync.publication.past_periods import PastPeriods
from sync.publication.read import Seen, read_record, read_spreadsheet
from sync.publication.refill import keep_order, read_order, refill, submissions_and_corrections
from sync.publication.shown_dates import ShownDates
from sync.publication.statuses import publish
from sync.publication.tabs_writer import TabsWriter, read_memory
from sync.records.misplaced_rows import read_misplaced
from sync.records.remarks import RowRef
from sync.records.table import AnswersTable, Record
from sync.review.summary import Summary, summarise
from sync.tabs import WrittenState, keyed_tabs, owned_tabs, stamp_write, tabs_write
from sync.tabs.accounts import KEY as ANSWERS
from sync.tabs.municipalities import KEY as MUNICIPALITIES
from sync.tabs.problems import KEY as PROBLEMS
from sync.tabs.problems import accepted_by_staff
from sync.texts import accounts as account_texts
from sync.texts import loss as loss_texts
from sync.texts import worker as texts

REFILLS = 3
"""Writes of one refresh that put cells back: «ID», the rest, and one more where staff moved something meanwhile."""

log = structlog.get_logger("sync.publication.refresh")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did.

    as_of: campaign time of the read; rows: how many there are; wrote: figures, states or remarks, not the stamp alone
    """

    as_of: datetime
    rows: int
    wrote: bool


class Refresher:
    """Keeps the state of the owned tabs, so that only changes are written.

    seen: the tabs as `prepare` found them. stamp_every: how old «данные на» may grow while nothing else changes.
    publishes: whether the form shows what this spreadsheet holds; not while `rebuild` fills another one.
    """

    def __init__(
        self,
        context: Context,
        answers: AnswersTab,
        seen: Mapping[str, SheetTab],
        *,
        stamp_every: timedelta,
        publishes: bool = True,
    ) -> None:
        self._context = context
        self._campaign = with_titles(context.campaign, seen)
        self._publishes = publishes
        self._answers = answers
        self._keyed = keyed_tabs(context.campaign)
        memory, former = read_memory(context, self._keyed)
        self._written = WrittenState.fresh(seen, memory, former, owned_tabs(context.campaign))
        self._writer = TabsWriter(context, self._keyed)
        self._stamp_every = stamp_every
        self._stamped: float | None = None
        self._memory = staff_edits.Memory()
        self._checks = CheckMemory()
        self._dates = ShownDates()
        self._past = PastPeriods(context)
        self._for_desk = ForDesk(context)
        self._accepted: frozenset[str] = frozenset()
        self._header: tuple[str, ...] = ()

    def refresh(self, lease: Lease) -> Refreshed:
        """Bring the owned tabs to what «Ответы» and the outbox hold now.

        Raises HeadersBroken, MassLoss, SheetsError and OutboxError; the last good summary then stays with its stamp.
        """
        if self._writer.settle(lease):
            self._recall()
        try:
            return self._refresh(lease)
        except RequestRefused as refusal:
            # A tab renamed since the read, or a marked write that had come through after all: laid out anew, once.
            if not self._writer.explains(refusal, lease):
                raise
            self._recall()
            return self._refresh(lease)

    def _recall(self) -> None:
        self._written = replace(self._written, memory=read_memory(self._context, self._keyed)[0])

    def _refresh(self, lease: Lease) -> Refreshed:
        context = self._context
        started, calls = context.monotonic(), context.spreadsheet.calls
        as_of, read_at = context.now(), context.clock.real()
        owned = {key: self._written.sheet_ids[key] for key in owned_tabs(context.campaign)}
        seen = read_spreadsheet(context, self._answers, owned, self._misplaced())
        self._writer.titles = {key: tab.title for key, tab in seen.tabs.items()}
        seen = self._restore(seen, owned, lease)
        self._written = mended(context, self._written, seen.tabs)
        record = read_record(context)
        seen, counting, edits = self._edits(seen, record, as_of)
        record = replace(record, staff_edits=edits)
        summary = summarise(
            self._campaign,
            seen.table,
            record,
            as_of=as_of,
            read_at=read_at,
            rehearsal=context.clock.rehearsal,
            counting=counting,
            memory=self._checks,
            past=self._past.read(),
        )
        summary = with_misplaced_rows(summary, seen)
        written = self._written.with_read(seen.tabs)
        write = tabs_write(self._campaign, summary, written, context.desk)
        changed = bool(write.requests)
        if not changed and self._stamp_due():
            write = stamp_write(self._campaign, summary, written, context.desk)
        if write.requests:
            self._writer.send(write, self._written, lease)
            self._stamped = context.monotonic()
            sent = context.spreadsheet.calls - calls
            for result, title in write.journal:
                context.journal("columns", 0, sent, started, result, f"«{title}»")
            for result, words in write.put_back:
                context.journal("pages", 0, sent, started, result, words)
            if changed:
                context.journal("refresh", len(seen.table), sent, started, texts.REFRESHED)
        self._writer.keep(write.after, lease)
        self._written = write.after
        if self._publishes:
            publish(context, summary, accepted_by_staff(seen.tabs[PROBLEMS].cells), lease)
            self._for_desk.keep(summary, owned[MUNICIPALITIES], seen.tabs[MUNICIPALITIES].cells, lease)
        log.info("refreshed", rows=len(seen.table), wrote=changed, problems=len(summary.problems))
        return Refreshed(as_of, len(seen.table), changed)

    def _restore(self, seen: Seen, owned: Mapping[str, int], lease: Lease) -> Seen:
        """Fill the cells that an administrator has asked for, and return the tabs as they stand after it."""
        context = self._context
        order = read_order(context)
        if order is None:
            return seen
        submissions, corrections = submissions_and_corrections(context)
        for _ in range(REFILLS):
            cells = seen.tabs[ANSWERS].cells
            wanted = refill(
                context.campaign, seen.sheet_id, cells, self._answers.written, submissions, corrections, order
            )
            if not wanted.cells:
                keep_order(context, None)
                break
            started = context.monotonic()
            self._writer.send(wanted.write(self._written), self._written, lease)
            context.journal("restore", len(wanted.cells), 1, started, texts.REFILLED)
            log.info("cells filled again", rows=len(wanted.cells))
            seen = read_spreadsheet(context, self._answers, owned, self._misplaced())
        return seen

    def _edits(self, seen: Seen, record: Record, as_of: datetime) -> tuple[Seen, Counting, list[StaffEdit]]:
        """Return the read with figures shown as dates marked as such, the rows that count, and the ministry's edits.

        New edits go into their journal. Raises MassLoss, having kept none of them.
        """
        journal, spreadsheet_id = self._context.outbox.staff_edits, self._context.spreadsheet.id
        known = journal.current(spreadsheet_id)

        def compare(table: AnswersTable) -> dict[staff_edits.Key, StaffEdit]:
            return staff_edits.compare(
                self._context.campaign,
                table,
                record,
                known,
                spreadsheet_id=spreadsheet_id,
                seen_at=as_of,
                memory=self._memory,
            )

        edits = compare(seen.table)
        marked = self._dates.mark(self._context, seen, record, edits.values())
        if marked is not seen:
            seen, edits = marked, compare(marked.table)
        counting = count(self._campaign, seen.table, record, as_of)
        self._check_loss(seen, record, edits, known, torn_rows(counting.found))
        new = [edit for key, edit in edits.items() if not staff_edits.same(edit, known.get(key))]
        if new:
            journal.record(new)
            log.info("staff edits", new=len(new))
        note_accepted(self._context, self._accepted)
        if seen.columns.header != self._header:
            keep_header(self._context, seen.columns.header)
            self._header = seen.columns.header
        return seen, counting, list(edits.values())

    def _check_loss(
        self,
        seen: Seen,
        record: Record,
        edits: Mapping[staff_edits.Key, StaffEdit],
        known: Mapping[staff_edits.Key, StaffEdit],
        torn: int,
    ) -> None:
        """Raise MassLoss where so much is gone that it cannot be an edit; keep in the outbox what is lost."""
        context = self._context
        before, self._accepted = read_loss(context), accepted_columns(context)
        loss = find_loss(context.campaign, record, edits, known, before=before, accepted=self._accepted)
        if torn:
            loss = replace(loss, moved={})  # every column of such rows looks moved
        keep_loss(context, loss, before)
        title = seen.tabs[ANSWERS].title
        if loss:
            raise MassLoss(describe_loss(context.campaign, loss, title))
        if torn:
            raise MassLoss(loss_texts.TORN.format(title=title, count=torn))

    def _misplaced(self) -> dict[str, bool]:
        """Return id → True while the row is still to be written again, of submissions with misplaced rows."""
        noted = read_misplaced(self._context)
        if not noted:
            return {}
        delivered = self._context.outbox.deliveries.delivered_ids(
            self._context.campaign.id, self._context.spreadsheet.id
        )
        return {one: one not in delivered for one in noted}

    def _stamp_due(self) -> bool:
        return self._stamped is None or self._context.monotonic() - self._stamped >= self._stamp_every.total_seconds()


def with_titles(campaign: Campaign, seen: Mapping[str, SheetTab]) -> Campaign:
    """Return the campaign with the present titles of its tabs, which may differ from the file's."""
    titles = campaign.spreadsheet.tabs.model_dump()
    present = {key: tab.title for key, tab in seen.items() if tab.title and key in titles}
    tabs = campaign.spreadsheet.tabs.model_copy(update=present)
    return campaign.model_copy(update={"spreadsheet": campaign.spreadsheet.model_copy(update={"tabs": tabs})})


def with_misplaced_rows(summary: Summary, seen: Seen) -> Summary:
    """Return the summary with a remark for every row that the worker wrote anew elsewhere, which staff may delete."""
    if not seen.misplaced_rows:
        return summary
    problem = Problem(RowCode.MISPLACED_ROW, "warning", None, texts.MISPLACED_ROW_MESSAGE, texts.MISPLACED_ROW_ADVICE)
    remarks = tuple(RowRef(None, "", row=row).remark(problem) for row in seen.misplaced_rows)
    account = RowAccount(RowUse.MISPLACED, account_texts.MISPLACED)
    accounts = {**summary.accounts, **dict.fromkeys(seen.misplaced_rows, account)}
    fingerprint = hashlib.sha256(f"{summary.fingerprint} {seen.misplaced_rows}".encode()).hexdigest()
    return replace(summary, problems=summary.problems + remarks, accounts=accounts, fingerprint=fingerprint)
