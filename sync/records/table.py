"""What a refresh starts from: the answers tab as read, and what the outbox knows.

`refresh` fills both with one read of the spreadsheet and one of the outbox; `counting`, `check`, `totals` and `tabs`
are pure functions of them, so that every figure can be recomputed from what was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaign import Cell
from campaign.columns import HEADERS
from outbox.records import (
    DraftIdentity,
    JournalEntry,
    RemarkDecision,
    SetAside,
    StaffEdit,
    Submission,
    SubmissionIdentity,
    Waiting,
)

RECEIPT, ACCEPTED, OKTMO, MUNICIPALITY, VERSION, ACCOUNT, REASONS, ID = HEADERS
"""Column ids of the answers tab that are not questions. Questions go under their own ids."""


_ISSUED = re.compile("[0-9a-f]{32}")


def is_issued_id(cell: Cell) -> bool:
    """Return True if the cell looks like an `ID` that an outbox gave, known here or not."""
    return isinstance(cell, str) and _ISSUED.fullmatch(cell) is not None


@dataclass(frozen=True)
class AnswersTable:
    """The rows of «Ответы» in the order of the tab, as of one read; wholly blank rows are left out.

    columns: column id (one of those above or a question id) → unformatted cells, one a row. Missing are questions
             without a column yet, «Учёт», which follows from the others, and columns of staff.
    rows:    1-based row numbers in the tab, for links; no row is ever addressed by them.
    """

    columns: Mapping[str, Sequence[Cell]]
    rows: Sequence[int]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Record:
    """What the outbox knows at the time of the read.

    submissions: identities of all submissions of the campaign, by number (order of acceptance)
    delivered:   submission id → sequence of the batch that brought it into this spreadsheet
    waiting:     accepted and not yet in the spreadsheet
    set_aside:   submissions that cannot be written, and why
    drafts:      municipalities with a draft
    extensions:  OKTMO → a later deadline of one municipality
    payloads:    submission ids → full submissions; asked only for the rows that need them
    staff_edits: the journal of the ministry's edits so far (latest of each cell)
    journal:     the newest entries of «Журнал», newest first, at most 200
    decisions:   remark's key → its acceptance on the ministry's desk
    """

    submissions: Sequence[SubmissionIdentity]
    delivered: Mapping[str, int]
    waiting: Waiting
    set_aside: Sequence[SetAside]
    drafts: Sequence[DraftIdentity]
    extensions: Mapping[str, datetime]
    payloads: Callable[[Sequence[str]], Mapping[str, Submission]]
    staff_edits: Sequence[StaffEdit]
    journal: Sequence[JournalEntry]
    decisions: Mapping[str, RemarkDecision] = field(default_factory=dict)
