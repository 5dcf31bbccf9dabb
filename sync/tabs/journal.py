"""«Журнал»: the last deliveries and refreshes. It goes along with other writes and never causes one."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from campaign import Campaign, Rollup
from outbox.records import JournalEntry
from sync.tabs.heading import title
from sync.tabs.page import Page, PageBuilder, PageCell
from sync.texts import tabs as texts

KEY = "journal"
WIDTHS = (140, 110, 80, 110, 110, 220, 420)
MOST = 200


def page(owner: Campaign | Rollup, tab: str, entries: Sequence[JournalEntry]) -> Page:
    """Return the page. tab: its title; entries: the newest first"""
    sheet = PageBuilder(WIDTHS)
    sheet.add(title(owner, tab))
    sheet.add(PageCell(texts.JOURNAL_INTRO if entries else texts.JOURNAL_NONE, "subtitle_line"))
    header = [
        texts.WHEN,
        texts.KIND_OF_WORK,
        texts.ROWS,
        texts.CALLS,
        texts.DURATION,
        texts.RESULT,
        texts.DETAIL,
    ]
    area = sheet.table(
        [PageCell(word, "header") for word in header], [_row(owner.about.zone, e) for e in entries[:MOST]]
    )
    return sheet.page(KEY, frozen=area.top + 1)


def _row(zone: ZoneInfo, entry: JournalEntry) -> list[PageCell]:
    return [
        PageCell(entry.at.astimezone(zone), "moment"),
        PageCell(texts.JOURNAL_KINDS.get(entry.kind, entry.kind), "top"),
        PageCell(entry.rows, "number"),
        PageCell(entry.calls, "number"),
        PageCell(entry.duration_ms, "number"),
        PageCell(entry.result, "wrap"),
        PageCell(entry.detail, "wrap"),
    ]
