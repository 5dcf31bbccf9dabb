"""«Свод»: one page that can be signed: who reported, the totals and their check, what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence

from campaign import Campaign, Section, Table
from campaign.model import Figure, Repeats
from campaign.model.aggregate import cell_id
from campaign.texts import number
from sync.records.cells import CellValue
from sync.records.states import Number, State
from sync.review.summary import Summary
from sync.tabs.comparison import Comparison, add_period_before
from sync.tabs.heading import add_age, or_dash
from sync.tabs.page import Page, PageBuilder, PageCell, Style
from sync.tabs.places import aggregated, main_placed, method
from sync.tabs.silent import left
from sync.tabs.summary_people import (
    KEY,
    add_left_out,
    add_ministry,
    add_ranks,
    add_signature,
    add_unreported,
    section,
)
from sync.texts import periods as period_texts
from sync.texts import tabs as texts
from sync.totals.model import ChoiceTotal, DayTotal, FigureTotal, QuestionTotal, YesNoTotal
from sync.totals.region import share

WIDTHS = (226, 114, 128, 128, 127, 127)
"""Pixels. The first two fit a phone of 390 pixels beside the numbers of the rows, so that each figure is seen there."""
NOTICE_ROW = 3
"""From 0: the blank row in which the worker says why it has stopped."""
SIGNED_STYLES: tuple[Style, Style] = ("signed", "total_signed")
STATE_ORDER = (State.ON_TIME, State.LATE, State.EXCLUDED, State.DELETED, State.DRAFT, State.SILENT)


def page(
    campaign: Campaign,
    summary: Summary,
    answers_sheet: int,
    notices: Sequence[str] = (),
) -> Page:
    """The page of this summary.

    answers_sheet: sheet id of «Ответы»
    notices:       sentences about keyed tabs that staff should put right
    """
    sheet = PageBuilder(WIDTHS)
    _title(sheet, campaign, summary)
    if notices:
        section(sheet, texts.NOTICES_SECTION)
        for words in notices:
            sheet.add_merged(PageCell(words, "rehearsal"))
    _reported(sheet, campaign, summary)
    for part in campaign.sections:
        _section(sheet, campaign, summary, part)
    _kinds(sheet, campaign, summary)
    _growth(sheet, campaign, summary)
    add_ministry(sheet, campaign, summary)
    add_left_out(sheet, campaign, summary, answers_sheet)
    if campaign.main_figure:
        add_ranks(sheet, campaign, summary)
    add_signature(sheet)
    return sheet.page(KEY)


def _title(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    """Add the title, the two figures that a narrow screen shows without scrolling, and the stamp."""
    about, totals, every = campaign.about, summary.totals, len(summary.municipalities)
    sheet.add_merged(PageCell(about.title, "title"))
    sheet.add_merged(PageCell(about.subject, "subtitle"))
    sheet.add_merged(PageCell(f"{about.region}. {about.ministry}", "subtitle"))
    sheet.add()  # NOTICE_ROW
    if summary.rehearsal:
        sheet.add_merged(PageCell(texts.REHEARSAL, "rehearsal"))
    sheet.add_merged(PageCell(texts.HEADLINE_REPORTED.format(reported=totals.reported, all=every), "headline"))
    if totals.main is not None:
        total = " ".join(part for part in (number(totals.main), totals.main_unit) if part)
        sheet.add_merged(PageCell(texts.HEADLINE.format(title=totals.main_title, total=total), "headline"))
    add_age(sheet, summary, None if campaign.about.closed else campaign.schedule.stale_minutes)
    stale = texts.STALE.format(minutes=texts.minutes(campaign.schedule.stale_minutes))
    sheet.add_merged(PageCell(texts.CAMPAIGN_OVER if campaign.about.closed else stale, "small"))


def _header(*words: str | None) -> list[PageCell]:
    return [PageCell(word, "header") for word in words]


def _figures(*cells: tuple[CellValue, Style]) -> list[PageCell]:
    return [or_dash(value, PageCell(value, style)) for value, style in cells]


# Who reported ---------------------------------------------------------------------------------------------------


def _reported(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    totals, every = summary.totals, len(summary.municipalities)
    section(sheet, texts.WHO_REPORTED)
    tabs = campaign.spreadsheet.tabs
    names = {"problems": tabs.problems, "answers": tabs.answers}
    body: list[list[PageCell]] = [
        [
            PageCell(texts.REPORTED, "strong", note=texts.REPORTED_NOTE),
            PageCell(totals.reported, "strong_number"),
            PageCell(share(totals.reported, every), "percent"),
        ]
    ]
    for state in STATE_ORDER:
        count = totals.states[state]
        body.append(
            [
                PageCell(texts.STATES[state], "indent", note=texts.STATE_NOTES[state].format(**names)),
                PageCell(count, "number"),
                PageCell(share(count, every), "percent"),
            ]
        )
        corrected = sum(m.corrected_late for m in summary.municipalities)
        if state is State.ON_TIME and corrected:
            body.append([PageCell(texts.CORRECTED_LATE_COUNT, "indent"), PageCell(corrected, "number")])
    body.append([PageCell(texts.ALL_MUNICIPALITIES, "strong"), PageCell(every, "strong_number")])
    marked = PageCell(texts.MARKED, note=texts.MARKED_NOTE.format(**names))
    body.append([marked, PageCell(totals.marked, "number")])
    waiting = summary.waiting
    line = [
        PageCell(texts.WAITING, note=texts.WAITING_NOTE.format(**names)),
        PageCell(waiting.count, "number"),
    ]
    if waiting.oldest_accepted_at is not None:
        age = texts.age(summary.as_of - waiting.oldest_accepted_at)
        line.append(PageCell(texts.WAITING_OLDEST.format(age=age), "aside", live=True))
    body.append(line)
    kinds = {kind.id: texts.DEADLINE_OF.format(kind=kind.title) for kind in campaign.municipality_kinds}
    for kind, deadline in campaign.deadlines.items():
        body.append(
            [
                PageCell(texts.DEADLINE if kind is None else kinds[kind]),
                PageCell(deadline.replace(tzinfo=None), "moment"),
                PageCell(left(deadline, summary.as_of), "aside"),
            ]
        )
    sheet.table(_header(None, texts.HOW_MANY, texts.SHARE), body)
    add_period_before(sheet, summary)
    add_unreported(sheet, campaign, summary)


# Figures --------------------------------------------------------------------------------------------------------


def _section(sheet: PageBuilder, campaign: Campaign, summary: Summary, part: Section) -> None:
    """Add the region's figures of one section of the form: its tables, numbers, yes/no, dates and choices."""
    totals, ids = summary.totals, {item.id for item in part.questions}
    ids |= {leaf.id for item in part.questions if isinstance(item, Repeats) for leaf in item.leaves()}
    figures = {figure.id: figure for figure in totals.figures}
    tables = [item for item in part.questions if isinstance(item, Table)]
    in_tables = {name for table in tables for name in (table.id, *(figure.id for figure in table.figures))}
    for table in tables:
        for figure in table.figures:
            _figure(sheet, campaign, summary, figure, figures[figure.id])
    if campaign.main_figure in in_tables:
        _identity(sheet, campaign, summary)
    compared = Comparison.of(summary)
    numbers = [_question(campaign, summary, q) for q in totals.questions if q.id in ids]
    asked = [_yes_no(compared, q) for q in totals.yes_no if q.id in ids]
    days = [_day(q) for q in totals.dates if q.id in ids]
    if numbers or asked or days:
        section(sheet, part.title)
    if numbers:
        summed = all(campaign.by_id[q.id].aggregate.kind == "sum" for q in totals.questions if q.id in ids)
        header = _header(texts.FIGURE, texts.TOTAL if summed else texts.REGION)
        sheet.table([*header, *compared.header(), *_header(texts.WITH_SOME)], numbers)
    if campaign.main_figure in ids - in_tables:
        _identity(sheet, campaign, summary)
    if asked:
        header = _header(texts.QUESTION, texts.YES, texts.NO, texts.NO_ANSWER)
        sheet.table([*header, *compared.header(period_texts.BEFORE_YES)], asked)
    if days:
        sheet.table(_header(texts.DATE, texts.EARLIEST, texts.LATEST, texts.WITH_DATE), days)
    for choice in totals.choices:
        if choice.id in ids:
            _choice(sheet, campaign, compared, choice)
    if campaign.main_figure in ids | in_tables:
        _plan(sheet, campaign, summary)


def _figure(sheet: PageBuilder, campaign: Campaign, summary: Summary, asked: Figure, figure: FigureTotal) -> None:
    compared = Comparison.of(summary)
    titles = {one.id: one.title for table in campaign.tables for one in table.figures}
    words = [_with_unit(figure.title, figure.unit), method(asked.aggregate, titles)]
    section(sheet, texts.WITH_METHOD.join(filter(None, words)))
    heads = any(group.per_thousand is not None for group in figure.groups)
    header = _header(texts.FIGURE, texts.TOTAL if asked.summed else texts.REGION) + compared.header()
    header += _header(texts.PER_THOUSAND) if heads else []
    body: list[list[PageCell]] = []
    leaves = campaign.leaves_of(figure.id)
    number, strong, whole = (aggregated(style, leaves) for style in ("number", "strong_number", "total_number"))
    signed, whole_signed = (aggregated(style, leaves) for style in SIGNED_STYLES)
    for group in figure.groups:
        line = [PageCell(group.title, "strong_wrap"), *_figures((group.total, strong))]
        line += compared.figure(f"{figure.id}.{group.id}", group.total, number, signed)
        if heads:
            cell = PageCell(group.per_thousand, "tenths", note=texts.PER_THOUSAND_NOTE)
            line.append(or_dash(group.per_thousand, cell))
        body.append(line)
        for one in group.lines:
            cells = compared.figure(cell_id(figure.id, one.id), one.total, number, signed)
            body.append([PageCell(one.title, "indent"), *_figures((one.total, number)), *cells])
    note = texts.TOTAL_NOTE if asked.summed else None
    cells = compared.figure(figure.id, figure.total, whole, whole_signed)
    body.append([PageCell(figure.total_title, "total", note=note), _total(figure.total, whole), *cells])
    sheet.table(header, body)


def _total(value: Number | None, style: Style) -> PageCell:
    return PageCell(texts.DASH, "total_dash") if value is None else PageCell(value, style)


def _identity(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    """The main total the other way round, and where they differ, that they do."""
    totals = summary.totals
    note = texts.BY_SUM_NOTE.format(municipalities=campaign.spreadsheet.tabs.municipalities)
    found = "" if totals.agrees else texts.DIFFERS  # an agreement reassures of nothing that people can get wrong
    verdict = texts.NO_REPORTS if totals.by_sum is None else found
    style: Style = "aside" if totals.agrees else "rehearsal"
    by_sum = _figures((totals.by_sum, main_placed("number", campaign)))
    sheet.add(PageCell(texts.BY_SUM, note=note), *by_sum, PageCell(verdict, style))


def _plan(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    plan = summary.totals.plan
    if plan is None:
        return
    section(sheet, texts.PLAN_SECTION)
    note = texts.PLAN_NOTE.format(count=plan.municipalities)
    line = [PageCell(summary.totals.main_title, "wrap_middle", note=note)]
    main = main_placed("number", campaign)
    line += _figures((plan.plan, main), (plan.fact, main), (plan.share, "percent"))
    sheet.table(_header(texts.FIGURE, texts.PLAN, texts.FACT, texts.PLAN_SHARE), [line])


def _question(campaign: Campaign, summary: Summary, question: QuestionTotal) -> list[PageCell]:
    some = question.municipalities if summary.totals.reported else None
    asked = campaign.by_id[question.id]
    titles = {q.id: q.header for q in campaign.sheet_questions}
    words = [_with_unit(question.title, question.unit), method(asked.aggregate, titles)]
    number, signed = aggregated("number", [asked]), aggregated("signed", [asked])
    return [
        PageCell(texts.WITH_METHOD.join(filter(None, words)), "wrap_middle"),
        *_figures((question.total, number)),
        *Comparison.of(summary).figure(question.id, question.total, number, signed),
        *_figures((some, "number")),
    ]


def _yes_no(compared: Comparison, question: YesNoTotal) -> list[PageCell]:
    counts = (question.yes, question.no, question.blank)
    cells = _figures(*((count, "number") for count in counts))
    return [PageCell(question.title, "wrap_middle"), *cells, *compared.yes(question.id, question.yes)]


def _day(question: DayTotal) -> list[PageCell]:
    cells = _figures((question.earliest, "day"), (question.latest, "day"), (question.municipalities, "number"))
    return [PageCell(question.title, "wrap_middle"), *cells]


def _choice(sheet: PageBuilder, campaign: Campaign, compared: Comparison, choice: ChoiceTotal) -> None:
    """Options, how many chose each, and beside an audience how many of them have more than zero in each action."""
    actions = [q for q in campaign.sheet_questions if q.numeric and q.role == "action"]
    beside = actions[: len(WIDTHS) - 2 - compared.columns] if choice.role == "audience" else []
    section(sheet, texts.CHOICE_SECTION.format(title=choice.title))
    header = [*_header(texts.OPTION, texts.HOW_MANY), *compared.header()]
    header += [PageCell(action.header, "header", note=texts.COVERAGE_NOTE) for action in beside]
    body = [
        [
            PageCell(option.title, "wrap_middle"),
            PageCell(option.municipalities, "number"),
            *compared.option(choice.id, option.id, option.municipalities),
            *[PageCell(option.by_action[action.id], "number") for action in beside],
        ]
        for option in choice.options
    ]
    sheet.table(header, body)


def _kinds(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    kinds = summary.totals.kinds
    if len(kinds) < 2:
        return
    planned = any(kind.plan is not None for kind in kinds)
    section(sheet, texts.KINDS_SECTION)
    header = [texts.KIND, texts.HOW_MANY, texts.REPORTED]
    header += [_with_unit(texts.TOTAL, summary.totals.main_unit)] if campaign.main_figure else []
    header += [texts.PLAN, texts.PLAN_SHARE] if planned else []
    body, figure = [], main_placed("number", campaign)
    for kind in kinds:
        line = [PageCell(kind.title or texts.OTHER_KIND, "wrap_middle")]
        line += _figures((kind.municipalities, "number"), (kind.reported, "number"))
        line += _figures((kind.total, figure)) if campaign.main_figure else []
        line += _figures((kind.plan, figure), (kind.share, "percent")) if planned else []
        body.append(line)
    sheet.table(_header(*header), body)


def _growth(sheet: PageBuilder, campaign: Campaign, summary: Summary) -> None:
    growth = summary.totals.growth
    if growth is None:
        return
    window = texts.days(growth.last_days)
    section(sheet, texts.GROWTH_SECTION if growth.days_left else texts.GROWTH_ONLY_SECTION)
    grown = texts.GROWN.format(days=window, title=summary.totals.main_title)
    body = [[PageCell(grown, "wrap_middle"), PageCell(growth.grown, main_placed("signed", campaign))]]
    if growth.forecast is not None:
        body.append([PageCell(texts.FORECAST), PageCell(growth.forecast, "number")])
    sheet.table(_header(texts.FIGURE, texts.TOTAL), body)
    if growth.forecast is not None:
        note = texts.FORECAST_NOTE.format(days=window, left=texts.days(growth.days_left))
        sheet.add_merged(PageCell(note, "small"))
    elif growth.days_left:
        sheet.add_merged(PageCell(texts.NO_FORECAST, "small"))


def _with_unit(words: str, unit: str | None) -> str:
    return f"{words}, {unit}" if unit else words
