"""The rows of submissions: which payloads their checks need, and the figures of every version. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from campaign import Campaign, Cell, Value
from outbox.records import StaffEdit, Submission
from sync.check import CheckedRow, CheckMemory, Row
from sync.check.rows import main_figure
from sync.counting import Counting, RowOutcome
from sync.records.states import Number
from sync.records.table import AnswersTable


def needed_payloads(campaign: Campaign, counting: Counting) -> list[str]:
    """Return the ids of the submissions that are needed in full: at most one a municipality, which counts or would.

    Where an error-level rule compares with previous figures, all submissions of the tab: the figures that each of them
    was compared with are kept in the outbox alone.
    """
    needed = [s.identity.id for s in counting.selections.values() if s.identity is not None]
    if any(rule.level == "error" and rule.needs.before for rule in campaign.rules):
        needed += [identity.id for identity in counting.found.submitted.identities]
    if campaign.lists:  # their entries are shown, whatever counts instead of the report
        behind = [s.own_position for s in counting.selections.values() if s.own_position is not None]
        needed += [own.id for position in behind if (own := counting.found.identities[position]) is not None]
    return list(dict.fromkeys(needed))


_NO_QUESTIONS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RowReader:
    """Makes rows to check of the answers table.

    cells:    position → cells, in the order of `campaign.sheet_questions`
    payloads: submission id → the submission, of `needed_payloads`
    changed:  submission id → questions that it answered, with cells that were changed since
    """

    campaign: Campaign
    cells: list[tuple[Cell, ...]]
    payloads: Mapping[str, Submission]
    changed: Mapping[str, frozenset[str]]

    @classmethod
    def of(
        cls, campaign: Campaign, table: AnswersTable, payloads: Mapping[str, Submission], edits: Iterable[StaffEdit]
    ) -> RowReader:
        """edits: those of this read."""
        blank: tuple[Cell, ...] = (None,) * len(table)  # of a question without a column yet
        columns = [table.columns.get(question.id, blank) for question in campaign.sheet_questions]
        return cls(campaign, list(zip(*columns, strict=True)), payloads, _changed_answers(edits))

    def submitted(self, position: int, submission: str) -> Row:
        """Return the row of a submission.

        Without its payload it is not known which questions it was asked. A required question that is blank in an
        unedited row was blank when it was sent, so the file got it later.
        """
        payload = self.payloads.get(submission)
        if payload is None:
            return Row(self.cells[position], asked=self.changed.get(submission, _NO_QUESTIONS))
        previous = tuple(previous_figures(self.campaign, payload).items())
        return Row(self.cells[position], previous, frozenset(payload.reasons), frozenset(payload.answers))

    def manual(self, position: int, before: Mapping[str, Value]) -> Row:
        """Return a manual row. before: what the municipality itself had sent, by question."""
        return Row(self.cells[position], tuple(before.items()))


def check_selected(
    campaign: Campaign, counting: Counting, reader: RowReader, memory: CheckMemory
) -> dict[int, CheckedRow]:
    """Check the rows that count or would, and those behind a manual row: position → result.

    A manual row is compared with the municipality's own figures, where these are without an error.
    """
    checked: dict[int, CheckedRow] = {}
    for selection in counting.selections.values():
        if selection.outcome is not RowOutcome.CHOSEN or selection.position is None:
            continue
        own = selection.own_position if selection.manual else selection.position
        if own is not None and (identity := counting.found.identities[own]) is not None:
            checked[own] = memory.check(campaign, reader.submitted(own, identity.id))
        if selection.manual:
            before = {} if own is None or checked[own].excluded else checked[own].values
            checked[selection.position] = memory.check(campaign, reader.manual(selection.position, before))
    return checked


def read_history(
    campaign: Campaign, counting: Counting, reader: RowReader, checked: Mapping[int, CheckedRow], memory: CheckMemory
) -> pd.DataFrame:
    """Return a line for every row of a submission, superseded versions too; `sync.totals.dynamics` has the columns.

    checked: position → result, of `check_selected`. The other rows are versions that were superseded.
    """
    submitted, conflicting = counting.found.submitted, counting.found.conflicting
    sound: list[bool] = []
    main: list[Number] = []
    for position, identity in zip(submitted.positions, submitted.identities, strict=True):
        row = checked.get(position)
        if row is None:
            is_sound, figure = memory.check_superseded(campaign, reader.submitted(position, identity.id))
        else:
            is_sound, figure = not row.excluded, main_figure(campaign, row.values)
        sound.append(is_sound and identity.id not in conflicting)
        main.append(figure)
    return pd.DataFrame(
        {
            "oktmo": [identity.oktmo for identity in submitted.identities],
            "version": [identity.version for identity in submitted.identities],
            "day": pd.to_datetime(submitted.accepted, unit="us").floor("D"),
            "main": pd.Series(main, dtype=object),
            "sound": pd.Series(sound, dtype=bool),
        }
    )


def _changed_answers(edits: Iterable[StaffEdit]) -> dict[str, frozenset[str]]:
    """Return the answered questions with changed cells: submission id → questions."""
    found: dict[str, frozenset[str]] = {}
    for edit in edits:
        if edit.kind == "changed" and edit.submission_id and edit.question and edit.was is not None:
            found[edit.submission_id] = found.get(edit.submission_id, frozenset()) | {edit.question}
    return found


def previous_figures(campaign: Campaign, submission: Submission | None) -> Mapping[str, Value]:
    """Return the figures that the form compared with; those that the campaign of today cannot read are left out."""
    stored = submission.previous if submission is not None and submission.previous else {}
    found: dict[str, Value] = {}
    for name, figure in stored.items():
        question = campaign.by_id.get(name)
        if question is None or figure is None:
            continue
        try:
            value = question.answer_type.read_json(figure)
        except (TypeError, ValueError, ArithmeticError):
            continue  # the question's type was another one then
        if not question.numeric or isinstance(value, int | Decimal):
            found[name] = value
    return found
