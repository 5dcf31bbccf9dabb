"""«Свод» of a roll-up: the totals, how complete they are, the regions by their places, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from campaign.texts import number
from sync.rollup.summary import RegionRow, RegionState, RollupSummary, part_of
from sync.tabs.heading import add_age, or_dash
from sync.tabs.page import Page, PageBuilder, PageCell, Rectangle
from sync.tabs.styles import with_places
from sync.tabs.summary_people import KEY, MOST_RANKED, ROW_HEIGHT, add_ranked_chart, add_signature, section
from sync.texts import rollup as texts
from sync.texts import tabs as tab_texts

WIDTHS = (226, 114, 70, 100, 130, 210)
"""Pixels. The first two fit a phone of 390 pixels beside the numbers of the rows."""
REGIONS_CHART = 7_012
URGENCY = (
    RegionState.UNREAD,
    RegionState.LAST_KNOWN,
    RegionState.UNSOURCED,
    RegionState.WAITING,
    RegionState.COMPLETE,
    RegionState.SILENT,
    RegionState.PARTIAL,
)
"""The order in which regions with something missing are named; a complete one has something odd."""
LINE_LENGTH = 88
"""Signs in a line over all columns but the first."""


def page(summary: RollupSummary, notices: Sequence[str] = ()) -> Page:
    """Return the page. notices: sentences about «Регионы» that staff should put right"""
    sheet = PageBuilder(WIDTHS)
    _title(sheet, summary)
    if notices:
        section(sheet, tab_texts.NOTICES_SECTION)
        for words in notices:
            sheet.add_merged(PageCell(words, "rehearsal"))
    _totals(sheet, summary)
    _completeness(sheet, summary)
    area = _ranks(sheet, summary)
    _missing(sheet, summary)
    figure = summary.rollup.ranked_by
    title = texts.CHART.format(title=figure.title)
    add_ranked_chart(sheet, REGIONS_CHART, title, figure.unit, area, ROW_HEIGHT)
    add_signature(sheet)
    return sheet.page(KEY)


def _title(sheet: PageBuilder, summary: RollupSummary) -> None:
    about = summary.rollup.about
    sheet.add_merged(PageCell(about.title, "title"))
    sheet.add_merged(PageCell(about.subject, "subtitle"))
    sheet.add_merged(PageCell(about.ministry, "subtitle"))
    sheet.add()
    if summary.rehearsal:
        sheet.add_merged(PageCell(tab_texts.REHEARSAL, "rehearsal"))
    words = texts.HEADLINE.format(known=summary.known, all=len(summary.rows))
    sheet.add_merged(PageCell(words, "headline"))
    first = summary.rollup.ranked_by
    total = summary.totals[first.id]
    if total is not None:
        figure = " ".join(part for part in (number(total), first.unit) if part)
        sheet.add_merged(PageCell(tab_texts.HEADLINE.format(title=first.title, total=figure), "headline"))
    limit = about.stale_minutes
    add_age(sheet, summary, limit)
    sheet.add_merged(PageCell(texts.STALE.format(minutes=tab_texts.minutes(limit)), "small"))


def _header(*words: str) -> list[PageCell]:
    return [PageCell(word, "header") for word in words]


def _totals(sheet: PageBuilder, summary: RollupSummary) -> None:
    section(sheet, texts.TOTALS)
    body = []
    for one in summary.rollup.figures:
        total = summary.totals[one.id]
        words = f"{one.title}, {one.unit}" if one.unit else one.title
        cell = or_dash(total, PageCell(total, with_places("strong_number", one.places)))
        aside = [] if one.summed else [PageCell(texts.NOT_SUMMED, "aside")]
        body.append([PageCell(words, "wrap_middle"), cell, PageCell(summary.with_figure(one.id), "number"), *aside])
    header = _header(tab_texts.FIGURE, tab_texts.TOTAL)
    sheet.table([*header, PageCell(texts.REGIONS_WITH, "header", note=texts.REGIONS_WITH_NOTE)], body)
    if old := summary.count(RegionState.LAST_KNOWN):
        sheet.add_merged(PageCell(texts.FROM_LAST_KNOWN.format(count=old), "rehearsal"))


def _completeness(sheet: PageBuilder, summary: RollupSummary) -> None:
    section(sheet, texts.COMPLETENESS)
    every = len(summary.rows)
    body: list[list[PageCell]] = []
    for state in RegionState:
        count = summary.count(state)
        words = texts.STATES[state]
        body.append(
            [
                PageCell(words[:1].upper() + words[1:], "indent", note=texts.STATE_NOTES[state]),
                PageCell(count, "number"),
                PageCell(part_of(count, every), "percent"),
            ]
        )
    body.append([PageCell(texts.ALL_REGIONS, "strong"), PageCell(every, "strong_number")])
    part = part_of(summary.reported, summary.all)
    body.append(
        [
            PageCell(texts.MUNICIPALITIES_REPORTED, "wrap_middle"),
            PageCell(summary.reported, "number"),
            or_dash(part, PageCell(part, "percent")),
        ]
    )
    body.append([PageCell(texts.MUNICIPALITIES_ALL, "wrap_middle"), PageCell(summary.all, "number")])
    sheet.table(_header(texts.STATE, tab_texts.HOW_MANY, tab_texts.SHARE), body)


def _ranks(sheet: PageBuilder, summary: RollupSummary) -> Rectangle:
    """Add a row a region by its place; at the end those without the figure, with the state in the name.

    Return the area for the chart.
    """
    figure = summary.rollup.ranked_by
    section(sheet, texts.RANKS.format(title=figure.title))
    rank = PageCell(texts.RANK, "header", note=texts.RANK_NOTE.format(title=figure.title))
    as_of = PageCell(texts.AS_OF, "header", note=texts.AS_OF_NOTE)
    header = [*_header(texts.REGION, tab_texts.TOTAL), rank, *_header(texts.REGION_SHARE, texts.OF_ALL), as_of]
    area = sheet.table(header, [_rank(summary, row) for row in summary.ranked])
    return Rectangle(area.top, min(area.bottom, area.top + 1 + MOST_RANKED), 0, len(header))


def _rank(summary: RollupSummary, row: RegionRow) -> list[PageCell]:
    figure = summary.rollup.ranked_by
    own = row.figure(figure.id)
    name = row.region.name
    if own is None or row.state is RegionState.LAST_KNOWN:
        name = texts.UNRANKED.format(name=name, state=texts.STATES[row.state])
    part = part_of(own, summary.totals[figure.id])
    known = row.all is not None
    of_all = tab_texts.DASH if not known else texts.TOTAL_REGIONS.format(known=row.reported, all=row.all)
    return [
        PageCell(name, "wrap_middle"),
        or_dash(own, PageCell(own, with_places("number", figure.places))),
        or_dash(row.rank, PageCell(row.rank, "centre")),
        or_dash(part, PageCell(part, "percent")),
        PageCell(of_all, "centre"),
        or_dash(row.as_of, PageCell(row.as_of, "moment")),
    ]


def _missing(sheet: PageBuilder, summary: RollupSummary) -> None:
    """Name every region with something missing or odd. Merged cells do not grow, so lines are broken here."""
    section(sheet, texts.MISSING_SECTION)
    lacking = sorted((row for row in summary.rows if row.lacks), key=lambda row: URGENCY.index(row.state))
    if not lacking:
        sheet.add_merged(PageCell(texts.MISSING_NOTHING))
        return
    for row in lacking:
        lines = wrap("; ".join(row.lacks), LINE_LENGTH, break_on_hyphens=False)
        for number_of_line, words in enumerate(lines):
            name = PageCell(row.region.name, "strong_wrap") if number_of_line == 0 else PageCell()
            at = sheet.add(name, PageCell(words))
            sheet.merges.append(Rectangle(at, at + 1, 1, len(WIDTHS)))
