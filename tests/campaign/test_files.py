"""The answer type `files`: what the form's answer and a cell of the spreadsheet say of attached files."""

from __future__ import annotations

import pytest

from campaign import AnswerError, Cell, Question, Typed, read_cell, read_typed
from campaign.answer_types.files import UNKNOWN_FILE, attached_files
from campaign.expressions import count_values

ONE = f"{'a1' * 16}/1234567/приказ № 5.pdf"
TWO = f"{'b2' * 16}/999/план.docx"


def question(**keys: object) -> Question:
    return Question.model_validate({"id": "papers", "type": "files", "title": "Приказы", **keys})


def test_an_answer_names_its_files_and_the_spreadsheet_shows_only_their_number() -> None:
    asked = question()
    value = read_typed(asked, (ONE, TWO))
    assert value == (ONE, TWO)
    assert [file.shown for file in attached_files(value)] == ["приказ № 5.pdf (1,2\u00a0МБ)", "план.docx (1\u00a0КБ)"]
    assert asked.answer_type.shown(asked, value) == asked.answer_type.write_cell(asked, value) == "2 файла"
    assert asked.answer_type.read_json(asked.answer_type.to_json(value)) == value


@pytest.mark.parametrize(
    ("cell", "count"), [("2 файла", 2), ("1 файл", 1), ("5 файлов", 5), ("3", 3), (3.0, 3), (2, 2)]
)
def test_a_cell_says_how_many_and_a_rule_counts_the_same(cell: Cell, count: int) -> None:
    asked = question()
    value = read_cell(asked, cell)
    assert value == (UNKNOWN_FILE,) * count
    assert count_values(value) == count == count_values(read_typed(asked, (ONE,) * count))
    assert attached_files(value) == ()


@pytest.mark.parametrize("blank", ["", None, "0", "0 файлов", 0])
def test_no_file_is_blank(blank: Cell) -> None:
    assert read_cell(question(), blank) is None
    with pytest.raises(AnswerError, match="не заполнен"):
        read_cell(question(required=True), blank)


@pytest.mark.parametrize("cell", ["прислали почтой", "-1 файл", "1,5", 1.5, True, "#ССЫЛКА!"])
def test_a_cell_that_tells_no_number_is_an_error(cell: Cell) -> None:
    with pytest.raises(AnswerError) as told:
        read_cell(question(), cell)
    assert told.value.code == "not_files"


@pytest.mark.parametrize("typed", [(ONE,) * 6, "6 файлов"])
def test_more_files_than_the_question_takes_are_an_error(typed: Typed) -> None:
    with pytest.raises(AnswerError, match="Файлов 6, можно не больше 5"):
        read_typed(question(), typed)
    assert len(attached_files(read_typed(question(max_items=6), (ONE,) * 6))) == 6


@pytest.mark.parametrize(
    "text", ["", "../../etc/passwd", "a1/1/x.pdf", ONE.replace("приказ", "../приказ"), ONE + "\n", ONE.upper()]
)
def test_nothing_else_is_taken_for_a_file_of_ours(text: str) -> None:
    with pytest.raises(AnswerError):
        read_typed(question(), (ONE, text))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"max_items": 21}, "не больше 20"),
        ({"kept_at_home": True}, "и так остаются"),
        ({"options": ()}, "не знает этого ключа"),
    ],
)
def test_the_file_of_the_campaign_cannot_ask_for_what_does_not_fit(keys: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        question(**keys)
