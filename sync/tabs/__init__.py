"""The tabs that the worker owns: what each shows, and the requests that bring them there. Pure; imported by `sync`.

One file a tab; a new tab is one file, its line in the mapping here, its title in the campaign's model, and its test.
"""

from __future__ import annotations

from campaign import Campaign
from sync.summary import Summary
from sync.tabs.written import OWNED, MunicipalitiesAsRead, SeenTab, TabsWrite, WrittenState, WrittenTab

__all__ = [
    "OWNED",
    "MunicipalitiesAsRead",
    "SeenTab",
    "TabsWrite",
    "WrittenState",
    "WrittenTab",
    "stamp_write",
    "tabs_write",
]


def tabs_write(campaign: Campaign, summary: Summary, written: WrittenState) -> TabsWrite:
    """The requests that bring all owned tabs to this summary in one atomic batch.

    Call it when `summary.fingerprint != written.fingerprint`, and once after the start. Everything is addressed by
    sheet id. Tabs that show what they showed are left out. The stamps go last; «Журнал» goes along.
    """
    raise NotImplementedError


def stamp_write(campaign: Campaign, summary: Summary, written: WrittenState) -> TabsWrite:
    """Only «данные на» and other running times, and «Журнал»: when nothing else changed."""
    raise NotImplementedError
