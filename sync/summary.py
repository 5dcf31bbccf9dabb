"""The summary: everything that the tabs show, computed from one read of the spreadsheet and one of the outbox.

Pure: no I/O, no clock. Imported by `sync` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign import Campaign
from outbox.records import JournalEntry, Waiting
from sync.remarks import Remark
from sync.states import MunicipalitySummary, State
from sync.table import AnswersTable, Record
from sync.totals import Totals

__all__ = ["MunicipalitySummary", "Remark", "State", "Summary", "summarise"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the tabs show.

    as_of:          campaign time of the read, aware, in the campaign's zone
    rehearsal:      whether the campaign clock is a rehearsal's
    municipalities: all of the campaign, in the order of the file
    problems:       the lines of «Замечания», errors first
    totals:         see `sync.totals`
    left_out:       the remarks that say which rows add nothing to the totals, and why
    waiting:        accepted and not yet in the spreadsheet
    journal:        the lines of «Журнал», newest first
    fingerprint:    digest of all that the tabs show but the stamp, other running times and the journal: while it is
                    equal, no tab needs to be written
    """

    as_of: datetime
    rehearsal: bool
    municipalities: tuple[MunicipalitySummary, ...]
    problems: tuple[Remark, ...]
    totals: Totals
    left_out: tuple[Remark, ...]
    waiting: Waiting
    journal: Sequence[JournalEntry]
    fingerprint: str

    @property
    def by_oktmo(self) -> Mapping[str, MunicipalitySummary]:
        return {m.oktmo: m for m in self.municipalities}


def summarise(campaign: Campaign, table: AnswersTable, record: Record, *, as_of: datetime, rehearsal: bool) -> Summary:
    """What counts, what is wrong, and the totals, as of one read.

    as_of: campaign time of the read, aware. `record.staff_edits` holds the edits of this read too (`was`: what was
    submitted, `now`: what the spreadsheet says), so that the summary and the journal of edits tell the same.
    `record.payloads` is called once, with the ids of the submissions whose rows count or would count: at most one or
    two a municipality. Never raises for what people wrote into cells.
    """
    raise NotImplementedError
