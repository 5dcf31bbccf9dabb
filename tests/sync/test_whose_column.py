"""Whose column is which, whatever the file and staff change, and whether or not a write is known to have landed."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import Cell
from outbox.payload import canonical
from sync.tabs.arrange import Insert, Move, Step, place_after
from sync.tabs.former import former_requests, former_title
from sync.tabs.memory import UNKNOWN, ColumnsMemory, Former, from_json
from sync.tabs.page import PageCell
from sync.tabs.whose_column import CODE, WhoseColumn
from sync.texts import tabs as texts
from tests.sync.test_tabs_arrange import apply

OKTMO = [f"176{number:02}000" for number in range(6)]
HEAD: dict[str, str] = {CODE: "ОКТМО"}
TAIL = {"@total": "Всего", "@marks": "Отметки"}


@dataclass
class Tab:
    """The tab as lists of columns, top first: title, municipalities, region, and a row of staff's below."""

    dice: random.Random
    columns: list[list[Cell]] = field(default_factory=list)
    memory: ColumnsMemory = UNKNOWN
    at: datetime = datetime(2023, 5, 20)  # noqa: DTZ001 - only day and time are shown
    numbers: Iterator[int] = field(default_factory=itertools.count)
    questions: dict[str, str] = field(default_factory=lambda: {q: f"Вопрос {q}" for q in "abcd"})
    figures: dict[tuple[str, str], int] = field(default_factory=dict)
    own: dict[str, list[Cell]] = field(default_factory=dict)
    """Token below → the column as staff left it."""
    words: list[str] = field(default_factory=list)
    """What staff wrote into columns that are no longer ours."""

    @property
    def wanted(self) -> dict[str, str]:
        return {**HEAD, **self.questions, **TAIL}

    def should(self) -> dict[str, list[PageCell]]:
        rows = {
            code: [PageCell(code), *[self.figure(code, column) for column in list(self.wanted)[1:]]] for code in OKTMO
        }
        return rows | {texts.REGION_ROW: [PageCell(texts.REGION_ROW), *[PageCell(7)] * (len(self.wanted) - 1)]}

    def figure(self, code: str, column: str) -> PageCell:
        if column == "@marks":
            return PageCell(None)
        found = self.figures.setdefault((code, column), self.dice.randrange(100))
        return PageCell(texts.DASH if found < 20 else found)

    def rows(self) -> list[list[Cell]]:
        return [list(row) for row in zip(*self.columns, strict=True)]

    # The worker -------------------------------------------------------------------------------------------------

    def write(self, *, lands: bool = True, known: bool = True) -> None:
        """One write; `lands`: whether it comes through; `known`: whether the worker lives to hear of it."""
        whose = WhoseColumn(self.rows(), self.wanted, self.memory, self.should)
        self.at += timedelta(minutes=1)
        titles = {column: former_title(whose.title(column), self.at, whose.header) for column in whose.dropped}
        self.memory = kept(whose.after(titles))
        if lands:
            self.apply(whose, titles)
            if known:
                self.memory = kept(self.memory.landed())

    def apply(self, whose: WhoseColumn, titles: dict[str, str]) -> None:
        height = len(OKTMO) + 3
        read, steps = self.rows(), whose.arrangement.steps
        self.columns = [c if isinstance(c, list) else [None] * height for c in apply(list(self.columns), steps)]
        for column, place in whose.dropped.items():
            here = place_after(steps, place)
            requests = list(former_requests(1, read, (0, here), height, (whose.title(column), titles[column])))
            replace: Any = requests[0]["findReplace"]
            places = range(len(self.columns)) if "startColumnIndex" not in replace["range"] else [here]
            for at in places:
                if self.columns[at][0] == replace["find"]:
                    self.columns[at][0] = replace["replacement"]
        (codes,) = [column for column in self.columns if OKTMO[0] in column] or [[None, *OKTMO, texts.REGION_ROW]]
        self.order_rows([codes.index(code) for code in (*OKTMO, texts.REGION_ROW)])  # rows come back as wholes
        self.columns += [[None] * height for _ in range(len(self.wanted) - len(self.columns))]
        for index, title in enumerate(self.wanted.values()):
            cells: list[Cell] = [title]
            for should in self.should().values():
                value = should[index].value
                assert value is None or isinstance(value, str | int)
                cells.append(value)
            self.columns[index][: height - 1] = cells

    # Staff and the administrator --------------------------------------------------------------------------------

    def insert(self) -> None:
        token = f"низ {next(self.numbers)}"
        title = self.dice.choice([*self.wanted.values(), "Вопрос a", "Вопрос x", "Заметки", None])
        numeric = self.dice.random() < 0.3
        cells: list[Cell] = [
            self.dice.choice([None, self.dice.randrange(1000, 2000) if numeric else f"слово {next(self.numbers)}"])
            for _ in range(len(OKTMO) + 1)
        ]
        cells[0] = 1000 if numeric else "слово"
        cells[-1] = None  # figures in all rows and in that of the region would be told from ours by nobody
        column: list[Cell] = [title, *cells, token]
        self.own[token] = list(column)
        self.columns.insert(self.dice.randrange(len(self.columns) + 1), column)

    def move(self) -> None:
        column = self.columns.pop(self.dice.randrange(len(self.columns)))
        self.columns.insert(self.dice.randrange(len(self.columns) + 1), column)

    def write_in_former(self) -> None:
        for column in self.columns:
            if "не обновляется" in str(column[0]):
                word, row = f"слово {next(self.numbers)}", self.dice.randrange(1, len(OKTMO) + 1)
                self.words = [*[one for one in self.words if one != column[row]], word]
                column[row] = word
                return

    def sort(self) -> None:
        order = list(range(1, len(OKTMO) + 2))
        self.dice.shuffle(order)
        self.order_rows(order)

    def order_rows(self, order: list[int]) -> None:
        for column in (*self.columns, *self.own.values()):
            column[1:-1] = [column[row] for row in order]

    def change_file(self) -> None:
        match self.dice.randrange(3):
            case 0 if self.questions:
                del self.questions[self.dice.choice(sorted(self.questions))]
            case 1:
                missing = sorted(set("abcdef") - self.questions.keys())
                if missing:
                    one = self.dice.choice(missing)
                    self.questions = dict(sorted({**self.questions, one: f"Вопрос {one}"}.items()))
            case _:
                one = self.dice.choice(["a", "b", "c"])
                if one in self.questions and f"Вопрос {one}, новый" not in self.questions.values():
                    self.questions[one] = f"Вопрос {one}, новый"

    def change_figures(self) -> None:
        for key in self.dice.sample(sorted(self.figures), min(2, len(self.figures))):
            self.figures[key] = self.dice.randrange(100)

    # What has to hold -------------------------------------------------------------------------------------------

    def check(self) -> None:
        titles = [column[0] for column in self.columns]
        assert titles[: len(self.wanted)] == list(self.wanted.values())
        theirs = {str(column[-1]): column for column in self.columns if column[-1] is not None}
        assert theirs == self.own
        cells = [cell for column in self.columns for cell in column]
        assert all(word in cells for word in self.words)
        left = [column for column in self.columns[len(self.wanted) :] if column[-1] is None]
        assert all("не обновляется" in str(column[0]) for column in left)
        again = WhoseColumn(self.rows(), self.wanted, self.memory, self.should)
        assert not again.arrangement.steps
        assert not again.dropped


def kept(memory: ColumnsMemory) -> ColumnsMemory:
    """As it comes back from the outbox."""
    again = from_json(json.loads(canonical(memory.to_json(), "columns")))
    assert again == memory
    assert list(again.meant) == list(memory.meant)
    return again


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whatever_staff_and_the_file_do(dice: random.Random) -> None:
    tab = Tab(dice)
    tab.write()
    tab.check()
    for _ in range(4):
        if dice.random() < 0.7:
            tab.change_file()
        for deed in dice.choices((tab.insert, tab.move, tab.write_in_former, tab.sort), k=dice.randrange(4)):
            deed()
        if dice.random() < 0.3:  # the worker dies over its write; what staff do then is seen by the next one
            tab.write(lands=dice.random() < 0.5, known=False)
            if dice.random() < 0.5:
                tab.sort()
        else:
            tab.change_figures()
        tab.write()
        tab.check()


def test_place_after() -> None:
    steps: tuple[Step, ...] = (Move(1, 4), Insert(2, 2), Move(5, 0))
    after = apply(list(range(6)), steps)
    assert [after.index(place) for place in range(6)] == [place_after(steps, place) for place in range(6)]


def test_what_an_older_or_newer_program_kept_is_no_memory() -> None:
    assert from_json(None) == UNKNOWN
    assert from_json([1, 2]) == UNKNOWN
    memory = ColumnsMemory({"b": "Б", "a": "А"}, {"a": "А"}, {"b": Former("Б (не обновляется с 1.1.2023)", "")})
    assert kept(memory) == memory


def test_a_former_title_names_the_day_and_where_that_stands_already_the_time() -> None:
    at = datetime(2023, 1, 2, 9, 5)  # noqa: DTZ001
    first = "Встречи (не обновляется с 02.01.2023)"
    assert former_title("Встречи", at, ["Встречи"]) == first
    assert former_title("Встречи", at, ["Встречи", first]) == "Встречи (не обновляется с 02.01.2023 09:05)"
