"""How the figures of municipalities become one figure of the region: `aggregate` of a question or a table's figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from campaign import texts
from campaign.model.base import expected, expected_at
from campaign.words import plain

AggregateKind = Literal["sum", "mean", "min", "max", "last", "none", "weighted_by", "ratio_of"]
SIMPLE: tuple[AggregateKind, ...] = ("sum", "mean", "min", "max", "last", "none")
_NOT_A_COUNT = re.compile(
    r"%|‰|процент|\bдол(?:я|и|ю|е|ей|ях)\b|\bсредн(?:яя|ий|ее|его|ей|юю|ем)\b|\bсредне[а-я]{3,}"
    r"|\bцен(?:а|ы|у|е|ой)?\b|\bстоимост|\bкоэффициент|\bтариф|\bиндекс|\bна (?:душу|одн(?:ого|ой|у))\b"
)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """of: the weights for `weighted_by`, dividend and divisor for `ratio_of`; ids of questions, or of table figures."""

    kind: AggregateKind
    of: tuple[str, ...] = ()

    @property
    def quotient(self) -> bool:
        """True if the region's figure is made by division."""
        return self.kind in ("mean", "weighted_by", "ratio_of")

    def of_line(self, line: str) -> Aggregate:
        """Return the same of the cells of one line of a table; its figures are named in `of`."""
        return Aggregate(self.kind, tuple(cell_id(figure, line) for figure in self.of))


SUM = Aggregate("sum")


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


def cell_id(figure: str, line: str) -> str:
    """Return the id of a table's cell."""
    return f"{figure}_{line}"


def ask_for_aggregate(**words: str | None) -> None:
    """Raise the error of a missing key where a text names a share, a mean or a price: their sum has no meaning.

    words: key of the file → its text
    """
    for key, text in words.items():
        if text and _NOT_A_COUNT.search(plain(text)):
            raise expected_at(key, texts.AGGREGATE_NEEDED)
