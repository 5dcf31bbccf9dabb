"""A roll-up: figures of several regions in one spreadsheet. A file of a kind of its own among those of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from campaign import texts
from campaign.model.about import CampaignId, zone_name
from campaign.model.aggregate import ask_for_aggregate
from campaign.model.base import Filled, Frozen, Id, SpreadsheetId, TabTitle, expected_at, matches
from campaign.texts import rollup as rollup_texts

LEAST_MINUTES = 10
"""A source is read no more often."""
ROLLUP_KEY = "rollup"
"""The key of the file by which a roll-up is known."""


class SourceTabs(Frozen):
    """Titles of the tabs that are read in the spreadsheets of others, where those have other titles."""

    summary: TabTitle = "Свод"
    municipalities: TabTitle = "Муниципалитеты"


class RollupAbout(Frozen):
    """The key `rollup` of the file.

    rank_by:       id of the figure by which the regions are ranked; None for the first
    read_minutes:  how often each source is read
    stale_minutes: how old a source's figures may be before the spreadsheet says so
    """

    id: CampaignId
    title: Filled
    subject: Filled
    ministry: Filled
    timezone: Annotated[str, AfterValidator(zone_name)] = "Europe/Moscow"
    rank_by: Id | None = None
    read_minutes: int = Field(default=LEAST_MINUTES, ge=LEAST_MINUTES, le=1440)
    stale_minutes: int = Field(default=60, ge=30, le=10080)
    source_tabs: SourceTabs = SourceTabs()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class RollupTabs(Frozen):
    """Titles of the roll-up's own tabs, in their order."""

    summary: TabTitle = "Свод"
    regions: TabTitle = "Регионы"
    journal: TabTitle = "Журнал"


class RollupSpreadsheet(Frozen):
    """The key `spreadsheet` of a roll-up. id: as in a campaign's file."""

    id: SpreadsheetId | None = None
    tabs: RollupTabs = RollupTabs()


class RollupFigure(Frozen):
    """A figure of each region.

    question:  id of a campaign's question, table figure or `figure.group`; None for the figure's own id
    column:    header in «Муниципалитеты» of a spreadsheet; None for the title
    aggregate: how the regions' figures become one: their sum, or not at all
    places:    decimal places that are shown
    """

    id: Id
    title: Filled
    unit: Filled | None = None
    question: Annotated[str, matches(r"[A-Za-z][A-Za-z0-9_.]*", texts.EXPECTED_ID)] | None = None
    column: Filled | None = None
    aggregate: Literal["sum", "none"] | None = None
    places: int = Field(default=0, ge=0, le=6)

    @property
    def name(self) -> str:
        """The name of the figure in a campaign."""
        return self.question or self.id

    @property
    def header(self) -> str:
        """The header of its column in «Муниципалитеты» of a source."""
        return self.column or self.title

    @property
    def summed(self) -> bool:
        return self.aggregate != "none"

    @model_validator(mode="after")
    def _aggregate(self) -> Self:
        if self.aggregate is None:
            ask_for_aggregate(title=self.title, unit=self.unit)
        return self


class Region(Frozen):
    """A region, and the source of its figures: a campaign of this installation or a spreadsheet; neither is none yet.

    code: the first digits of its municipalities' ОКТМО
    """

    code: Annotated[str, matches(r"[0-9]{2,8}", rollup_texts.EXPECTED_REGION_CODE)]
    name: Filled
    campaign: CampaignId | None = None
    spreadsheet: SpreadsheetId | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.campaign is not None and self.spreadsheet is not None:
            raise expected_at("spreadsheet", rollup_texts.EXPECTED_ONE_SOURCE)
        return self

    @property
    def source(self) -> str | None:
        """The source's key: `campaign:…` or `spreadsheet:…`; the same for regions that share it."""
        if self.campaign is not None:
            return f"campaign:{self.campaign}"
        return None if self.spreadsheet is None else f"spreadsheet:{self.spreadsheet}"


class Rollup(Frozen):
    """The whole roll-up. Frozen; made by `campaign.load`."""

    about: RollupAbout = Field(alias="rollup")
    spreadsheet: RollupSpreadsheet = RollupSpreadsheet()
    figures: tuple[RollupFigure, ...] = Field(min_length=1, max_length=20)
    regions: tuple[Region, ...] = Field(min_length=1, max_length=500)

    @property
    def id(self) -> str:
        return self.about.id

    @cached_property
    def by_code(self) -> Mapping[str, Region]:
        return {one.code: one for one in self.regions}

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The keys of all sources, each once, in the order of the regions."""
        return tuple(dict.fromkeys(one.source for one in self.regions if one.source is not None))

    def regions_of(self, source: str) -> tuple[Region, ...]:
        """Return the regions that the source has figures of."""
        return tuple(one for one in self.regions if one.source == source)

    def region_of(self, oktmo: str) -> Region | None:
        """Return the region of a municipality: the one with the longest code that its own begins with."""
        for length in range(len(oktmo), 1, -1):
            if (found := self.by_code.get(oktmo[:length])) is not None:
                return found
        return None

    @property
    def ranked_by(self) -> RollupFigure:
        return next((one for one in self.figures if one.id == self.about.rank_by), self.figures[0])
