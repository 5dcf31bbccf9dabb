"""The spreadsheet of a roll-up: prepared, and brought to a summary by one read and at most one write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import structlog

from campaign import Rollup
from outbox.records import Lease
from sheets import Area, RequestRefused, SheetTab
from sync.context import RollupContext
from sync.errors import ForeignTab
from sync.publication.damaged_pages import mended
from sync.publication.make_tabs import blank_tab, make_tabs
from sync.publication.read import as_read
from sync.publication.spreadsheet_owner import check_kind, claim, kind_request
from sync.publication.tabs_writer import TabsWriter, read_memory
from sync.rollup import summary_page
from sync.rollup.regions_tab import RegionsTab
from sync.rollup.summary import RollupSummary
from sync.tabs import journal
from sync.tabs.assembly import OwnedTabs
from sync.tabs.keyed_tab import KeyedTab
from sync.tabs.page import Page
from sync.tabs.written import REGIONS, TabAsRead, WrittenState
from sync.texts import worker as texts

KEYED = (REGIONS,)

log = structlog.get_logger("sync.rollup.publish")


@dataclass(frozen=True)
class RollupTabs(OwnedTabs):
    """The tabs of one write. host: see `RegionsTab`."""

    summary: RollupSummary
    host: str
    written: WrittenState

    @property
    def as_of(self) -> datetime:
        return self.summary.as_of

    @property
    def timezone(self) -> str:
        return self.summary.rollup.about.timezone

    @property
    def content(self) -> str:
        return self.summary.fingerprint

    def name_of(self, key: str) -> str:
        return self.summary.rollup.by_code[key].name

    @cached_property
    def keyed_tabs(self) -> tuple[KeyedTab, ...]:
        return (RegionsTab(self.summary, self.host),)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        rollup = self.summary.rollup
        log_page = journal.page(rollup, rollup.spreadsheet.tabs.journal, self.summary.journal)
        return summary_page.page(self.summary, self.notices), log_page


def prepare(context: RollupContext, lease: Lease) -> dict[str, SheetTab]:
    """Make the tabs that are missing, and return all of them by key. One read; two and a write where some are missing.

    Raises ForeignCampaign, ForeignKind, ForeignTab, SheetsError, LeaseLost.
    """
    claim(context, lease)
    seen = context.spreadsheet.describe()
    check_kind(context, seen)
    titles = dict(context.rollup.spreadsheet.tabs.model_dump())
    if make_tabs(context, lease, seen, titles, lambda _, sheet_id, title, at: [blank_tab(sheet_id, title, at)]):
        seen = context.spreadsheet.describe()
    elif seen.kind is None:
        context.spreadsheet.write(json.dumps({"requests": [kind_request(context)]}))
    bound = context.outbox.bindings.tabs(context.spreadsheet.id)
    tabs: dict[str, SheetTab] = {}
    for key, title in titles.items():
        sheet = seen.by_id(bound[key])
        if sheet is None:  # deleted between the write and the look
            raise ForeignTab(texts.FOREIGN_TAB.format(title=title))
        tabs[key] = sheet
    return tabs


def _with_titles(rollup: Rollup, seen: Mapping[str, SheetTab]) -> Rollup:
    """Return the roll-up with the present titles of its tabs, which may differ from the file's."""
    tabs = rollup.spreadsheet.tabs.model_copy(update={key: tab.title for key, tab in seen.items() if tab.title})
    return rollup.model_copy(update={"spreadsheet": rollup.spreadsheet.model_copy(update={"tabs": tabs})})


class RollupRefresher:
    """Keeps the state of the tabs, so that only changes are written. seen: the tabs as `prepare` found them."""

    def __init__(self, context: RollupContext, seen: Mapping[str, SheetTab], host: str, stamp_every: timedelta) -> None:
        self._context = context
        self._host = host
        self._stamp_every = stamp_every
        self._stamped: float | None = None
        self._rollup = _with_titles(context.rollup, seen)
        memory, _ = read_memory(context, KEYED)
        self._written = WrittenState.fresh(seen, memory, owned=tuple(seen))
        self._writer = TabsWriter(context, KEYED)

    def refresh(self, lease: Lease, summarise: Callable[[datetime, datetime], RollupSummary]) -> bool:
        """Bring the tabs to the summary of this moment; whether more than stamps were written.

        summarise: campaign time and real time of the read → the summary. Raises SheetsError and OutboxError; the last
        good tabs then stay with their stamp.
        """
        if self._writer.settle(lease):
            self._recall()
        try:
            return self._refresh(lease, summarise)
        except RequestRefused as refusal:
            if not self._writer.explains(refusal, lease):
                raise
            self._recall()
            return self._refresh(lease, summarise)

    def _recall(self) -> None:
        self._written = replace(self._written, memory=read_memory(self._context, KEYED)[0])

    def _refresh(self, lease: Lease, summarise: Callable[[datetime, datetime], RollupSummary]) -> bool:
        context = self._context
        started, calls = context.monotonic(), context.spreadsheet.calls
        as_of, read_at = context.now(), context.clock.real().astimezone(context.zone)
        read = self._read()
        self._written = mended(context, self._written, read)
        summary = summarise(as_of, read_at)
        summary = replace(summary, rollup=self._rollup)
        tabs = RollupTabs(summary, self._host, self._written.with_read(read))
        write = tabs.full_write()
        changed = bool(write.requests)
        if not changed and self._stamp_due():
            write = tabs.stamped_write()
        if write.requests:
            self._writer.send(write, self._written, lease)
            self._stamped = context.monotonic()
            if changed:
                sent = context.spreadsheet.calls - calls
                context.journal("refresh", len(summary.rows), sent, started, texts.REFRESHED)
        self._writer.keep(write.after, lease)
        self._written = write.after
        log.info("refreshed", regions=len(summary.rows), wrote=changed)
        return changed

    def _read(self) -> dict[str, TabAsRead]:
        ids = self._written.sheet_ids
        blocks = self._context.spreadsheet.read([Area(sheet_id) for sheet_id in ids.values()])
        read = {key: as_read(block) for key, block in zip(ids, blocks, strict=True)}
        self._writer.titles = {key: tab.title for key, tab in read.items()}
        return read

    def _stamp_due(self) -> bool:
        return self._stamped is None or self._context.monotonic() - self._stamped >= self._stamp_every.total_seconds()
