"""Checks over several municipalities and over a municipality's own past: figures far from the usual.

Robust statistics: the median, and the median absolute deviation from it, of the logarithms (municipalities differ by
factors, not by sums). The method and its limits are in `docs/totals.md`. Floats serve to judge, never to total.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from campaign import Campaign, Municipality, Problem, Value
from campaign.codes import RowCode
from campaign.texts import number
from sync.records.states import Number
from sync.texts import problems as texts

Floats = npt.NDArray[np.float64]
FEWEST = 7
"""Reports below which no figure is called usual."""
THRESHOLD = 3.5
"""Modified z-score beyond which a value is far out: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993)."""
FACTOR = 3
"""A far figure differs from the median at least by this factor too, so that an even set does not flag trifles."""
LEAST = 10
"""People or pieces: the least distance of an outlier from the usual figure, whatever the factor."""
JUMP_FACTOR = 5
JUMP_LEAST = 20
"""Factor and distance of an outlier against the municipality's own earlier figures."""


@dataclass(frozen=True, slots=True)
class Reported:
    """The figures of one municipality that count.

    values:  question id → value
    total:   the main figure
    earlier: the main figures of its earlier versions
    """

    municipality: Municipality
    values: Mapping[str, Value]
    total: Number
    earlier: Sequence[Number] = ()


class Outlier(NamedTuple):
    """A far figure. title: the figure by name; `problem.question` is one of the questions that it sums."""

    oktmo: str
    title: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class _Measure:
    """One figure to compare.

    question: where a problem is shown
    leaves:   the questions that it sums
    groups:   the target groups of the people that it counts; () where it counts no people of a group
    """

    title: str
    question: str
    leaves: tuple[str, ...]
    groups: tuple[str, ...] = ()
    code: RowCode = RowCode.OUTLIER


def outliers(campaign: Campaign, reported: Sequence[Reported]) -> Iterator[Outlier]:
    """Yield a warning for every figure far from those of others, or from the own earlier ones."""
    for measure in _measures(campaign):
        yield from _far_from_others(measure, reported)
    for one in reported:
        outlier = _far_from_own(campaign, one)
        if outlier is not None:
            yield outlier


def _measures(campaign: Campaign) -> Iterator[_Measure]:
    main = tuple(q.id for q in campaign.main_questions)
    if main:
        yield _main_measure(campaign, main)
    for group in campaign.target_groups:
        leaves = tuple(q.id for q in campaign.main_questions if q.place and q.place.group == group.id)
        if leaves:
            yield _Measure(group.title, leaves[0], leaves, (group.id,), RowCode.GROUP_OUTLIER)
    for question in campaign.sheet_questions:
        if question.numeric and question.role in ("informed", "action"):
            yield _Measure(question.title, question.id, (question.id,))


def _main_measure(campaign: Campaign, main: tuple[str, ...]) -> _Measure:
    titles = [t.total for t in campaign.tables if campaign.main_figure in (t.id, *(f.id for f in t.figures))]
    groups = tuple(dict.fromkeys(q.place.group for q in campaign.main_questions if q.place))
    return _Measure(titles[0] if titles else campaign.main_questions[0].title, main[0], main, groups)


def _far_from_others(measure: _Measure, reported: Sequence[Reported]) -> Iterator[Outlier]:
    heads = {one.municipality.oktmo: _heads(one.municipality, measure) for one in reported}
    for by_heads in (True, False):
        # Per head where heads are known; the rest are compared among themselves.
        chosen = [one for one in reported if (heads[one.municipality.oktmo] > 0) == by_heads]
        if len(measure.groups) == 1 and not by_heads:
            continue  # without head-counts the groups only repeat the total
        yield from _flagged(measure, chosen, heads if by_heads else None)


def _flagged(measure: _Measure, chosen: Sequence[Reported], heads: Mapping[str, int] | None) -> Iterator[Outlier]:
    if len(chosen) < FEWEST:
        return
    figures = [_figure(one, measure) for one in chosen]
    heads_of = [heads[one.municipality.oktmo] if heads else 1000 for one in chosen]
    rates = np.array(figures, dtype=np.float64) * 1000 / np.array(heads_of, dtype=np.float64)
    usual = float(np.median(rates))
    scores = modified_z_scores(np.log1p(rates))
    high = (scores > THRESHOLD) & (rates >= usual * FACTOR)
    low = (scores < -THRESHOLD) & (rates * FACTOR <= usual)
    expected = usual * np.array(heads_of) / 1000
    far = (high | low) & (np.abs(np.array(figures, dtype=np.float64) - expected) >= LEAST)
    for i in np.flatnonzero(far).tolist():
        if heads:
            sentence = texts.OUTLIER_HEADS_HIGH if high[i] else texts.OUTLIER_HEADS_LOW
        else:
            sentence = texts.OUTLIER_HIGH if high[i] else texts.OUTLIER_LOW
        rate = Decimal(figures[i]) * 1000 / heads_of[i]
        message = sentence.format(value=_shown(rate), usual=_shown(Decimal(usual)))
        shown = _shown(Decimal(figures[i]))
        problem = Problem(measure.code, "warning", measure.question, message, texts.OUTLIER_ADVICE, shown)
        yield Outlier(chosen[i].municipality.oktmo, measure.title, problem)


def modified_z_scores(numbers: Floats) -> Floats:
    """Return 0.6745 (x - median) / MAD of each number; zeros where all are equal.

    With MAD 0 (more than half are equal) the mean absolute deviation takes its place.
    """
    distances = numbers - np.median(numbers)
    spread = float(np.median(np.abs(distances))) / 0.6745 or float(np.mean(np.abs(distances))) * 1.2533
    return distances / spread if spread else np.zeros_like(distances)


def _far_from_own(campaign: Campaign, one: Reported) -> Outlier | None:
    if not one.earlier:
        return None
    usual = (Decimal(statistics.median_low(one.earlier)) + Decimal(statistics.median_high(one.earlier))) / 2
    if one.total >= usual * JUMP_FACTOR and one.total - usual >= JUMP_LEAST:
        advice = texts.JUMP_ADVICE
    elif one.total * JUMP_FACTOR <= usual and usual - one.total >= JUMP_LEAST:
        advice = texts.DROP_ADVICE
    else:
        return None
    measure = next(_measures(campaign))
    message, shown = texts.JUMP.format(usual=_shown(usual)), _shown(Decimal(one.total))
    problem = Problem(RowCode.OWN_OUTLIER, "warning", measure.question, message, advice, shown)
    return Outlier(one.municipality.oktmo, measure.title, problem)


def _figure(one: Reported, measure: _Measure) -> Number:
    total: Number = 0
    for leaf in measure.leaves:
        value = one.values.get(leaf)
        total += value if isinstance(value, int | Decimal) else 0
    return total


def _heads(municipality: Municipality, measure: _Measure) -> int:
    """Return how many people the measure's groups have; 0 where the head-count of one of them is unknown."""
    counts = municipality.headcounts
    return sum(counts[g] for g in measure.groups) if all(g in counts for g in measure.groups) else 0


def _shown(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.1"))
    return number(int(rounded) if rounded == int(rounded) else rounded)
