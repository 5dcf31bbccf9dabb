"""The rows that the outbox knows, superseded versions among them: checked, and the history that they tell.

Pure; imported by `sync` alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaign import Campaign, Value
from outbox.records import StaffEdit, Submission
from sync.check import Background, Backgrounds, CheckedRow, CheckedRows, read_columns
from sync.check.columns import exact_numbers
from sync.counting import Counting
from sync.counting.identity import SubmittedRows
from sync.table import AnswersTable
from sync.totals import History


@dataclass(frozen=True)
class CheckedSubmissions:
    """Every submitted row, checked by all rules. `rows` and `checked` are in one order."""

    rows: SubmittedRows
    checked: CheckedRows

    def told(self, positions: Sequence[int]) -> list[CheckedRow]:
        """What these rows of the table say, and what is wrong with each."""
        return self.checked.told([bisect_left(self.rows.positions, position) for position in positions])


def needed_payloads(campaign: Campaign, counting: Counting) -> list[str]:
    """The submissions that are needed in full: those that count or would count, at most one a municipality.

    Where an error-level rule looks at previous figures, all that stand in the tab: the figures that each was compared
    with are kept there alone.
    """
    needed = [v.identity.id for v in counting.verdicts if v.identity is not None]
    if any(rule.level == "error" and rule.needs_before for rule in campaign.rules):
        needed += [identity.id for identity in counting.submitted.identities]
    return list(dict.fromkeys(needed))


def check_submitted(
    campaign: Campaign,
    table: AnswersTable,
    counting: Counting,
    payloads: Mapping[str, Submission],
    edits: Iterable[StaffEdit],
) -> CheckedSubmissions:
    """Check every submitted row by all rules. `payloads`: those of `needed_payloads`. `edits`: those of this read."""
    rows, cleared = counting.submitted, _changed_answers(edits)
    backgrounds = {
        i: _background(campaign, payloads.get(identity.id), cleared.get(identity.id, frozenset()))
        for i, identity in enumerate(rows.identities)
        if identity.id in payloads or identity.id in cleared
    }
    size = len(rows.positions)
    columns = read_columns(campaign.sheet_questions, table, None if size == len(table) else rows.positions)
    return CheckedSubmissions(rows, CheckedRows(campaign, columns, Backgrounds(size, backgrounds, _NOTHING_ASKED)))


_NOTHING_ASKED = Background(asked=frozenset())
"""Of a row without edits: a required question that is blank in it was blank when it was sent, so it came later."""


def _changed_answers(edits: Iterable[StaffEdit]) -> dict[str, frozenset[str]]:
    """Submission id → the questions that it had answered and whose cells say something else now."""
    found: dict[str, frozenset[str]] = {}
    for edit in edits:
        if edit.kind == "changed" and edit.submission_id and edit.question and edit.was is not None:
            found[edit.submission_id] = found.get(edit.submission_id, frozenset()) | {edit.question}
    return found


def _background(campaign: Campaign, submission: Submission | None, answered: frozenset[str]) -> Background:
    if submission is None:
        return Background(asked=answered)
    return Background(previous_figures(campaign, submission), submission.reasons, frozenset(submission.answers))


def previous_figures(campaign: Campaign, submission: Submission | None) -> Mapping[str, Value]:
    """The figures that the form compared with; those that the campaign of today cannot read are left out."""
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


def read_history(campaign: Campaign, submitted: CheckedSubmissions) -> History:
    """The main figure of every submitted row, and whether it counted: without an error, as in the totals."""
    rows, checked = submitted.rows, submitted.checked
    numbers = exact_numbers([0] * len(rows.positions))
    for question in campaign.main_questions:
        numbers = numbers + checked.columns[question.id].numbers
    sound = ~checked.excluded
    sound[[bisect_left(rows.positions, position) for position in rows.unclear]] = False
    return History(
        oktmos=[s.oktmo for s in rows.identities],
        versions=[s.version for s in rows.identities],
        accepted=rows.accepted,
        totals=numbers,
        sound=sound,
    )
