"""The content of the worker's tabs, and the requests that write it. Pure.

One file a tab; a new tab is one file, its line here, its title in the campaign's model, and its test. A page is data
(`page`), has looks (`styles`) and becomes requests (`render`); the tabs that staff share are keyed tables (`keyed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from campaign import Campaign
from sync.review.summary import Summary
from sync.tabs import dynamics, journal, render, silent
from sync.tabs import summary as overview
from sync.tabs.accounts import KEY as ANSWERS
from sync.tabs.accounts import accounts_write
from sync.tabs.keyed import KeyedWrite
from sync.tabs.keyed_plan import KeyedPlan
from sync.tabs.keyed_tab import KeyedTab, as_page
from sync.tabs.municipalities import KEY as MUNICIPALITIES
from sync.tabs.municipalities import MunicipalitiesTab
from sync.tabs.page import Page, Rectangle
from sync.tabs.problems import ProblemsTab
from sync.tabs.summary_people import KEY as OVERVIEW
from sync.tabs.written import (
    KEYED,
    OWNED,
    KeyedMemory,
    Request,
    TabAsRead,
    WrittenState,
    WrittenTab,
)
from sync.texts import tabs as texts

__all__ = [
    "KEYED",
    "OWNED",
    "KeyedMemory",
    "Page",
    "Request",
    "TabAsRead",
    "TabsWrite",
    "WrittenState",
    "WrittenTab",
    "pages",
    "stamp_write",
    "tabs_write",
]

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
    """

    requests: list[Request]
    after: WrittenState
    before: Mapping[str, KeyedMemory] = field(default_factory=dict)
    keyed: Mapping[str, KeyedWrite] = field(default_factory=dict)
    marked: bool = False
    journal: tuple[tuple[str, str], ...] = ()


def tabs_write(campaign: Campaign, summary: Summary, written: WrittenState) -> TabsWrite:
    """Return the requests that bring all owned tabs to this summary in one atomic batch.

    `written.read` must be of this very read. Everything is addressed by sheet id. Of tabs that are up to date only the
    stamps are written; «Журнал» goes along. No requests when all tabs are up to date.
    """
    made = _Tabs(campaign, summary, written)
    mended = any(not written.tabs[page.key].values for page in made.pages)
    due = mended or any(plan.due for plan in made.plans) or made.accounts_due
    if made.fingerprint == written.fingerprint and not due:
        return TabsWrite([], made.after(written.tabs), made.before)
    tabs = dict(written.tabs)
    requests = list(made.keyed_requests())
    for page in made.pages:
        requests += _bring(made, page, tabs)
    return made.write([*requests, *made.live()], tabs)


def stamp_write(campaign: Campaign, summary: Summary, written: WrittenState) -> TabsWrite:
    """Return the requests for «данные на», other live times, and «Журнал», when nothing else changed.

    The tabs must have been written in full before.
    """
    made = _Tabs(campaign, summary, written)
    tabs = dict(written.tabs)
    requests = list(made.keyed_requests())
    requests += _bring(made, made.of(journal.KEY), tabs)
    return made.write([*requests, *made.live()], tabs)


def pages(campaign: Campaign, summary: Summary, sheet_ids: Mapping[str, int]) -> dict[str, Page]:
    """Return every owned tab as data, keyed ones as newly made. For tests and pictures."""
    made = _Tabs(campaign, summary, WrittenState(sheet_ids, {key: WrittenTab(0, 0) for key in OWNED}))
    found = {page.key: page for page in made.pages} | {tab.key: as_page(tab) for tab in made.keyed_tabs}
    return {key: found[key] for key in OWNED}


@dataclass(frozen=True)
class _Tabs:
    """The tabs of one write."""

    campaign: Campaign
    summary: Summary
    written: WrittenState

    @cached_property
    def keyed_tabs(self) -> tuple[KeyedTab, ...]:
        answers = self.written.sheet_ids[ANSWERS]
        return (
            MunicipalitiesTab(self.campaign, self.summary),
            ProblemsTab(self.campaign, self.summary, answers),
        )

    @cached_property
    def plans(self) -> tuple[KeyedPlan, ...]:
        """Of the keyed tabs that were read."""
        as_of = self.summary.as_of
        return tuple(KeyedPlan(tab, self.written, as_of) for tab in self.keyed_tabs if tab.key in self.written.read)

    @cached_property
    def accounts(self) -> KeyedWrite | None:
        """The column «Учёт»; None where «Ответы» was not read."""
        read = self.written.read.get(ANSWERS)
        return None if read is None else accounts_write(self.summary.accounts, self.written.sheet_ids[ANSWERS], read)

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

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        campaign, summary = self.campaign, self.summary
        return (
            overview.page(campaign, summary, self.sheet_ids[ANSWERS], self.notices),
            silent.page(campaign, summary, self.notes),
            dynamics.page(campaign, summary),
            journal.page(campaign, summary),
        )

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
            owner = self.campaign.by_oktmo[other].name
            words = {"title": title, "row": row, "column": texts.OKTMO, "key": key, "other": owner}
            yield texts.KEYED_CONTRADICTION.format(**words)
        for key, rows in findings.extra.items():
            words = {"title": title, "key": key, "rows": ", ".join(map(str, rows))}
            yield texts.KEYED_EXTRA.format(**words)

    @cached_property
    def notes(self) -> Mapping[str, str]:
        """OKTMO → the ministry's note, of municipalities that have not reported; of several rows the last one's."""
        plan = next((plan for plan in self.plans if plan.tab.key == MUNICIPALITIES and not plan.stopped), None)
        place = None if plan is None else plan.table.place(texts.NOTES)
        if plan is None or place is None:
            return {}
        silent = {one.oktmo for one in self.summary.municipalities if not one.state.reported}
        found = {
            key: plan.table.at(row, place)
            for row, key in plan.table.keys.items()
            if key in silent and row not in plan.contradictions
        }
        return {key: str(cell) for key, cell in found.items() if cell not in (None, "")}

    @property
    def fingerprint(self) -> str:
        return "\n".join((self.summary.fingerprint, *self.notices, *map(str, self.notes.items())))

    @property
    def before(self) -> Mapping[str, KeyedMemory]:
        return {**self.written.memory, **{plan.tab.key: plan.memory_before for plan in self.plans}}

    def after(self, tabs: Mapping[str, WrittenTab], *, sent: bool = False) -> WrittenState:
        memory = {plan.tab.key: plan.memory_after for plan in self.plans} if sent else dict(self.before)
        return replace(
            self.written,
            sheet_ids=self.sheet_ids if sent else self.written.sheet_ids,
            tabs=tabs,
            memory={**self.written.memory, **memory},
            fingerprint=self.fingerprint,
        )

    def write(self, requests: Sequence[Request], tabs: Mapping[str, WrittenTab]) -> TabsWrite:
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
        )

    def live(self) -> list[Request]:
        """Return the stamps of all pages."""
        return [r for page in self.pages for r in render.live_requests(self.sheet_ids[page.key], page)]


def _bring(made: _Tabs, page: Page, tabs: dict[str, WrittenTab]) -> list[Request]:
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
            requests.append(render.recalculation_request(made.campaign.about.timezone))
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
