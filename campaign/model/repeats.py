"""Lists of like entries: the municipality gives as many as it has, each with the same questions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from campaign.answer_types.numbers import WHOLE_CELL, WholeNumber
from campaign.answer_types.repeats import MOST_ENTRIES, REPEATS, USUAL_ENTRIES
from campaign.model.aggregate import cell_id
from campaign.model.base import Filled, Frozen, Id, TabTitle, expected_at
from campaign.model.questions import Entries, FromEntries, Question
from campaign.texts import repeats as texts

COUNT = "count"
"""The part of an id that names the number of entries: `events_count`."""
MOST_FIELDS = 2_500
"""Fields of the form that the entries of all lists may have together: a body holds 3,000."""
MOST_QUESTIONS = 20
"""Questions of an entry."""
_REFUSED = ("relevant", "calculated", "kept_at_home", "cumulative", "role", "autocomplete")


class Repeats(Frozen):
    """A list of entries with the same questions.

    entry: the title of one entry, «Мероприятие»; tab_title: of its tab, the title where the file has none
    """

    id: Id
    type: Literal["repeats"]
    title: Filled
    entry: Filled
    hint: Filled | None = None
    relevant: Filled | None = None
    header_text: Filled | None = Field(default=None, alias="header")
    tab_text: TabTitle | None = Field(default=None, alias="tab")
    min_entries: int = Field(default=0, ge=0, le=MOST_ENTRIES)
    max_entries: int = Field(default=USUAL_ENTRIES, ge=1, le=MOST_ENTRIES)
    questions: tuple[Question, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.min_entries > self.max_entries:
            raise expected_at("max_entries", texts.EXPECTED_RANGE)
        return self

    @property
    def fields(self) -> int:
        """Fields of one entry in the form, that of its key among them."""
        return 1 + sum(len(one.options) or 1 for one in self.questions)

    @property
    def header(self) -> str:
        return self.header_text or self.title

    @property
    def tab(self) -> str:
        return self.tab_text or self.title[:100]

    @property
    def count_id(self) -> str:
        return cell_id(self.id, COUNT)

    @property
    def summed(self) -> tuple[Question, ...]:
        """The questions of an entry that are summed over the entries of a report."""
        return tuple(one for one in self.questions if one.numeric and one.aggregate.kind == "sum")

    def leaves(self) -> tuple[Question, ...]:
        """Return the list itself, then the figures made of its entries: their number, and the sum of each figure."""
        return (self.list_question, self._count(), *map(self._sum, self.summed))

    @property
    def list_question(self) -> Question:
        entries = Entries(self.entry, self.questions, self.min_entries, self.max_entries)
        return Question.model_validate(
            {"id": self.id, "type": REPEATS, "title": self.title, "header": self.header, "entries": entries}
        )

    def _count(self) -> Question:
        title = texts.COUNT_HEADER.format(header=self.header)
        return self._made(self.count_id, WholeNumber.name, title, "", {})

    def _sum(self, question: Question) -> Question:
        title = texts.SUM_HEADER.format(header=self.header, figure=question.header)
        lowest = 1 - WHOLE_CELL if (question.minimum or 0) < 0 else 0
        more: dict[str, object] = {"minimum": lowest, "unit": question.unit}
        more |= {} if question.places is None else {"places": question.places}
        return self._made(cell_id(self.id, question.id), question.type, title, question.id, more)

    def _made(self, name: str, kind: str, title: str, figure: str, more: dict[str, object]) -> Question:
        made = {"id": name, "type": kind, "title": title, "maximum": WHOLE_CELL - 1, "aggregate": "sum"}
        return Question.model_validate({**made, **more, "from_entries": FromEntries(self.id, figure)})


def refused_key(question: Question) -> tuple[str, str] | None:
    """Return the key of an entry's question that no entry can have, with what is expected there; None if all fit."""
    if question.type in (REPEATS, "files"):
        return "type", texts.TYPE_INSIDE
    for key in _REFUSED:
        if getattr(question, key) not in (None, False):
            return key, texts.KEY_INSIDE
    if question.numeric and question.aggregate.kind not in ("sum", "none"):
        return "aggregate", texts.AGGREGATE_INSIDE
    return None
