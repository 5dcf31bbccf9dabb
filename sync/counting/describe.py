"""The remarks on what was found and decided, in the words of `sync.texts.problems`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaign import Campaign, Cell, Problem
from campaign.answers import cell_text, shorten
from campaign.codes import RowCode
from campaign.problems import Level
from outbox.records import Submission, SubmissionIdentity
from sync.counting.contradictions import Contradiction
from sync.counting.find import FoundRows, cell_at
from sync.counting.identity import identity_remarks
from sync.counting.selection import RowOutcome, RowSelection, RowUse, Versions
from sync.records.moments import read_moment
from sync.records.remarks import Remark, RowRef
from sync.records.table import ACCEPTED, ID, MUNICIPALITY, RECEIPT, Record, is_issued_id
from sync.texts import problems as texts

MOST_OLD_COPIES = 20
MOST_LOST_IDS = 20


@dataclass
class Description:
    """The remarks of one read.

    remarks:  all of them
    left_out: those that name rows which add nothing to the totals
    """

    campaign: Campaign
    found: FoundRows
    remarks: list[Remark] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)

    # Rows found ---------------------------------------------------------------------------------------------------

    def add_found(self, record: Record, versions: Mapping[str, Versions]) -> None:
        """Describe what was found before anything is decided."""
        for item in record.set_aside:
            self._set_aside(item.submission, item.reason, versions)
        self._lost_ids(versions)
        for position, contradiction in self.found.contradictory.items():
            self._contradictory(position, contradiction, versions)
        for position in self.found.foreign:
            receipt = cell_text(cell_at(self.found.table, RECEIPT, position))
            message, advice = texts.FOREIGN_RECEIPT.format(receipt=receipt), texts.FOREIGN_RECEIPT_ADVICE
            problem = Problem(RowCode.FOREIGN_RECEIPT, "error", None, message, advice, receipt)
            name = cell_text(cell_at(self.found.table, MUNICIPALITY, position))
            self._leave_out(self._at(RowRef(None, name), position).remark(problem))
        for position, problem in self.found.unmatched.items():
            name = cell_text(cell_at(self.found.table, MUNICIPALITY, position))
            shown = problem.shown or self._first_text(position)
            self._leave_out(self._at(RowRef(None, name), position).remark(replace(problem, shown=shown)))
        for position in self.found.bad_times:
            shown, message = self._bad_time(cell_at(self.found.table, ACCEPTED, position))
            self._warn(
                self._manual(position), RowCode.ACCEPTED_UNREADABLE, message, texts.MANUAL_BAD_TIME_ADVICE, shown
            )
        self.remarks += identity_remarks(self.campaign, self.found.table, self.found.submitted, self.row)

    def _bad_time(self, cell: Cell) -> tuple[str, str]:
        """Return what the cell shows, and why no report can have come then."""
        try:
            moment = read_moment(cell, self.campaign.about.zone)
        except ValueError:
            moment = None
        if moment is None:
            return cell_text(cell), texts.MANUAL_BAD_TIME.format(shown=cell_text(cell))
        shown = moment.strftime("%d.%m.%Y %H:%M")
        words = texts.MANUAL_TOO_EARLY if moment < self.campaign.about.opens else texts.MANUAL_FUTURE
        return shown, words.format(shown=shown)

    def _set_aside(self, submission: Submission, reason: str, versions: Mapping[str, Versions]) -> None:
        top = versions[submission.oktmo].top if submission.oktmo in versions else None
        is_newest = top is None or top.id == submission.id
        advice = texts.SET_ASIDE_ADVICE if is_newest else texts.SET_ASIDE_OLD_ADVICE
        problem = Problem(RowCode.SET_ASIDE, "error", None, texts.SET_ASIDE.format(why=reason), advice)
        ref = RowRef(submission.oktmo, self._name(submission.oktmo), submission.receipt, subject=submission.id)
        self.remarks.append(ref.remark(problem))
        if is_newest:
            self.left_out.append(self.remarks[-1])

    def _lost_ids(self, versions: Mapping[str, Versions]) -> None:
        """Name the reports that only their receipts identify: their IDs are gone."""
        lost = list(self.found.lost.items())
        for position, one in lost[:MOST_LOST_IDS]:
            shown = cell_text(cell_at(self.found.table, ID, position))
            message = texts.ID_LOST.format(receipt=one.receipt)
            top = versions[one.oktmo].top
            newest = top is None or top.version <= one.version
            level: Level = "error" if newest and not versions[one.oktmo].waiting else "warning"
            problem = Problem(RowCode.ID_LOST, level, None, message, texts.ID_LOST_ADVICE, shown)
            ref = RowRef(one.oktmo, self._name(one.oktmo), one.receipt)
            self.remarks.append(self._at(ref, position).remark(problem))
        if len(lost) > MOST_LOST_IDS:
            message = texts.ID_LOST_MORE.format(count=len(lost) - MOST_LOST_IDS)
            problem = Problem(RowCode.ID_LOST, "error", None, message, texts.ID_LOST_ADVICE)
            self.remarks.append(RowRef(None, "").remark(problem))

    def _contradictory(self, position: int, row: Contradiction, versions: Mapping[str, Versions]) -> None:
        """Name a contradictory row, with what to do in each of the cases that it may be. Nothing is lost by any."""
        marks = [
            words.format(receipt=one.receipt, municipality=self._name(one.oktmo))
            for words, one in (
                (texts.CONTRADICTORY_ID, row.by_id),
                (texts.CONTRADICTORY_RECEIPT, row.by_receipt if row.by_receipt != row.by_id else None),
            )
            if one is not None
        ]
        if row.oktmo is not None and row.oktmo not in {one.oktmo for one in (row.by_id, row.by_receipt) if one}:
            marks.append(texts.CONTRADICTORY_OKTMO.format(municipality=self._name(row.oktmo)))
        if row.by_id is None and is_issued_id(cell_at(self.found.table, ID, position)):
            marks.append(texts.CONTRADICTORY_UNKNOWN_ID)
        if len(marks) < 2 and row.by_id is not None:
            name = self._name(row.by_id.oktmo)
            marks = [texts.CONTRADICTORY_COPY.format(receipt=row.by_id.receipt, municipality=name)]
        advice = [texts.CONTRADICTORY_NO_DELETION]
        if (one := row.by_receipt) is not None and one != row.by_id and one.id not in self.found.first:
            advice.append(texts.CONTRADICTORY_IS_OF.format(receipt=one.receipt, id=one.id))
        if (one := row.by_id) is not None and one.id not in self.found.first:
            advice.append(texts.CONTRADICTORY_RESTORE.format(receipt=one.receipt))
        columns = " и ".join(
            name for name, one in (("«ID»", row.by_id), ("«Приём»", row.by_receipt)) if one is not None
        )
        advice.append(texts.CONTRADICTORY_BY_HAND.format(columns=columns))
        owner = row.owner or ""
        top = versions[owner].top if owner in versions else None
        level: Level = "warning" if top is not None and top.id in self.found.first else "error"
        receipt = row.by_receipt or row.by_id
        ref = RowRef(owner, self._name(owner), receipt.receipt if receipt and receipt.oktmo == owner else "")
        message = texts.CONTRADICTORY.format(marks=", ".join(marks))
        problem = Problem(RowCode.CONTRADICTORY_ROW, level, None, message, " ".join(advice))
        self._leave_out(self._at(ref, position).remark(problem))

    def _first_text(self, position: int) -> str:
        """Return the first text in the row, so that a reader sees which row is meant."""
        columns = self.found.table.columns.values()
        return next((text for cells in columns if (text := cell_text(cells[position]))), "")

    # Rows selected ------------------------------------------------------------------------------------------------

    def add_selection(self, selection: RowSelection) -> None:
        """Describe what was decided for one municipality."""
        top = selection.versions.top
        if top is not None and len(rows := self.found.rows_of(top.id)) > 1:
            self._copies(top, rows)
        for position, use in selection.passed_over.items():
            if use is not RowUse.MANUAL_UNCLEAR and position not in self.found.lost:
                self._passed_over(position, use, top)
        self._unclear([p for p, use in selection.passed_over.items() if use is RowUse.MANUAL_UNCLEAR])
        if selection.manual and selection.outcome is RowOutcome.CHOSEN and selection.position is not None:
            self._chosen(selection.position, timed=selection.accepted is not None)

    def _chosen(self, position: int, *, timed: bool) -> None:
        if position in self.found.lost:
            return  # the remark about its ID is enough
        if is_issued_id(cell_at(self.found.table, ID, position)):
            message, advice = texts.REPORT_UNKNOWN, texts.REPORT_UNKNOWN_ADVICE
            self._warn(self._manual(position), RowCode.MANUAL_ROW, message, advice)
        elif timed:
            self._warn(self._manual(position), RowCode.MANUAL_ROW, texts.MANUAL_ROW, texts.MANUAL_ROW_ADVICE)
        else:
            message, advice = texts.MANUAL_NO_TIME, texts.MANUAL_NO_TIME_ADVICE
            self._warn(self._manual(position), RowCode.MANUAL_ROW_WITHOUT_TIME, message, advice)

    def _passed_over(self, position: int, use: RowUse, top: SubmissionIdentity | None) -> None:
        code, message, advice = RowCode.MANUAL_ROW_OLDER, texts.MANUAL_OLDER, texts.MANUAL_OLDER_ADVICE
        if use is RowUse.MANUAL_WITHOUT_TIME and top is not None:
            accepted = top.accepted_at.astimezone(self.campaign.about.zone).strftime("%d.%m.%Y %H:%M")
            code, message = RowCode.DOUBLED_MUNICIPALITY, texts.MANUAL_NEEDS_TIME.format(receipt=top.receipt)
            advice = texts.MANUAL_NEEDS_TIME_ADVICE.format(accepted=accepted)
        self._leave_out(self._manual(position).remark(Problem(code, "warning", None, message, advice)))

    def _unclear(self, positions: Sequence[int]) -> None:
        message = texts.MANUAL_SEVERAL.format(rows=self._row_numbers(positions))
        problem = Problem(RowCode.DOUBLED_MUNICIPALITY, "error", None, message, texts.MANUAL_SEVERAL_ADVICE)
        for position in positions:
            self._leave_out(self._manual(position).remark(problem))

    def _copies(self, submission: SubmissionIdentity, positions: Sequence[int]) -> None:
        numbers, ref = self._row_numbers(positions), self.row(positions[0])
        if submission.id in self.found.conflicting:
            message, advice = texts.DUPLICATE_ID.format(rows=numbers), texts.DUPLICATE_ID_ADVICE
            self._leave_out(ref.remark(Problem(RowCode.DUPLICATE_ID, "error", None, message, advice)))
        else:
            message, advice = texts.DUPLICATE_ID_EQUAL.format(rows=numbers), texts.DUPLICATE_ID_EQUAL_ADVICE
            self._warn(ref, RowCode.DUPLICATE_ID, message, advice)

    def add_rest(self, selections: Sequence[RowSelection], others: Mapping[str, Versions]) -> None:
        """Describe rows that belong to no selection.

        others: the submissions of municipalities that the campaign file no longer names
        """
        for oktmo, versions in others.items():
            rows = self.found.rows_of(versions.top.id) if versions.top else ()
            if rows:
                message, advice = texts.NO_LONGER_ASKED, texts.NO_LONGER_ASKED_ADVICE
                problem = Problem(RowCode.MUNICIPALITY_GONE, "warning", None, message, advice, oktmo)
                self._leave_out(self.row(rows[0]).remark(problem))
        # No total depends on copies of superseded versions: a few are named.
        newest = {s.identity.id for s in selections if s.identity is not None}
        old = [rows for one, rows in self.found.copies.items() if one not in newest]
        for rows in old[:MOST_OLD_COPIES]:
            message = texts.DUPLICATE_OLD.format(rows=self._row_numbers(rows))
            self._warn(self.row(rows[0]), RowCode.DUPLICATE_ID, message, texts.DUPLICATE_OLD_ADVICE)

    # What a remark is about ---------------------------------------------------------------------------------------

    def row(self, position: int) -> RowRef:
        """Return the reference to the row of a submission."""
        identity = self.found.identities[position]
        if identity is None:
            return self._at(RowRef(None, ""), position)
        known = identity.oktmo in self.campaign.by_oktmo
        typed = shorten(str(cell_at(self.found.table, MUNICIPALITY, position)))
        name = self._name(identity.oktmo) if known else typed
        return self._at(RowRef(identity.oktmo, name or identity.oktmo, identity.receipt), position)

    def _manual(self, position: int) -> RowRef:
        oktmo = self.found.owners[position]
        return self._at(RowRef(oktmo, self._name(oktmo)), position)

    def _at(self, ref: RowRef, position: int) -> RowRef:
        return replace(ref, row=self.found.table.rows[position], subject=self.found.subject(position))

    def _name(self, oktmo: str) -> str:
        municipality = self.campaign.by_oktmo.get(oktmo)
        return municipality.name if municipality else oktmo

    def _row_numbers(self, positions: Sequence[int]) -> str:
        return texts.rows(sorted(self.found.table.rows[position] for position in positions))

    def _warn(self, ref: RowRef, code: RowCode, message: str, advice: str, shown: str = "") -> None:
        self.remarks.append(ref.remark(Problem(code, "warning", None, message, advice, shown)))

    def _leave_out(self, remark: Remark) -> None:
        self.remarks.append(remark)
        self.left_out.append(remark)
