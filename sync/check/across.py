"""Checks over several municipalities and over a municipality's own past: figures far from what is usual.

Robust statistics: the median, and the median absolute deviation from it, of the logarithms (municipalities differ by
factors, not by sums). The method and its limits are in `docs/totals.md`. Floats serve here to judge, never to total.
Imported by `sync` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from campaign import Campaign, Municipality, Problem, Value
from campaign.texts import number
from sync.check.columns import positions
from sync.states import Number
from sync.texts import problems as texts

Floats = npt.NDArray[np.float64]
FEWEST = 7
"""Below this many reports nothing can be called usual."""
THRESHOLD = 3.5
"""Modified z-score beyond which a value is far out: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993)."""
FACTOR = 3
"""And it must differ from the median at least by this factor, so that an even set does not flag trifles."""
LEAST = 10
"""People or pieces: nearer than this to what is usual is no outlier, whatever the factor."""
JUMP_FACTOR = 5
JUMP_LEAST = 20


@dataclass(frozen=True, slots=True)
class Reported:
    """One municipality's counted figures, and its own earlier ones (of the main figure), oldest first."""

    municipality: Municipality
    values: Mapping[str, Value]
    total: Number
    earlier: Sequence[Number] = ()


@dataclass(frozen=True, slots=True)
class _Measure:
    """One figure to compare: its title, the question where a problem is shown, the groups whose heads it is of."""

    title: str
    question: str
    leaves: tuple[str, ...]
    groups: tuple[str, ...] = ()


def outliers(campaign: Campaign, reported: Sequence[Reported]) -> Iterator[tuple[str, Problem]]:
    """OKTMO and warning, for every figure far from the others' or from the own earlier ones."""
    for measure in _measures(campaign):
        yield from _far_from_others(measure, reported)
    for one in reported:
        problem = _far_from_own(campaign, one)
        if problem is not None:
            yield one.municipality.oktmo, problem


def _measures(campaign: Campaign) -> Iterator[_Measure]:
    main = tuple(q.id for q in campaign.main_questions)
    titles = [t.total for t in campaign.tables if campaign.main_figure in (t.id, *(f.id for f in t.figures))]
    groups = tuple(dict.fromkeys(q.place.group for q in campaign.main_questions if q.place))
    yield _Measure(titles[0] if titles else campaign.main_questions[0].title, main[0], main, groups)
    for group in campaign.target_groups:
        leaves = tuple(q.id for q in campaign.main_questions if q.place and q.place.group == group.id)
        if leaves:
            yield _Measure(group.title, leaves[0], leaves, (group.id,))
    for question in campaign.sheet_questions:
        if question.numeric and question.role in ("informed", "action"):
            yield _Measure(question.title, question.id, (question.id,))


def _far_from_others(measure: _Measure, reported: Sequence[Reported]) -> Iterator[tuple[str, Problem]]:
    heads = {one.municipality.oktmo: _heads(one.municipality, measure) for one in reported}
    for by_heads in (True, False):
        # Per head where heads are known; the rest are compared among themselves.
        chosen = [one for one in reported if (heads[one.municipality.oktmo] > 0) == by_heads]
        if len(measure.groups) == 1 and not by_heads:
            continue  # without head-counts the groups only repeat what the total says
        yield from _flagged(measure, chosen, heads if by_heads else None)


def _flagged(
    measure: _Measure, chosen: Sequence[Reported], heads: Mapping[str, int] | None
) -> Iterator[tuple[str, Problem]]:
    if len(chosen) < FEWEST:
        return
    figures = [_figure(one, measure) for one in chosen]
    heads_of = [heads[one.municipality.oktmo] if heads else 1000 for one in chosen]
    rates = np.array(figures, dtype=np.float64) * 1000 / np.array(heads_of, dtype=np.float64)
    usual = median(rates)
    scores = modified_z_scores(np.log1p(rates))
    high = (scores > THRESHOLD) & (rates >= usual * FACTOR)
    low = (scores < -THRESHOLD) & (rates * FACTOR <= usual)
    expected = usual * np.array(heads_of) / 1000
    far = (high | low) & (np.abs(np.array(figures, dtype=np.float64) - expected) >= LEAST)
    for i in positions(far):
        if heads:
            sentence = texts.OUTLIER_HEADS_HIGH if high[i] else texts.OUTLIER_HEADS_LOW
        else:
            sentence = texts.OUTLIER_HIGH if high[i] else texts.OUTLIER_LOW
        rate = Decimal(figures[i]) * 1000 / heads_of[i]
        message = sentence.format(figure=measure.title, value=_shown(rate), usual=_shown(Decimal(usual)))
        shown = _shown(Decimal(figures[i]))
        problem = Problem("outlier", "warning", measure.question, message, texts.OUTLIER_ADVICE, shown)
        yield chosen[i].municipality.oktmo, problem


def modified_z_scores(numbers: Floats) -> Floats:
    """0.6745 (x - median) / MAD; where more than half are equal (MAD 0), by the mean absolute deviation instead."""
    distances = numbers - median(numbers)
    spread = median(np.abs(distances)) / 0.6745 or float(np.mean(np.abs(distances))) * 1.2533
    return distances / spread if spread else np.zeros_like(distances)


def median(numbers: Floats) -> float:
    """Of at least one number: the middle one, or the mean of the two. As numpy's, at a fifth of its cost for a few."""
    ordered, middle = np.sort(numbers), len(numbers) // 2
    return float(ordered[middle] if len(numbers) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)


def _exact_median(numbers: Sequence[Number]) -> Decimal:
    ordered, middle = sorted(numbers), len(numbers) // 2
    return Decimal(ordered[middle]) if len(numbers) % 2 else (Decimal(ordered[middle - 1]) + ordered[middle]) / 2


def _far_from_own(campaign: Campaign, one: Reported) -> Problem | None:
    if not one.earlier:
        return None
    usual = _exact_median(one.earlier)
    if one.total >= usual * JUMP_FACTOR and one.total - usual >= JUMP_LEAST:
        sentence, advice = texts.JUMP, texts.JUMP_ADVICE
    elif one.total * JUMP_FACTOR <= usual and usual - one.total >= JUMP_LEAST:
        sentence, advice = texts.JUMP, texts.DROP_ADVICE
    else:
        return None
    measure = next(_measures(campaign))
    message = sentence.format(figure=measure.title, value=_shown(Decimal(one.total)), usual=_shown(usual))
    return Problem("own_outlier", "warning", measure.question, message, advice, _shown(Decimal(one.total)))


def _figure(one: Reported, measure: _Measure) -> Number:
    total: Number = 0
    for leaf in measure.leaves:
        value = one.values.get(leaf)
        total += value if isinstance(value, int | Decimal) else 0
    return total


def _heads(municipality: Municipality, measure: _Measure) -> int:
    """The people that the figure is of, where the head-count of every group is known; 0 otherwise."""
    counts = municipality.headcounts
    return sum(counts[g] for g in measure.groups) if all(g in counts for g in measure.groups) else 0


def _shown(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.1"))
    return number(int(rounded) if rounded == int(rounded) else rounded)
