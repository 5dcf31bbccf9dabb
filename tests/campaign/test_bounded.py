"""No answer makes the program work long: too long ones are refused unread, and reading grows with the length alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from campaign import AnswerError, Question, personal_data
from campaign.answer_types import ANSWER_TYPES
from campaign.answer_types.base import LONGEST

OPTIONS = tuple({"id": f"o{n}", "title": f"Вариант {n}"} for n in range(3))
TYPES = sorted(set(ANSWER_TYPES) - {"repeats"})  # a list is read entry by entry: see `test_repeats.py`
SHORT, LONG = 5_000, 200_000
LINEAR = 200
"""Forty times the text may take forty times as long; a quadratic reading would take 1,600 times."""
NOTHING = 0.002
"""Seconds that count as no time at all: below them a clock measures the machine."""

SHAPES: dict[str, Callable[[int], str]] = {
    "list marks": lambda n: "- " * (n // 2) + "x",
    "bullets": lambda n: "• " * (n // 2) + "x",
    "numbered": lambda n: "1. " * (n // 3) + "x",
    "brackets": lambda n: "<" * (n // 2) + ">" * (n // 2),
    "links": lambda n: "http://a.b/ " * (n // 12),
    "broken links": lambda n: "http://" * (n // 7),
    "hosts": lambda n: "a." * (n // 2),
    "separators": lambda n: "x" + ",;" * (n // 2) + "x",
    "blanks": lambda n: "1" + " " * n + "x",
    "lines": lambda n: "1" + "\n" * n + "x",
    "digits": lambda n: "7" * n,
    "grouped": lambda n: "1 234" + " 567" * (n // 4) + "x",
    "phone": lambda n: "8 (" * (n // 3),
    "at signs": lambda n: "a@" * (n // 2),
    "address": lambda n: "a@" + "a." * (n // 2),
    "marks": lambda n: "a" + "\u200b" * n + "a",
    "accents": lambda n: "е" + "\u0308\u0323" * (n // 2),
    "semicolons": lambda n: "Вариант 1;" * (n // 10) + "x",
}


def question(kind: str) -> Question:
    given = {"options": OPTIONS} if "options" in ANSWER_TYPES[kind].accepts else {}
    return Question.model_validate({"id": "q", "type": kind, "title": "Вопрос", **given})


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("read", ["read_typed", "read_cell"])
def test_a_text_that_no_cell_holds_is_refused_unread(kind: str, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer_type = question(kind), ANSWER_TYPES[kind]
    monkeypatch.setattr(type(answer_type), "parse", lambda *_: pytest.fail("its patterns ran"))
    with pytest.raises(AnswerError) as refused:
        getattr(answer_type, read)(asked, "1" * (LONGEST + 1))
    assert refused.value.code == "too_long"
    assert "50\u00a0000" in refused.value.message


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*TYPES, "personal data"])
def test_reading_grows_with_the_length_alone(kind: str) -> None:
    """Without the limit on the length, so that the patterns themselves are looked at."""
    if kind == "personal data":
        read: Callable[[str], object] = personal_data.find
    else:
        asked, answer_type = question(kind), ANSWER_TYPES[kind]

        def read(text: str) -> object:
            try:
                return answer_type.parse(asked, text)
            except AnswerError:
                return None

    def seconds(text: str) -> float:
        began = time.thread_time()
        read(text)
        return time.thread_time() - began

    for name, shape in SHAPES.items():
        short = max(seconds(shape(SHORT)), NOTHING)
        assert seconds(shape(LONG)) < LINEAR * short, name
