"""Finds the rows of the outbox's submissions in «Ответы», and the rows that staff added."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from campaign import Campaign, Cell, Problem
from campaign.answers import cell_text
from outbox.records import SubmissionIdentity
from sync.counting.contradictions import Contradiction, ContradictionFinder
from sync.counting.manual_rows import manual_row_keys
from sync.counting.matching import Matcher
from sync.counting.selection import ManualRow, Versions
from sync.records.moments import Span, WallTimes, read_moment, wall_times
from sync.records.table import ACCEPTED, ID, MUNICIPALITY, OKTMO, REASONS, RECEIPT, AnswersTable, Record

_RECEIPT = re.compile(r"([A-Za-zА-Яа-яЁё0-9-]{1,8})-[0-9]{5,}")


@dataclass(frozen=True)
class SubmittedRows:
    """The rows of known submissions, from the top; of several rows with one ID the first.

    positions:  indexes into the answers table, ascending
    identities: the submission of each
    accepted:   wall time of acceptance of each, in the campaign's zone
    """

    positions: Sequence[int]
    identities: Sequence[SubmissionIdentity]
    accepted: WallTimes


@dataclass(frozen=True)
class FoundRows:
    """Which row of the answers table is what. A position is an index into the table.

    identities:  position → its submission; None where the outbox does not know the row's ID, or other cells contradict
    contradictory: position → what the cells of a row name that count for nobody
    foreign:     positions of manual rows with the receipt of another campaign
    first:       submission id → position of its row, of the first of several
    copies:      submission id → positions of all its rows, where there are several
    conflicting: the submissions of `copies` with rows that differ
    lost:        position → submission of a row without its ID that is known by its receipt
    manual:      OKTMO → manual rows, from the top
    unmatched:   position → why the municipality of a manual row is not known
    bad_times:   positions of manual rows with content in «Принято» that is not a possible time of acceptance
    keys:        position → key of a manual row
    submitted:   the rows of known submissions
    torn:        how many rows have the `ID` of one report and the other marks of another
    """

    table: AnswersTable
    identities: Sequence[SubmissionIdentity | None]
    contradictory: Mapping[int, Contradiction]
    foreign: Collection[int]
    first: Mapping[str, int]
    copies: Mapping[str, Sequence[int]]
    conflicting: frozenset[str]
    lost: Mapping[int, SubmissionIdentity]
    manual: Mapping[str, Sequence[ManualRow]]
    unmatched: Mapping[int, Problem]
    bad_times: Sequence[int]
    keys: Mapping[int, str]
    submitted: SubmittedRows
    torn: int

    def rows_of(self, submission: str) -> Sequence[int]:
        """Return the positions of all rows with this ID, from the top."""
        one = self.first.get(submission)
        return () if one is None else self.copies.get(submission, (one,))

    def subject(self, position: int) -> str:
        """Return the submission ID of a row, or the key of a manual one."""
        identity = self.identities[position] or self.lost.get(position)
        if contradiction := self.contradictory.get(position):
            identity = contradiction.by_receipt or contradiction.by_id
        return identity.id if identity else self.keys.get(position, "")

    @cached_property
    def contradicted(self) -> frozenset[str]:
        """The submissions that contradictory rows may be of."""
        return frozenset(one for row in self.contradictory.values() for one in row.submissions)

    @cached_property
    def contradictory_owners(self) -> frozenset[str]:
        """OKTMO of the municipalities that get remarks on contradictory rows."""
        return frozenset(row.owner for row in self.contradictory.values() if row.owner is not None)

    @cached_property
    def owners(self) -> Mapping[int, str]:
        """Position of a manual row → OKTMO."""
        return {row.position: oktmo for oktmo, rows in self.manual.items() for row in rows}


def find_rows(campaign: Campaign, table: AnswersTable, record: Record, now: datetime) -> FoundRows:
    """Sort the rows of one read. now: campaign time of the read, aware."""
    span = Span.of(campaign, now)
    known: dict[Cell, SubmissionIdentity] = {s.id: s for s in record.submissions}
    cells = table.columns.get(ID, [None] * len(table))
    identities = [known.get(cell) for cell in cells]
    unknown = [position for position, identity in enumerate(identities) if identity is None]
    first, copies = _rows_by_submission(identities)
    finder = ContradictionFinder(campaign, table, record)
    torn = finder.of_submissions(identities)
    contradictory = torn | finder.of_copies(
        identities, ([p for p in rows if p not in torn] for rows in copies.values())
    )
    if contradictory:
        identities = [None if p in contradictory else one for p, one in enumerate(identities)]
        first, copies = _rows_by_submission(identities)
    manual: dict[str, list[ManualRow]] = {}
    unmatched: dict[int, Problem] = {}
    bad_times: list[int] = []
    foreign: list[int] = []
    matcher = Matcher(campaign)
    for position in unknown:
        if is_blank(table, position):
            continue
        match = matcher.match(cell_at(table, OKTMO, position), cell_at(table, MUNICIPALITY, position))
        if match.municipality is None:
            if match.problem is not None:
                unmatched[position] = match.problem
            continue
        if contradiction := finder.of_manual_row(position, match.municipality.oktmo):
            contradictory[position] = contradiction
            continue
        if _is_foreign(cell_text(cell_at(table, RECEIPT, position)), campaign.about.receipt_prefix):
            foreign.append(position)
            continue
        try:
            accepted = read_moment(cell_at(table, ACCEPTED, position), campaign.about.zone, span)
        except ValueError:
            accepted = None
            bad_times.append(position)
        manual.setdefault(match.municipality.oktmo, []).append(ManualRow(position, accepted))
    return FoundRows(
        table=table,
        identities=identities,
        contradictory=contradictory,
        foreign=frozenset(foreign),
        first=first,
        copies=copies,
        conflicting=frozenset(one for one, rows in copies.items() if not equal_rows(campaign, table, rows)),
        lost=_lost(table, record, [*_positions(manual), *unmatched], first),
        manual=manual,
        unmatched=unmatched,
        bad_times=bad_times,
        keys=manual_row_keys(table, unknown),
        submitted=_submitted(campaign, identities, first),
        torn=len(torn),
    )


def _submitted(
    campaign: Campaign, identities: Sequence[SubmissionIdentity | None], first: Mapping[str, int]
) -> SubmittedRows:
    positions = sorted(first.values())
    known = [identity for identity in map(identities.__getitem__, positions) if identity is not None]
    return SubmittedRows(positions, known, wall_times([s.accepted_at for s in known], campaign.about.zone))


def versions_of(record: Record, first: Collection[str]) -> dict[str, Versions]:
    """Return the submissions of each municipality: OKTMO → versions. first: ids of the submissions with a row."""
    set_aside = {item.submission.id for item in record.set_aside}
    found: dict[str, Versions] = {}
    for submission in record.submissions:
        of = found.get(submission.oktmo)
        if of is None:
            of = found[submission.oktmo] = Versions(first=submission)
        # A row that is there counts as delivered, even while the outcome of its delivery is being looked for.
        if submission.id not in record.delivered and submission.id not in first and submission.id not in set_aside:
            of.waiting = True
        elif of.top is None or submission.version > of.top.version:
            of.top, of.older, of.waiting = submission, of.top, False
    return found


def _rows_by_submission(
    identities: Sequence[SubmissionIdentity | None],
) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Return submission id → position of its first row, and → positions of all its rows where there are several."""
    first: dict[str, int] = {}
    copies: dict[str, list[int]] = {}
    for position, identity in enumerate(identities):
        if identity is not None and first.setdefault(identity.id, position) != position:
            copies.setdefault(identity.id, [first[identity.id]]).append(position)
    return first, copies


def _positions(manual: Mapping[str, Sequence[ManualRow]]) -> list[int]:
    return [row.position for rows in manual.values() for row in rows]


def _is_foreign(receipt: str, prefix: str) -> bool:
    """Return True for the receipt of another campaign: a number as `receipt_number` gives it, with another prefix."""
    found = _RECEIPT.fullmatch(receipt)
    return found is not None and found[1].casefold() != prefix.casefold()


def _lost(
    table: AnswersTable, record: Record, positions: Sequence[int], first: Collection[str]
) -> dict[int, SubmissionIdentity]:
    """Return the delivered submissions among the manual rows at these positions that their receipt names."""
    receipts = {text: position for position in positions if (text := cell_text(cell_at(table, RECEIPT, position)))}
    if not receipts:
        return {}
    return {
        receipts[one.receipt]: one
        for one in record.submissions
        if one.receipt in receipts and one.id in record.delivered and one.id not in first
    }


def equal_rows(campaign: Campaign, table: AnswersTable, positions: Sequence[int]) -> bool:
    """Return True if the rows agree in all answers and the reasons. Identity cells are not compared."""
    names = [q.id for q in campaign.sheet_questions] + [REASONS]
    first, *others = ([_comparable(cell_at(table, name, position)) for name in names] for position in positions)
    return all(other == first for other in others)


def is_blank(table: AnswersTable, position: int) -> bool:
    """Return True if the row has nothing in the worker's columns: staff wrote beside the table."""
    return all(cells[position] in (None, "") for cells in table.columns.values())


def cell_at(table: AnswersTable, column: str, position: int) -> Cell:
    """Return one cell; None where the column does not exist yet."""
    cells = table.columns.get(column)
    return None if cells is None else cells[position]


def _comparable(cell: Cell) -> tuple[bool, Cell]:
    """1 and 1.0 are equal, True and 1 are not."""
    return isinstance(cell, bool), None if cell == "" else cell
