"""The sections of «Динамика» about the periods: a row a period, and each figure over the last ones. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from campaign import Campaign, Table
from campaign.model import leaves
from campaign.model.aggregate import cell_id
from sync.records.states import Number
from sync.review.summary import Summary
from sync.tabs.comparison import period_name
from sync.tabs.heading import or_dash
from sync.tabs.page import Chart, PageBuilder, PageCell, Rectangle, Series, Style
from sync.tabs.places import aggregated, main_placed
from sync.texts import periods as period_texts
from sync.texts import tabs as texts
from sync.totals.past import PastPeriod

KEY = "dynamics"
PERIODS_CHART = 7_023
COLUMNS = 5
CHART_ROW = 34
"""Below the charts of the days."""


def add_periods(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    """Add both sections, the earliest period first; this one, as of now, comes last."""
    periods = [*reversed(summary.past), _present(campaign, summary)]
    _section(sheet, period_texts.BY_PERIOD)
    header = [PageCell(period_texts.PERIOD, "header", note=period_texts.PERIOD_NOTE)]
    words = [period_texts.PERIOD_REPORTED, period_texts.PERIOD_ALL]
    words += [period_texts.CHANGE, summary.totals.main_title] if campaign.main_figure else []
    header += [PageCell(word, "header") for word in words]
    before: list[PastPeriod | None] = [None, *periods[:-1]]
    body = [_row(campaign, one, last) for one, last in zip(periods, before, strict=True)]
    area = sheet.table(header, body)
    sheet.add_merged(PageCell(period_texts.PERIODS_NOTE, "small"))
    _figures(sheet, campaign, periods[-(COLUMNS - 1) :])
    if campaign.main_figure:
        names, figures = (Series(KEY, Rectangle(area.top, area.bottom, at, at + 1)) for at in (0, COLUMNS - 1))
        title = period_texts.CHART_PERIODS.format(title=summary.totals.main_title)
        axis, row = summary.totals.main_unit or "", CHART_ROW if summary.totals.days else 4
        sheet.charts.append(
            Chart(
                PERIODS_CHART,
                title,
                "COLUMN",
                names,
                (figures,),
                row=row,
                column=COLUMNS,
                width=490,
                height=300,
                axis=axis,
            )
        )


def _section(sheet: PageBuilder, words: str) -> None:
    sheet.add()
    sheet.add(*[PageCell(words if at == 0 else None, "section") for at in range(COLUMNS)])


def _present(campaign: Campaign, summary: Summary) -> PastPeriod:
    """Return this period in the form of those before."""
    totals = summary.totals
    figures: dict[str, Number | None] = {one.id: one.total for one in totals.questions}
    for figure in totals.figures:
        figures[figure.id] = figure.total
        for group in figure.groups:
            figures[f"{figure.id}.{group.id}"] = group.total
            figures |= {cell_id(figure.id, line.id): line.total for line in group.lines}
    every = len(summary.municipalities)
    deadline = campaign.about.deadline
    return PastPeriod(campaign.id, deadline, summary.as_of, totals.reported, every, totals.main, figures)


def _row(campaign: Campaign, period: PastPeriod, before: PastPeriod | None) -> list[PageCell]:
    name = PageCell(period_name(period), "wrap_middle")
    if period.as_of is None:
        return [name, PageCell(period_texts.PERIOD_UNKNOWN, "aside")]
    cells = [name, PageCell(period.reported, "number"), PageCell(period.all, "number")]
    if campaign.main_figure:
        last = None if before is None else before.main
        change = None if last is None or period.main is None else period.main - last
        cells.append(or_dash(change, PageCell(change, main_placed("signed", campaign))))
        cells.append(or_dash(period.main, PageCell(period.main, main_placed("number", campaign))))
    return cells


def _figures(sheet: PageBuilder, campaign: Campaign, periods: list[PastPeriod]) -> None:
    """Add a row a figure, a column a period."""
    body = []
    for name, words, style in _titles(campaign):
        cells = [(period.figures.get(name), style) for period in periods]
        body.append([PageCell(words, "wrap_middle"), *(or_dash(one, PageCell(one, look)) for one, look in cells)])
    if not body:
        return
    _section(sheet, period_texts.FIGURES_BY_PERIOD)
    header = [PageCell(texts.FIGURE, "header"), *(PageCell(period_name(one), "header") for one in periods)]
    sheet.table(header, body)


def _titles(campaign: Campaign) -> Iterator[tuple[str, str, Style]]:
    """Yield name, title and style of each figure: the totals of tables with their groups, and the numeric questions."""
    for item in (item for section in campaign.sections for item in section.questions):
        if not isinstance(item, Table):
            for leaf in leaves(item, campaign.target_groups):
                if leaf.numeric and leaf.in_sheet:
                    words = f"{leaf.header}, {leaf.unit}" if leaf.unit else leaf.header
                    yield leaf.id, words, aggregated("number", [leaf])
            continue
        for figure in item.figures:
            for group in campaign.target_groups:
                name = f"{figure.id}.{group.id}"
                yield name, f"{figure.title}: {group.title}", aggregated("number", campaign.leaves_of(name))
            words = item.total if len(item.figures) == 1 else f"{item.total}: {figure.title}"
            yield figure.id, words, aggregated("strong_number", campaign.leaves_of(figure.id))
