"""Which row of each municipality counts, and why, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum, auto

from campaign import Municipality
from outbox.records import SubmissionIdentity


class RowOutcome(Enum):
    """What was found for a municipality, before the chosen row itself is checked."""

    CHOSEN = auto()
    """The row at `position` is the one: it counts unless it has an error."""
    DELETED = auto()
    """The highest version was delivered, and its row is gone."""
    SET_ASIDE = auto()
    """The highest version could not be written into the spreadsheet."""
    CONFLICTING = auto()
    """The highest version has several rows, and they differ."""
    CONTRADICTORY = auto()
    """The cells of the row that may be the one name several reports."""
    UNCLEAR = auto()
    """There are several manual rows, and neither time nor content singles one out."""
    NOTHING = auto()
    """There is no row at all."""


class RowUse(StrEnum):
    """What became of one row of «Ответы». `sync.texts.accounts` has the words of each."""

    COUNTS = "counts"
    COUNTS_MANUAL = "counts_manual"
    EXCLUDED = "excluded"
    """The row was chosen, and has an error."""
    REPLACED = "replaced"
    """There is a higher version."""
    BEHIND_MANUAL = "behind_manual"
    """A manual row counts instead."""
    COPY = "copy"
    """An equal row of the same submission was chosen."""
    CONFLICTING = "conflicting"
    """The rows of this submission differ."""
    MANUAL_OLDER = "manual_older"
    MANUAL_WITHOUT_TIME = "manual_without_time"
    """Beside a submission, a manual row without a time does not count."""
    MANUAL_UNCLEAR = "manual_unclear"
    CONTRADICTORY = "contradictory"
    """Its cells name several reports or municipalities."""
    FOREIGN = "foreign"
    """Its receipt is of another campaign."""
    UNKNOWN_MUNICIPALITY = "unknown_municipality"
    MUNICIPALITY_CONFLICT = "municipality_conflict"
    MUNICIPALITY_GONE = "municipality_gone"
    MISPLACED = "misplaced"
    """It stands under wrong headers and was written anew."""


@dataclass(frozen=True, slots=True)
class ManualRow:
    """A row that staff added, or the row of a submission without its ID.

    accepted: time in «Принято», aware; None where the cell is blank or holds no time
    """

    position: int
    accepted: datetime | None


@dataclass(slots=True)
class Versions:
    """The submissions of one municipality.

    first:   the first version of all
    top:     the highest version that is not waiting for delivery
    older:   the version below `top` that came to the spreadsheet
    waiting: a version above `top` is not in the spreadsheet yet
    """

    first: SubmissionIdentity | None = None
    top: SubmissionIdentity | None = None
    older: SubmissionIdentity | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class RowSelection:
    """The row of one municipality that counts, or why none does.

    position:     index of the chosen row in the answers table (CHOSEN only)
    identity:     the submission that was found; None where there is none, and for a manual row
    accepted:     when it was accepted, aware, in the campaign's zone; a manual row may have no time
    late:         the row is a manual one of after the deadline, or the municipality's first version came after it
    in_time:      the municipality's first version came by its deadline; None without a submission of its own
    corrected_late: the first version came in time, this one after the deadline
    manual:       the outcome is about manual rows
    own_position: index of the row of the municipality's own submission, where a manual row takes precedence over it
    versions:     the municipality's submissions
    passed_over:  position of a manual row that does not count → why
    subject:      submission ID, or key of the manual row; "" where there is none
    """

    municipality: Municipality
    outcome: RowOutcome
    versions: Versions
    position: int | None = None
    identity: SubmissionIdentity | None = None
    accepted: datetime | None = None
    late: bool = False
    in_time: bool | None = None
    corrected_late: bool = False
    manual: bool = False
    own_position: int | None = None
    passed_over: Mapping[int, RowUse] = field(default_factory=dict)
    subject: str = ""

    @property
    def seen(self) -> int:
        """The highest version that this read knows of, whatever counts; 0 where none came to the spreadsheet."""
        return self.versions.top.version if self.versions.top else 0
