"""What every part of the worker works with. Made by `sync.process.wiring`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from campaign import Campaign
from outbox import Outbox
from outbox.clock import CampaignClock
from outbox.records import JournalEntry
from sheets import Spreadsheet
from sync.records.columns import Columns


@dataclass(frozen=True)
class Context:
    """The campaign, its outbox, one spreadsheet, and the clocks.

    monotonic: seconds that only grow, for waits. `clock` is the campaign's, for all that people read.
    """

    campaign: Campaign
    outbox: Outbox
    spreadsheet: Spreadsheet
    clock: CampaignClock
    monotonic: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """Campaign time, in the campaign's zone."""
        return self.clock.now().astimezone(self.campaign.about.zone)

    def journal(self, kind: str, rows: int, calls: int, started: float, result: str, detail: str = "") -> None:
        """Add a line for «Журнал». `started`: of `monotonic`; `calls`: how many were sent since then."""
        duration = round((self.monotonic() - started) * 1000)
        entry = JournalEntry(self.now(), kind, rows, calls, duration, result, detail)
        self.outbox.journal.add(self.campaign.id, self.spreadsheet.id, entry)


@dataclass
class AnswersTab:
    """«Ответы» as last seen: its sheet id, its title, and where its columns stand. Changes with every look."""

    sheet_id: int
    title: str
    columns: Columns
    written: dict[str, str] = field(default_factory=dict)
    """Column id → header, of the columns that the campaign has today and the worker made."""
