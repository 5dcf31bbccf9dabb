"""What every part of the worker works with. Made by `sync.process.wiring`."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign import Campaign, Rollup
from outbox import Outbox
from outbox.clock import CampaignClock
from outbox.records import JournalEntry
from sheets import Spreadsheet
from sync.records.columns import Columns


class SpreadsheetContext(ABC):
    """What fills one spreadsheet: a campaign or a roll-up, with outbox, spreadsheet and clocks.

    monotonic: seconds that only grow, for waits. `clock` is the campaigns', for all that people read.
    """

    outbox: Outbox
    spreadsheet: Spreadsheet
    clock: CampaignClock
    monotonic: Callable[[], float]

    @property
    @abstractmethod
    def owner(self) -> str:
        """The id of the campaign or the roll-up."""

    @property
    @abstractmethod
    def zone(self) -> ZoneInfo:
        """The zone of all times that people read."""

    def now(self) -> datetime:
        """Campaign time, in the owner's zone."""
        return self.clock.now().astimezone(self.zone)

    def journal(self, kind: str, rows: int, calls: int, started: float, result: str, detail: str = "") -> None:
        """Add a line for «Журнал». `started`: of `monotonic`; `calls`: how many were sent since then."""
        duration = round((self.monotonic() - started) * 1000)
        entry = JournalEntry(self.now(), kind, rows, calls, duration, result, detail)
        self.outbox.journal.add(self.owner, self.spreadsheet.id, entry)


@dataclass(frozen=True)
class Context(SpreadsheetContext):
    """One campaign with its spreadsheet.

    campaigns: those of the installation, by id, for the periods before
    desk:      the address of the ministry's pages; "" where none is known
    host:      where spreadsheets are opened in a browser
    """

    campaign: Campaign
    outbox: Outbox
    spreadsheet: Spreadsheet
    clock: CampaignClock
    monotonic: Callable[[], float] = time.monotonic
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    desk: str = ""
    host: str = ""

    @property
    def owner(self) -> str:
        return self.campaign.id

    @property
    def zone(self) -> ZoneInfo:
        return self.campaign.about.zone


@dataclass(frozen=True)
class RollupContext(SpreadsheetContext):
    """One roll-up with its spreadsheet. campaigns: those of the same installation, by id"""

    rollup: Rollup
    campaigns: Mapping[str, Campaign]
    outbox: Outbox
    spreadsheet: Spreadsheet
    clock: CampaignClock
    monotonic: Callable[[], float] = time.monotonic

    @property
    def owner(self) -> str:
        return self.rollup.id

    @property
    def zone(self) -> ZoneInfo:
        return self.rollup.about.zone


@dataclass
class AnswersTab:
    """«Ответы» as last seen: its sheet id, its title, and where its columns stand. Changes with every look."""

    sheet_id: int
    title: str
    columns: Columns
    written: dict[str, str] = field(default_factory=dict)
    """Column id → header, of the columns that the campaign has today and the worker made."""
