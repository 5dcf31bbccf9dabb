"""What the API takes and gives; its OpenAPI document is made of these."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from desk.api import texts

MOST = 500
"""Records on one page."""

State = Literal["on_time", "late", "excluded", "deleted", "draft", "silent"]


class Strict(BaseModel):
    """Takes no fields but its own, so that a misspelt parameter is refused and not ignored."""

    model_config = ConfigDict(extra="forbid")


class CampaignPath(Strict):
    campaign: str = Field(description=texts.CAMPAIGN_ID, max_length=100)


class MunicipalitiesQuery(Strict):
    after: str = Field("", description=texts.AFTER_OKTMO, pattern=r"^([0-9]{8}|[0-9]{11})?$")
    limit: int = Field(100, description=texts.LIMIT, ge=1, le=MOST)


class ReportsQuery(Strict):
    after: int = Field(0, description=texts.AFTER_NUMBER, ge=0, le=2**31 - 1)
    limit: int = Field(100, description=texts.LIMIT, ge=1, le=MOST)


class CampaignBrief(BaseModel):
    id: str
    title: str
    subject: str
    region: str
    opens: datetime
    deadline: datetime
    closed: bool
    rehearsal: bool
    municipalities: int
    reported: int | None = Field(description=texts.REPORTED)
    as_of: datetime | None = Field(description=texts.AS_OF)


class Option(BaseModel):
    value: str
    label: str


class QuestionOut(BaseModel):
    id: str
    title: str
    type: str
    unit: str | None
    required: bool
    kept_at_home: bool
    options: list[Option]
    entries: list[QuestionOut] = Field(description=texts.ENTRIES)


class CampaignWhole(CampaignBrief):
    questions: list[QuestionOut]


class Campaigns(BaseModel):
    items: list[CampaignBrief]


class CorrectionOut(BaseModel):
    question: str
    submitted: JsonValue
    sheet: JsonValue


class MunicipalityOut(BaseModel):
    oktmo: str
    name: str
    state: State | None = Field(description=texts.STATE)
    by_hand: bool = Field(description=texts.BY_HAND)
    receipt: str | None
    version: int | None
    counted: dict[str, JsonValue] | None = Field(description=texts.COUNTED)
    corrections: list[CorrectionOut]
    remarks: int


class Municipalities(BaseModel):
    as_of: datetime | None = Field(description=texts.AS_OF)
    items: list[MunicipalityOut]
    next: str | None = Field(description=texts.NEXT)


class ReportOut(BaseModel):
    number: int
    receipt: str
    oktmo: str
    municipality: str | None
    version: int
    accepted_at: datetime
    late: bool
    counts: bool | None = Field(description=texts.COUNTS)
    answers: dict[str, JsonValue]
    reasons: dict[str, str]
    contacts: dict[str, JsonValue] | None = Field(description=texts.CONTACTS)


class Reports(BaseModel):
    as_of: datetime | None = Field(description=texts.AS_OF)
    items: list[ReportOut]
    next: str | None = Field(description=texts.NEXT)


class Problem(BaseModel):
    """A refusal as RFC 9457 has it."""

    status: int
    title: str
    detail: str
