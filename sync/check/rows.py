"""The problems of each row: everything wrong with its cells at once, then the rules. Imported by `sync` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from campaign import Campaign, Cell, Problem, Value
from campaign.answer_types.base import number_text
from campaign.answers import PERSONAL_DATA, personal_problems, problem_of, shorten, shown_value
from campaign.rules import AnswerOperands
from sync.check.columns import BLANK, Column, Flags, positions, read_columns
from sync.check.operands import Before, fired
from sync.check.plain import MAYBE_PERSONAL
from sync.table import AnswersTable
from sync.texts import problems as texts

ASKED_LATER = "asked_later"


@dataclass(frozen=True, slots=True)
class Background:
    """What a check of one row needs beside its cells.

    before:  the figures that counted before
    reasons: rule key → the clerk's explanation
    asked:   the questions that were asked when it was sent, as far as it answered them; None for a row that staff
             added, which is asked everything
    """

    before: Mapping[str, Value | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] | None = None

    def was_asked(self, question: str) -> bool:
        return self.asked is None or question in self.asked


@dataclass(frozen=True)
class Backgrounds:
    """The background of each of `size` rows: of most it is the same, `otherwise`."""

    size: int
    rows: Mapping[int, Background]
    otherwise: Background

    def of(self, row: int) -> Background:
        return self.rows.get(row, self.otherwise)

    def asked(self, question: str) -> Flags:
        """Row → whether it was asked the question."""
        flags = np.full(self.size, self.otherwise.was_asked(question), dtype=np.bool_)
        for row, background in self.rows.items():
            flags[row] = background.was_asked(question)
        return flags


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row, read.

    values:   question id → value, of the questions that are filled in and sound
    problems: in the order of the questions, then of the rules
    excluded: an error-level problem keeps all figures of the row out of the totals
    """

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]
    excluded: bool


def check_rows(campaign: Campaign, table: AnswersTable, rows: Mapping[int, Background]) -> list[CheckedRow]:
    """Read and check these rows, by their position in the table; one result a row, in their order.

    Never raises for what stands in the cells. A rule that raises is a fault of the program and is not caught here:
    it must not look like bad data.
    """
    if not rows:
        return []
    backgrounds = Backgrounds(len(rows), dict(enumerate(rows.values())), Background())
    checked = CheckedRows(campaign, read_columns(campaign.sheet_questions, table, list(rows)), backgrounds)
    return checked.told(range(len(rows)))


class CheckedRows:
    """Rows that were read and checked by all rules, column by column.

    What is wrong with a row is put into words when it is asked for: of a hundred thousand rows only those that count
    are ever told.

    columns:  question id → its answers, of all rows
    excluded: row → whether an error-level problem keeps its figures out of the totals
    """

    def __init__(self, campaign: Campaign, columns: Mapping[str, Column], backgrounds: Backgrounds) -> None:
        self.columns = columns
        self.excluded: Flags = np.zeros(backgrounds.size, dtype=np.bool_)
        self._campaign, self._backgrounds = campaign, backgrounds
        self._personal: dict[str, Flags] = {}
        for question, column in columns.items():
            self._check_cells(question, column)
        before = Before(backgrounds.size, {i: row.before for i, row in backgrounds.rows.items() if row.before})
        self._fired = [(rule, fired(rule, columns, before)) for rule in campaign.rules]
        for rule, flags in self._fired:
            if rule.level == "error":
                self.excluded |= flags

    def told(self, chosen: Sequence[int]) -> list[CheckedRow]:
        """What these rows say and what is wrong with each, in their order."""
        at = np.array(chosen, dtype=np.intp)
        values: list[dict[str, Value]] = [{} for _ in chosen]
        problems: list[list[Problem]] = [[] for _ in chosen]
        mistaken: list[set[str]] = [set() for _ in chosen]
        for question, column in self.columns.items():
            for row, found in zip(values, map(column.value, chosen), strict=True):
                if found is not None:
                    row[question] = found
            for i in positions(~column.sound[at]):
                problems[i] += self._mistake(column, chosen[i])
                mistaken[i].add(question)
            for i in positions(self._personal[question][at]) if question in self._personal else ():
                problems[i] += self._personal_data(question, chosen[i])
        for rule, flags in self._fired:
            for i in positions(flags[at]):
                operands = AnswerOperands(values[i], self._backgrounds.of(chosen[i]).before, frozenset(mistaken[i]))
                shown = shown_value(self._campaign.by_id[rule.at], values[i].get(rule.at))
                problems[i].append(rule.problem(operands, shown))
        excluded = self.excluded[at].tolist()
        return [CheckedRow(v, tuple(p), e) for v, p, e in zip(values, problems, excluded, strict=True)]

    def _check_cells(self, name: str, column: Column) -> None:
        """The errors of the cells themselves, and personal data in free text."""
        if not column.sound.all():
            self.excluded |= ~(column.sound | column.unanswered)
            if column.unanswered.any():
                self.excluded |= column.unanswered & self._backgrounds.asked(name)
        question = column.question
        if question.type in ("text", "long_text") and not question.kept_at_home:
            self._personal[name] = flags = column.found(MAYBE_PERSONAL)
            known: dict[Value | None, bool] = {}
            for row in positions(flags):
                value = column.value(row)
                if value not in known:
                    known[value] = bool(personal_problems(question, value))
                flags[row] = known[value]

    def _mistake(self, column: Column, row: int) -> Iterator[Problem]:
        question, error = column.question, column.mistake(row)
        if error is None:
            return
        if error.code == BLANK and not self._backgrounds.of(row).was_asked(question.id):
            yield Problem(ASKED_LATER, "warning", question.id, texts.ASKED_LATER, texts.ASKED_LATER_ADVICE)
        else:
            yield problem_of(question, error, cell_text(column.cell(row)))

    def _personal_data(self, question: str, row: int) -> Iterator[Problem]:
        # Else the clerk was asked, and confirmed.
        if f"{PERSONAL_DATA}:{question}" not in self._backgrounds.of(row).reasons:
            # The words themselves are not repeated: one place too many is enough.
            yield Problem(PERSONAL_DATA, "warning", question, texts.PERSONAL_DATA, texts.PERSONAL_DATA_ADVICE)


def cell_text(cell: Cell) -> str:
    """What stands in a cell, as people type it, in one line of at most 80 characters.

    The whole of it: a column of whole numbers shows 66,5 as 67, and the fraction is what is wrong with it.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return texts.TRUE if cell else texts.FALSE
    return shorten(number_text(cell).replace(".", ",") if isinstance(cell, int | float) else cell)
