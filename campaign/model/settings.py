"""The keys `spreadsheet`, `schedule` and `mails` of the file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campaign.model.base import Frozen, SpreadsheetId, TabTitle


class Tabs(Frozen):
    """Titles of the spreadsheet's tabs, in their order."""

    summary: TabTitle = "Свод"
    municipalities: TabTitle = "Муниципалитеты"
    silent: TabTitle = "Не сдали"
    problems: TabTitle = "Замечания"
    dynamics: TabTitle = "Динамика"
    answers: TabTitle = "Ответы"
    journal: TabTitle = "Журнал"


class SpreadsheetSettings(Frozen):
    """The key `spreadsheet` of the file.

    id: of the Google spreadsheet, where the installation has several campaigns; the whole address will do. None: the
        one that the environment names, or one that the embedded server makes
    """

    id: SpreadsheetId | None = None
    tabs: Tabs = Tabs()


class Schedule(Frozen):
    """The worker's intervals and budgets. Seconds and minutes of the real clock."""

    delivery_seconds: float = Field(default=3, ge=0.2, le=3600)
    refresh_seconds: float = Field(default=6, ge=0.2, le=3600)
    staff_edits_seconds: float = Field(default=60, ge=0.2, le=86400)
    stamp_minutes: float = Field(default=10, ge=0.01, le=1440)
    stale_minutes: int = Field(default=30, ge=1, le=10080)
    reads_per_minute: int = Field(default=30, ge=1, le=300)
    writes_per_minute: int = Field(default=30, ge=1, le=300)
    call_timeout_seconds: float = Field(default=30, ge=1, le=300)


MailTo = Literal["all", "unreported", "silent", "draft", "excluded", "nobody"]
"""Whom a step of the mails is for. unreported: those who are silent, have only a draft, or are excluded by their own
mistake; nobody: the step is left out."""


class MailSteps(Frozen):
    """The key `mails` of the file: whom each step is for. They go only where the installation has a mail server.

    send: False for no mails of this campaign at all, but for those by hand. hour: of the day, in the campaign's zone
    receipt, corrected, excluded_report: mails to the one who sent the report
    """

    send: bool = True
    hour: int = Field(default=9, ge=0, le=23)
    opening: MailTo = "all"
    halfway: MailTo = "unreported"
    three_days_before: MailTo = "unreported"
    one_day_before: MailTo = "unreported"
    day_after: MailTo = "unreported"
    receipt: bool = True
    corrected: bool = True
    excluded_report: bool = True
