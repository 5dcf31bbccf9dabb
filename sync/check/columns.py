"""Columns of answers: every distinct cell is read once, however many rows hold it. Imported by `sync` alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from campaign import AnswerError, Cell, Question, Value, read_cell
from campaign.rules import contains, held
from sync.table import AnswersTable

Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int64] | npt.NDArray[np.object_]

INT64_SAFE = 2**40
"""Integers up to here are kept as int64: sums of a million of them are exact. Greater ones and decimals are objects."""


@dataclass(frozen=True)
class Column:
    """One question's answers.

    codes:    row → index of its distinct cell
    cells:    the distinct cells
    values:   what each says; None when blank or mistaken
    mistakes: what is wrong with each; None when sound
    """

    question: Question
    codes: Positions
    cells: Sequence[Cell]
    values: Sequence[Value | None]
    mistakes: Sequence[AnswerError | None]

    @cached_property
    def present(self) -> Flags:
        """By distinct cell: filled in and sound."""
        return np.array([v is not None for v in self.values], dtype=np.bool_)

    @cached_property
    def sound(self) -> Flags:
        """By distinct cell: without an error; may be blank."""
        return np.array([m is None for m in self.mistakes], dtype=np.bool_)

    @cached_property
    def numbers(self) -> Numbers:
        """By distinct cell: the figure; 0 where there is none (look at `present`)."""
        return exact_numbers([v if isinstance(v, int | Decimal) else 0 for v in self.values])

    @cached_property
    def held(self) -> npt.NDArray[np.int64]:
        """By distinct cell: how many values it holds."""
        return np.array([held(v) for v in self.values], dtype=np.int64)

    def includes(self, option: str) -> Flags:
        """By distinct cell: whether it is or includes the option."""
        return np.array([contains(v, option) for v in self.values], dtype=np.bool_)

    def value(self, row: int) -> Value | None:
        return self.values[int(self.codes[row])]

    def mistake(self, row: int) -> AnswerError | None:
        return self.mistakes[int(self.codes[row])]

    def cell(self, row: int) -> Cell:
        return self.cells[int(self.codes[row])]


def positions(flags: Flags) -> list[int]:
    """Where the flags hold."""
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


def exact_numbers(numbers: Sequence[int | Decimal]) -> Numbers:
    """As int64 when sums of them stay exact, as Python's own numbers otherwise."""
    if all(isinstance(n, int) and -INT64_SAFE <= n <= INT64_SAFE for n in numbers):
        return np.array(numbers, dtype=np.int64)
    objects = np.empty(len(numbers), dtype=np.object_)
    objects[:] = [int(n) if isinstance(n, bool) else n for n in numbers]
    return objects


def read_columns(
    questions: Iterable[Question], table: AnswersTable, positions: Sequence[int] | None = None
) -> dict[str, Column]:
    """The answers of these questions, of all rows or of the rows at these positions (in their order).

    A question without a column yet is blank in every row; that it is required is said by `check_rows`.
    """
    size = len(table) if positions is None else len(positions)
    columns = {}
    for question in questions:
        cells = table.columns.get(question.id)
        if cells is None:
            cells = [None] * size
        elif positions is not None:
            cells = [cells[i] for i in positions]
        columns[question.id] = read_column(question, cells)
    return columns


def read_column(question: Question, cells: Sequence[Cell]) -> Column:
    """Every distinct cell read once by `campaign.read_cell`."""
    types = set(map(type, cells))
    if types == {int} and question.type == "integer":
        whole = _whole_column(question, cells)
        if whole is not None:
            return whole
    distinct: list[Cell]
    # 1, 1.0 and True are one key of a dict, and not one answer: where their types meet, the type joins the key.
    if len({bool, int, float} & types) > 1:
        typed = [(type(cell), cell) for cell in cells]
        pairs = {key: i for i, key in enumerate(dict.fromkeys(typed))}
        codes = np.fromiter(map(pairs.__getitem__, typed), dtype=np.intp, count=len(cells))
        distinct = [cell for _, cell in pairs]
    else:
        index: Mapping[Cell, int] = {cell: i for i, cell in enumerate(dict.fromkeys(cells))}
        codes = np.fromiter(map(index.__getitem__, cells), dtype=np.intp, count=len(cells))
        distinct = list(index)
    values: list[Value | None] = []
    mistakes: list[AnswerError | None] = []
    for cell in distinct:
        try:
            values.append(read_cell(question, cell))
            mistakes.append(None)
        except AnswerError as error:
            values.append(None)
            mistakes.append(error)
    return Column(question, codes, distinct, values, mistakes)


def _whole_column(question: Question, cells: Sequence[Cell]) -> Column | None:
    """A column of whole number cells alone; None when one of them is out of limits.

    The limits are an interval: when the least and the greatest read as themselves, so do all between.
    """
    numbers = cast("Sequence[int]", cells)
    least, greatest = min(numbers), max(numbers)
    if not -INT64_SAFE <= least <= greatest <= INT64_SAFE:
        return None
    try:
        if read_cell(question, least) != least or read_cell(question, greatest) != greatest:
            return None
    except AnswerError:
        return None
    size = len(numbers)
    column = Column(question, np.arange(size, dtype=np.intp), cells, numbers, [None] * size)
    every = np.ones(size, dtype=np.bool_)
    column.__dict__.update(numbers=np.array(numbers, dtype=np.int64), present=every, sound=every)
    return column
