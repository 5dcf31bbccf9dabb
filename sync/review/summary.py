"""The summary: everything that the tabs show, computed from one read of the spreadsheet and one of the outbox.

Pure: no I/O, no clock.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter

import pandas as pd

from campaign import Campaign, Problem
from campaign.answers import shorten
from campaign.codes import RowCode
from outbox.records import JournalEntry, RemarkDecision, StaffEdit, Submission, SubmissionIdentity, Waiting
from sync.check import CheckedRow, CheckMemory
from sync.check.cross_municipality import Reported, outliers
from sync.check.rows import main_figure
from sync.counting import Counting, RowAccount, RowOutcome, RowSelection, count, row_accounts
from sync.manual_edits.remarks import (
    correction_remarks,
    corrections_of,
    is_lost,
    lost_remarks,
    old_remarks,
    shown_answer,
)
from sync.records.remarks import Remark, RowRef
from sync.records.states import MunicipalitySummary, Number, State
from sync.records.table import AnswersTable, Record
from sync.review.entries import ListedEntries, listed_entries
from sync.review.left_out import left_out
from sync.review.origins import ProblemKey, find_origins, origin_of
from sync.review.reception import is_closed
from sync.review.submitted import RowReader, check_selected, needed_payloads, previous_figures, read_history
from sync.texts import problems as texts
from sync.totals import Totals, total
from sync.totals.past import PastPeriod
from sync.totals.region import share

__all__ = ["MunicipalitySummary", "Remark", "State", "Summary", "summarise"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the tabs show.

    as_of:          campaign time of the read, aware, in the campaign's zone
    read_at:        real time of the read, likewise; differs in a rehearsal
    rehearsal:      whether the campaign clock is a rehearsal's
    municipalities: all of the campaign, in the order of the file
    problems:       the lines of «Замечания», errors first
    totals:         see `sync.totals`
    left_out:       the remarks on rows that add nothing to the totals, with the reason
    accounts:       what became of each row of «Ответы»: 1-based row → account, for «Учёт»
    past:           the periods before, the last one first; none where the campaign follows none
    entries:        the entries of lists, for their tabs
    decisions:      remark's key → its acceptance on the ministry's desk
    waiting:        accepted and not yet in the spreadsheet
    deadlines:      OKTMO → a later deadline of one municipality, aware
    journal:        the lines of «Журнал», newest first
    fingerprint:    digest of all that the summary tabs show but the stamp, other running times and the journal: while
                    it is equal, none of them needs to be written
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
    read_at: datetime
    accounts: Mapping[int, RowAccount] = field(default_factory=dict)
    past: tuple[PastPeriod, ...] = ()
    decisions: Mapping[str, RemarkDecision] = field(default_factory=dict)
    entries: ListedEntries = field(default_factory=ListedEntries)
    fingerprint: str = ""

    @property
    def by_oktmo(self) -> Mapping[str, MunicipalitySummary]:
        return {m.oktmo: m for m in self.municipalities}


def summarise(
    campaign: Campaign,
    table: AnswersTable,
    record: Record,
    *,
    as_of: datetime,
    rehearsal: bool,
    counting: Counting | None = None,
    memory: CheckMemory | None = None,
    read_at: datetime | None = None,
    past: Sequence[PastPeriod] = (),
) -> Summary:
    """Return what counts, what is wrong, and the totals, as of one read.

    as_of:    campaign time of the read, aware; read_at: its real time, where that is another
    record:   its `staff_edits` are those of this read (`was`: submitted, `now`: in the spreadsheet), so that the
              summary and the journal of edits agree; its `payloads` is called once, with `needed_payloads`
    counting: which rows count, as `count` gave it for this read; counted here without it
    past:     see `Summary`
    memory:   results of the last refresh, brought up to this one; without it every row is checked

    Nothing that people typed into cells makes it raise.
    """
    as_of = as_of.astimezone(campaign.about.zone)
    memory = CheckMemory() if memory is None else memory
    memory.start(campaign)
    counting = count(campaign, table, record, as_of) if counting is None else counting
    payloads = record.payloads(needed_payloads(campaign, counting))
    reader = RowReader.of(campaign, table, payloads, record.staff_edits)
    checked = check_selected(campaign, counting, reader, memory)
    edits = _edits_by_submission(record.staff_edits)
    origins = find_origins(campaign, counting, reader, checked, edits, memory)
    history = read_history(campaign, counting, reader, checked, memory)
    chosen = _Chosen(campaign, table, checked, payloads, edits, origins)
    municipalities, other = _municipalities(chosen, record, counting, history)
    municipalities = tuple(
        _without_form(m) if is_closed(campaign, record.extensions, m.oktmo, as_of) else m for m in municipalities
    )
    problems = sorted(
        [remark for m in municipalities for remark in m.remarks] + other,
        key=lambda r: (r.level != "error", r.row is None, r.row or 0, r.receipt),
    )
    accounts = row_accounts(campaign, counting.found, counting.selections, checked)
    summary = Summary(
        as_of=as_of,
        rehearsal=rehearsal,
        municipalities=municipalities,
        problems=tuple(problems),
        totals=total(campaign, municipalities, history, as_of),
        left_out=left_out(municipalities, counting),
        waiting=record.waiting,
        deadlines=record.extensions,
        journal=record.journal,
        read_at=(read_at or as_of).astimezone(campaign.about.zone),
        past=tuple(past),
        decisions=record.decisions,
        accounts={table.rows[position]: account for position, account in accounts.items()},
        entries=listed_entries(campaign, counting, payloads, accounts),
    )
    return replace(summary, fingerprint=_fingerprint(campaign, summary))


@dataclass(frozen=True)
class _Chosen:
    """What is known of the chosen rows.

    checked:  position → what the check found
    payloads: submission id → the submission
    edits:    submission id → the ministry's changes
    origins:  position → the problems that were made in the spreadsheet
    """

    campaign: Campaign
    table: AnswersTable
    checked: Mapping[int, CheckedRow]
    payloads: Mapping[str, Submission]
    edits: Mapping[str, Sequence[StaffEdit]]
    origins: Mapping[int, frozenset[ProblemKey]]


def _municipalities(
    chosen: _Chosen, record: Record, counting: Counting, history: pd.DataFrame
) -> tuple[tuple[MunicipalitySummary, ...], list[Remark]]:
    """Return every municipality with its remarks, and the remarks that belong to none."""
    campaign = chosen.campaign
    drafts = {d.oktmo for d in record.drafts}
    remarks: dict[str, list[Remark]] = {m.oktmo: [] for m in campaign.municipalities}
    other: list[Remark] = []
    for remark in counting.remarks:
        remarks.get(remark.oktmo or "", other).append(remark)
    found = []
    for oktmo, selection in counting.selections.items():
        found.append(_municipality(chosen, selection, drafts))
        remarks[oktmo] += _row_remarks(chosen, selection)
    old = _old_edits(counting, record.staff_edits)
    receipts = {s.id: s.receipt for s in record.submissions} if old else {}
    newest = {s.oktmo: s.id for s in record.submissions} if old else {}  # in the order of acceptance
    for remark in old_remarks(campaign, old, receipts, frozenset(newest.values())):
        remarks.get(remark.oktmo or "", other).append(remark)
    _compare(campaign, found, history, remarks)
    return (
        tuple(replace(m, remarks=_errors_first(remarks[m.oktmo])) if remarks[m.oktmo] else m for m in found),
        other,
    )


def _without_form(one: MunicipalitySummary) -> MunicipalitySummary:
    """Return the municipality with advice for a closed form: no remark may send the clerk there."""
    if all(r.code != RowCode.ASKED_LATER for r in one.remarks):
        return one
    advice = texts.ASKED_LATER_CLOSED_ADVICE.format(oktmo=one.oktmo)
    return replace(
        one, remarks=tuple(r._replace(advice=advice) if r.code == RowCode.ASKED_LATER else r for r in one.remarks)
    )


def _errors_first(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda r: (r.level != "error", r.row or 0)))


def _old_edits(counting: Counting, edits: Sequence[StaffEdit]) -> list[StaffEdit]:
    """Return the edits that no remark beside a municipality's state has, nor one on a row without its ID."""
    selections = counting.selections.values()
    described = {s.identity.id for s in selections if s.identity is not None}
    described |= {identity.id for identity in counting.found.lost.values()}
    described |= counting.found.contradicted
    newer = {
        s.versions.older.id: s.identity
        for s in selections
        if s.outcome is RowOutcome.CHOSEN and s.versions.older is not None and s.identity is not None
    }

    def is_old(edit: StaffEdit) -> bool:
        one = edit.submission_id
        return one not in described and not (one in newer and is_lost(edit, newer[one]))

    return [edit for edit in edits if is_old(edit)]


def _municipality(chosen: _Chosen, selection: RowSelection, drafts: set[str]) -> MunicipalitySummary:
    """Return one municipality, with the figures of the row that counts."""
    campaign, municipality = chosen.campaign, selection.municipality
    identity, position = selection.identity, selection.position
    base = MunicipalitySummary(
        municipality=municipality,
        state=_state_without_row(selection, drafts),
        receipt=identity.receipt if identity else None,
        version=identity.version if identity else None,
        accepted_at=selection.accepted,
        seen=selection.seen,
        waiting=selection.versions.waiting,
        by_hand=selection.manual,
        row=None if position is None else chosen.table.rows[position],
        submission=identity.id if identity else None,
        subject=selection.subject,
        in_time=selection.in_time,
    )
    if selection.outcome is not RowOutcome.CHOSEN or position is None:
        return base
    found = chosen.checked[position]
    corrections = corrections_of(chosen.edits.get(identity.id, ()) if identity else ())
    if found.excluded:
        # The form shows what the ministry wrote there: it may be the error.
        return replace(base, state=State.EXCLUDED, corrections=corrections)
    main = main_figure(campaign, found.values) if campaign.main_figure else None
    return replace(
        base,
        state=State.LATE if selection.late else State.ON_TIME,
        values=found.values,
        previous=previous_figures(campaign, chosen.payloads.get(identity.id) if identity else None),
        corrections=corrections,
        total=main,
        share=share(main, municipality.plan),
        corrected_late=selection.corrected_late,
    )


def _row_remarks(chosen: _Chosen, selection: RowSelection) -> Iterator[Remark]:
    """Yield the remarks on the row that counts for one municipality, or on its deletion."""
    campaign, municipality = chosen.campaign, selection.municipality
    identity, position = selection.identity, selection.position
    row = None if position is None else chosen.table.rows[position]
    ref = RowRef(municipality.oktmo, municipality.name, identity.receipt if identity else "", row, selection.subject)
    if selection.outcome is RowOutcome.DELETED and identity is not None:
        yield _deleted(ref, identity)
    if selection.outcome is not RowOutcome.CHOSEN or position is None:
        return
    found = chosen.checked[position]
    submission = chosen.payloads.get(identity.id) if identity else None
    reasons = submission.reasons if submission else {}
    own_edits = chosen.edits.get(identity.id, ()) if identity else ()
    for problem in found.problems:
        reason = shorten(reasons.get(problem.rule, "")) if problem.rule else ""
        origin = origin_of(problem, chosen.origins.get(position, frozenset()))
        if origin == "spreadsheet" and problem.level == "error" and identity is not None:
            advice = f"{problem.advice} {_advice(campaign, problem, own_edits)}".strip()
            problem = replace(problem, advice=advice)
        yield ref.remark(problem, _title(campaign, problem), reason, origin)
    yield from correction_remarks(campaign, ref, own_edits, counted=not found.excluded)
    older = selection.versions.older
    older_edits = chosen.edits.get(older.id, ()) if older else ()
    if older_edits and identity is not None:
        cells = {name: column[position] for name, column in chosen.table.columns.items()}
        lost = [e for e in older_edits if is_lost(e, identity)]
        yield from lost_remarks(campaign, ref, lost, cells, counted=not found.excluded)


def _advice(campaign: Campaign, problem: Problem, edits: Sequence[StaffEdit]) -> str:
    """Return where an error comes from that was made in the row of a submission, and how to take it back."""
    question = campaign.by_id.get(problem.question or "")
    edit = next((e for e in edits if question is not None and e.question == question.id), None)
    if edit is None or question is None:
        return texts.MADE_IN_SPREADSHEET_ADVICE
    return texts.MADE_IN_CELL_ADVICE.format(was=shown_answer(question, edit.was))


def _state_without_row(selection: RowSelection, drafts: set[str]) -> State:
    """Return the state where no row was chosen; `_municipality` sets it where one was."""
    if selection.outcome is RowOutcome.DELETED:
        return State.DELETED
    if selection.outcome is RowOutcome.NOTHING:
        return State.DRAFT if selection.municipality.oktmo in drafts else State.SILENT
    return State.EXCLUDED


def _deleted(ref: RowRef, identity: SubmissionIdentity) -> Remark:
    advice = texts.DELETED_ADVICE.format(receipt=identity.receipt)
    return ref.remark(Problem(RowCode.ROW_DELETED, "error", None, texts.DELETED, advice))


def _compare(
    campaign: Campaign, found: Sequence[MunicipalitySummary], history: pd.DataFrame, remarks: Mapping[str, list[Remark]]
) -> None:
    """Add the warnings that come of comparing municipalities."""
    by_oktmo = {m.oktmo: m for m in found}
    earlier = _earlier(history, by_oktmo)
    reported = [
        Reported(m.municipality, m.values, m.total or 0, earlier.get(m.oktmo, ())) for m in found if m.state.reported
    ]
    for oktmo, title, problem in outliers(campaign, reported):
        one = by_oktmo[oktmo]
        ref = RowRef(oktmo, one.municipality.name, one.receipt or "", one.row, one.subject)
        remarks[oktmo].append(ref.remark(problem, title, origin="submitted"))


def _earlier(history: pd.DataFrame, municipalities: Mapping[str, MunicipalitySummary]) -> Mapping[str, list[Number]]:
    """Return the main figures of the versions before the one that counts, without an error: OKTMO → figures."""
    counted = {
        m.oktmo: sys.maxsize if m.by_hand else m.version or 0 for m in municipalities.values() if m.state.reported
    }
    before = history["version"] < history["oktmo"].map(counted)  # false for a municipality without a row that counts
    by_oktmo = history[before & history["sound"]].groupby("oktmo")["main"]
    return {str(oktmo): figures.tolist() for oktmo, figures in by_oktmo}


def _title(campaign: Campaign, problem: Problem) -> str:
    """Return the title of the question; of the table where a rule is about all of it."""
    question, rule = campaign.by_id.get(problem.question or ""), campaign.rules_by_key.get(problem.rule or "")
    if question is None:
        return ""
    if rule is not None and rule.at_table and question.place is not None:
        return next(table.title for table in campaign.tables if table.id == question.place.table)
    return question.header


def _edits_by_submission(edits: Sequence[StaffEdit]) -> dict[str, list[StaffEdit]]:
    found: dict[str, list[StaffEdit]] = {}
    for edit in edits:
        if edit.submission_id is not None:
            found.setdefault(edit.submission_id, []).append(edit)
    return found


def _fingerprint(campaign: Campaign, summary: Summary) -> str:
    """Return a digest of all that the summary tabs show but running times and the journal.

    The date is in it, because days left are shown.
    """
    digest = hashlib.sha256(campaign.model_dump_json(by_alias=True).encode())
    waiting = summary.waiting
    parts: list[object] = [
        summary.rehearsal,
        summary.as_of.date(),
        [summary.as_of > deadline for deadline in campaign.deadlines.values()],
        sorted((o, d > summary.as_of, d) for o, d in summary.deadlines.items()),
        (waiting.count, waiting.oldest_accepted_at, sorted(waiting.oktmos)),
        [(p.start.toordinal(), *p[2:]) for p in summary.totals.days],  # the other totals follow from what is below
        [tuple(r) for r in summary.problems],
        [tuple(r) for r in summary.left_out],
        summary.past,
        sorted(summary.decisions.items(), key=itemgetter(0)),
    ]
    for m in summary.municipalities:
        shown = (m.state, m.receipt, m.version, m.accepted_at, m.waiting, m.by_hand, m.row, m.total, m.share)
        parts.append((m.oktmo, shown, m.in_time, m.corrected_late, list(m.values.items())))
    for part in parts:
        digest.update(repr(part).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
