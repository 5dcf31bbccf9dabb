"""All owned tabs of one spreadsheet as one write: what changed of them, or their stamps alone. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sync.tabs import journal, render
from sync.tabs.accounts import KEY as ANSWERS
from sync.tabs.keyed import KeyedWrite
from sync.tabs.keyed_plan import KeyedPlan
from sync.tabs.keyed_tab import KeyedTab
from sync.tabs.page import Page, Rectangle
from sync.tabs.summary_people import KEY as OVERVIEW
from sync.tabs.written import KeyedMemory, Request, WrittenState, WrittenTab
from sync.texts import tabs as texts

MOST_NOTICES = 12


@dataclass(frozen=True, slots=True)
class TabsWrite:
    """One atomic `spreadsheets.batchUpdate`.

    requests: its requests; empty when nothing differs
    before:   keyed tab → memory to keep before the write is sent
    after:    the state once it succeeded
    keyed:    tab key → cells and rows that the write brings into a keyed tab
    marked:   True if it must not be applied twice: it appends rows or lays out a tab
    journal:  (result, header) of columns that are renamed, added or given up
    put_back: (result, words) of answers of reports that staff typed over
    """

    requests: list[Request]
    after: WrittenState
    before: Mapping[str, KeyedMemory] = field(default_factory=dict)
    keyed: Mapping[str, KeyedWrite] = field(default_factory=dict)
    marked: bool = False
    journal: tuple[tuple[str, str], ...] = ()
    put_back: tuple[tuple[str, str], ...] = ()


class OwnedTabs(ABC):
    """The tabs of one write. `written.read` must be of the read behind them."""

    written: WrittenState

    @property
    @abstractmethod
    def as_of(self) -> datetime:
        """Campaign time of the read, aware."""

    @property
    @abstractmethod
    def timezone(self) -> str:
        """Name of the zone in which the spreadsheet computes."""

    @property
    @abstractmethod
    def content(self) -> str:
        """A digest of all that the tabs show, but for what staff should put right in them."""

    @property
    @abstractmethod
    def keyed_tabs(self) -> tuple[KeyedTab, ...]:
        """The tabs that staff share."""

    @property
    @abstractmethod
    def pages(self) -> tuple[Page, ...]:
        """The tabs that are wholly the worker's."""

    @abstractmethod
    def name_of(self, key: str) -> str:
        """Return the name of the municipality or region with this key."""

    @property
    def accounts(self) -> KeyedWrite | None:
        """Cells in a tab that is not owned: «Учёт»; None for none."""
        return None

    @cached_property
    def plans(self) -> tuple[KeyedPlan, ...]:
        """Of the keyed tabs that were read."""
        return tuple(
            KeyedPlan(tab, self.written, self.as_of) for tab in self.keyed_tabs if tab.key in self.written.read
        )

    @property
    def accounts_due(self) -> bool:
        return self.accounts is not None and bool(self.accounts.changes)

    def keyed_requests(self) -> Iterator[Request]:
        """Return the requests of the tabs that staff share."""
        for plan in self.plans:
            yield from plan.requests()
        if self.accounts is not None:
            yield from self.accounts.requests()

    @cached_property
    def sheet_ids(self) -> Mapping[str, int]:
        return {**self.written.sheet_ids, **{plan.tab.key: plan.sheet_id for plan in self.plans}}

    def of(self, key: str) -> Page:
        return next(page for page in self.pages if page.key == key)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What staff should put right in keyed tabs, in sentences."""
        found = [words for plan in self.plans for words in self._notices(plan)]
        more = len(found) - MOST_NOTICES
        return (*found[:MOST_NOTICES], *([texts.NOTICES_MORE.format(count=more)] if more > 0 else []))

    def _notices(self, plan: KeyedPlan) -> Iterator[str]:
        findings, title = plan.findings, self.written.read[plan.tab.key].title
        if findings.trouble:
            yield findings.trouble
        for row, (key, other) in findings.contradictions.items():
            header = next(one.header for one in plan.tab.columns if one.id == plan.tab.key_column)
            words = {"title": title, "row": row, "column": header, "key": key, "other": self.name_of(other)}
            yield texts.KEYED_CONTRADICTION.format(**words)
        for key, rows in findings.extra.items():
            words = {"title": title, "key": key, "rows": ", ".join(map(str, rows))}
            yield texts.KEYED_EXTRA.format(**words)

    @property
    def fingerprint(self) -> str:
        return "\n".join((self.content, *self.notices))

    @property
    def before(self) -> Mapping[str, KeyedMemory]:
        return {**self.written.memory, **{plan.tab.key: plan.memory_before for plan in self.plans}}

    def after(self, tabs: Mapping[str, WrittenTab], *, sent: bool = False) -> WrittenState:
        """Return the state once the tabs are these; sent: whether the requests are sent for that."""
        memory = {plan.tab.key: plan.memory_after for plan in self.plans} if sent else dict(self.before)
        return replace(
            self.written,
            sheet_ids=self.sheet_ids if sent else self.written.sheet_ids,
            tabs=tabs,
            memory={**self.written.memory, **memory},
            fingerprint=self.fingerprint,
        )

    def full_write(self) -> TabsWrite:
        """Return the requests that bring all tabs up to date; none where they are.

        Of tabs that are up to date only the stamps are written; «Журнал» goes along.
        """
        mended = any(not self.written.tabs[page.key].values for page in self.pages)
        due = mended or any(plan.due for plan in self.plans) or self.accounts_due
        if self.fingerprint == self.written.fingerprint and not due:
            return TabsWrite([], self.after(self.written.tabs), self.before)
        tabs = dict(self.written.tabs)
        requests = list(self.keyed_requests())
        for page in self.pages:
            requests += _bring(self, page, tabs)
        return self._write([*requests, *self.live()], tabs)

    def stamped_write(self) -> TabsWrite:
        """Return the requests for the stamps, other live times, and «Журнал»; of tabs that were written in full."""
        tabs = dict(self.written.tabs)
        requests = list(self.keyed_requests())
        requests += _bring(self, self.of(journal.KEY), tabs)
        return self._write([*requests, *self.live()], tabs)

    def _write(self, requests: Sequence[Request], tabs: Mapping[str, WrittenTab]) -> TabsWrite:
        keyed = {plan.tab.key: plan.write for plan in self.plans if not plan.stopped}
        if self.accounts is not None and self.accounts.changes:
            keyed[ANSWERS] = self.accounts
        return TabsWrite(
            list(requests),
            self.after(tabs, sent=True),
            self.before,
            keyed,
            any(plan.marked for plan in self.plans),
            tuple(line for plan in self.plans for line in plan.layout.journal),
            tuple(line for plan in self.plans if not plan.stopped for line in plan.put_back),
        )

    def live(self) -> list[Request]:
        """Return the stamps of all pages."""
        return [r for page in self.pages for r in render.live_requests(self.sheet_ids[page.key], page)]


def _bring(made: OwnedTabs, page: Page, tabs: dict[str, WrittenTab]) -> list[Request]:
    """Return the requests for one page, and update `tabs` to the state after them."""
    before, sheet_id = tabs[page.key], made.sheet_ids[page.key]
    formats, values = render.formats_digest(page), render.values_digest(page)
    bottom, right = max(len(page.rows), before.used_rows), max(page.width, before.used_columns)
    requests: list[Request] = []
    requests += render.growth_requests(sheet_id, before.rows, before.columns, len(page.rows), page.width)
    anew = formats != before.formats
    if anew:
        below = min(bottom, max(before.rows, len(page.rows)))
        requests += render.format_requests(page, made.sheet_ids, before, below)
        requests += render.chart_requests(page, made.sheet_ids, before)
        if page.key == OVERVIEW:
            requests.append(render.recalculation_request(made.timezone))
        before = replace(
            before,
            formats=formats,
            charts=tuple(chart.id for chart in page.charts),
            bandings=render.banding_ids(page),
            protections=tuple({*before.protections, render.protection_id(page.key)}),
            conditional_rules=len(page.colours),
        )
    if anew or values != before.values:  # a format over a whole area takes the links along
        requests += render.value_requests(sheet_id, page.rows, Rectangle(0, bottom, 0, right))
        requests += render.link_requests(sheet_id, page.rows)
    tabs[page.key] = replace(
        before,
        rows=max(before.rows, len(page.rows)),
        columns=max(before.columns, page.width),
        used_rows=len(page.rows),
        used_columns=page.width,
        page=page,
        values=values,
    )
    return requests
