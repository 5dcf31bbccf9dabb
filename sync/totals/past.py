"""The totals of a period before, of what its worker last published: no report is read or counted anew. Pure.

The figures are those of the present campaign's questions, put together by its own methods, so that two periods compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaign import Campaign, Question, Value
from campaign.answer_types.yes_no import YesNo
from campaign.model.aggregate import cell_id
from outbox.records import MunicipalityStatus
from sync.records.states import Number
from sync.totals.published import published_figure, published_reports


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """One period before.

    deadline: of its file, aware; None where the file is gone
    as_of:    of the publication, aware; None where nothing was published, and then there is no figure
    reported, all: municipalities
    main:     the main figure; None where nobody had reported or the figure was not asked
    figures:  name (as of `Campaign.leaves_of`) → the region's figure; None likewise. yes: question → how many said so
    chosen:   question and option → how many chose it
    """

    id: str
    deadline: datetime | None = None
    as_of: datetime | None = None
    reported: int = 0
    all: int = 0
    main: Number | None = None
    figures: Mapping[str, Number | None] = field(default_factory=dict)
    yes: Mapping[str, int] = field(default_factory=dict)
    chosen: Mapping[tuple[str, str], int] = field(default_factory=dict)


def past_period(
    campaign: Campaign,
    period_id: str,
    before: Campaign | None,
    as_of: datetime | None,
    statuses: Sequence[MunicipalityStatus],
) -> PastPeriod:
    """Return the totals of the period. campaign: the present one; before: the period's own file, if it is there"""
    deadline = None if before is None else before.about.deadline
    if as_of is None:
        return PastPeriod(period_id, deadline)
    published = published_reports(campaign, statuses)
    reports = [one.values for one in published]
    asked = set(before.by_id) if before is not None else {name for report in reports for name in report}
    figures: dict[str, Number | None] = {}
    for name, questions in _names(campaign):
        figures[name] = published_figure(questions, published) if all(q.id in asked for q in questions) else None
    main = [q for q in campaign.main_questions if q.id in asked]
    yes: dict[str, int] = {}
    chosen: dict[tuple[str, str], int] = {}
    for question in campaign.sheet_questions:
        given = [report.get(question.id) for report in reports] if question.id in asked and reports else None
        if given is None:
            continue
        if question.type == YesNo.name:
            yes[question.id] = given.count(True)
        for option in question.options:
            chosen[question.id, option.id] = sum(_holds(answer, option.id) for answer in given)
    return PastPeriod(
        period_id,
        deadline,
        as_of.astimezone(campaign.about.zone),
        len(reports),
        len(statuses),
        _sum(main, reports) if main and len(main) == len(campaign.main_questions) else None,
        figures,
        yes,
        chosen,
    )


def _names(campaign: Campaign) -> Iterator[tuple[str, tuple[Question, ...]]]:
    """Yield every name with a total in «Свод», and the numeric questions behind it."""
    for table in campaign.tables:
        for figure in table.figures:
            for group in campaign.target_groups:
                names = (f"{figure.id}.{group.id}", *(cell_id(figure.id, line.id) for line in group.lines))
                yield from ((name, campaign.leaves_of(name)) for name in names)
            yield figure.id, campaign.leaves_of(figure.id)
    for question in campaign.sheet_questions:
        if question.numeric and question.place is None:
            yield question.id, (question,)


def _sum(questions: Sequence[Question], reports: Sequence[Mapping[str, Value]]) -> Number | None:
    parts = [report.get(question.id) for report in reports for question in questions]
    return sum(part for part in parts if isinstance(part, Number) and not isinstance(part, bool)) if reports else None


def _holds(answer: Value | None, option: str) -> bool:
    return option in answer if isinstance(answer, tuple) else answer == option
