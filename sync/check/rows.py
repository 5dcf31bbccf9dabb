"""The check of one row of «Ответы»: the campaign's own check, as the form makes it, over cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from campaign import Campaign, Cell, Problem, Value
from campaign.answers import PERSONAL_DATA, Reading, examine_cells
from campaign.codes import AnswerCode, RowCode
from sync.records.states import Number
from sync.texts import problems as texts


class Row(NamedTuple):
    """One row to check, and what the check needs beside its cells. All of it is hashable.

    cells:     unformatted, in the order of `campaign.sheet_questions`
    previous:  question id and figure that counted before, of each question with one
    explained: keys of the rules that the clerk gave a reason or a confirmation for
    asked:     the questions that the submission was asked, as far as it answered them; None for a manual row, which is
               asked everything
    """

    cells: tuple[Cell, ...]
    previous: tuple[tuple[str, Value | None], ...] = ()
    explained: frozenset[str] = frozenset()
    asked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row, read and checked.

    values:   question id → value, of answered questions without an error
    problems: in the order of the questions, then of the rules
    """

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]

    @property
    def excluded(self) -> bool:
        """True if an error keeps all figures of the row out of the totals."""
        return any(problem.level == "error" for problem in self.problems)


_NUMBERS = (int, Decimal)  # a union would be made anew at each call
Superseded = tuple[bool, Number]
"""A version that another one has replaced: True if it was without an error, and its main figure."""


def check_row(campaign: Campaign, row: Row) -> CheckedRow:
    """Check one row that counts, or would without its errors.

    Nothing that people typed into cells makes it raise. A rule that raises is a fault of the program, and is not
    caught: it must not look like bad data.
    """
    reading = _reading(campaign, row)
    values = {question: value for question, value in reading.values.items() if value is not None}
    return CheckedRow(values, tuple(_problems(row, reading)))


def check_superseded(campaign: Campaign, row: Row) -> Superseded:
    """Check a superseded version for errors alone: nobody has to act on its warnings."""
    reading = _reading(campaign, row, warnings=False)
    sound = all(problem.level != "error" for problem in _problems(row, reading))
    return sound, main_figure(campaign, reading.values)


def main_figure(campaign: Campaign, values: Mapping[str, Value | None]) -> Number:
    """Return the sum of the main questions' answers; a blank one adds 0."""
    answers = [values.get(question.id) for question in campaign.main_questions]
    return sum([answer for answer in answers if isinstance(answer, _NUMBERS)])


def _reading(campaign: Campaign, row: Row, *, warnings: bool = True) -> Reading:
    return examine_cells(campaign, row.cells, dict(row.previous), warnings=warnings)


def _problems(row: Row, reading: Reading) -> Iterator[Problem]:
    """Return the campaign's problems, but for two that a row of the tab knows more about than a form."""
    for problem in reading.problems:
        asked = row.asked is None or problem.question in row.asked
        if problem.code == AnswerCode.BLANK and not asked:
            # The file got this question after the report was sent.
            message, advice = texts.ASKED_LATER, texts.ASKED_LATER_ADVICE
            yield Problem(RowCode.ASKED_LATER, "warning", problem.question, message, advice)
        elif problem.code == PERSONAL_DATA:
            if problem.rule not in row.explained:  # else the clerk was asked, and confirmed
                # The words themselves are not repeated: one place too many is enough.
                message, advice = texts.PERSONAL_DATA, texts.PERSONAL_DATA_ADVICE
                yield Problem(PERSONAL_DATA, "warning", problem.question, message, advice)
        else:
            yield problem
