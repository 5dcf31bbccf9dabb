"""«Динамика»: reports and the main figure by week and by day, with charts."""

from __future__ import annotations

from collections.abc import Sequence

from campaign import Campaign
from sync.review.summary import Summary
from sync.tabs.heading import stamp, title
from sync.tabs.page import Chart, Page, PageBuilder, PageCell, Rectangle, Series
from sync.tabs.periods import add_periods
from sync.tabs.places import main_placed
from sync.texts import tabs as texts
from sync.totals.model import Period

KEY = "dynamics"
WIDTHS = (110, 130, 130, 150, 190)
WIDTHS_OF_PERIODS = (230, *WIDTHS[1:])
"""The first column holds titles of figures, too."""
TABLE = len(WIDTHS)
REPORTS_CHART, TOTAL_CHART = 7_021, 7_022


def page(campaign: Campaign, summary: Summary) -> Page:
    totals = summary.totals
    sheet = PageBuilder(WIDTHS_OF_PERIODS if summary.past else WIDTHS)
    sheet.add(title(campaign, campaign.spreadsheet.tabs.dynamics))
    sheet.add(stamp(summary))
    sheet.add_merged(PageCell(texts.DYNAMICS_NOTE if totals.days else texts.DYNAMICS_NONE, "small"))
    if summary.past:
        add_periods(sheet, campaign, summary)
    if not totals.days:
        return sheet.page(KEY)
    sheet.add()
    sheet.add(*[PageCell(texts.BY_WEEK if i == 0 else None, "section") for i in range(TABLE)])
    _table(sheet, campaign, texts.WEEK, totals.main_title, totals.weeks)
    sheet.add()
    sheet.add(*[PageCell(texts.BY_DAY if i == 0 else None, "section") for i in range(TABLE)])
    area = _table(sheet, campaign, texts.DAY, totals.main_title, totals.days)
    days = Series(KEY, Rectangle(area.top, area.bottom, 0, 1))
    if campaign.main_figure:
        sheet.charts.append(
            Chart(
                TOTAL_CHART,
                texts.CHART_TOTAL.format(title=totals.main_title),
                "LINE",
                days,
                (Series(KEY, Rectangle(area.top, area.bottom, 4, 5)),),
                row=4,
                column=TABLE,
                width=490,
                height=300,
                axis=totals.main_unit or "",
            )
        )
    sheet.charts.append(
        Chart(
            REPORTS_CHART,
            texts.CHART_REPORTS,
            "LINE",
            days,
            (Series(KEY, Rectangle(area.top, area.bottom, 2, 3)),),
            row=19 if campaign.main_figure else 4,
            column=TABLE,
            width=490,
            height=300,
        )
    )
    return sheet.page(KEY)


def _table(sheet: PageBuilder, campaign: Campaign, first: str, total: str, periods: Sequence[Period]) -> Rectangle:
    header = [first, texts.NEW_REPORTS, texts.REPORTS]
    header += [texts.NEW_TOTAL, total] if campaign.main_figure else []
    return sheet.table([PageCell(word, "header") for word in header], [_row(campaign, p) for p in periods])


def _row(campaign: Campaign, period: Period) -> list[PageCell]:
    total = [
        PageCell(period.new_total, main_placed("signed", campaign)),
        PageCell(period.total, main_placed("number", campaign)),
    ]
    return [
        PageCell(period.start, "day"),
        PageCell(period.new_reports, "signed"),
        PageCell(period.reports, "number"),
        *(total if campaign.main_figure else []),
    ]
