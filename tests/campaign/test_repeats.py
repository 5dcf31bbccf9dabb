"""Lists of entries: the file's key, what the form sends, the figures made of the entries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import Campaign, CampaignFileError, Cell, Typed, examine, load_campaign, read_json, to_json
from campaign.answers import examine_cells
from campaign.entries import entries_of, typed_fields
from tests.conftest import ROOT

FILE = ROOT / "tests" / "webform" / "events.yaml"
OPTIONS = "".join(f"- {{id: c{n}, title: К{n}}}\n              " for n in range(9)) + "\n"
GOOD = {"day": "01.05.2023", "name": "Бал", "participants": "120"}


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(FILE)


def form(*entries: Mapping[str, Typed], **more: Typed) -> dict[str, Typed]:
    """What the form sends of these entries, with keys in an order of their own."""
    keys = [f"k{999 - number}" for number in range(len(entries))]
    fields = {
        f"events.{key}.{name}": typed for key, one in zip(keys, entries, strict=True) for name, typed in one.items()
    }
    return {"held": "yes", "events": tuple(keys), **fields, **more}


def test_entries_are_read_and_counted_and_summed(campaign: Campaign) -> None:
    second: dict[str, Typed] = {**GOOD, "participants": "1 030", "cost": "1,50", "guests": ("press", "parents")}
    reading = examine(campaign, form({**GOOD}, second))
    assert reading.problems == ()
    stored = to_json(campaign, reading.values)
    assert stored["events"] == [
        {"day": "2023-05-01", "name": "Бал", "participants": 120},
        {"day": "2023-05-01", "name": "Бал", "participants": 1030, "cost": "1.5", "guests": ["parents", "press"]},
    ]
    made = {name: reading.values[name] for name in ("events_count", "events_participants", "events_cost", "average")}
    assert made == {
        "events_count": 2, "events_participants": 1150, "events_cost": Decimal("1.5"), "average": Decimal(575)
    }  # fmt: skip
    again = read_json(campaign, json.loads(json.dumps(stored)))
    assert again == {name: value for name, value in reading.values.items() if value is not None}
    fields = dict(typed_fields(campaign.by_id["events"], again["events"]))
    assert examine(campaign, {"held": "yes", **fields}).values == reading.values


def test_each_mistake_names_its_entry_and_its_field(campaign: Campaign) -> None:
    reading = examine(campaign, form({**GOOD}, {}, {"day": "когда-то", "participants": "5"}))
    assert [(p.field, p.title) for p in reading.errors] == [
        ("events.k997.day", "Мероприятие 3: Дата"),
        ("events.k997.name", "Мероприятие 3: Название"),
    ], "a blank entry is left out, and the others keep their numbers"
    assert reading.mistaken == {"events"}
    assert not {"events", "events_count", "events_participants"} & set(reading.values), "no figure of mistaken entries"


def test_an_entry_too_few_and_one_too_many_are_refused(campaign: Campaign) -> None:
    assert [p.code for p in examine(campaign, form({})).errors] == ["blank"]
    assert [p.code for p in examine(campaign, form(*[{**GOOD}] * 201)).errors] == ["too_many_items"]
    assert examine(campaign, form(*[{**GOOD}] * 200)).values["events_participants"] == 24_000
    unasked = examine(campaign, form({**GOOD}, held="no"))
    assert (unasked.errors, unasked.values["events"], unasked.values["events_count"]) == ((), None, None)


def test_personal_data_in_an_entry_is_asked_about_once(campaign: Campaign) -> None:
    (asked,) = examine(campaign, form({**GOOD, "name": "звоните 8 (910) 123-45-67"}, {**GOOD})).warnings
    assert (asked.question, asked.rule, asked.ask) == ("events", "personal_data:events", "confirm")


def test_rules_use_the_figures_and_a_row_of_cells_has_them_itself(campaign: Campaign) -> None:
    many = {**GOOD, "participants": "300000"}
    (warned,) = examine(campaign, form(many)).warnings
    assert (warned.code, warned.question) == ("crowd", "events_participants")
    cells: dict[str, Cell] = {"held": "да", "events_count": 2, "events_participants": 500_000, "average": 250_000}
    row = examine_cells(campaign, [cells.get(q.id) for q in campaign.sheet_questions])
    assert [p.code for p in row.problems] == ["crowd"]
    assert row.values["events_count"] == 2, "of a row that the ministry typed in"


@given(
    st.dictionaries(
        st.one_of(
            st.sampled_from(["held", "events", "events.1.day", "events.1.name", "events.1.guests"]),
            st.sampled_from(["events.1.participants", "events.1.cost", "events.2.participants"]),
            st.text(max_size=12),
        ),
        st.text(max_size=40) | st.lists(st.text(max_size=9), max_size=5).map(tuple) | st.just(("1", "1", "-1")),
    )
)  # fmt: skip
def test_no_input_makes_the_check_fail(sent: dict[str, Typed]) -> None:
    campaign = load_campaign(FILE) if not _LOADED else _LOADED[0]
    _LOADED[:] = [campaign]
    reading = examine(campaign, {"held": "yes", **sent})
    for row in entries_of(campaign.by_id["events"], reading.values.get("events")):
        assert {"day", "name", "participants"} <= set(row)


_LOADED: list[Campaign] = []


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("max_entries: 200", "max_entries: 201", "max_entries", "200"),
        ("- {id: club, title: В клубе}\n", OPTIONS, "max_entries", "не больше 147"),
        ("min_entries: 1", "min_entries: 201", "min_entries", "200"),
        ("max_entries: 200", "max_entries: 0", "max_entries", "1"),
        ("_entries: 1\n        max_entries: 200", "_entries: 9\n        max_entries: 8", "max_entries", "min_entries"),
        ("entry: Мероприятие\n", "\n", "entry", "нужен этот ключ"),
        ("tab: Мероприятия", "tab: Ответы", "tab", "такое название у вкладки уже есть"),
        ("{id: cost, type: decimal", "{id: count, type: decimal", "id", "это имя занято"),
        ("{id: cost, type: decimal", "{id: day, type: decimal", "id", "не должны повторяться"),
        ("{id: cost, type: decimal", "{id: cost, type: files", "unit", "не знает этого ключа"),
        ("decimal, title: Расходы, unit: тыс. руб.}", "files, title: Акт}", "type", "не бывает файлов"),
        ("{id: cost, type: decimal", "{id: cost, type: repeats", "type", "такого вида ответа нет"),
        ("title: Расходы, unit", "title: Расходы, kept_at_home: true, unit", "kept_at_home", "не бывает"),
        ("title: Расходы, unit", "title: Расходы, relevant: held, unit", "relevant", "не бывает"),
        ("title: Расходы, unit", "title: Расходы, aggregate: mean, unit", "aggregate", "sum или none"),
        ("sum(events.participants) / count", "sum(events.people) / count", "calculated", "events.people"),
        ("id: events\n        type", "id: average\n        type", "id", "не должны повторяться"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_words_with_line_and_key(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file = tmp_path / "config.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CampaignFileError) as caught:
        load_campaign(file)
    found = [one for one in caught.value.mistakes if one.key.endswith(key) and words in one.expected]
    assert found, [str(one) for one in caught.value.mistakes]
    assert found[0].line > 1
