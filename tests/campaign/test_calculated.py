"""Calculated figures: one evaluation, in the form as in a row of the spreadsheet; blank where an operand is."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from campaign import Campaign, Cell, Value, examine, load_campaign, to_json
from campaign.answers import examine_cells
from campaign.errors import CampaignFileError

FILE = Path(__file__).parents[1] / "webform" / "calculated.yaml"
CAMPAIGN = load_campaign(FILE)


def with_expression(folder: Path, expression: str, **keys: str) -> Campaign:
    """The campaign with another expression for the share; keys: others in place of its own."""
    text = FILE.read_text(encoding="utf-8").replace("100 * fed / pupils", expression)
    for key, value in keys.items():
        text = re.sub(rf"(title: Охват.*){key}: [^,]+", rf"\g<1>{key}: {value}", text)
    path = folder / "campaign.yaml"
    path.write_text(text, encoding="utf-8")
    return load_campaign(path)


@pytest.mark.parametrize(
    ("boys", "girls", "fed", "pupils", "share"),
    [
        ("10", "5", "15", 15, Decimal(100)),
        ("10", "5", "1", 15, Decimal("6.7")),
        ("1", "7", "1", 8, Decimal("12.5")),
        ("0", "0", "0", 0, None),
        ("10", "", "1", None, None),
        ("10", "много", "1", None, None),
        ("10", "5", "", 15, None),
    ],
)
def test_the_form_calculates(boys: str, girls: str, fed: str, pupils: int | None, share: Decimal | None) -> None:
    values = examine(CAMPAIGN, {"boys": boys, "girls": girls, "fed": fed, "pupils": "999", "share": "1"}).values
    assert (values["pupils"], values["share"]) == (pupils, share)


@pytest.mark.parametrize(
    ("expression", "places", "value"),
    [
        ("boys / 4", "1", Decimal("2.5")),
        ("boys / 4", "0", Decimal(3)),
        ("-boys / 4", "0", Decimal(-3)),
        ("girls - boys", "2", Decimal(-5)),
        ("boys / 3", "6", Decimal("3.333333")),
        ("2 * 3", "2", Decimal(6)),
        ("count(girls) + count(fed)", "2", Decimal(2)),
    ],
)
def test_rounding_is_half_away_from_zero(tmp_path: Path, expression: str, places: str, value: Decimal) -> None:
    campaign = with_expression(tmp_path, expression, places=places)
    reading = examine(campaign, {"boys": "10", "girls": "5", "fed": "3"})
    assert (reading.values["share"], reading.errors) == (value, ())
    share = campaign.by_id["share"]
    assert share.answer_type.read_json(to_json(campaign, reading.values)["share"]) == value


def test_a_figure_that_no_cell_keeps_is_an_error(tmp_path: Path) -> None:
    campaign = with_expression(tmp_path, "boys * boys * boys")
    reading = examine(campaign, {"boys": "1000000", "girls": "5", "fed": "3"})
    assert [(problem.code, problem.question) for problem in reading.errors] == [("too_many_digits", "share")]


def test_rules_look_at_it() -> None:
    (problem,) = examine(CAMPAIGN, {"boys": "1", "girls": "1", "fed": "3"}).errors
    assert problem.message == "Питаются 3, а учеников 2."


@pytest.mark.parametrize(
    ("cells", "values", "remarked"),
    [
        ((10, 5, 15, 3, 20), (15, Decimal(20)), {}),
        ((10, 5, 15.0, 3, 20.0), (15, Decimal(20)), {}),
        ((10, 5, "15", 3, "20,0"), (15, Decimal(20)), {}),
        ((10, 5, None, 3, ""), (15, Decimal(20)), {}),
        ((12, 5, 15, 3, 20), (17, Decimal("17.6")), {"pupils": "получается 17", "share": "получается 17,6"}),
        ((10, 5, "много", 3, True), (15, Decimal(20)), {"pupils": "получается 15", "share": "получается 20"}),
        ((10, None, 15, 3, 20), (None, None), {"pupils": "посчитать её нельзя", "share": "посчитать её нельзя"}),
    ],
)
def test_a_row_calculates_anew(
    cells: tuple[Cell, ...], values: tuple[Value | None, ...], remarked: dict[str, str]
) -> None:
    reading = examine_cells(CAMPAIGN, cells)
    assert (reading.values["pupils"], reading.values["share"]) == values
    found = {str(p.question): p.message for p in reading.warnings if p.code == "recalculated"}
    assert found.keys() == remarked.keys()
    assert all(words in found[name] for name, words in remarked.items()), found
    assert not reading.errors


@pytest.mark.parametrize(
    ("was", "now", "place", "words"),
    [
        ("calculated: boys + girls", "calculated: boys + fed", "questions[3].calculated", "«fed» стоит ниже"),
        ("calculated: boys + girls", "calculated: boys + pupils", "questions[3].calculated", "или это он сам"),
        ("calculated: boys + girls", "calculated: boys + gils", "questions[3].calculated", "может быть, «girls»"),
        ("calculated: boys + girls", "calculated: boys > girls", "questions[3].calculated", "нужно число"),
        ("calculated: boys + girls", "calculated: \"'2023-01-01'\"", "questions[3].calculated", "получается дата"),
        ("calculated: boys + girls", "calculated: boys, required: true", "questions[3].required", "не бывает"),
        ("calculated: boys + girls", "calculated: boys, minimum: 1", "questions[3].minimum", "не бывает"),
        (
            "type: integer, title: Девочек, aggregate: sum",
            "type: text, title: Д, calculated: boys",
            "questions[2].calculated",
            "только число",
        ),
    ],
)
def test_what_cannot_be_calculated_is_named(tmp_path: Path, was: str, now: str, place: str, words: str) -> None:
    path = tmp_path / "campaign.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now), encoding="utf-8")
    with pytest.raises(CampaignFileError) as told:
        load_campaign(path)
    assert place in str(told.value)
    assert words in str(told.value)
