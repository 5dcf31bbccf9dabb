"""The tabs that the worker owns: what each shows, and the requests that bring them there. Pure; imported by `sync`.

One file a tab; a new tab is one file, its line in `_pages` here, its title in the campaign's model, and its test.
`page` is a tab as data, `styles` its looks, `render` its requests, `arrange` the way back of rows that staff sorted.
Of «Муниципалитеты», which staff share, `whose_row` and `whose_column` tell what is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from campaign import Campaign
from sync.summary import Summary
from sync.tabs import dynamics, journal, problems, render, silent
from sync.tabs import summary as overview
from sync.tabs.municipalities import KEY, MunicipalitiesTab
from sync.tabs.page import Page, Rectangle
from sync.tabs.written import (
    OWNED,
    MunicipalitiesAsRead,
    Request,
    SeenTab,
    TabsWrite,
    WrittenState,
    WrittenTab,
)

__all__ = [
    "OWNED",
    "MunicipalitiesAsRead",
    "Page",
    "Request",
    "SeenTab",
    "TabsWrite",
    "WrittenState",
    "WrittenTab",
    "pages",
    "stamp_write",
    "tabs_write",
    "write_due",
]


WRITTEN = "written"
"""Instead of a digest for «Муниципалитеты», whose rows are compared with what was read."""
NOTHING_READ = MunicipalitiesAsRead([], 0, 0)


def write_due(campaign: Campaign, summary: Summary, written: WrittenState) -> bool:
    """Whether `tabs_write` has something to bring: the summary changed, or a row of «Муниципалитеты» as just read says
    something else than it should, as after a sort that came between a read and a write.
    """
    if summary.fingerprint != written.fingerprint:
        return True
    read = written.municipalities
    return read is not None and MunicipalitiesTab(campaign, summary, read, written.columns).disturbed


def tabs_write(campaign: Campaign, summary: Summary, written: WrittenState) -> TabsWrite:
    """The requests that bring all owned tabs to this summary in one atomic batch.

    Call it when `write_due` says so. Everything is addressed by sheet id. Tabs that show what they showed are left out,
    but for their stamps, which go last; «Журнал» goes along, and «Свод» is always written whole, so that what somebody
    typed over it does not last. `written.municipalities` must be of this very read; without it that tab is left as it
    is. No requests at all when everything stands already.
    """
    made = _Pages(campaign, summary, written)
    requests: list[Request] = []
    cuts: list[int] = []
    tabs = dict(written.tabs)
    for page in made.pages:
        if page.key not in (overview.KEY, journal.KEY):
            requests += _bring(made, page, tabs)
            cuts.append(len(requests))
    requests += _bring(made, made.of(overview.KEY), tabs, always=bool(requests))
    if not requests:
        return TabsWrite([], replace(written, fingerprint=summary.fingerprint))
    requests += _bring(made, made.of(journal.KEY), tabs)
    requests += made.live()
    after = replace(written, tabs=tabs, fingerprint=summary.fingerprint)
    if made.shared is None:
        return TabsWrite(requests, after, tuple(cuts))
    columns = made.shared.remembered
    after = replace(after, columns=columns.landed())
    return TabsWrite(requests, after, tuple(cuts), columns, tuple(made.shared.former.values()))


def stamp_write(campaign: Campaign, summary: Summary, written: WrittenState) -> TabsWrite:
    """Only «данные на» and other live times, and «Журнал»: when nothing else changed.

    The tabs must have been written in full before (`written.fingerprint == summary.fingerprint`).
    """
    made = _Pages(campaign, summary, written)
    tabs = dict(written.tabs)
    requests = [*_bring(made, made.of(journal.KEY), tabs), *made.live()]
    return TabsWrite(requests, replace(written, tabs=tabs))


def pages(campaign: Campaign, summary: Summary, sheet_ids: Mapping[str, int]) -> dict[str, Page]:
    """Every owned tab as data, «Муниципалитеты» as it would be in an empty tab. For tests and pictures."""
    state = WrittenState(sheet_ids, {key: WrittenTab(0, 0) for key in OWNED}, NOTHING_READ)
    return {page.key: page for page in _Pages(campaign, summary, state).pages}


@dataclass(frozen=True)
class _Pages:
    """The pages of one write."""

    campaign: Campaign
    summary: Summary
    written: WrittenState

    @cached_property
    def shared(self) -> MunicipalitiesTab | None:
        """«Муниципалитеты», when it was read."""
        read = self.written.municipalities
        return None if read is None else MunicipalitiesTab(self.campaign, self.summary, read, self.written.columns)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        campaign, summary, answers = self.campaign, self.summary, self.written.sheet_ids["answers"]
        shared = () if self.shared is None else (self.shared.page,)
        bars = (self.shared or MunicipalitiesTab(campaign, summary, NOTHING_READ)).bars
        return (
            overview.page(campaign, summary, answers, bars),
            *shared,
            silent.page(campaign, summary),
            problems.page(campaign, summary, answers),
            dynamics.page(campaign, summary),
            journal.page(campaign, summary),
        )

    def of(self, key: str) -> Page:
        return next(page for page in self.pages if page.key == key)

    def live(self) -> list[Request]:
        """The stamps of all tabs."""
        return [r for page in self.pages for r in render.live_requests(self.written.sheet_ids[page.key], page)]


def _bring(made: _Pages, page: Page, tabs: dict[str, WrittenTab], *, always: bool = False) -> list[Request]:
    """The requests for one tab; `tabs` is brought up to what it is after them."""
    before, sheet_id = tabs[page.key], made.written.sheet_ids[page.key]
    shared = made.shared if page.key == KEY else None
    formats = render.formats_digest(page)
    values = render.values_digest(page) if shared is None else WRITTEN
    requests: list[Request] = []
    rows, columns, bottom = before.rows, before.columns, max(len(page.rows), before.used_rows)
    moved = False
    if shared is not None:
        requests += shared.arranging(sheet_id)
        rows, columns, moved = shared.grid_rows, shared.grid_columns, shared.steps
        bottom = len(page.rows)  # what stands below our rows is the staff's
    requests += render.growth_requests(sheet_id, rows, columns, len(page.rows), page.width)
    if formats != before.formats or moved:
        requests += render.format_requests(page, made.written.sheet_ids, before, min(bottom, max(rows, len(page.rows))))
        requests += render.chart_requests(page, made.written.sheet_ids, before)
        before = replace(
            before,
            formats=formats,
            charts=tuple(chart.id for chart in page.charts),
            bandings=render.banding_ids(page),
            protections=tuple({*before.protections, render.protection_id(page.key)}),
            conditional_rules=len(page.colours),
        )
        always = True  # a format over a whole area takes the links along
    if shared is not None:
        requests += shared.writing(sheet_id, everything=not before.values)
    elif values != before.values or always:
        requests += render.value_requests(sheet_id, page.rows, Rectangle(0, bottom, 0, page.width))
        requests += render.link_requests(sheet_id, page.rows, 0)
    tabs[page.key] = replace(
        before,
        rows=max(rows, len(page.rows)),
        columns=max(columns, page.width),
        used_rows=len(page.rows),
        values=values,
    )
    return requests
