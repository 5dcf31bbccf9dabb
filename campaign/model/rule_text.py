"""A rule as the file has it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from campaign import texts
from campaign.model.base import Filled, Frozen, Id, expected
from campaign.problems import Ask, Level


class RuleText(Frozen):
    """One rule of the file; `campaign.model.compile` makes rules of it."""

    id: Id
    for_: Literal["cumulative"] | None = Field(default=None, alias="for")
    if_: Filled = Field(alias="if")
    at: Filled
    short: Filled
    message: Filled
    advice: Filled
    level: Level = "warning"
    ask: Ask | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.level == "warning" and self.ask is None:
            raise expected(texts.RULE_ASK_WARNING)
        if self.level == "error" and self.ask is not None:
            raise expected(texts.RULE_ASK_ERROR)
        return self
