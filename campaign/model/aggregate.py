"""How the figures of the municipalities become one figure of the region: the key `aggregate` of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from campaign import texts
from campaign.model.base import expected
from campaign.words import plain

AggregateKind = Literal["sum", "mean", "min", "max", "none", "weighted_by", "ratio_of"]
SIMPLE: tuple[AggregateKind, ...] = ("sum", "mean", "min", "max", "none")
_NOT_A_COUNT = re.compile(
    r"%|процент|\bдол[яюией]+\b|\bсредн(?:яя|ий|ее|его|ей|юю)\b|\bцен[аыуе]?\b|\bкоэффициент|\bтариф"
)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """of: the weights for `weighted_by`, dividend and divisor for `ratio_of`; ids of questions."""

    kind: AggregateKind
    of: tuple[str, ...] = ()


def read_aggregate(value: object) -> Aggregate:
    """Return what the file says: one word, or {weighted_by: question} or {ratio_of: [question, question]}."""
    if isinstance(value, Aggregate):
        return value
    for kind in SIMPLE:
        if value == kind:
            return Aggregate(kind)
    match value:
        case {"weighted_by": str(weight), **rest} if not rest:
            return Aggregate("weighted_by", (weight,))
        case {"ratio_of": [str(part), str(whole)], **rest} if not rest and part != whole:
            return Aggregate("ratio_of", (part, whole))
    raise expected(texts.EXPECTED_AGGREGATE)


AggregateKey = Annotated[Aggregate, BeforeValidator(read_aggregate)]


def key_of_no_count(**words: str | None) -> str | None:
    """Return the key with words of a share, a mean or a price, whose sum over municipalities says nothing, or None."""
    return next((key for key, text in words.items() if text and _NOT_A_COUNT.search(plain(text))), None)
