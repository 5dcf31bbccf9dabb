"""The key `campaign` of the file: title, sender and dates of the campaign."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from campaign import texts
from campaign.model.base import Email, Filled, Frozen, Id, expected, expected_at, matches

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Of a campaign; another year is mistyped."""


def zone_name(name: str) -> str:
    """Return the name of a time zone. Raises a mistake for an unknown one."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise expected(texts.EXPECTED_TIMEZONE) from error
    return name


def wall_time(key: str, text: str) -> datetime:
    """Return the moment of a key of the file, without a zone. Raises a mistake at that key."""
    for pattern in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is another key of the file
        except ValueError:
            continue
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise expected_at(key, texts.EXPECTED_YEAR.format(first=FIRST_YEAR, last=LAST_YEAR))
        return moment
    raise expected_at(key, texts.EXPECTED_DATETIME)


def last_moment(key: str, text: str) -> datetime:
    """Return the end of the minute where the text has no seconds, else its moment; without a zone."""
    moment = wall_time(key, text)
    return moment if re.search(r":\d\d:\d\d$", text) else moment.replace(second=59, microsecond=999_999)


class Contact(Frozen):
    """The contact for clerks: a role and an address, not a person."""

    who: Filled
    email: Email | None = None
    phone: Filled | None = None


CampaignId = Annotated[str, matches(r"[a-z0-9][a-z0-9-]{0,62}", texts.EXPECTED_CAMPAIGN_ID)]


class About(Frozen):
    """The key `campaign` of the file. `opens` and `deadline` are wall time in `timezone`.

    closed:     over: nothing is asked for any more, the spreadsheet is refreshed once more and then left as it is
    addressees: name of the list of those who answer. Campaigns of one list share personal addresses: a municipality
                has one for all of them
    pages:      each section is a page of the form
    follows:    the campaign of the period before, which has the previous figures; None for the first
    """

    id: CampaignId
    follows: CampaignId | None = None
    title: Filled
    subject: Filled
    ministry: Filled
    region: Filled
    letter: Filled
    purpose: Filled
    opens_text: Filled = Field(alias="opens")
    deadline_text: Filled = Field(alias="deadline")
    timezone: Annotated[str, AfterValidator(zone_name)] = "Europe/Moscow"
    late: Literal["accept", "refuse"] = "accept"
    addressees: Id = "default"
    closed: bool = False
    pages: bool = False
    receipt_prefix: Annotated[str, matches(r"[A-Za-zА-Яа-яЁё0-9-]{1,8}", texts.EXPECTED_PREFIX)]
    contact: Contact

    @model_validator(mode="after")
    def _times(self) -> Self:
        if self._moment("deadline") <= self._moment("opens"):
            raise expected_at("deadline", texts.EXPECTED_DEADLINE_AFTER)
        for key in ("opens", "deadline"):
            moment = self._moment(key).replace(tzinfo=self.zone)
            if moment.utcoffset() != moment.replace(fold=1).utcoffset():
                raise expected_at(key, texts.EXPECTED_ONE_TIME)
        return self

    def _moment(self, key: str) -> datetime:
        return wall_time(key, self.opens_text if key == "opens" else self.deadline_text)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def opens(self) -> datetime:
        """The first moment at which answers are taken; aware, in the campaign's zone."""
        return self._moment("opens").replace(tzinfo=self.zone)

    @cached_property
    def deadline(self) -> datetime:
        """The last moment in time; aware, in the campaign's zone. A minute without seconds lasts to its end."""
        return last_moment("deadline", self.deadline_text).replace(tzinfo=self.zone)
