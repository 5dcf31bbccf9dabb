"""What a refresh starts from: an answers tab as read and the outbox's record of it, and cases made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from campaign import Campaign, Cell, Value, load_campaign, to_json
from outbox.payload import canonical, digest
from outbox.records import (
    DraftIdentity,
    JournalEntry,
    Json,
    SetAside,
    StaffEdit,
    Submission,
    SubmissionIdentity,
    Waiting,
)
from sync.records.states import State
from sync.records.table import ACCEPTED, ID, MUNICIPALITY, OKTMO, REASONS, RECEIPT, VERSION, AnswersTable, Record
from sync.review.summary import Summary, summarise
from sync.tabs import OWNED, TabAsRead

SUBMITTED_AT = datetime(2023, 5, 20, 9, 0, tzinfo=UTC)
CONFIG = Path(__file__).parents[2] / "config.yaml"
ALEXANDROV, VYAZNIKI, KOVROV_DISTRICT, KOVROV, VLADIMIR = "17605000", "17610000", "17635000", "17725000", "17701000"
SERIAL_ORIGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - wall time, as in a cell


@cache
def the_campaign() -> Campaign:
    return load_campaign(CONFIG)


def at(text: str) -> datetime:
    """«2023-05-28 12:00» of the campaign's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=the_campaign().about.zone)


NOW = at("2023-05-28 12:00")


def serial(moment: datetime) -> float:
    local = moment.astimezone(the_campaign().about.zone).replace(tzinfo=None)
    return (local - SERIAL_ORIGIN).total_seconds() / 86400


def answers(main: int = 10, **others: Value) -> dict[str, Value]:
    """A report without anything to remark: `main` people in the first line of the first group."""
    values: dict[str, Value] = {q.id: 0 for q in the_campaign().main_questions}
    values |= {
        "registered_college_students": main,
        "informed": main + 100,
        "audiences": ("teachers",),
        "events": 1,
        "site_publications": 1,
        "media_publications": 0,
        "social_publications": 0,
        "links": ("https://example.org/news/1",),
    }
    return values | others


@dataclass
class Made:
    """A campaign in the making. Every method may be called in any order before `table`, `record` and `summary`."""

    campaign: Campaign = field(default_factory=the_campaign)
    submissions: list[Submission] = field(default_factory=list)
    rows: list[dict[str, Cell]] = field(default_factory=list)
    delivered: dict[str, int] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    drafts: list[DraftIdentity] = field(default_factory=list)
    extensions: dict[str, datetime] = field(default_factory=dict)
    edits: list[StaffEdit] = field(default_factory=list)
    journal: list[JournalEntry] = field(default_factory=list)

    def submit(
        self,
        oktmo: str,
        values: Mapping[str, Value] | None = None,
        when: datetime = NOW,
        *,
        delivered: bool = True,
        row: bool = True,
        late: bool = False,
        reasons: Mapping[str, str] | None = None,
        previous: Mapping[str, Value] | None = None,
    ) -> Submission:
        number = len(self.submissions) + 1
        version = 1 + sum(1 for s in self.submissions if s.oktmo == oktmo)
        values = answers() if values is None else values
        submission = Submission(
            id=hashlib.sha256(f"{number}".encode()).hexdigest()[:32],
            campaign=self.campaign.id,
            oktmo=oktmo,
            number=number,
            receipt=f"ФО-{number:05}",
            version=version,
            key=f"key-{number}",
            base_version=version - 1,
            answers=to_json(self.campaign, values),
            contacts={},
            reasons=reasons or {},
            previous=None if previous is None else to_json(self.campaign, previous),
            accepted_at=when.astimezone(UTC),
            received_real=when.astimezone(UTC),
            late=late,
            digest="",
        )
        self.submissions.append(submission)
        if delivered:
            self.delivered[submission.id] = number
            if row:
                self.rows.append(self.cells(submission, values))
        return submission

    def cells(self, submission: Submission, values: Mapping[str, Value]) -> dict[str, Cell]:
        """The row as the worker writes it."""
        return {
            RECEIPT: submission.receipt,
            ACCEPTED: serial(submission.accepted_at),
            OKTMO: submission.oktmo,
            MUNICIPALITY: self.campaign.by_oktmo[submission.oktmo].name,
            VERSION: submission.version,
            REASONS: "",
            ID: submission.id,
            **answer_cells(self.campaign, values),
        }

    def manual_row(
        self, values: Mapping[str, Value] | None = None, *, oktmo: Cell = "", name: Cell = "", accepted: Cell = ""
    ) -> None:
        self.rows.append(
            {OKTMO: oktmo, MUNICIPALITY: name, ACCEPTED: accepted}
            | answer_cells(self.campaign, answers() if values is None else values)
        )

    def put_aside(self, submission: Submission, why: str = "слишком длинный ответ.") -> None:
        self.delivered.pop(submission.id, None)
        self.rows = [row for row in self.rows if row.get(ID) != submission.id]
        self.set_aside.append(SetAside(submission, why, submission.received_real))

    def row_of(self, submission: Submission) -> dict[str, Cell]:
        return next(row for row in self.rows if row.get(ID) == submission.id)

    def edit(self, submission: Submission, question: str, now: Cell) -> None:
        """A cell changed by staff, and journalled as the comparison with the outbox would."""
        self.row_of(submission)[question] = now
        was = submission.answers.get(question)
        stored = now if not isinstance(now, float) else str(now)
        self.edits.append(
            StaffEdit("sheet", submission.id, submission.id, submission.oktmo, question, "changed", was, stored, NOW)
        )

    def table(self) -> AnswersTable:
        names = [RECEIPT, ACCEPTED, OKTMO, MUNICIPALITY, VERSION, REASONS, ID]
        names += [q.id for q in self.campaign.sheet_questions]
        return AnswersTable(
            columns={name: [row.get(name, "") for row in self.rows] for name in names},
            rows=[i + 2 for i in range(len(self.rows))],
        )

    def record(self) -> Record:
        aside = {item.submission.id for item in self.set_aside}
        waiting = [s for s in self.submissions if s.id not in self.delivered and s.id not in aside]
        return Record(
            submissions=[identity(s) for s in self.submissions],
            delivered=self.delivered,
            waiting=Waiting(
                len(waiting),
                min((s.accepted_at for s in waiting), default=None),
                min((s.received_real for s in waiting), default=None),
                frozenset(s.oktmo for s in waiting),
            ),
            set_aside=self.set_aside,
            drafts=self.drafts,
            extensions=self.extensions,
            payloads=self.payloads,
            staff_edits=self.edits,
            journal=self.journal,
        )

    def payloads(self, ids: Sequence[str]) -> Mapping[str, Submission]:
        return {s.id: s for s in self.submissions if s.id in set(ids)}

    def summary(self, as_of: datetime = NOW + timedelta(hours=1), *, rehearsal: bool = False) -> Summary:
        return summarise(self.campaign, self.table(), self.record(), as_of=as_of, rehearsal=rehearsal)


def identity(s: Submission) -> SubmissionIdentity:
    """As the outbox gives it."""
    reasons = canonical(dict(s.reasons), "reasons")
    return SubmissionIdentity(s.id, s.receipt, s.number, s.oktmo, s.version, s.accepted_at, s.late, s.digest, reasons)


def answer_cells(campaign: Campaign, values: Mapping[str, Value]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for question in campaign.sheet_questions:
        value = values.get(question.id)
        written = "" if value is None else question.answer_type.write_cell(question, value)
        cells[question.id] = written if isinstance(written, str | int | float) else str(written)
    return cells


def table_of(rows: Sequence[Mapping[str, object]], campaign: Campaign | None = None) -> AnswersTable:
    campaign = campaign or the_campaign()
    columns = {q.id: [row.get(q.id, "") for row in rows] for q in campaign.sheet_questions}
    return AnswersTable(columns, list(range(2, 2 + len(rows))))  # type: ignore[arg-type]


def changed(campaign: Campaign, **update: object) -> Campaign:
    """The campaign with other parts; what was derived from the old ones is forgotten."""
    copy = campaign.model_copy(update=update)
    for name in set(copy.__dict__) - set(Campaign.model_fields):
        del copy.__dict__[name]
    return copy


def with_municipalities(campaign: Campaign, **changes: Mapping[str, object]) -> Campaign:
    """The campaign with some municipalities changed: OKTMO with a leading «m» → fields."""
    municipalities = tuple(
        m.model_copy(update=dict(changes[f"m{m.oktmo}"])) if f"m{m.oktmo}" in changes else m
        for m in campaign.municipalities
    )
    return changed(campaign, municipalities=municipalities)


def state_of(summary: Summary, oktmo: str = ALEXANDROV) -> State:
    return summary.by_oktmo[oktmo].state


def total_of(summary: Summary, oktmo: str = ALEXANDROV) -> object:
    return summary.by_oktmo[oktmo].total


def codes(summary: Summary, oktmo: str | None = ALEXANDROV) -> list[str]:
    return [r.code for r in summary.problems if r.oktmo == oktmo]


def submission(answers: Mapping[str, object], **rest: object) -> Submission:
    """One of the first municipality; `rest` replaces fields."""
    stored = cast("Mapping[str, Json]", dict(answers))
    fields: dict[str, object] = {
        "id": "0" * 31 + "1",
        "campaign": "flagmany-2023",
        "oktmo": "17605000",
        "number": 1,
        "receipt": "ФО-00001",
        "version": 1,
        "key": "k",
        "base_version": 0,
        "answers": stored,
        "contacts": {},
        "reasons": {},
        "previous": None,
        "accepted_at": SUBMITTED_AT,
        "received_real": SUBMITTED_AT,
        "late": False,
        "digest": digest(canonical(stored, "answers")),
    }
    return Submission(**{**fields, **rest})  # type: ignore[arg-type]


CAMPAIGN = the_campaign()
KEYS = ("summary", "municipalities", "silent", "problems", "dynamics", "answers", "journal")
IDS = {key: 100 + i for i, key in enumerate(KEYS)}
ROWS, COLUMNS = 40, 8
EMPTY = {key: TabAsRead([], ROWS, COLUMNS, key) for key in OWNED}


def busy() -> Made:
    """Something in every tab."""
    made = Made()
    made.submit(ALEXANDROV, answers(10, comment="=IMPORTXML(1)"), at("2023-05-02 10:00"))
    made.submit(VYAZNIKI, answers(20, informed=5), reasons={"registered_above_informed": "Узнали сами."})
    broken = made.submit(KOVROV, answers(3))
    made.row_of(broken)["informed"] = "=1+1"
    made.submit(VLADIMIR, answers(4), row=False)
    made.manual_row(name="Муром")
    made.drafts.append(DraftIdentity("17735000", NOW))
    made.submit("17720000", delivered=False)
    made.journal.append(JournalEntry(NOW, "delivery", 3, 1, 120, "готово", ""))
    return made
