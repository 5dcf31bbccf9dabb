"""The entries of a list: read from the form, and back from the value of an answer.

In the form the list's own field names its entries by keys, in their order; `field_name` names the fields of each. A
key stays with its entry, so that taking another one away moves no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from campaign.answer_types.numbers import WHOLE_CELL
from campaign.answer_types.repeats import entry_text
from campaign.codes import AnswerCode
from campaign.errors import AnswerError, EntriesError
from campaign.model.questions import Entries, FromEntries, Question
from campaign.problems import Problem
from campaign.texts import repeats as texts
from campaign.values import Json, Typed, Value

ENTRY_KEY = re.compile("[0-9a-z]{1,8}")


def field_name(list_id: str, key: str, question: str) -> str:
    """Return the name of a field of an entry."""
    return f"{list_id}.{key}.{question}"


def keys_of(typed: Typed) -> tuple[str, ...]:
    """Return the keys of the entries that a list's own field names, each once."""
    found = (typed,) if isinstance(typed, str) else typed
    return tuple(dict.fromkeys(key for key in found if ENTRY_KEY.fullmatch(key)))


def entry_title(question: Question, number: int) -> str:
    """Return «Мероприятие 3»."""
    return texts.ENTRY.format(entry=question.entries.entry if question.entries else "", number=number)


def is_blank(typed: Typed | None) -> bool:
    """Return True if nothing was typed into the field, or nothing chosen."""
    return not (typed.strip() if isinstance(typed, str) else typed)


def read_entries(
    question: Question,
    entries: Entries,
    typed: Mapping[str, Typed],
    read: Callable[[Question, Typed], Value | None],
) -> Value | None:
    """Return the value of a list in the form. Raises EntriesError with all that is wrong with its entries.

    An entry without any answer is left out, and those behind it keep their numbers in the problems.

    typed: the whole form; read: reads the answer to one question, raises AnswerError
    """
    kept: list[str] = []
    problems: list[Problem] = []
    filled = {
        number: key
        for number, key in enumerate(keys_of(typed.get(question.id, ())), start=1)
        if not all(is_blank(typed.get(field_name(question.id, key, one.id))) for one in entries.questions)
    }
    wrong = _wrong_number(entries, len(filled))
    if wrong is not None:
        problems.append(Problem(wrong.code, "error", question.id, wrong.message, wrong.advice))
    if len(filled) > entries.most:
        raise EntriesError(problems)  # no more work than a list may make
    for number, key in filled.items():
        answers: dict[str, Json] = {}
        for one in entries.questions:
            field = field_name(question.id, key, one.id)
            try:
                value = read(one, typed.get(field, ""))
            except AnswerError as error:
                title = texts.ANSWER.format(title=entry_title(question, number), value=one.title)
                problems.append(
                    Problem(error.code, "error", question.id, error.message, error.advice, field=field, title=title)
                )
                continue
            if value is not None:
                answers[one.id] = one.answer_type.to_json(value)
        kept.append(entry_text(answers))
    if problems:
        raise EntriesError(problems)
    return tuple(kept) or None


def typed_entries(question: Question, typed: Mapping[str, Typed]) -> tuple[str, ...]:
    """Return the entries in the form as the value of an answer, to show a draft; what cannot be read stays as typed."""
    found = []
    for key in keys_of(typed.get(question.id, ())):
        answers: dict[str, Json] = {}
        for one in question.entries.questions if question.entries else ():
            field = typed.get(field_name(question.id, key, one.id), "")
            if not is_blank(field):
                answers[one.id] = _readable(one, field)
        found.append(entry_text(answers))
    return tuple(found)


def _readable(question: Question, typed: Typed) -> Json:
    try:
        value = question.answer_type.read_typed(question, typed)
    except AnswerError:
        return typed if isinstance(typed, str) else [*typed]
    return "" if value is None else question.answer_type.to_json(value)


def _wrong_number(entries: Entries, count: int) -> AnswerError | None:
    if count == 0 < entries.least:
        return AnswerError(AnswerCode.BLANK, texts.NO_ENTRIES, texts.BLANK_ADVICE)
    if count < entries.least:
        return AnswerError(
            AnswerCode.TOO_FEW_ITEMS, texts.FEW.format(least=entries.least, count=count), texts.FEW_ADVICE
        )
    if count > entries.most:
        words = texts.MANY.format(most=entries.most, count=count), texts.MANY_ADVICE
        return AnswerError(AnswerCode.TOO_MANY_ITEMS, *words)
    return None


def entries_of(question: Question, value: object) -> list[dict[str, Value]]:
    """Return the answers of each entry of a list, by question id; none for any value but a list's.

    Of an answer that only an earlier type of its question can have kept the text.
    """
    if question.entries is None or not isinstance(value, tuple):
        return []
    return [
        {one.id: _kept(one, answers[one.id]) for one in question.entries.questions if answers.get(one.id) is not None}
        for answers in map(json.loads, value)
    ]


def _kept(question: Question, stored: Json) -> Value:
    try:
        return question.answer_type.read_json(stored)
    except (TypeError, ValueError, ArithmeticError):
        return "; ".join(map(str, stored)) if isinstance(stored, list) else str(stored)


def figure(question: Question, origin: FromEntries, entries: Entries, value: Value | None) -> int | Decimal | None:
    """Return the figure that is made of a list: the number of its entries, or the sum over them.

    None where no entry has the summed figure, though there are some. Raises AnswerError for a sum that no cell keeps.
    """
    rows = [] if not isinstance(value, tuple) else [json.loads(entry) for entry in value]
    if not origin.figure:
        return len(rows)
    summed = next(one for one in entries.questions if one.id == origin.figure)
    figures = [_kept(summed, row[summed.id]) for row in rows if row.get(summed.id) is not None]
    numbers = [one for one in figures if isinstance(one, int | Decimal)]
    if rows and not numbers:
        return None
    total = Decimal(0)
    for one in numbers:
        total += one
    if abs(total) >= WHOLE_CELL:
        raise AnswerError(AnswerCode.TOO_MANY_DIGITS, texts.TOO_LARGE, texts.TOO_LARGE_ADVICE)
    return total.normalize() + 0 if question.decimal_places else int(total)


def typed_fields(question: Question, value: Value) -> Iterator[tuple[str, Typed]]:
    """Yield the fields that give a list again: its own with the keys, then those of every entry."""
    rows = entries_of(question, value)
    yield question.id, tuple(str(number) for number in range(1, len(rows) + 1))
    by_id = {one.id: one for one in question.entries.questions} if question.entries else {}
    for number, answers in enumerate(rows, start=1):
        for name, answer in answers.items():
            yield field_name(question.id, str(number), name), by_id[name].answer_type.typed(by_id[name], answer)


def free_texts(question: Question, value: Value) -> str:
    """Return all free text of a list's entries, for the look for personal data."""
    if question.entries is None:
        return ""
    free = [one.id for one in question.entries.questions if one.type in ("text", "long_text")]
    return "\n".join(str(answers[name]) for answers in entries_of(question, value) for name in free if name in answers)


def shown_entries(question: Question, value: Value) -> str:
    """Return the list as text, a line an entry: «Мероприятие 1: Дата: 01.02.2026; Участников: 30».

    An answer of a type that the question had before is a text already.
    """
    if question.entries is None or isinstance(value, str):
        return str(value)
    lines = []
    for number, answers in enumerate(entries_of(question, value), start=1):
        parts = [
            texts.ANSWER.format(title=one.title, value=" ".join(one.answer_type.shown(one, answers[one.id]).split()))
            for one in question.entries.questions
            if one.id in answers
        ]
        lines.append(texts.ANSWER.format(title=entry_title(question, number), value="; ".join(parts)))
    return "\n".join(lines)
