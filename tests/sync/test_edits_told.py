"""What «Замечания» says of the ministry's edits: all that happened, nothing that did not, as people read it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaign import Cell
from outbox.records import Json
from sync.remarks import Remark
from sync.staff_edits import cell_json, compare
from tests.sync.made import ALEXANDROV, NOW, Made, answers, the_campaign

CAMPAIGN = the_campaign()
FIGURE = "registered_college_students"


def look(made: Made, *, minutes: int = 0) -> list[tuple[str, str | None, Json, Json]]:
    """One comparison, its edits journalled: kind, question, from, to of each difference."""
    known = {(edit.row_key, edit.question): edit for edit in made.edits}
    found = compare(
        made.campaign,
        made.table(),
        made.record(),
        known,
        spreadsheet_id="sheet",
        seen_at=NOW + timedelta(minutes=minutes),
    )
    made.edits = list(found.values())
    return [(e.kind, e.question, e.was, e.now) for e in made.edits]


def told(made: Made, *codes: str) -> list[Remark]:
    return [remark for remark in made.summary().problems if remark.code in codes]


@pytest.mark.parametrize(("cell", "word"), [(True, "да"), (False, "нет")])
def test_a_tick_box_in_a_figure_is_named_as_the_error_names_it(cell: Cell, word: str) -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    made.row_of(sent)[FIGURE] = cell
    assert look(made) == [("changed", FIGURE, 10, word)]
    (corrected,) = told(made, "corrected")
    (error,) = told(made, "not_a_number")
    assert corrected.shown.strip("«»") == error.shown == word


def test_a_number_that_does_not_read_is_one_text_whatever_its_kind() -> None:
    texts = {cell_json(CAMPAIGN.by_id[FIGURE], cell) for cell in (-1, -1.0)}
    assert texts == {"-1"}
