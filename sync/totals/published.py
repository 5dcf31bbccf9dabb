"""The region's figures of what a worker last published: of a period before, and of a roll-up's source. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from campaign import Campaign, Question, Value, read_figures
from outbox.records import MunicipalityStatus
from sync.records.states import Number, State
from sync.totals.aggregates import aggregate


class PublishedReport(NamedTuple):
    """The figures of a municipality that count. number: of its receipt; None for a row that the ministry added"""

    number: int | None
    values: Mapping[str, Value]


def published_reports(campaign: Campaign, statuses: Iterable[MunicipalityStatus]) -> list[PublishedReport]:
    """Return the reports that count, in the order of their acceptance, which is that of the receipts' numbers."""
    reports = [
        PublishedReport(_number(one.receipt), read_figures(campaign.sheet_questions, one.counted))
        for one in statuses
        if State(one.state).reported
    ]
    return sorted(reports, key=lambda one: one.number or 0)


def published_figure(questions: Sequence[Question], reports: Sequence[PublishedReport]) -> Number | None:
    """Return the region's figure; None also for the last one where a row of the ministry has an answer.

    When such a row was accepted is not published, so nobody knows which answer came last.
    """
    if not questions or not reports:
        return None
    unknown = any(one.number is None and one.values.get(questions[0].id) is not None for one in reports)
    if questions[0].aggregate.kind == "last" and unknown:
        return None
    return aggregate(questions, [one.values for one in reports])


def _number(receipt: str | None) -> int | None:
    digits = (receipt or "").rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else None
