"""The municipalities of the file."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from campaign.model.base import Email, Filled, Frozen, Id, Oktmo


class MunicipalityKind(Frozen):
    id: Id
    title: Filled


class Municipality(Frozen):
    """A municipality. The key is its OKTMO code: names change, and are written in many ways.

    plan:       expected main figure, people; None where none was set
    headcounts: target group id → people; groups may be missing
    email:      where its personal link is sent; never goes to the spreadsheet
    """

    oktmo: Oktmo
    name: Filled
    genitive: Filled
    kind: Id | None = None
    plan: int | None = Field(default=None, ge=0)
    email: Email | None = None
    headcounts: Mapping[str, int] = Field(default_factory=dict)
