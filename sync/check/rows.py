"""The problems of each row: everything wrong with its cells at once, then the rules. Imported by `sync.check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from campaign import Campaign, Cell, Problem, Question, Value
from campaign.answer_types.base import number_text
from campaign.answers import PERSONAL_DATA, personal_problems, problem_of, shorten, shown_value
from campaign.rules import AnswerOperands
from sync.check.columns import Column, positions, read_columns
from sync.check.operands import Before, fired
from sync.table import AnswersTable
from sync.texts import problems as texts

ASKED_LATER = "asked_later"
BLANK = "blank"


@dataclass(frozen=True, slots=True)
class RowToCheck:
    """What a check of one row needs beside its cells.

    position: index into the answers table
    before:   the figures that counted before
    reasons:  rule key → the clerk's explanation
    asked:    the questions that were asked when it was sent, as far as it answered them; None for a row that staff
              added, which is asked everything
    """

    position: int
    before: Mapping[str, Value | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row, read.

    values:   question id → value, of the questions that are filled in and sound
    problems: in the order of the questions, then of the rules
    """

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]

    @property
    def excluded(self) -> bool:
        """An error-level problem keeps all figures of the row out of the totals."""
        return any(p.level == "error" for p in self.problems)


def check_rows(campaign: Campaign, table: AnswersTable, rows: Sequence[RowToCheck]) -> list[CheckedRow]:
    """Read and check these rows, column by column; one result a row, in their order.

    Never raises for what stands in the cells. A rule that raises is a fault of the program and is not caught here:
    it must not look like bad data.
    """
    columns = read_columns(campaign.sheet_questions, table, [row.position for row in rows])
    problems: list[list[Problem]] = [[] for _ in rows]
    mistaken: list[set[str]] = [set() for _ in rows]
    for column in columns.values():
        _cells(column, rows, problems, mistaken)
    values = _values(columns, len(rows))
    before = Before([row.before for row in rows])
    for rule in campaign.rules:
        for i in positions(fired(rule, columns, before)):
            operands = AnswerOperands(values[i], rows[i].before, frozenset(mistaken[i]))
            shown = shown_value(campaign.by_id[rule.at], values[i].get(rule.at))
            problems[i].append(rule.problem(operands, shown))
    return [CheckedRow(v, tuple(p)) for v, p in zip(values, problems, strict=True)]


def _values(columns: Mapping[str, Column], size: int) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = [{} for _ in range(size)]
    for name, column in columns.items():
        values = column.values
        for row, code in zip(rows, column.codes.tolist(), strict=True):
            value = values[code]
            if value is not None:
                row[name] = value
    return rows


def _cells(
    column: Column, rows: Sequence[RowToCheck], problems: Sequence[list[Problem]], mistaken: Sequence[set[str]]
) -> None:
    """The errors of the cells themselves, and personal data in free text."""
    question = column.question
    for i in positions(~column.sound[column.codes]):
        error = column.mistake(i)
        if error is None:
            continue
        asked = rows[i].asked
        if error.code == BLANK and asked is not None and question.id not in asked:
            problems[i].append(
                Problem(ASKED_LATER, "warning", question.id, texts.ASKED_LATER, texts.ASKED_LATER_ADVICE)
            )
        else:
            problems[i].append(problem_of(question, error, cell_text(column.cell(i))))
        mistaken[i].add(question.id)
    if question.type in ("text", "long_text") and not question.kept_at_home:
        _personal_data(question, column, rows, problems)


def _personal_data(
    question: Question, column: Column, rows: Sequence[RowToCheck], problems: Sequence[list[Problem]]
) -> None:
    suspect = np.array([bool(personal_problems(question, value)) for value in column.values], dtype=np.bool_)
    for i in positions(suspect[column.codes]):
        if f"{PERSONAL_DATA}:{question.id}" in rows[i].reasons:
            continue  # the clerk was asked, and confirmed
        # The words themselves are not repeated: one place too many is enough.
        problems[i].append(
            Problem(PERSONAL_DATA, "warning", question.id, texts.PERSONAL_DATA, texts.PERSONAL_DATA_ADVICE)
        )


def cell_text(cell: Cell) -> str:
    """What stands in a cell, for people, in one line of at most 80 characters."""
    if cell is None:
        return ""
    return shorten(number_text(cell) if isinstance(cell, int | float) else cell)
