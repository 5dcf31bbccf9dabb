"""The content of the worker's tabs, and the requests that write it. Pure.

One file a tab; a new tab is one file, its line here, its title in the campaign's model, and its test. A page is data
(`page`), has looks (`styles`) and becomes requests (`render`); the tabs that staff share are keyed tables (`keyed`).
All tabs of one write together are `assembly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from campaign import Campaign
from campaign.model import Repeats
from sync.review.summary import Summary
from sync.tabs import dynamics, journal, silent
from sync.tabs import summary as overview
from sync.tabs.accounts import KEY as ANSWERS
from sync.tabs.accounts import accounts_write
from sync.tabs.assembly import OwnedTabs, TabsWrite
from sync.tabs.entries import EntriesTab, key_of
from sync.tabs.keyed import KeyedWrite
from sync.tabs.keyed_tab import KeyedTab, as_page
from sync.tabs.municipalities import KEY as MUNICIPALITIES
from sync.tabs.municipalities import MunicipalitiesTab
from sync.tabs.page import Page
from sync.tabs.problems import ProblemsTab
from sync.tabs.written import (
    KEYED,
    OWNED,
    KeyedMemory,
    Request,
    TabAsRead,
    WrittenState,
    WrittenTab,
    keyed_tabs,
    owned_tabs,
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
    "keyed_tabs",
    "owned_tabs",
    "pages",
    "stamp_write",
    "tabs_write",
]


def tabs_write(campaign: Campaign, summary: Summary, written: WrittenState, desk: str = "") -> TabsWrite:
    """Return the requests that bring all owned tabs to this summary in one atomic batch.

    `written.read` must be of this very read. Everything is addressed by sheet id. Of tabs that are up to date only the
    stamps are written; «Журнал» goes along. No requests when all tabs are up to date.

    desk: the address of the ministry's pages; "" for no links to them
    """
    return _Tabs(campaign, summary, written, desk).full_write()


def stamp_write(campaign: Campaign, summary: Summary, written: WrittenState, desk: str = "") -> TabsWrite:
    """Return the requests for «данные на», other live times, and «Журнал», when nothing else changed.

    The tabs must have been written in full before. desk: as for `tabs_write`.
    """
    return _Tabs(campaign, summary, written, desk).stamped_write()


def pages(campaign: Campaign, summary: Summary, sheet_ids: Mapping[str, int]) -> dict[str, Page]:
    """Return every owned tab as data, keyed ones as newly made. For tests and pictures."""
    keys = owned_tabs(campaign)
    made = _Tabs(campaign, summary, WrittenState(sheet_ids, {key: WrittenTab(0, 0) for key in keys}))
    found = {page.key: page for page in made.pages} | {tab.key: as_page(tab) for tab in made.keyed_tabs}
    return {key: found[key] for key in keys}


@dataclass(frozen=True)
class _Tabs(OwnedTabs):
    """The tabs of a campaign."""

    campaign: Campaign
    summary: Summary
    written: WrittenState
    desk: str = ""

    @property
    def as_of(self) -> datetime:
        return self.summary.as_of

    @property
    def timezone(self) -> str:
        return self.campaign.about.timezone

    def name_of(self, key: str) -> str:
        return self.campaign.by_oktmo[key].name

    @cached_property
    def keyed_tabs(self) -> tuple[KeyedTab, ...]:
        answers = self.written.sheet_ids[ANSWERS]
        return (
            MunicipalitiesTab(self.campaign, self.summary, self.desk),
            ProblemsTab(self.campaign, self.summary, answers),
            *(EntriesTab(self.campaign, self.summary, one, self._title(one)) for one in self.campaign.lists),
        )

    def _title(self, one: Repeats) -> str:
        read = self.written.read.get(key_of(one))
        return (read.title if read else "") or one.tab

    @cached_property
    def accounts(self) -> KeyedWrite | None:
        """The column «Учёт»; None where «Ответы» was not read."""
        read = self.written.read.get(ANSWERS)
        return None if read is None else accounts_write(self.summary.accounts, self.written.sheet_ids[ANSWERS], read)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        campaign, summary = self.campaign, self.summary
        return (
            overview.page(campaign, summary, self.sheet_ids[ANSWERS], self.notices),
            silent.page(campaign, summary, self.notes),
            dynamics.page(campaign, summary),
            journal.page(campaign, campaign.spreadsheet.tabs.journal, summary.journal),
        )

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
    def content(self) -> str:
        return self.summary.fingerprint

    @property
    def fingerprint(self) -> str:
        return "\n".join((super().fingerprint, *map(str, self.notes.items())))
