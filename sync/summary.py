"""The summary: everything that the tabs show, computed from one read of the spreadsheet and one of the outbox.

Pure: no I/O, no clock. Imported by `sync` alone.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from campaign import Campaign, Problem, Question, Value
from campaign.answers import shorten
from outbox.records import JournalEntry, StaffEdit, Submission, SubmissionIdentity, Waiting
from sync.check import Background, CheckedRow, check_rows
from sync.check.across import Reported, outliers
from sync.check.rows import ASKED_LATER
from sync.counting import Counting, Ground, Verdict, count
from sync.edits import correction_remarks, corrections_of, is_lost, lost_remarks, old_remarks
from sync.reception import is_closed
from sync.remarks import Remark, RowRef
from sync.states import MunicipalitySummary, Number, State
from sync.submitted import CheckedSubmissions, check_submitted, needed_payloads, previous_figures, read_history
from sync.table import AnswersTable, Record
from sync.texts import problems as texts
from sync.totals import History, Totals, total
from sync.totals.region import share

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
    deadlines:      OKTMO → a later deadline of one municipality, aware
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
    deadlines: Mapping[str, datetime]
    journal: Sequence[JournalEntry]
    fingerprint: str = ""

    @property
    def by_oktmo(self) -> Mapping[str, MunicipalitySummary]:
        return {m.oktmo: m for m in self.municipalities}


def summarise(campaign: Campaign, table: AnswersTable, record: Record, *, as_of: datetime, rehearsal: bool) -> Summary:
    """What counts, what is wrong, and the totals, as of one read.

    as_of: campaign time of the read, aware. `record.staff_edits` holds the edits of this read too (`was`: what was
    submitted, `now`: what the spreadsheet says), so that the summary and the journal of edits tell the same.
    `record.payloads` is called once, with the ids of `sync.submitted.needed_payloads`. Never raises for what people
    wrote into cells.
    """
    as_of = as_of.astimezone(campaign.about.zone)
    counting = count(campaign, table, record)
    payloads = record.payloads(needed_payloads(campaign, counting))
    submitted = check_submitted(campaign, table, counting, payloads, record.staff_edits)
    history = read_history(campaign, submitted)
    checked = _told_rows(campaign, table, [v for v in counting.verdicts if v.ground is Ground.ROW], submitted)
    municipalities, other = _municipalities(campaign, table, record, counting, payloads, checked, history)
    municipalities = tuple(
        _without_form(m) if is_closed(campaign, record.extensions, m.oktmo, as_of) else m for m in municipalities
    )
    problems = sorted(
        [remark for m in municipalities for remark in m.remarks] + other,
        key=lambda r: (r.level != "error", r.row is None, r.row or 0, r.receipt),
    )
    summary = Summary(
        as_of=as_of,
        rehearsal=rehearsal,
        municipalities=municipalities,
        problems=tuple(problems),
        totals=total(campaign, municipalities, history, as_of),
        left_out=_left_out(municipalities, counting),
        waiting=record.waiting,
        deadlines=record.extensions,
        journal=record.journal,
    )
    return replace(summary, fingerprint=_fingerprint(campaign, summary))


def _municipalities(
    campaign: Campaign,
    table: AnswersTable,
    record: Record,
    counting: Counting,
    payloads: Mapping[str, Submission],
    checked: Mapping[str, CheckedRow],
    history: History,
) -> tuple[tuple[MunicipalitySummary, ...], list[Remark]]:
    """Every municipality with its remarks, and the remarks that belong to none."""
    edits = _edits_by_submission(record.staff_edits)
    drafts = {d.oktmo for d in record.drafts}
    remarks: dict[str, list[Remark]] = {m.oktmo: [] for m in campaign.municipalities}
    other: list[Remark] = []
    for remark in counting.remarks:
        remarks.get(remark.oktmo or "", other).append(remark)
    found = [
        _municipality(campaign, table, verdict, checked, payloads, edits, drafts, remarks[verdict.municipality.oktmo])
        for verdict in counting.verdicts
    ]
    untold = _untold(counting, record.staff_edits)
    receipts = {s.id: s.receipt for s in record.submissions} if untold else {}
    newest = {s.oktmo: s.id for s in record.submissions} if untold else {}  # in the order of acceptance
    for remark in old_remarks(campaign, untold, receipts, frozenset(newest.values())):
        remarks.get(remark.oktmo or "", other).append(remark)
    _compare(campaign, found, history, remarks)
    return (
        tuple(replace(m, remarks=_errors_first(remarks[m.oktmo])) if remarks[m.oktmo] else m for m in found),
        other,
    )


def _without_form(one: MunicipalitySummary) -> MunicipalitySummary:
    """The municipality whose form takes nothing any more: no advice may send it there."""
    if all(r.code != ASKED_LATER for r in one.remarks):
        return one
    advice = texts.ASKED_LATER_CLOSED_ADVICE.format(oktmo=one.oktmo)
    return replace(one, remarks=tuple(r._replace(advice=advice) if r.code == ASKED_LATER else r for r in one.remarks))


def _errors_first(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda r: (r.level != "error", r.row or 0)))


def _untold(counting: Counting, edits: Sequence[StaffEdit]) -> list[StaffEdit]:
    """The edits that are not told beside the municipality's state already, or as a row without its ID."""
    verdicts = counting.verdicts
    told = {v.identity.id for v in verdicts if v.identity is not None} | counting.lost
    newer = {
        v.older.id: v.identity
        for v in verdicts
        if v.ground is Ground.ROW and v.older is not None and v.identity is not None
    }

    def untold(edit: StaffEdit) -> bool:
        one = edit.submission_id
        return one not in told and not (one in newer and is_lost(edit, newer[one]))

    return [edit for edit in edits if untold(edit)]


def _told_rows(
    campaign: Campaign, table: AnswersTable, verdicts: Sequence[Verdict], submitted: CheckedSubmissions
) -> dict[str, CheckedRow]:
    """OKTMO → its row that would count. A row added by hand is compared with what the municipality itself had sent."""
    sent = [v for v in verdicts if not v.by_hand]
    told = dict(zip((v.municipality.oktmo for v in sent), submitted.told([v.position or 0 for v in sent]), strict=True))
    hands = [v for v in verdicts if v.by_hand]
    behind = [(v.municipality.oktmo, v.own) for v in hands if v.own is not None]
    own = dict(zip((oktmo for oktmo, _ in behind), submitted.told([position for _, position in behind]), strict=True))
    before = {oktmo: row.values for oktmo, row in own.items() if not row.excluded}
    rows = {v.position or 0: Background(before.get(v.municipality.oktmo, {})) for v in hands}
    return told | dict(zip((v.municipality.oktmo for v in hands), check_rows(campaign, table, rows), strict=True))


def _municipality(
    campaign: Campaign,
    table: AnswersTable,
    verdict: Verdict,
    checked: Mapping[str, CheckedRow],
    payloads: Mapping[str, Submission],
    edits: Mapping[str, Sequence[StaffEdit]],
    drafts: set[str],
    remarks: list[Remark],
) -> MunicipalitySummary:
    """One municipality; its remarks are added to `remarks`."""
    municipality, identity = verdict.municipality, verdict.identity
    row = None if verdict.position is None else table.rows[verdict.position]
    whose = RowRef(municipality.oktmo, municipality.name, identity.receipt if identity else "", row, verdict.subject)
    base = MunicipalitySummary(
        municipality=municipality,
        state=_state_without_row(verdict, drafts),
        receipt=identity.receipt if identity else None,
        version=identity.version if identity else None,
        accepted_at=verdict.accepted,
        seen=verdict.seen,
        waiting=verdict.waiting,
        by_hand=verdict.by_hand,
        row=row,
        submission=identity.id if identity else None,
        subject=verdict.subject,
    )
    if verdict.ground is Ground.DELETED and identity is not None:
        remarks.append(_deleted(whose, identity))
    if verdict.ground is not Ground.ROW:
        return base
    found = checked[municipality.oktmo]
    submission = payloads.get(identity.id) if identity else None
    reasons = submission.reasons if submission else {}
    for problem in found.problems:
        reason = shorten(reasons.get(problem.rule, "")) if problem.rule else ""
        remarks.append(whose.remark(problem, _title(campaign, problem.question), reason))
    own_edits = edits.get(identity.id, ()) if identity else ()
    remarks += correction_remarks(campaign, whose, own_edits, counted=not found.excluded)
    older_edits = edits.get(verdict.older.id, ()) if verdict.older else ()
    if older_edits and identity is not None and verdict.position is not None:
        cells = {name: column[verdict.position] for name, column in table.columns.items()}
        lost = [e for e in older_edits if is_lost(e, identity)]
        remarks += lost_remarks(campaign, whose, lost, cells, counted=not found.excluded)
    if found.excluded:
        # The form shows what the ministry wrote there: it may be the error.
        return replace(base, state=State.EXCLUDED, corrections=corrections_of(own_edits))
    main = _main(campaign.main_questions, found.values)
    return replace(
        base,
        state=State.LATE if verdict.late else State.ON_TIME,
        values=found.values,
        previous=previous_figures(campaign, submission),
        corrections=corrections_of(own_edits),
        total=main,
        share=share(main, municipality.plan),
    )


def _state_without_row(verdict: Verdict, drafts: set[str]) -> State:
    """The state where no row counts; `_municipality` sets it where one does."""
    if verdict.ground is Ground.DELETED:
        return State.DELETED
    if verdict.ground is Ground.NOTHING:
        return State.DRAFT if verdict.municipality.oktmo in drafts else State.SILENT
    return State.EXCLUDED


def _deleted(whose: RowRef, identity: SubmissionIdentity) -> Remark:
    advice = texts.DELETED_ADVICE.format(receipt=identity.receipt)
    return whose.remark(Problem("row_deleted", "error", None, texts.DELETED, advice))


def _compare(
    campaign: Campaign, found: Sequence[MunicipalitySummary], history: History, remarks: Mapping[str, list[Remark]]
) -> None:
    """Add the warnings that come of comparing municipalities."""
    by_oktmo = {m.oktmo: m for m in found}
    earlier = _earlier(history, by_oktmo)
    reported = [
        Reported(m.municipality, m.values, m.total, earlier.get(m.oktmo, ())) for m in found if m.total is not None
    ]
    for oktmo, problem in outliers(campaign, reported):
        one = by_oktmo[oktmo]
        whose = RowRef(oktmo, one.municipality.name, one.receipt or "", one.row, one.subject)
        remarks[oktmo].append(whose.remark(problem, _title(campaign, problem.question)))


def _earlier(history: History, municipalities: Mapping[str, MunicipalitySummary]) -> dict[str, list[Number]]:
    """The main figures of the versions before the one that counts."""
    below = {
        m.oktmo: sys.maxsize if m.by_hand else m.version or 0 for m in municipalities.values() if m.total is not None
    }
    found: dict[str, list[Number]] = {oktmo: [] for oktmo in below}
    for oktmo, version, figure, sound in zip(
        history.oktmos, history.versions, history.totals.tolist(), history.sound.tolist(), strict=True
    ):
        if sound and version < below.get(oktmo, 0):
            found[oktmo].append(figure)
    return found


def _main(questions: Sequence[Question], values: Mapping[str, Value]) -> Number:
    figure: Number = 0
    for question in questions:
        value = values.get(question.id)
        figure += cast("Number", value) if value is not None else 0
    return figure


def _title(campaign: Campaign, question: str | None) -> str:
    return campaign.by_id[question].header if question and question in campaign.by_id else ""


def _edits_by_submission(edits: Sequence[StaffEdit]) -> dict[str, list[StaffEdit]]:
    found: dict[str, list[StaffEdit]] = {}
    for edit in edits:
        if edit.submission_id is not None:
            found.setdefault(edit.submission_id, []).append(edit)
    return found


def _left_out(municipalities: Sequence[MunicipalitySummary], counting: Counting) -> tuple[Remark, ...]:
    """Which rows add nothing, and why: rows that are not taken, deleted ones, and those with an error."""
    named = list(counting.left_out)
    for one in municipalities:
        if one.state is State.DELETED:
            named += [r for r in one.remarks if r.code == "row_deleted"]
        elif one.state is State.EXCLUDED and one.row is not None:
            errors = [r for r in one.remarks if r.level == "error"]
            named.append(errors[0]._replace(message=texts.EXCLUDED, advice="", shown=""))
    return tuple(named)


def _fingerprint(campaign: Campaign, summary: Summary) -> str:
    """Of all that the tabs show but running times and the journal. The date is shown (days left), so it is in."""
    digest = hashlib.sha256(campaign.model_dump_json(by_alias=True).encode())
    waiting = summary.waiting
    parts: list[object] = [
        summary.rehearsal,
        summary.as_of.date(),
        summary.as_of > campaign.about.deadline,
        sorted((o, d > summary.as_of, d) for o, d in summary.deadlines.items()),
        (waiting.count, waiting.oldest_accepted_at, sorted(waiting.oktmos)),
        [(p.start.toordinal(), *p[2:]) for p in summary.totals.days],  # the other totals follow from what is below
        [tuple(r) for r in summary.problems],
        [tuple(r) for r in summary.left_out],
    ]
    for m in summary.municipalities:
        shown = (m.state, m.receipt, m.version, m.accepted_at, m.waiting, m.by_hand, m.row, m.total, m.share)
        parts.append((m.oktmo, shown, list(m.values.items())))
    for part in parts:
        digest.update(repr(part).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
