"""Sections of the form, and what may stand in one: questions, tables, lists of entries."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from campaign.answer_types.repeats import REPEATS
from campaign.model.base import Filled, Frozen, Id
from campaign.model.questions import TABLE, Question, Table, TargetGroup
from campaign.model.repeats import Repeats

QUESTION = "question"
ITEM_KINDS = {QUESTION: Question.__name__, TABLE: Table.__name__, REPEATS: Repeats.__name__}
"""What may stand in a section: the tag that pydantic puts into the place of a mistake → the model's name."""


def _item_tag(item: object) -> str:
    kind = item.get("type") if isinstance(item, dict) else getattr(item, "type", None)
    return kind if kind in (TABLE, REPEATS) else QUESTION


Item = Annotated[
    Annotated[Question, Tag(QUESTION)] | Annotated[Table, Tag(TABLE)] | Annotated[Repeats, Tag(REPEATS)],
    Discriminator(_item_tag),
]


class Section(Frozen):
    id: Id
    title: Filled
    hint: Filled | None = None
    relevant: Filled | None = None
    questions: tuple[Item, ...] = Field(min_length=1)


def leaves(item: Item, groups: tuple[TargetGroup, ...]) -> tuple[Question, ...]:
    """Return the questions of which an item is made, itself where it is one."""
    match item:
        case Table():
            return item.leaves(groups)
        case Repeats():
            return item.leaves()
    return (item,)
