"""The municipalities of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from campaign import texts
from campaign.model.about import last_moment
from campaign.model.base import Email, Filled, Frozen, Id, Limit, Oktmo, expected_at


class MunicipalityKind(Frozen):
    """A kind of municipalities. deadline: of its municipalities, where it is not the campaign's."""

    id: Id
    title: Filled
    deadline_text: Filled | None = Field(default=None, alias="deadline")

    @model_validator(mode="after")
    def _moment(self) -> Self:
        if self.deadline_text is not None:
            last_moment("deadline", self.deadline_text)
        return self


class Municipality(Frozen):
    """A municipality. The key is its OKTMO code: names change, and are written in many ways.

    plan:       expected main figure; None where none was set
    headcounts: target group id → people; groups may be missing
    email:      where its personal link is sent; never goes to the spreadsheet
    """

    oktmo: Oktmo
    name: Filled
    genitive: Filled
    kind: Id | None = None
    plan: Limit | None = None
    email: Email | None = None
    headcounts: Mapping[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _plan(self) -> Self:
        if self.plan is not None and self.plan < 0:
            raise expected_at("plan", texts.EXPECTED_MIN.format(limit=0))
        return self
