"""The verdict on each municipality, as data. Imported by `sync.counting` and, through it, by `sync`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from campaign import Municipality
from outbox.records import SubmissionIdentity
from sync.counting.identity import SubmittedRows
from sync.remarks import Remark


class Ground(Enum):
    """Why a municipality stands as it does, before the row itself is checked."""

    ROW = auto()
    """The row at `position` is the one: it counts unless it has an error."""
    DELETED = auto()
    """The highest version was delivered, and its row is gone."""
    SET_ASIDE = auto()
    """The highest version could not be written into the spreadsheet."""
    DOUBLED = auto()
    """Rows with one ID differ."""
    UNCLEAR = auto()
    """Several rows were added by hand, and nothing tells which is right."""
    NOTHING = auto()
    """No row at all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks for one municipality.

    position: index of the row in the answers table (ROW only)
    identity: the submission that stands; None when there is none, and for a row added by hand
    accepted: when it was accepted, aware, in the campaign's zone; a row added by hand may have no time
    own:      index of the row of the municipality's own submission, where a row added by hand stands before it
    older:    the version below `identity` that came to the spreadsheet
    seen:     the highest version that this read knows of, whatever counts; 0 where none came to the spreadsheet
    waiting:  a newer submission is not in the spreadsheet yet
    subject:  submission ID or key of the manual row that the selection is about; "" for none
    """

    municipality: Municipality
    ground: Ground
    position: int | None = None
    identity: SubmissionIdentity | None = None
    accepted: datetime | None = None
    late: bool = False
    by_hand: bool = False
    own: int | None = None
    older: SubmissionIdentity | None = None
    seen: int = 0
    waiting: bool = False
    subject: str = ""


@dataclass(frozen=True)
class HandRow:
    """A row that staff added. `bad_time`: what stands in «Принято» is no time."""

    position: int
    accepted: datetime | None
    bad_time: bool


@dataclass(frozen=True)
class Counting:
    """The verdict on every municipality, in the order of the file.

    remarks:   what is to be said of rows, beside their content
    left_out:  those of the remarks that name rows which add nothing to the totals
    submitted: the rows that the outbox knows, superseded ones among them; of doubled ones the first
    lost:      ids of submissions whose rows are there without their IDs; a remark of each says so
    """

    verdicts: tuple[Verdict, ...]
    remarks: tuple[Remark, ...]
    left_out: tuple[Remark, ...]
    submitted: SubmittedRows
    lost: frozenset[str] = frozenset()
