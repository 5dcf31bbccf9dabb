"""«Свод»: the sections on municipalities: who is silent, the ministry's hand, what was left out, ranks, signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from campaign import Campaign
from sync.records.states import MunicipalitySummary, State
from sync.review.left_out import by_municipality
from sync.review.ministry import ministry_share
from sync.review.summary import Summary
from sync.tabs.heading import or_dash
from sync.tabs.page import Chart, PageBuilder, PageCell, Rectangle, Series
from sync.tabs.places import aggregated, main_placed
from sync.tabs.problems import row_cell
from sync.texts import tabs as texts
from sync.totals.region import THREE_PLACES

KEY = "summary"
MUNICIPALITIES_CHART = 7_011
ROW_HEIGHT = 21
"""Of a row of one line of text, pixels; the default of a new sheet."""
CHART_OFFSET = 10
"""Of a chart from the left edge of its cell, pixels."""
BAR_HEIGHT = 17
"""Pixels of a bar with its gap, so low that ranks, chart and signature of twenty municipalities fit on one sheet."""
MOST_LEFT_OUT = 30
MOST_RANKED = 60
"""Bars that one chart can show."""
MOST_FIGURES = 12
LINE_LENGTH = 100
"""Signs in a line over the whole width of the page."""
MOST_LINES = 12
UNREPORTED = (State.EXCLUDED, State.DELETED, State.DRAFT, State.SILENT)


def section(sheet: PageBuilder, words: str) -> None:
    """Add a blank row and a heading."""
    sheet.add()
    sheet.add_merged(PageCell(words, "section"))


# Who is silent --------------------------------------------------------------------------------------------------


def add_unreported(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    """Name the municipalities that have not reported, by state. Lines are broken here: merged cells do not grow."""
    lines: list[str] = []
    for state in UNREPORTED:
        names = [one.municipality.name for one in summary.municipalities if one.state is state]
        if names:
            first = texts.UNREPORTED.format(state=texts.STATES[state], count=len(names))
            lines += _lines(first[:1].upper() + first[1:], names)
    for words in lines[:MOST_LINES]:
        sheet.add_merged(PageCell(words, "text"))
    if len(lines) > MOST_LINES:
        sheet.add_merged(PageCell(texts.UNREPORTED_MORE.format(silent=campaign.spreadsheet.tabs.silent), "small"))


def _lines(words: str, names: Sequence[str]) -> Iterator[str]:
    line = words
    for number, name in enumerate(names):
        piece = name + (";" if number + 1 < len(names) else ".")
        if len(line) + 1 + len(piece) > LINE_LENGTH:
            yield line
            line = "    " + piece
        else:
            line = f"{line} {piece}"
    yield line


# The ministry's hand --------------------------------------------------------------------------------------------


def add_ministry(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    """Add how much of the totals the ministry corrected or added by hand, and by how much."""
    found = ministry_share(campaign, summary.municipalities)
    section(sheet, texts.MINISTRY_SECTION)
    if found.nothing:
        sheet.add_merged(PageCell(texts.MINISTRY_NOTHING))
        return
    signed = main_placed("signed", campaign)
    header = [PageCell(word, "header") for word in (None, texts.MINISTRY_REPORTS, texts.MINISTRY_ANSWERS)]
    note = texts.MINISTRY_CHANGE_NOTE.format(title=summary.totals.main_title)
    main = campaign.main_figure is not None
    header.append(PageCell(texts.MINISTRY_CHANGE, "header", note=note if main else None))
    notes = {
        "problems": campaign.spreadsheet.tabs.problems,
        "municipalities": campaign.spreadsheet.tabs.municipalities,
    }
    body = [
        [
            PageCell(texts.MINISTRY_CORRECTED, "strong_wrap", note=texts.MINISTRY_CORRECTED_NOTE.format(**notes)),
            PageCell(found.municipalities, "number"),
            PageCell(found.corrected, "number"),
            PageCell(found.change, signed) if main else PageCell(texts.DASH, "centre"),
        ]
    ]
    body += [
        [
            PageCell(figure.question.header, "indent"),
            PageCell(None, "number"),
            PageCell(figure.answers, "number"),
            or_dash(figure.change, PageCell(figure.change, aggregated("signed", [figure.question]))),
        ]
        for figure in found.figures[:MOST_FIGURES]
    ]
    body.append(
        [
            PageCell(texts.MINISTRY_ADDED, "strong_wrap", note=texts.MINISTRY_ADDED_NOTE.format(**notes)),
            PageCell(found.added, "number"),
            PageCell(texts.DASH, "centre"),
            PageCell(found.added_total, signed) if main else PageCell(texts.DASH, "centre"),
        ]
    )
    sheet.table(header, body)


# What was left out ----------------------------------------------------------------------------------------------


def add_left_out(sheet: PageBuilder, campaign: Campaign, summary: Summary, answers_sheet: int) -> None:
    """Add what adds nothing to the totals: errors first, one line a municipality."""
    section(sheet, texts.LEFT_OUT_SECTION)
    lines = by_municipality(summary.left_out)
    if not lines:
        sheet.add_merged(PageCell(texts.LEFT_OUT_NOTHING))
        return
    width = len(sheet.widths)
    for line in lines[:MOST_LEFT_OUT]:
        remark = line.first
        name = " ".join(part for part in (remark.municipality, remark.receipt) if part)
        others = [texts.LEFT_OUT_OTHERS.format(count=line.others)] if line.others else []
        row = sheet.add(
            PageCell(name or texts.DASH, "wrap"),
            PageCell(" ".join([remark.message, *others]), "wrap"),
            *[PageCell(style="wrap")] * (width - 3),
            row_cell(remark.row, answers_sheet),
        )
        sheet.merges.append(Rectangle(row, row + 1, 1, width - 1))
    more = len(lines) - MOST_LEFT_OUT
    if more > 0:
        words = texts.LEFT_OUT_MORE.format(count=more, problems=campaign.spreadsheet.tabs.problems)
        sheet.add_merged(PageCell(words, "small"))


# Ranks ----------------------------------------------------------------------------------------------------------


def add_ranks(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    """Add the municipalities by the main figure, the largest first, and a chart of them.

    Who has not reported stands at the end, with the state in the name: beside a bar of no length, zero and no report
    would look alike.
    """
    title = summary.totals.main_title
    section(sheet, texts.RANKS_SECTION.format(title=title))
    reported = sorted(
        (one for one in summary.municipalities if one.total is not None),
        key=lambda one: (-Decimal(one.total or 0), one.municipality.name),
    )
    unreported = sorted(
        (one for one in summary.municipalities if one.total is None), key=lambda one: UNREPORTED.index(one.state)
    )
    ranked = [*reported, *unreported]
    header = [PageCell(word, "header") for word in (texts.MUNICIPALITY, texts.TOTAL, texts.RANKS_SHARE)]
    area = sheet.table(header, [_rank(campaign, summary, one) for one in ranked[:MOST_RANKED]])
    if len(ranked) > MOST_RANKED:
        words = texts.RANKS_MORE.format(
            count=len(ranked) - MOST_RANKED, municipalities=campaign.spreadsheet.tabs.municipalities
        )
        sheet.add_merged(PageCell(words, "small"))
    title = texts.MUNICIPALITIES_CHART.format(title=summary.totals.main_title)
    add_ranked_chart(sheet, MUNICIPALITIES_CHART, title, summary.totals.main_unit, area, BAR_HEIGHT)


def _rank(campaign: Campaign, summary: Summary, one: MunicipalitySummary) -> list[PageCell]:
    name = one.municipality.name
    if one.total is None:
        words = texts.RANKS_UNREPORTED.format(name=name, state=texts.STATES[one.state])
        return [PageCell(words, "wrap_middle"), PageCell(texts.DASH, "centre"), PageCell(texts.DASH, "centre")]
    total = summary.totals.main
    part = (Decimal(one.total) / Decimal(total)).quantize(THREE_PLACES, ROUND_HALF_UP) if total else None
    figure = PageCell(one.total, main_placed("number", campaign))
    return [PageCell(name, "wrap_middle"), figure, or_dash(part, PageCell(part, "percent"))]


def add_ranked_chart(sheet: PageBuilder, number: int, title: str, unit: str | None, area: Rectangle, bar: int) -> None:
    """Add a bar chart of the ranks, in the flow: on one sheet of paper with its figures, seen on a narrow screen.

    number: the chart's id. area: the rows of the ranks. bar: pixels of a bar with its gap.
    """
    sheet.add()
    names, figures = (Series(KEY, Rectangle(area.top, area.bottom, column, column + 1)) for column in (0, 1))
    height = 90 + bar * (area.bottom - area.top)
    row = sheet.next
    for _ in range(height // ROW_HEIGHT + 1):
        sheet.add()
    width = sum(sheet.widths) - 2 * CHART_OFFSET
    sheet.charts.append(
        Chart(number, title, "BAR", names, (figures,), row=row, column=0, width=width, height=height, axis=unit or "")
    )


# Signature ------------------------------------------------------------------------------------------------------


def add_signature(sheet: PageBuilder) -> None:
    """Add lines to be filled by hand on paper."""
    section(sheet, texts.SIGNATURE_SECTION)
    for words in texts.SIGNATURE_LINES:
        row = sheet.add(PageCell(words, "strong_wrap"), PageCell(texts.SIGNATURE_BLANK))
        sheet.merges.append(Rectangle(row, row + 1, 1, len(sheet.widths)))
