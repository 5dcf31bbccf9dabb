"""Decides which row of a municipality counts: the map's *Which row counts*, and nothing else.

Whether the chosen row has an error is found afterwards by `sync.check`; no other row steps in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from campaign import Campaign, Municipality
from outbox.records import SubmissionIdentity
from sync.counting.find import FoundRows, equal_rows
from sync.counting.selection import ManualRow, RowOutcome, RowSelection, RowUse, Versions
from sync.records.table import AnswersTable, Record


def select_row(
    campaign: Campaign, record: Record, municipality: Municipality, versions: Versions, found: FoundRows
) -> RowSelection:
    """Return the row of one municipality that counts, or why none does."""
    own = _own_row(campaign, record, municipality, versions, found)
    manual = found.manual.get(municipality.oktmo, ())
    # A manual row stands for a municipality without a submission, or with a deleted one; beside one it must be later.
    alone = own.outcome in (RowOutcome.NOTHING, RowOutcome.DELETED)
    candidates = [row for row in manual if alone or _is_later(row, versions)]
    passed_over = {
        row.position: RowUse.MANUAL_WITHOUT_TIME if row.accepted is None else RowUse.MANUAL_OLDER
        for row in manual
        if row not in candidates
    }
    if not candidates:
        if own.outcome is RowOutcome.NOTHING and municipality.oktmo in found.contradictory_owners:
            own = replace(own, outcome=RowOutcome.CONTRADICTORY)
        return replace(own, passed_over=passed_over)
    chosen, others = _latest(campaign, found.table, candidates)
    passed_over |= others
    if chosen is None:
        return RowSelection(
            municipality, RowOutcome.UNCLEAR, versions, in_time=own.in_time, manual=True, passed_over=passed_over
        )
    deadline = record.extensions.get(municipality.oktmo, campaign.deadline_of(municipality.oktmo))
    return RowSelection(
        municipality,
        RowOutcome.CHOSEN,
        versions,
        position=chosen.position,
        accepted=chosen.accepted,
        late=chosen.accepted is not None and chosen.accepted > deadline,
        in_time=own.in_time,
        manual=True,
        own_position=own.position,
        passed_over=passed_over,
        subject=found.subject(chosen.position),
    )


def _own_row(
    campaign: Campaign, record: Record, municipality: Municipality, versions: Versions, found: FoundRows
) -> RowSelection:
    """Return the selection among the rows of the municipality's own submissions: the highest version."""
    top = versions.top
    # Who sent a first version in time was in time, however often and late it is corrected.
    first_late = _came_late(record, versions.first or top)
    in_time = None if first_late is None else not first_late
    if top is None:
        return RowSelection(municipality, RowOutcome.NOTHING, versions, in_time=in_time)
    rows = found.rows_of(top.id)
    position = None
    if not rows and top.id in found.contradicted:
        outcome = RowOutcome.CONTRADICTORY
    elif not rows:
        outcome = RowOutcome.DELETED if top.id in record.delivered else RowOutcome.SET_ASIDE
    elif top.id in found.conflicting:
        outcome = RowOutcome.CONFLICTING
    else:
        outcome, position = RowOutcome.CHOSEN, rows[0]
    return RowSelection(
        municipality,
        outcome,
        versions,
        position=position,
        identity=top,
        accepted=top.accepted_at.astimezone(campaign.about.zone),
        late=not in_time,
        in_time=in_time,
        corrected_late=bool(in_time and _came_late(record, top)),
        subject=top.id,
    )


def _came_late(record: Record, submission: SubmissionIdentity | None) -> bool | None:
    """Return True if the submission came after the deadline, and after a later one of its municipality."""
    if submission is None:
        return None
    extension = record.extensions.get(submission.oktmo)
    return submission.late and not (extension is not None and submission.accepted_at <= extension)


def _is_later(row: ManualRow, versions: Versions) -> bool:
    return row.accepted is not None and versions.top is not None and row.accepted > versions.top.accepted_at


def _latest(
    campaign: Campaign, table: AnswersTable, rows: Sequence[ManualRow]
) -> tuple[ManualRow | None, dict[int, RowUse]]:
    """Return the latest of manual rows, and why the others don't count; None where several might be right."""
    if len(rows) == 1:
        return rows[0], {}
    times = [row.accepted for row in rows if row.accepted is not None]
    if not times:
        return None, {row.position: RowUse.MANUAL_UNCLEAR for row in rows}
    latest = [row for row in rows if row.accepted == max(times)]
    passed_over = {row.position: RowUse.MANUAL_OLDER for row in rows if row is not latest[0]}
    if len(latest) > 1 and not equal_rows(campaign, table, [row.position for row in latest]):
        return None, passed_over | {row.position: RowUse.MANUAL_UNCLEAR for row in latest}
    return latest[0], passed_over
