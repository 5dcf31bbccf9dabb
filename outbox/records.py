"""What the outbox takes and gives: frozen records.

All times are timezone-aware; what comes out is in UTC. `…_at` is the campaign's time, `…_real` the real clock's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from campaign.problems import Level

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
"""What JSON can hold without loss. Decimals are strings; there are no floats."""


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """One report as the form hands it over.

    `key`: the form's idempotency key, 1 to 64 characters. `base_version`: the newest version that the form had seen,
    0 for none. `contacts` never leave the outbox and the ministry's desk. `reasons` are keyed by rule key. `previous`:
    the figures that counted before this version, as the form compared them; None when there were none. `attachments`:
    ids of the files that the answers name.
    """

    campaign: str
    oktmo: str
    key: str
    base_version: int
    answers: Mapping[str, Json]
    contacts: Mapping[str, Json]
    reasons: Mapping[str, str]
    previous: Mapping[str, Json] | None
    accepted_at: datetime
    late: bool
    receipt_prefix: str
    attachments: tuple[str, ...] = ()


def receipt_number(prefix: str, number: int) -> str:
    """Return the receipt of the submission with this number in its campaign: `ВЛ-00042`."""
    return f"{prefix}-{number:05d}"


class Submission(NamedTuple):
    """An acknowledged report, never deleted. A tuple, because each request to the form makes two.

    Only its contacts change: they may be corrected, and destroyed when they are no longer needed.

    `id`: 32 random hex digits. `number`: 1, 2, … in its campaign without gaps. `receipt`: see `receipt_number`.
    `version`: 1, 2, … of its municipality in its campaign. `digest`: SHA-256 (hex) of the canonical JSON of `answers`
    (see `outbox.payload.canonical`).
    """

    id: str
    campaign: str
    oktmo: str
    number: int
    receipt: str
    version: int
    key: str
    base_version: int
    answers: Mapping[str, Json]
    contacts: Mapping[str, Json]
    reasons: Mapping[str, str]
    previous: Mapping[str, Json] | None
    accepted_at: datetime
    received_real: datetime
    late: bool
    digest: str


NO_REASONS = "{}"


class SubmissionIdentity(NamedTuple):
    """A submission without its payload. A tuple, because a refresh makes a hundred thousand of them.

    `reasons`: canonical JSON as it is kept, for most of them `NO_REASONS`.
    """

    id: str
    receipt: str
    number: int
    oktmo: str
    version: int
    accepted_at: datetime
    late: bool
    digest: str
    reasons: str = NO_REASONS


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answer to `submit`. `repeated`: the same key had come before; `submission` is that first one."""

    submission: Submission
    repeated: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk has typed and not sent; one a municipality, the last one wins. `key` is the form's."""

    campaign: str
    oktmo: str
    key: str
    typed: Mapping[str, Json]
    base_version: int
    saved_at: datetime


class DraftIdentity(NamedTuple):
    """Who has a draft, and since when; without its content."""

    oktmo: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Which personal address of a municipality is good: the one of this version, unless revoked.

    addressees: the list of those who answer; campaigns of one list share the address
    """

    addressees: str
    oktmo: str
    version: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Link:
    """The version of the old link, of one campaign, that is good, unless revoked.

    None is made any more, and none opens anything once the address was reissued or revoked.
    """

    campaign: str
    oktmo: str
    version: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that the ministry changed in the spreadsheet: what was submitted, what stands there."""

    question: str
    submitted: Json
    sheet: Json


@dataclass(frozen=True, slots=True)
class PublishedRemark:
    """A remark of the worker's checks on a municipality's report, as the form reads it.

    code:     one of `campaign.codes`, or the id of a rule of the campaign file
    question: question id; None for the report as a whole
    title:    the figure or question that the remark is about, "" for the report as a whole
    shown:    the figure or the content of the cell, shortened; "" when blank
    body:     what is wrong, in Russian; neither title nor figure is repeated in it
    advice:   what to do, in Russian, for people who work in the spreadsheet
    reason:   the clerk's own explanation, "" without one
    asks:     True if the municipality has something to do about it; what an older version published counts as such
    key:      of its row in «Замечания»; "" in what an older version published
    accepted: True if the ministry's column there says so; what the desk decided is `RemarkDecisions`'
    """

    code: str
    level: Level
    question: str | None
    title: str
    shown: str
    body: str
    advice: str
    reason: str = ""
    asks: bool = True
    key: str = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class RemarkDecision:
    """The ministry accepted a remark on its desk. oktmo: of the municipality; who: an account's name; decided_at:
    campaign time."""

    oktmo: str
    comment: str
    who: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DayFigures:
    """How many had reported at the end of a day, and the main figure by then."""

    day: date
    reports: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """Where a campaign's spreadsheet is, as of the last refresh.

    url:      opens it in a browser
    sheet_id: of «Муниципалитеты»
    rows:     ОКТМО → 1-based row there
    notes:    ОКТМО → the ministry's note there, in one line; for the desk alone, never for clerks
    """

    url: str
    sheet_id: int
    rows: Mapping[str, int]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MunicipalityStatus:
    """What the worker last published about a municipality; the form reads it.

    `receipt`, `version`: of the submission that the state speaks of; None where it speaks of rows that the ministry
    added (`by_hand`). `seen`: the highest version that the worker knew of, whatever counts; 0 for none. `counted`: the
    figures that count, by question id. `as_of`: campaign time of the last successful read of the spreadsheet, one for
    all statuses of a campaign.
    """

    oktmo: str
    state: str
    receipt: str | None
    version: int | None
    seen: int
    by_hand: bool
    counted: Mapping[str, Json]
    corrections: tuple[Correction, ...]
    remarks: tuple[PublishedRemark, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Accepted and not yet in the spreadsheet (pending or in the open delivery; set aside ones are not counted)."""

    count: int
    oldest_accepted_at: datetime | None
    oldest_received_real: datetime | None
    oktmos: frozenset[str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One frozen batch for one spreadsheet.

    `sequence`: 1, 2, … a spreadsheet, never reused. `marker`: 32 hex digits. `body`: the JSON text of the request,
    the same at every attempt (emptied once its marker is dropped). `outcome`: None while open, then `delivered` or
    `abandoned` (for this `reason`), or another word for a write without submissions.
    """

    sequence: int
    marker: str
    spreadsheet_id: str
    body: str
    header: tuple[str, ...]
    submission_ids: tuple[str, ...]
    attempts: int
    created_real: datetime
    finished_real: datetime | None
    outcome: str | None
    reason: str | None


class SetAside(NamedTuple):
    """A submission that the worker took out of the queue, why, and when (real clock)."""

    submission: Submission
    reason: str
    at: datetime


StaffEditKind: TypeAlias = Literal["changed", "deleted", "added", "restored"]


@dataclass(frozen=True, slots=True)
class StaffEdit:
    """A difference between what was submitted and what the spreadsheet holds.

    `row_key` names the row (a submission's id, or the key of a manual row). `question` is None where
    the whole row is meant. `seen_at`: campaign time.
    """

    spreadsheet_id: str
    submission_id: str | None
    row_key: str
    oktmo: str
    question: str | None
    kind: StaffEditKind
    was: Json
    now: Json
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line of «Журнал». `at`: campaign time; `kind`: `delivery`, `refresh`, …; `duration_ms`: milliseconds."""

    at: datetime
    kind: str
    rows: int
    calls: int
    duration_ms: int
    result: str
    detail: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for all. `fence` grows whenever the lease is acquired by another or after running out."""

    name: str
    holder: str
    fence: int
    expires_real: datetime


Role: TypeAlias = Literal["read", "work", "administer"]


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """Somebody of the ministry who may sign in to the desk.

    id:     never given again
    hash:   of the password; None while there is none, so that only a one-time link signs in
    second: a code is asked for too
    """

    id: int
    name: str
    role: Role
    hash: str | None
    second: bool
    created_real: datetime


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A session of the desk that goes on. by_link: it began with a one-time link."""

    account: StaffAccount
    by_link: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Something that staff did, for the journal of the desk.

    account: its id; None for a command on the server
    who:     the account's name at that time
    act:     a code; `desk.texts` has its words
    campaign, oktmo: "" where it is about none
    detail:  names and values, without contacts
    """

    at_real: datetime
    account: int | None
    who: str
    act: str
    campaign: str
    oktmo: str
    detail: Mapping[str, Json]
