"""The state of each municipality, and its figures that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from campaign import Municipality, Value
from outbox.records import Correction
from sync.records.remarks import Remark

Number = int | Decimal


class State(StrEnum):
    """Each municipality has exactly one. The outbox keeps these values in its statuses."""

    ON_TIME = "on_time"
    LATE = "late"
    EXCLUDED = "excluded"
    DELETED = "deleted"
    DRAFT = "draft"
    SILENT = "silent"

    @property
    def reported(self) -> bool:
        """«Отчитались»: True for on time or late."""
        return self in (State.ON_TIME, State.LATE)


@dataclass(frozen=True, slots=True)
class MunicipalitySummary:
    """One municipality as of the read.

    receipt, version, accepted_at: of the row behind the state (counted, excluded or deleted); accepted_at is aware, in
                 the campaign's zone; None where it is not known (a manual row may have none)
    values:      question id → value that counts; {} unless the state is reported. 0 and no report stay different.
    previous:    question id → figure that counted before this version; {} when there was none
    corrections: the ministry's changes in that row
    remarks:     the remarks about this municipality, errors first
    total:       the main figure; None unless reported, and where the campaign has no such figure
    share:       total / plan, to three places; None without a plan or without a report
    seen:        the highest version that this read found, whatever counts; 0 where none came to the spreadsheet
    waiting:     a newer submission is accepted and not yet in the spreadsheet
    by_hand:     the state is about manual rows
    row:         1-based row of «Ответы», None without one
    submission:  id of the submission behind the state; None for a manual row
    subject:     that ID, or the key of the manual row; "" for neither
    in_time:     the municipality's first version came by its deadline; None without a submission of its own
    corrected_late: that first version came in time, and the one that counts came after the deadline
    """

    municipality: Municipality
    state: State
    receipt: str | None = None
    version: int | None = None
    accepted_at: datetime | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    previous: Mapping[str, Value] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    remarks: tuple[Remark, ...] = ()
    total: Number | None = None
    share: Decimal | None = None
    seen: int = 0
    waiting: bool = False
    by_hand: bool = False
    row: int | None = None
    submission: str | None = None
    subject: str = ""
    in_time: bool | None = None
    corrected_late: bool = False

    @property
    def oktmo(self) -> str:
        return self.municipality.oktmo

    @property
    def own_errors(self) -> tuple[Remark, ...]:
        """The errors that the municipality submitted; an error made in the spreadsheet is not its own."""
        return tuple(r for r in self.remarks if r.level == "error" and r.origin == "submitted")

    @property
    def marked(self) -> bool:
        """«С замечаниями»: True if there is a warning or an error beside the state."""
        return bool(self.remarks)
