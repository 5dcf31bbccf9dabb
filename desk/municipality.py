"""One municipality in one campaign: its versions side by side, what the ministry corrected, what is remarked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign import Campaign, Municipality, Question, Value, read_json
from campaign.answer_types.files import AttachedFile, attached_files
from campaign.entries import shown_entries
from campaign.window import Window, window_at
from desk import texts
from desk.published import REPORTED
from desk.rollcall import Standstill, standstill
from outbox import Outbox
from outbox.records import Json, MunicipalityStatus, PublishedRemark, RemarkDecision, SheetPlace, Submission
from outbox.snapshots import ReportSnapshot

SHOWN_VERSIONS = 5
"""Columns of versions, the newest first; older ones are shown when asked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An answer as people read it, "" for a blank one. changed: it differs from the version before."""

    shown: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A question, or a clerk's explanation, in every version. counted: the answer that counts; None where none does."""

    title: str
    cells: tuple[Cell, ...]
    counted: Cell | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An answer that the ministry changed in the spreadsheet; "" for a blank one."""

    title: str
    submitted: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Filed:
    """The files that the newest version names, of one question."""

    title: str
    files: tuple[AttachedFile, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A remark with its acceptance on the desk, if there is one."""

    remark: PublishedRemark
    decision: RemarkDecision | None

    @property
    def accepted(self) -> bool:
        """True if either the desk or the ministry's column of the spreadsheet says so."""
        return self.decision is not None or self.remark.accepted


@dataclass(frozen=True, slots=True)
class Place:
    """What the desk shows of a municipality.

    state:     one of `rollcall.STATES`
    versions:  those that are shown, the newest first; of `count`
    rows:      their answers, without those that are kept at home
    filed:     the attached files of the newest version
    remarks:   those that the worker published
    sheet:     leads to its row in the spreadsheet; "" while the worker has read none
    note:      the ministry's, in the spreadsheet
    opened:    when its personal address was last opened (real clock)
    """

    campaign: Campaign
    municipality: Municipality
    now: datetime
    state: str
    window: Window
    status: MunicipalityStatus | None
    versions: tuple[Submission, ...]
    count: int
    rows: tuple[Row, ...]
    filed: tuple[Filed, ...]
    corrections: tuple[Corrected, ...]
    remarks: tuple[Judged, ...]
    sheet: str
    note: str
    draft_at: datetime | None
    opened: datetime | None
    revoked: bool
    standstill: Standstill | None

    @property
    def accepted(self) -> int:
        """The number of remarks that the ministry accepted."""
        return sum(one.accepted for one in self.remarks)

    @property
    def latest(self) -> Submission | None:
        return self.versions[0] if self.versions else None

    @property
    def waits(self) -> bool:
        """True if a version was sent that the worker has not counted yet."""
        return self.latest is not None and self.latest.version > (self.status.seen if self.status else 0)


def place_of(
    campaign: Campaign, outbox: Outbox, oktmo: str, now: datetime, *, rehearsal: bool, every_version: bool = False
) -> Place:
    """Return the municipality at this moment (campaign time). Raises KeyError for an unknown code, OutboxError."""
    about, municipality = campaign.about, campaign.by_oktmo[oktmo]
    snapshot = outbox.snapshots.at(about.id, about.addressees, oktmo)
    sent = outbox.submissions.versions(about.id, oktmo)[::-1]
    draft = outbox.drafts.get(about.id, oktmo)
    shown = sent if every_version else sent[:SHOWN_VERSIONS]
    in_sheet = outbox.sheet_places.get(about.id)
    as_of = snapshot.status.as_of if snapshot.status else None
    return Place(
        campaign=campaign,
        municipality=municipality,
        now=now,
        state=_state(snapshot, has_draft=draft is not None),
        window=window_at(campaign, oktmo, now, snapshot.extension),
        status=snapshot.status,
        versions=tuple(shown),
        count=len(sent),
        rows=tuple(_rows(campaign, sent[: len(shown) + 1], len(shown), snapshot.status)),
        filed=tuple(_filed(campaign, sent[0])) if sent else (),
        corrections=tuple(_corrections(campaign, snapshot.status)),
        remarks=tuple(_judged(outbox, about.id, snapshot.status)),
        sheet=sheet_address(in_sheet, oktmo),
        note=in_sheet.notes.get(oktmo, "") if in_sheet else "",
        draft_at=draft.saved_at if draft else None,
        opened=outbox.roll_call.opened(about.addressees).get(oktmo),
        revoked=snapshot.address.revoked,
        standstill=standstill(campaign, outbox, now, as_of, rehearsal=rehearsal),
    )


def sheet_address(place: SheetPlace | None, oktmo: str = "") -> str:
    """Return what opens the spreadsheet, at the municipality's row where it is known; "" without a spreadsheet."""
    if place is None:
        return ""
    row = place.rows.get(oktmo)
    return f"{place.url}#gid={place.sheet_id}" + (f"&range=A{row}" if row else "")


def _judged(outbox: Outbox, campaign: str, status: MunicipalityStatus | None) -> Iterator[Judged]:
    remarks = status.remarks if status else ()
    decisions = outbox.remark_decisions.accepted(campaign) if remarks else {}
    for one in remarks:
        yield Judged(one, decisions.get(one.key))


def _state(snapshot: ReportSnapshot, *, has_draft: bool) -> str:
    if snapshot.status is not None and snapshot.status.state not in ("silent", "draft"):
        return snapshot.status.state
    if snapshot.latest is not None:
        return "waiting"
    return "draft" if has_draft else "silent"


def _rows(
    campaign: Campaign, sent: Sequence[Submission], shown: int, status: MunicipalityStatus | None
) -> Iterator[Row]:
    """Yield the questions that anybody answered, then the explanations. sent: one more than is shown, to compare."""
    values = [read_json(campaign, one.answers) for one in sent]
    counted = read_json(campaign, status.counted) if status and status.state in REPORTED else None
    for question in (one for one in campaign.questions if one.in_sheet or one.entries is not None):
        answers = [one.get(question.id) for one in values]
        now = counted.get(question.id) if counted is not None else None
        if all(one is None for one in (*answers, now)):
            continue
        cell = None
        if counted is not None and question.in_sheet:
            cell = Cell(_shown(question, now), changed=bool(answers) and now != answers[0])
        yield Row(_title(question), tuple(_cells([_shown(question, one) for one in answers], shown)), cell)
    for key, rule in campaign.rules_by_key.items():
        words = [one.reasons.get(key, "") for one in sent]
        if rule.ask == "reason" and any(words[:shown]):
            yield Row(texts.REASON_TO.format(short=rule.short), tuple(_cells(words, shown)))


def _filed(campaign: Campaign, newest: Submission) -> Iterator[Filed]:
    values = read_json(campaign, newest.answers)
    for question in campaign.questions:
        found = attached_files(values.get(question.id))
        if found:
            yield Filed(question.title, found)


def _cells(words: Sequence[str], shown: int) -> Iterator[Cell]:
    for n in range(shown):
        before = words[n + 1] if n + 1 < len(words) else None
        yield Cell(words[n], changed=before is not None and words[n] != before)


def _corrections(campaign: Campaign, status: MunicipalityStatus | None) -> Iterator[Corrected]:
    for one in status.corrections if status else ():
        question = campaign.by_id.get(one.question)
        if question is not None:
            yield Corrected(
                _title(question), _kept(campaign, question, one.submitted), _kept(campaign, question, one.sheet)
            )


def _kept(campaign: Campaign, question: Question, stored: Json) -> str:
    kept: Mapping[str, Value] = read_json(campaign, {question.id: stored})
    return _shown(question, kept.get(question.id))


def _shown(question: Question, value: Value | None) -> str:
    if question.entries is not None and value is not None:
        return shown_entries(question, value)
    return "" if value is None else question.answer_type.shown(question, value)


def _title(question: Question) -> str:
    title = question.title if question.place is None else question.header
    return f"{title}, {question.unit}" if question.unit else title
