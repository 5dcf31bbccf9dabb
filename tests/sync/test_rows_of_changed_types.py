"""The campaign file gives a question another type while answers are there: no row loses one, no edit is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import Cell, load_campaign
from campaign.values import Json
from sync.records.rows import cells_of
from tests.sync.factories import ALEXANDROV, CONFIG, Made, answers
from tests.sync.test_remarks_on_edits import FIGURE, look

COMMENT = "{id: comment, type: long_text, title: Комментарий, hint: Без фамилий и телефонов., max_length: 2000}"
NOW = "{{id: comment, type: {kind}, title: Комментарий}}"


def retyped(tmp_path: Path, kind: str) -> Path:
    text = CONFIG.read_text(encoding="utf-8")
    assert COMMENT in text
    path = tmp_path / "config.yaml"
    path.write_text(text.replace(COMMENT, NOW.format(kind=kind)), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["integer", "decimal", "date", "yes_no", "links", "text", "phone"])
@pytest.mark.parametrize("comment", ["500", "1 234", "007", "30.05.2023", "да", "около 500"])
def test_another_type_makes_no_edits_of_what_was_sent(tmp_path: Path, kind: str, comment: str) -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10, comment=comment))
    made.row_of(sent)[FIGURE] = 11  # so that the row is looked at
    assert made.row_of(sent)["comment"] == comment
    made.campaign = load_campaign(retyped(tmp_path, kind))
    assert look(made) == [("changed", FIGURE, 10, 11)]
    made.row_of(sent)["comment"] = "другое"
    assert [question for _, question, *_ in look(made)] == [FIGURE, "comment"]


@pytest.mark.parametrize(
    ("kind", "stored", "cell"),
    [
        ("integer", "около 500", "около 500"),
        ("integer", "500", 500),
        ("yes_no", "может быть", "может быть"),
        ("date", 45076, "45076"),
        ("long_text", True, "да"),
        ("integer", ["a", "b"], "a; b"),
    ],
)
def test_what_waits_for_delivery_is_written_as_it_was_sent(tmp_path: Path, kind: str, stored: Json, cell: Cell) -> None:
    sent = Made().submit(ALEXANDROV, answers(10))
    waiting = sent._replace(answers={**sent.answers, "comment": stored})
    assert cells_of(load_campaign(retyped(tmp_path, kind)), waiting)["comment"] == cell
