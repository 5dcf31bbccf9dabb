"""One figure of the region of the figures of the municipalities, as the question's `aggregate` says. Exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from campaign import Question, Value
from sync.records.states import Number

MORE_PLACES = 1
"""Decimal places of a mean or ratio beyond those of the question."""
PERCENT = "%"


def places_of(question: Question) -> int:
    """Return the decimal places of the question's aggregate beyond those of its answers: 0 for sums and extremes."""
    return MORE_PLACES if question.aggregate.kind in ("mean", "weighted_by", "ratio_of") else 0


def aggregate(question: Question, reports: Sequence[Mapping[str, Value | None]]) -> Number | None:
    """Return the region's figure; None where there is none, as for a ratio to zero. Blank answers make no difference.

    reports: the answers of each municipality that has reported
    """
    kind, of = question.aggregate.kind, list(question.aggregate.of)
    columns = list(dict.fromkeys([question.id, *of]))
    answers = pd.DataFrame([[one.get(column) for column in columns] for one in reports], columns=columns, dtype=object)
    own = answers[question.id].dropna()
    if kind == "none" or not reports:
        return None
    if kind == "sum":
        return _number(own.sum()) if len(own) else 0
    if kind == "ratio_of":
        both = answers[of].dropna()
        part, whole = _number(both[of[0]].sum()), _number(both[of[1]].sum())
        return _quotient(question, part * 100 if question.unit == PERCENT else part, whole)
    if kind == "weighted_by":
        both = answers.dropna()
        weighted = both[question.id] * both[of[0]]
        return _quotient(question, _number(weighted.sum()), _number(both[of[0]].sum()))
    if own.empty:
        return None
    if kind == "mean":
        return _quotient(question, _number(own.sum()), len(own))
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
