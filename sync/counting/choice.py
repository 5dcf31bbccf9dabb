"""Of each municipality, the one row that counts, or why none does. Imported by `sync.counting`.

The rules are those of the design, *Which row counts*; whether the chosen row has an error is found afterwards by
`sync.check`, and no other row steps in for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaign import Campaign, Cell, Municipality, Problem
from campaign.answers import shorten
from campaign.problems import Level
from outbox.records import Submission, SubmissionIdentity
from sync.check.rows import cell_text
from sync.counting.identity import SubmittedRows, identity_remarks
from sync.counting.manual_rows import manual_row_keys
from sync.counting.matching import Matcher
from sync.counting.verdict import Counting, Ground, HandRow, Verdict
from sync.moments import WallTimes, read_moment, wall_times
from sync.remarks import Remark, RowRef
from sync.table import ACCEPTED, ID, MUNICIPALITY, OKTMO, REASONS, RECEIPT, AnswersTable, Record
from sync.texts import problems as texts

MOST_OLD_DOUBLES = 20
MOST_LOST_IDS = 20


def count(campaign: Campaign, table: AnswersTable, record: Record) -> Counting:
    """Which row counts of each municipality."""
    return _Count(campaign, table, record).run()


@dataclass
class _Versions:
    """Of one municipality: the highest version that is not waiting, the one below it, and whether one waits above."""

    top: SubmissionIdentity | None = None
    older: SubmissionIdentity | None = None
    waiting: bool = False


@dataclass
class _Count:
    campaign: Campaign
    table: AnswersTable
    record: Record
    remarks: list[Remark] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    """Submission id → position of its row; of the first of several."""
    doubled: dict[str, list[int]] = field(default_factory=dict)
    """Submission id → positions of all its rows, where there are several."""
    identities: list[SubmissionIdentity | None] = field(default_factory=list)
    lost: dict[int, str] = field(default_factory=dict)
    """Position → submission id, of rows whose ID is gone and whose receipt is known."""
    keys: dict[int, str] = field(default_factory=dict)
    """Position → key of a manual row."""

    def run(self) -> Counting:
        unknown = self._find_rows()
        versions = self._versions()
        hands = self._hand_rows(unknown)
        submitted = self._submitted()
        self.remarks += identity_remarks(self.campaign, self.table, submitted, self._whose)
        verdicts = tuple(
            self._verdict(
                municipality, versions.pop(municipality.oktmo, _Versions()), hands.get(municipality.oktmo, [])
            )
            for municipality in self.campaign.municipalities
        )
        self._strangers(versions)
        self._old_doubles({v.identity.id for v in verdicts if v.identity})
        return Counting(verdicts, tuple(self.remarks), tuple(self.left_out), submitted, frozenset(self.lost.values()))

    # Rows -------------------------------------------------------------------------------------------------------

    def _find_rows(self) -> list[int]:
        """Fill `identities`, `first` and `doubled`; give the positions that the outbox does not know."""
        known = {s.id: s for s in self.record.submissions}
        cells = self.table.columns.get(ID, [None] * len(self.table))
        self.identities = [known.get(cell) for cell in cells]  # type: ignore[arg-type]  # other cells are no keys
        unknown = []
        first, doubled = self.first, self.doubled
        for position, identity in enumerate(self.identities):
            if identity is None:
                unknown.append(position)
            elif first.setdefault(identity.id, position) != position:
                doubled.setdefault(identity.id, [first[identity.id]]).append(position)
        return unknown

    def _rows_of(self, submission_id: str) -> list[int]:
        one = self.first.get(submission_id)
        return [] if one is None else self.doubled.get(submission_id, [one])

    def _submitted(self) -> SubmittedRows:
        positions = sorted(self.first.values())
        found = [s for s in map(self.identities.__getitem__, positions) if s is not None]
        accepted: WallTimes = wall_times([s.accepted_at for s in found], self.campaign.about.zone)
        unclear = [rows[0] for rows in self.doubled.values() if not self._equal(rows)]
        return SubmittedRows(positions, found, accepted, unclear)

    def _versions(self) -> dict[str, _Versions]:
        aside = {item.submission.id for item in self.record.set_aside}
        found: dict[str, _Versions] = {}
        delivered, first = self.record.delivered, self.first
        for submission in self.record.submissions:
            of = found.get(submission.oktmo)
            if of is None:
                of = found[submission.oktmo] = _Versions()
            # A row that is there counts as delivered, even while the outcome of its delivery is being looked for.
            if submission.id not in delivered and submission.id not in first and submission.id not in aside:
                of.waiting = True
            elif of.top is None or submission.version > of.top.version:
                of.top, of.older, of.waiting = submission, of.top, False
        for item in self.record.set_aside:
            self.remarks.append(self._set_aside(item.submission, item.reason, found))
        return found

    def _set_aside(self, submission: Submission, why: str, versions: Mapping[str, _Versions]) -> Remark:
        oktmo, receipt, submission_id = submission.oktmo, submission.receipt, submission.id
        top = versions[oktmo].top if oktmo in versions else None
        stands = top is None or top.receipt == receipt
        advice = texts.SET_ASIDE_ADVICE if stands else texts.SET_ASIDE_OLD_ADVICE
        problem = Problem("set_aside", "error", None, texts.SET_ASIDE.format(why=why), advice)
        remark = RowRef(oktmo, self._name(oktmo), receipt, subject=submission_id).remark(problem)
        if stands:
            self.left_out.append(remark)
        return remark

    # Rows added by hand -----------------------------------------------------------------------------------------

    def _hand_rows(self, unknown: Sequence[int]) -> dict[str, list[HandRow]]:
        matcher = Matcher(self.campaign)
        self.keys = manual_row_keys(self.table, unknown)
        found: dict[str, list[HandRow]] = {}
        self._lost_ids(unknown)
        for position in unknown:
            if self._blank(position):
                continue
            name = self._cell(MUNICIPALITY, position)
            match = matcher.match(self._cell(OKTMO, position), name)
            if match.municipality is None:
                if match.problem is not None:
                    whose = self._at(RowRef(None, cell_text(name)), position)
                    shown = match.problem.shown or self._first_text(position)
                    self._leave_out(whose.remark(replace(match.problem, shown=shown)))
                continue
            oktmo = match.municipality.oktmo
            found.setdefault(oktmo, []).append(self._hand_row(position, RowRef(oktmo, match.municipality.name)))
        return found

    def _hand_row(self, position: int, whose: RowRef) -> HandRow:
        cell = self._cell(ACCEPTED, position)
        try:
            return HandRow(position, read_moment(cell, self.campaign.about.zone), bad_time=False)
        except ValueError:
            shown = cell_text(cell)
            message = texts.HAND_BAD_TIME.format(shown=shown)
            problem = Problem("accepted_unreadable", "warning", None, message, texts.HAND_BAD_TIME_ADVICE, shown)
            self.remarks.append(self._at(whose, position).remark(problem))
            return HandRow(position, None, bad_time=True)

    def _lost_ids(self, unknown: Sequence[int]) -> None:
        """Say which of these rows are reports that can be known by their receipts alone: their IDs are gone."""
        receipts = {cell_text(self._cell(RECEIPT, position)): position for position in unknown}
        lost = [
            (one, receipts[one.receipt])
            for one in (self.record.submissions if receipts.keys() - {""} else ())
            if one.receipt in receipts and one.id in self.record.delivered and one.id not in self.first
        ]
        newest = {one.oktmo: one.id for one in self.record.submissions} if lost else {}  # in the order of acceptance
        self.lost = {position: one.id for one, position in lost}
        for one, position in lost[:MOST_LOST_IDS]:
            shown, message = cell_text(self._cell(ID, position)), texts.ID_LOST.format(receipt=one.receipt)
            whose = self._at(RowRef(one.oktmo, self._name(one.oktmo), one.receipt), position)
            level: Level = "error" if newest[one.oktmo] == one.id else "warning"
            self.remarks.append(whose.remark(Problem("id_lost", level, None, message, texts.ID_LOST_ADVICE, shown)))
        if len(lost) > MOST_LOST_IDS:
            message = texts.ID_LOST_MORE.format(count=len(lost) - MOST_LOST_IDS)
            problem = Problem("id_lost", "error", None, message, texts.ID_LOST_ADVICE)
            self.remarks.append(RowRef(None, "").remark(problem))

    def _first_text(self, position: int) -> str:
        """What stands first in the row, so that one sees which row is meant."""
        return next((text for cells in self.table.columns.values() if (text := cell_text(cells[position]))), "")

    def _blank(self, position: int) -> bool:
        """Nothing in our own columns: staff wrote beside the table."""
        return all(cells[position] in (None, "") for cells in self.table.columns.values())

    # The verdict ------------------------------------------------------------------------------------------------

    def _verdict(self, municipality: Municipality, versions: _Versions, hands: list[HandRow]) -> Verdict:
        own = self._own(municipality, versions)
        if not hands:
            return own
        gone = own.ground in (Ground.NOTHING, Ground.DELETED)
        candidates = hands if gone else [h for h in hands if self._later(h, versions.top)]
        if not gone:
            for hand in hands:
                if hand not in candidates:
                    self._not_beside(municipality, hand, versions.top)
        if not candidates:
            return own
        chosen = self._choose(municipality, candidates)
        if chosen is None:
            return Verdict(municipality, Ground.UNCLEAR, by_hand=True, seen=own.seen, waiting=versions.waiting)
        self._say_chosen(municipality, chosen)
        deadline = self.record.extensions.get(municipality.oktmo, self.campaign.about.deadline)
        return Verdict(
            municipality,
            Ground.ROW,
            position=chosen.position,
            accepted=chosen.accepted,
            late=chosen.accepted is not None and chosen.accepted > deadline,
            by_hand=True,
            own=own.position,
            seen=own.seen,
            waiting=versions.waiting,
            subject=self._subject(chosen.position),
        )

    def _own(self, municipality: Municipality, versions: _Versions) -> Verdict:
        """The verdict on what the municipality itself sent."""
        top = versions.top
        if top is None:
            return Verdict(municipality, Ground.NOTHING, waiting=versions.waiting)
        rows = self._rows_of(top.id)
        position = None
        if not rows:
            deleted = top.id in self.record.delivered
            ground = Ground.DELETED if deleted else Ground.SET_ASIDE
        elif len(rows) > 1 and not self._equal(rows):
            ground = Ground.DOUBLED
            self._doubled(municipality, top, rows)
        else:
            ground, position = Ground.ROW, rows[0]
            if len(rows) > 1:
                self._doubled_equal(municipality, top, rows, texts.DUPLICATE_ID_EQUAL_ADVICE)
        accepted = top.accepted_at.astimezone(self.campaign.about.zone)
        extension = self.record.extensions.get(municipality.oktmo)
        late = top.late and not (extension is not None and accepted <= extension)
        return Verdict(
            municipality,
            ground,
            position=position,
            identity=top,
            accepted=accepted,
            late=late,
            older=versions.older,
            seen=top.version,
            waiting=versions.waiting,
            subject=top.id,
        )

    def _later(self, hand: HandRow, top: SubmissionIdentity | None) -> bool:
        return hand.accepted is not None and top is not None and hand.accepted > top.accepted_at

    def _choose(self, municipality: Municipality, hands: list[HandRow]) -> HandRow | None:
        """Of several the latest; None when nothing tells which is right."""
        if len(hands) == 1:
            return hands[0]
        timed = [(h.accepted, h) for h in hands if h.accepted is not None]
        if not timed:
            self._several(municipality, hands)
            return None
        newest = max(at for at, _ in timed)
        latest = [h for at, h in timed if at == newest]
        for hand in hands:
            if hand not in latest:
                self._hand_left_out(municipality, hand, "hand_row_older", texts.HAND_OLDER, texts.HAND_OLDER_ADVICE)
        if len(latest) > 1 and not self._equal([h.position for h in latest]):
            self._several(municipality, latest)
            return None
        for hand in latest[1:]:
            self._hand_left_out(municipality, hand, "hand_row_older", texts.HAND_OLDER, texts.HAND_OLDER_ADVICE)
        return latest[0]

    # What is said -----------------------------------------------------------------------------------------------

    def _say_chosen(self, municipality: Municipality, hand: HandRow) -> None:
        if hand.position in self.lost:
            return  # told already
        if hand.accepted is None:
            problem = Problem("hand_row_without_time", "warning", None, texts.HAND_NO_TIME, texts.HAND_NO_TIME_ADVICE)
        else:
            problem = Problem("hand_row", "warning", None, texts.HAND_ROW, texts.HAND_ROW_ADVICE)
        self.remarks.append(self._at(RowRef(municipality.oktmo, municipality.name), hand.position).remark(problem))

    def _not_beside(self, municipality: Municipality, hand: HandRow, top: SubmissionIdentity | None) -> None:
        if hand.accepted is not None or top is None:
            self._hand_left_out(municipality, hand, "hand_row_older", texts.HAND_OLDER, texts.HAND_OLDER_ADVICE)
            return
        accepted = top.accepted_at.astimezone(self.campaign.about.zone).strftime("%d.%m.%Y %H:%M")
        self._hand_left_out(
            municipality,
            hand,
            "doubled_municipality",
            texts.HAND_NEEDS_TIME.format(receipt=top.receipt),
            texts.HAND_NEEDS_TIME_ADVICE.format(accepted=accepted),
        )

    def _hand_left_out(self, municipality: Municipality, hand: HandRow, code: str, message: str, advice: str) -> None:
        if hand.position in self.lost:
            return  # told already
        problem = Problem(code, "warning", None, message, advice)
        whose = self._at(RowRef(municipality.oktmo, municipality.name), hand.position)
        self._leave_out(whose.remark(problem))

    def _several(self, municipality: Municipality, hands: list[HandRow]) -> None:
        rows = texts.rows(sorted(self.table.rows[h.position] for h in hands))
        message = texts.HAND_SEVERAL.format(rows=rows)
        problem = Problem("doubled_municipality", "error", None, message, texts.HAND_SEVERAL_ADVICE)
        for hand in hands:
            whose = self._at(RowRef(municipality.oktmo, municipality.name), hand.position)
            self._leave_out(whose.remark(problem))

    def _doubled(self, municipality: Municipality, top: SubmissionIdentity, rows: Sequence[int]) -> None:
        message = texts.DUPLICATE_ID.format(rows=texts.rows([self.table.rows[r] for r in rows]))
        problem = Problem("duplicate_id", "error", None, message, texts.DUPLICATE_ID_ADVICE)
        for row in rows:
            whose = self._at(RowRef(municipality.oktmo, municipality.name, top.receipt), row)
            self._leave_out(whose.remark(problem))

    def _doubled_equal(
        self, municipality: Municipality, identity: SubmissionIdentity, rows: Sequence[int], advice: str
    ) -> None:
        message = texts.DUPLICATE_ID_EQUAL.format(rows=texts.rows([self.table.rows[r] for r in rows]))
        problem = Problem("duplicate_id", "warning", None, message, advice)
        whose = RowRef(municipality.oktmo, municipality.name, identity.receipt)
        self.remarks.append(self._at(whose, rows[0]).remark(problem))

    def _old_doubles(self, status: set[str]) -> None:
        """Doubled rows of superseded versions: nothing depends on them, so a few are named."""
        old = [rows for one, rows in self.doubled.items() if one not in status]
        for rows in old[:MOST_OLD_DOUBLES]:
            message = texts.DUPLICATE_OLD.format(rows=texts.rows([self.table.rows[r] for r in rows]))
            problem = Problem("duplicate_id", "warning", None, message, texts.DUPLICATE_OLD_ADVICE)
            self.remarks.append(self._whose(rows[0]).remark(problem))

    def _strangers(self, versions: Mapping[str, _Versions]) -> None:
        """Submissions of municipalities that the campaign file no longer names."""
        for oktmo, of in versions.items():
            rows = self._rows_of(of.top.id) if of.top else []
            if rows:
                problem = Problem(
                    "municipality_gone", "warning", None, texts.NO_LONGER_ASKED, texts.NO_LONGER_ASKED_ADVICE, oktmo
                )
                self._leave_out(self._whose(rows[0]).remark(problem))

    def _leave_out(self, remark: Remark) -> None:
        self.remarks.append(remark)
        self.left_out.append(remark)

    # Cells ------------------------------------------------------------------------------------------------------

    def _cell(self, column: str, position: int) -> Cell:
        cells = self.table.columns.get(column)
        return None if cells is None else cells[position]

    def _equal(self, rows: Sequence[int]) -> bool:
        """Whether rows say the same: all answers and the reasons. Identity is the outbox's and is not compared."""
        names = [q.id for q in self.campaign.sheet_questions] + [REASONS]
        first, *others = ([_comparable(self._cell(name, row)) for name in names] for row in rows)
        return all(other == first for other in others)

    def _name(self, oktmo: str) -> str:
        municipality = self.campaign.by_oktmo.get(oktmo)
        return municipality.name if municipality else oktmo

    def _whose(self, position: int) -> RowRef:
        """Of a submitted row."""
        identity = self.identities[position]
        if identity is None:
            return RowRef(None, "", row=self.table.rows[position])
        known = identity.oktmo in self.campaign.by_oktmo
        name = self._name(identity.oktmo) if known else shorten(str(self._cell(MUNICIPALITY, position)))
        return RowRef(identity.oktmo, name or identity.oktmo, identity.receipt, self.table.rows[position], identity.id)

    def _at(self, whose: RowRef, position: int) -> RowRef:
        return replace(whose, row=self.table.rows[position], subject=self._subject(position))

    def _subject(self, position: int) -> str:
        identity = self.identities[position]
        return identity.id if identity else self.lost.get(position) or self.keys[position]


def _comparable(cell: Cell) -> tuple[bool, Cell]:
    """1 and 1.0 are equal, True and 1 are not."""
    return isinstance(cell, bool), None if cell == "" else cell
