"""Columns of answers: every distinct cell is read once, however many rows hold it. Imported by `sync` alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from campaign import AnswerError, Cell, Question, Value, read_cell
from campaign.answer_types.base import number_text
from campaign.rules import contains, held
from sync.check.plain import cell_reader, links_in, sure_text
from sync.table import AnswersTable

Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int64] | npt.NDArray[np.object_]

Counts = npt.NDArray[np.int64]

BLANK = "blank"
"""The code of a required question that is blank."""
INT64_SAFE = 2**40
"""Integers up to here are kept as int64: sums of a million of them are exact. Greater ones and decimals are objects."""


class Column(Protocol):
    """One question's answers. All arrays are by row."""

    @property
    def question(self) -> Question: ...

    @property
    def present(self) -> Flags:
        """Filled in and without an error."""

    @property
    def sound(self) -> Flags:
        """Without an error; may be blank."""

    @property
    def unanswered(self) -> Flags:
        """Blank, though the question is required."""

    @property
    def numbers(self) -> Numbers:
        """The figure; 0 where there is none (look at `present`)."""

    @property
    def held(self) -> Counts:
        """How many values there are."""

    def includes(self, option: str) -> Flags:
        """Whether the answer is or includes the option."""

    def found(self, pattern: re.Pattern[str]) -> Flags:
        """Whether the pattern is found in what stands in the cell."""

    def value(self, row: int) -> Value | None:
        """What the row says; None when blank or mistaken."""

    def mistake(self, row: int) -> AnswerError | None:
        """What is wrong with it; None when sound."""

    def cell(self, row: int) -> Cell: ...


@dataclass(frozen=True)
class DistinctColumn:
    """A column of any cells: each distinct one is read once.

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
        return self._flags([v is not None for v in self.values])

    @cached_property
    def sound(self) -> Flags:
        return self._flags([m is None for m in self.mistakes])

    @cached_property
    def unanswered(self) -> Flags:
        return self._flags([m is not None and m.code == BLANK for m in self.mistakes])

    @cached_property
    def numbers(self) -> Numbers:
        return exact_numbers([v if isinstance(v, int | Decimal) else 0 for v in self.values])[self.codes]

    @cached_property
    def held(self) -> Counts:
        return np.array([held(v) for v in self.values], dtype=np.int64)[self.codes]

    def includes(self, option: str) -> Flags:
        return self._flags([contains(v, option) for v in self.values])

    def found(self, pattern: re.Pattern[str]) -> Flags:
        words = [number_text(cell) if isinstance(cell, int | float) else cell or "" for cell in self.cells]
        return self._flags([pattern.search(text) is not None for text in words])

    def value(self, row: int) -> Value | None:
        return self.values[int(self.codes[row])]

    def mistake(self, row: int) -> AnswerError | None:
        return self.mistakes[int(self.codes[row])]

    def cell(self, row: int) -> Cell:
        return self.cells[int(self.codes[row])]

    def _flags(self, flags: list[bool]) -> Flags:
        return np.array(flags, dtype=np.bool_)[self.codes]


@dataclass(frozen=True)
class WholeColumn:
    """A column of whole numbers alone, all within the question's limits."""

    question: Question
    cells: Sequence[int]
    numbers: npt.NDArray[np.int64]

    @cached_property
    def present(self) -> Flags:
        return np.ones(len(self.cells), dtype=np.bool_)

    @cached_property
    def sound(self) -> Flags:
        return self.present

    @cached_property
    def unanswered(self) -> Flags:
        return ~self.present

    @cached_property
    def held(self) -> Counts:
        return self.present.astype(np.int64)

    def includes(self, option: str) -> Flags:
        return self.unanswered

    def found(self, pattern: re.Pattern[str]) -> Flags:
        return np.array([pattern.search(str(cell)) is not None for cell in self.cells], dtype=np.bool_)

    def value(self, row: int) -> Value | None:
        return self.cells[row]

    def mistake(self, row: int) -> AnswerError | None:
        return None

    def cell(self, row: int) -> Cell:
        return self.cells[row]


@dataclass(frozen=True)
class TextColumn:
    """A column of texts, most of which surely read: such a one is read only when its value is asked for.

    rest:   the rows whose cell is blank, or is not surely an answer
    others: their cells, read
    """

    question: Question
    cells: Sequence[str | None]
    rest: Positions
    others: DistinctColumn

    @cached_property
    def present(self) -> Flags:
        return self._flags(True, self.others.present)

    @cached_property
    def sound(self) -> Flags:
        return self._flags(True, self.others.sound)

    @cached_property
    def unanswered(self) -> Flags:
        return self._flags(False, self.others.unanswered)

    @cached_property
    def numbers(self) -> Numbers:
        return np.zeros(len(self.cells), dtype=np.int64)

    @cached_property
    def held(self) -> Counts:
        if self.question.type != "links":
            return self.present.astype(np.int64)
        counts = np.array([links_in(cell) if cell and "\n" in cell else 1 for cell in self.cells], dtype=np.int64)
        counts[self.rest] = self.others.held
        return counts

    def includes(self, option: str) -> Flags:
        return np.array([contains(self.value(row), option) for row in range(len(self.cells))], dtype=np.bool_)

    def found(self, pattern: re.Pattern[str]) -> Flags:
        search = pattern.search
        return np.array([bool(cell) and search(cell or "") is not None for cell in self.cells], dtype=np.bool_)

    def value(self, row: int) -> Value | None:
        return read_cell(self.question, self.cells[row]) if self.sound[row] else None

    def mistake(self, row: int) -> AnswerError | None:
        place = int(np.searchsorted(self.rest, row))
        there = place < len(self.rest) and self.rest[place] == row
        return self.others.mistake(place) if there else None

    def cell(self, row: int) -> Cell:
        return self.cells[row]

    def _flags(self, sure: bool, others: Flags) -> Flags:
        flags = np.full(len(self.cells), sure, dtype=np.bool_)
        flags[self.rest] = others
        return flags


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
    """What `campaign.read_cell` makes of each cell; none is read twice, and sure ones only when asked for."""
    types = set(map(type, cells))
    if types == {int} and question.type == "integer":
        whole = _whole_column(question, cast("Sequence[int]", cells))
        if whole is not None:
            return whole
    sure = sure_text(question) if types <= {str, type(None)} else None
    if sure is not None:
        return _text_column(question, cast("Sequence[str | None]", cells), sure)
    return _distinct_column(question, cells, types)


def _whole_column(question: Question, cells: Sequence[int]) -> WholeColumn | None:
    """None when a number is out of limits.

    The limits are an interval: when the least and the greatest read as themselves, so do all between.
    """
    try:
        numbers = np.array(cells, dtype=np.int64)
    except OverflowError:
        return None
    least, greatest = int(numbers.min()), int(numbers.max())
    if not -INT64_SAFE <= least <= greatest <= INT64_SAFE:
        return None
    try:
        if read_cell(question, least) != least or read_cell(question, greatest) != greatest:
            return None
    except AnswerError:
        return None
    return WholeColumn(question, cells, numbers)


def _text_column(question: Question, cells: Sequence[str | None], sure: re.Pattern[str]) -> TextColumn:
    fits = sure.fullmatch
    rest = [row for row, cell in enumerate(cells) if not cell or fits(cell) is None]
    others = _distinct_column(question, [cells[row] for row in rest], {str})
    return TextColumn(question, cells, np.array(rest, dtype=np.intp), others)


def _distinct_column(question: Question, cells: Sequence[Cell], types: set[type]) -> DistinctColumn:
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
    read = cell_reader(question)
    values: list[Value | None] = []
    mistakes: list[AnswerError | None] = []
    for cell in distinct:
        try:
            values.append(read(cell))
            mistakes.append(None)
        except AnswerError as error:
            values.append(None)
            mistakes.append(error)
    return DistinctColumn(question, codes, distinct, values, mistakes)
