"""The file gives a question another type after it was answered: nothing fails, no answer disappears."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import (
    AnswerError,
    Campaign,
    Question,
    Section,
    Typed,
    Value,
    read_figures,
    read_json,
    read_typed,
    stored_text,
)
from campaign.answer_types import ANSWER_TYPES
from campaign.model import Repeats
from campaign.values import Json

OPTIONS = ({"id": "a", "title": "Первый"}, {"id": "b", "title": "Второй"})
WORDS = st.sampled_from(
    ["12", "007", "-1", "1.50", "NaN", "Infinity", "1e9", "2023-05-30", "20230530", "да", "a", "; "]
)
TYPED: dict[str, st.SearchStrategy[Typed]] = {
    "integer": st.integers(0, 10**9).map(str),
    "decimal": st.decimals(0, 10**6, places=2, allow_nan=False).map(str),
    "text": WORDS | st.text(max_size=20),
    "long_text": WORDS | st.text(max_size=20) | st.lists(WORDS, max_size=3).map("\n".join),
    "one_of": st.sampled_from(["a", "b"]),
    "several": st.lists(st.sampled_from(["a", "b"]), min_size=1),
    "yes_no": st.sampled_from(["yes", "no"]),
    "date": st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str),
    "links": st.lists(st.sampled_from(["https://example.org/1", "http://пример.рф"]), min_size=1).map("\n".join),
    "files": st.sampled_from([("ab" * 16 + "/1200/приказ.pdf",), "2 файла"]),
    "repeats": st.just("3 записи"),
    "phone": st.just("8 (4922) 00-00-00") | st.just("84922000000"),
    "email": st.just("otdel@example.org"),
}
# No type keeps these, but a store that somebody edited may have them.
ODD: st.SearchStrategy[Json] = st.one_of(
    st.none(), st.booleans(), st.integers(), WORDS, st.text(max_size=20), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.lists(st.lists(WORDS, max_size=1), max_size=1),
)  # fmt: skip


def question(kind: str) -> Question:
    options = {"options": OPTIONS} if "options" in ANSWER_TYPES[kind].accepts else {}
    made = {"id": "q", "type": kind, "title": "Вопрос", **options}
    if kind == "repeats":
        inside = [{"id": "n", "type": "integer", "title": "Сколько"}]
        return Repeats.model_validate({**made, "entry": "Запись", "questions": inside}, strict=False).list_question
    return Question.model_validate(made)


def kept(kind: str, typed: Typed) -> Json:
    """Return what the outbox keeps of the typed text; None where it is no answer."""
    if kind == "repeats":
        return [{"n": 3}, {}]
    try:
        value = read_typed(question(kind), typed)
    except AnswerError:
        return None
    stored: Json = None if value is None else json.loads(json.dumps(ANSWER_TYPES[kind].to_json(value)))
    return stored


def own(kind: str, value: Value) -> bool:
    """Return True if the type may have this value."""
    match kind:
        case "integer":
            return type(value) is int
        case "decimal":
            return isinstance(value, Decimal) and value.is_finite()
        case "yes_no":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, date)
        case "several" | "links" | "files" | "repeats":
            return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def campaign_of(now: Question) -> Campaign:
    """Return a campaign with this question alone."""
    section = Section.model_construct(id="s", title="Раздел", questions=(now,))
    return Campaign.model_construct(sections=(section,))


@pytest.mark.slow
@pytest.mark.parametrize("now", ANSWER_TYPES)
@settings(max_examples=25, deadline=None)  # each takes every type once
@given(st.data())
def test_what_one_type_kept_any_other_reads_or_refuses(now: str, data: st.DataObject) -> None:
    asked = question(now)
    campaign, there = campaign_of(asked), ANSWER_TYPES[now]
    for before in ANSWER_TYPES:
        stored = kept(before, data.draw(TYPED[before])) if data.draw(st.booleans()) else data.draw(ODD)
        try:
            value = there.read_json(stored)
        except (TypeError, ValueError):
            assert read_figures([asked], {"q": stored}) == {}
        else:
            assert own(now, value)
            assert read_figures([asked], {"q": stored}) == {"q": value}
        values = read_json(campaign, {"q": stored})
        assert bool(values) is (stored is not None)
        for shown in values.values():
            assert isinstance(there.shown(asked, shown), str)
            assert isinstance(there.typed(asked, shown), str | tuple)
            there.write_cell(asked, shown)


@pytest.mark.parametrize("now", ANSWER_TYPES)
@given(st.sampled_from([*ANSWER_TYPES]), st.data())
def test_what_is_refused_is_shown_as_it_was_sent(now: str, before: str, data: st.DataObject) -> None:
    stored = kept(before, data.draw(TYPED[before]))
    if stored is None:
        return
    asked = question(now)
    there = ANSWER_TYPES[now]
    try:
        there.read_json(stored)
    except (TypeError, ValueError):
        (value,) = read_json(campaign_of(asked), {"q": stored}).values()
        assert there.shown(asked, value) == there.write_cell(asked, value) == stored_text(stored)
        assert there.typed(asked, value) in (stored_text(stored), (stored_text(stored),))


@pytest.mark.parametrize(
    ("before", "stored", "now", "value"),
    [
        ("decimal", "12", "integer", 12),
        ("integer", 12, "decimal", Decimal(12)),
        ("integer", 12, "text", "12"),
        ("one_of", "a", "several", ("a",)),
        ("links", ["https://example.org/1", "https://example.org/2"], "long_text", "https://example.org/1\nhttps://example.org/2"),
    ],
)  # fmt: skip
def test_what_means_the_same_in_the_new_type_is_taken_over(before: str, stored: Json, now: str, value: Value) -> None:
    assert ANSWER_TYPES[now].read_json(stored) == value, before


def test_every_type_is_tried() -> None:
    assert set(TYPED) == set(ANSWER_TYPES)
