"""Which row counts: of each municipality at most one row, by the rules of the design. Pure.

`find` sorts the rows, `matching` finds the municipality of a manual row, `decide` selects, `describe` and `identity`
make the remarks, `accounts` the column «Учёт». `selection` is the result as data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaign import Campaign
from sync.counting.accounts import RowAccount, row_accounts
from sync.counting.decide import select_row
from sync.counting.describe import Description
from sync.counting.find import FoundRows, find_rows, versions_of
from sync.counting.selection import RowOutcome, RowSelection, RowUse, Versions
from sync.records.remarks import Remark
from sync.records.table import AnswersTable, Record

__all__ = ["Counting", "RowAccount", "RowOutcome", "RowSelection", "RowUse", "count", "row_accounts"]


@dataclass(frozen=True)
class Counting:
    """The selection of every municipality, and what there is to remark on rows.

    selections: OKTMO → selection, in the order of the file
    remarks:    on rows and their places, not on the answers in them
    left_out:   those of the remarks that name rows which add nothing to the totals
    found:      which row is what
    """

    selections: dict[str, RowSelection]
    remarks: tuple[Remark, ...]
    left_out: tuple[Remark, ...]
    found: FoundRows


def count(campaign: Campaign, table: AnswersTable, record: Record, now: datetime) -> Counting:
    """Select the row of each municipality that counts. now: campaign time of the read, aware."""
    found = find_rows(campaign, table, record, now)
    versions = versions_of(record, found.first)
    description = Description(campaign, found)
    description.add_found(record, versions)
    selections = {
        m.oktmo: select_row(campaign, record, m, versions.pop(m.oktmo, Versions()), found)
        for m in campaign.municipalities
    }
    for selection in selections.values():
        description.add_selection(selection)
    description.add_rest(list(selections.values()), versions)
    return Counting(selections, tuple(description.remarks), tuple(description.left_out), found)
