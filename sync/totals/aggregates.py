"""One figure of the region of the figures of the municipalities, as the question's `aggregate` says. Exact.

The cells of a table's figure are taken together: the mean of a group is that of all cells of its lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from campaign import Question, Value
from sync.records.states import MunicipalitySummary, Number

MORE_PLACES = 1
"""Decimal places of a mean or ratio beyond those of the question."""
PERCENT = "%"
Report = Mapping[str, Value | None]


def reports_in_order(municipalities: Sequence[MunicipalitySummary]) -> list[Report]:
    """Return the answers of the municipalities that have reported, the last accepted at the end."""
    reported = [one for one in municipalities if one.state.reported]
    reported.sort(key=lambda one: one.accepted_at.timestamp() if one.accepted_at else 0.0)
    return [one.values for one in reported]


def places_of(question: Question) -> int:
    """Return the decimal places of the question's aggregate beyond those of its answers: 0 where nothing is divided."""
    return MORE_PLACES if question.aggregate.quotient else 0


def aggregate(questions: Sequence[Question], reports: Sequence[Report]) -> Number | None:
    """Return the region's figure; None where there is none, as for a ratio to zero. Blank answers make no difference.

    questions: one, or cells of one figure of a table
    reports:   the answers of each municipality that has reported, the last accepted at the end
    """
    asked, kind = questions[0], questions[0].aggregate.kind
    if kind == "none" or not reports:
        return None
    answers = pd.DataFrame(
        [[report.get(one) for one in (q.id, *q.aggregate.of)] for report in reports for q in questions],
        columns=["own", *("first", "second")[: len(asked.aggregate.of)]],
        dtype=object,
    )
    own = answers["own"].dropna()
    if kind == "sum":
        return _number(own.sum()) if len(own) else 0
    if kind == "ratio_of":
        both = answers[["first", "second"]].dropna()
        part, whole = _number(both["first"].sum()), _number(both["second"].sum())
        return _quotient(asked, part * 100 if asked.unit == PERCENT else part, whole)
    if kind == "weighted_by":
        both = answers.dropna()
        return _quotient(asked, _number((both["own"] * both["first"]).sum()), _number(both["first"].sum()))
    if own.empty:
        return None
    if kind == "last":  # the lines of one report came at the same time: none of them is the last
        return _number(own.iloc[-1]) if len(questions) == 1 else None
    if kind == "mean":
        return _quotient(asked, _number(own.sum()), len(own))
    return _number(own.min() if kind == "min" else own.max())


def _quotient(question: Question, part: Number, whole: Number) -> Decimal | None:
    """Return the quotient, half up; None where the divisor is zero."""
    if not whole:
        return None
    places = (question.places or 0) + MORE_PLACES
    return (Decimal(part) / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(value: object) -> Number:
    assert isinstance(value, int | Decimal)  # noqa: S101 - answers of numeric questions
    return value
