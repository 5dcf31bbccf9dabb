"""«Журнал»: the last deliveries and refreshes. It goes along with other writes and never causes one."""

from __future__ import annotations

from campaign import Campaign
from outbox.records import JournalEntry
from sync.review.summary import Summary
from sync.tabs.heading import title
from sync.tabs.page import Page, PageBuilder, PageCell
from sync.texts import tabs as texts

KEY = "journal"
WIDTHS = (140, 110, 80, 110, 110, 220, 420)
MOST = 200


def page(campaign: Campaign, summary: Summary) -> Page:
    sheet = PageBuilder(WIDTHS)
    sheet.add(title(campaign, campaign.spreadsheet.tabs.journal))
    sheet.add(PageCell(texts.JOURNAL_INTRO if summary.journal else texts.JOURNAL_NONE, "subtitle_line"))
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
        [PageCell(word, "header") for word in header], [_row(campaign, e) for e in summary.journal[:MOST]]
    )
    return sheet.page(KEY, frozen=area.top + 1)


def _row(campaign: Campaign, entry: JournalEntry) -> list[PageCell]:
    return [
        PageCell(entry.at.astimezone(campaign.about.zone), "moment"),
        PageCell(texts.JOURNAL_KINDS.get(entry.kind, entry.kind), "top"),
        PageCell(entry.rows, "number"),
        PageCell(entry.calls, "number"),
        PageCell(entry.duration_ms, "number"),
        PageCell(entry.result, "wrap"),
        PageCell(entry.detail, "wrap"),
    ]
