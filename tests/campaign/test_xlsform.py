"""Forms of ODK and Kobo: what is carried over."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from campaign import Campaign, consistency
from campaign.workbook import WorkbookError, from_xlsform
from tests.campaign.test_xlsform_expressions import sentences
from tests.campaign.xlsforms import form, left, question, rules


def test_types_labels_hints_and_groups_are_carried(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(
        form(
            tmp_path,
            ["begin_group", "school", "School", "О школе", "Заполняет директор"],
            question("text", "name", "Название", required="yes", hint="Полностью"),
            question("text", "story", "Рассказ", appearance="multiline", constraint="string-length(.) <= 300"),
            question("integer", "pupils", "Ученики", required="true()", constraint=". >= 10 and . < 5000"),
            question("decimal", "spent", "Израсходовано", required="no", constraint="-1.5 <= ."),
            ["end_group"],
            question("date", "day", "С какого дня"),
            question("select_one yes_no", "hot", "Горячее питание"),
            question("select one from ways", "way", "Как"),
            question("select_multiple ways", "ways", "Какими способами"),
            question("range", "mark", "Оценка", parameters="start=1 end=5 step=1"),
            settings=[["form_title", "form_id"], ["Горячее питание", "Meals_2026"]],
        ),
        real_campaign,
    )
    made = carried.campaign
    assert (made.id, made.about.title, made.about.ministry) == (
        "meals-2026",
        "Горячее питание",
        real_campaign.about.ministry,
    )
    assert made.municipalities == real_campaign.municipalities
    assert [(section.title, section.hint) for section in made.sections] == [
        ("О школе", "Заполняет директор"),
        ("Вопросы", None),
    ]
    assert {q.id: (q.type, q.title, q.required) for q in made.questions} == {
        "name": ("text", "Название", True),
        "story": ("long_text", "Рассказ", False),
        "pupils": ("integer", "Ученики", True),
        "spent": ("decimal", "Израсходовано", False),
        "day": ("date", "С какого дня", False),
        "hot": ("yes_no", "Горячее питание", False),
        "way": ("one_of", "Как", False),
        "ways": ("several", "Какими способами", False),
        "mark": ("integer", "Оценка", False),
    }
    asked = made.by_id
    assert asked["name"].hint == "Полностью"
    assert asked["story"].max_length == 300
    assert (asked["pupils"].minimum, asked["pupils"].maximum) == (10, 4999)
    assert asked["spent"].minimum == Decimal("-1.5")
    assert (asked["mark"].minimum, asked["mark"].maximum) == (1, 5)
    assert [option.title for option in asked["way"].options] == ["Готовят в школе", "Привозят, разогревают", "Никак"]


def test_constraints_become_rules(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(
        form(
            tmp_path,
            question("integer", "pupils"),
            question("integer", "fed", constraint=". <= ${pupils}", constraint_message="Не больше, чем учится"),
            question("select_one yes_no", "hot"),
            question("select_multiple ways", "ways", constraint="count-selected(.) <= 2 and not(selected(., '3'))"),
            question("date", "day", constraint=". >= '2026-09-01' and . <= date('2026-12-31')"),
            question("decimal", "share", constraint="${fed} div ${pupils} >= . or ${hot} = 'no'"),
        ),
        real_campaign,
    )
    assert rules(carried) == {
        "fed_constraint": "fed > pupils",
        "ways_constraint": "count(ways) > 2",
        "ways_constraint_2": "includes(ways, o_3)",
        "day_constraint": "day < '2026-09-01'",
        "day_constraint_2": "day > '2026-12-31'",
        "share_constraint": "not (fed / pupils >= share or (not hot))",
    }
    rule = carried.campaign.rule_texts[0]
    assert (rule.message, rule.level, rule.at) == ("Не больше, чем учится", "error", "fed")


def test_conditions_of_questions_and_groups_are_carried(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(
        form(
            tmp_path,
            question("integer", "pupils"),
            question("text", "name"),
            question("select_one yes_no", "hot", required="yes", relevant="${pupils} > 0"),
            ["begin_group", "meals", None, "Питание", None, None, "${hot} = 'yes'"],
            question("integer", "fed", required="yes"),
            ["begin_group", "nested", None, "Вложенная", None, None, "${fed} >= 10"],
            question("select_one ways", "way", relevant="${pupils} > ${fed}"),
            question("date", "day", required="yes", relevant="${name} > 3"),
            ["end_group"],
            ["end_group"],
        ),
        real_campaign,
    )
    made = carried.campaign
    assert [section.relevant for section in made.sections] == [None, "hot"]
    assert {q.id: (q.relevant, q.required) for q in made.questions if q.id not in ("pupils", "name")} == {
        "hot": ("pupils > 0", True),
        "fed": (None, True),
        "way": ("(fed >= 10) and (pupils > fed)", False),
        "day": (None, False),
    }
    told = [line for line in left(carried) if "«day»" in line]
    assert told[0].startswith("«survey», F9 (required): «day»: без условия показа")
    assert told[1].startswith("«survey», G9 (relevant): «day»: условие показа не переносится («name» — не число")


def test_calculations_files_and_answers_of_ones_own_are_carried(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(
        form(
            tmp_path,
            question("integer", "girls", "Девочек"),
            question("integer", "boys", "Мальчиков"),
            question("calculate", "pupils", "Всего учеников", calculation="${girls} + ${boys}", required="yes"),
            question("calculate", "share", "Доля девочек", calculation="round(${girls} div ${pupils} * 100, 1)"),
            question("calculate", "group", "Группа", calculation="if(${girls} > 5, 1, 0)"),
            question("select_one yes_no or_other", "hot", "Горячее?", required="yes"),
            question("select_multiple ways or_other", "ways", "Как?", relevant="${pupils} > 0"),
            question("file", "order", "Приказ", required="yes"),
            question("image", "photo", "Снимок", relevant="selected(${ways}, 'other')"),
        ),
        real_campaign,
    )
    asked = carried.campaign.by_id
    assert list(asked) == [
        *("girls", "boys", "pupils", "share", "hot", "hot_other", "ways", "ways_other", "order", "photo"),
    ]
    pupils, share = asked["pupils"], asked["share"]
    assert (pupils.type, pupils.calculated, pupils.aggregate.kind) == ("integer", "girls + boys", "sum")
    assert (share.type, share.calculated) == ("decimal", "girls / pupils * 100")
    assert (share.places, share.aggregate.kind, share.required) == (1, "none", False)
    assert (asked["hot"].type, [option.title for option in asked["hot"].options]) == ("one_of", ["Да", "Нет", "Другое"])
    assert (asked["hot_other"].relevant, asked["hot_other"].title) == ("includes(hot, other)", "Горячее? — другое")
    assert asked["ways_other"].relevant == "includes(ways, other)"
    assert (asked["order"].type, asked["order"].max_items, asked["order"].required) == ("files", 1, True)
    assert asked["photo"].relevant == "includes(ways, other)"
    told = [line for line in left(carried) if "«survey»" in line and "or_other" not in line]
    assert told == [
        "«survey», L5 (calculation): «share»: складывать ли это по области, форма не говорит; поставлено none "
        "(по области не считается), выберите aggregate",
        "«survey», L6 (calculation): вычисляемое «group» не переносится: «if» Свод не знает",
        "«survey», A10 (type): «photo»: к вопросу приложат файлы pdf, jpg, png, docx или xlsx, не одни снимки",
    ]


def test_groups_without_a_label_give_their_condition_and_no_section(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(
        form(
            tmp_path,
            ["note", "first", None, "Сначала прочтите"],
            question("select_one yes_no", "agreed"),
            ["begin group", "entered", None, None, None, None, "${agreed} = 'yes'"],
            question("integer", "pupils"),
            ["note", "school", None, "О каждой школе"],
            ["begin group", "about", None, "О школе", None, None, "${pupils} > 0"],
            question("integer", "fed", relevant="${pupils} > 9"),
            ["end group"],
            ["note", "below", None, "О работниках"],
            ["begin repeat", "staff"],
            question("text", "post"),
            ["end repeat"],
            question("integer", "more"),
            ["end group"],
        ),
        real_campaign,
    )
    sections = carried.campaign.sections
    assert [(section.title, section.hint, section.relevant) for section in sections] == [
        ("Вопросы", None, None),
        ("О школе", "О каждой школе", "(agreed) and (pupils > 0)"),
        ("Вопросы", None, None),
    ]
    asked = carried.campaign.by_id
    assert asked["agreed"].hint == "Сначала прочтите"
    assert [asked[name].relevant for name in ("pupils", "fed", "more")] == ["agreed", "pupils > 9", "agreed"]
    staff = sections[2].questions[0]
    assert (staff.id, staff.hint, staff.relevant) == ("staff", "О работниках", "agreed")


def test_options_that_look_the_same_in_a_list_are_told_apart(real_campaign: Campaign, tmp_path: Path) -> None:
    """Long lists of real forms have a village of one name in two districts, and some rows twice."""
    path = form(tmp_path, question("select_one place", "where"))
    book = openpyxl.load_workbook(path)
    for name, title in (("a", "Ивановка"), ("b", "Ивановка"), ("a", "Ивановка"), ("c", "Петровка")):
        book["choices"].append(["place", name, title])
    book.save(path)
    carried = from_xlsform(path, real_campaign)
    assert [option.title for option in carried.campaign.by_id["where"].options] == [
        "Ивановка",
        "Ивановка (b)",
        "Петровка",
    ]
    told = [line for line in left(carried) if "Ивановка" in line]
    assert told == [
        "«choices», C9 (label::Русский (ru)): вариант «Ивановка» в списке не один: к тексту добавлено имя (b)",
        "«choices», B10 (name): вариант «Ивановка» стоит в списке дважды и взят один раз",
    ]


def test_a_form_as_kobo_saves_it(real_campaign: Campaign, tmp_path: Path) -> None:
    headers: list[object] = ["$kuid", "type", "name", "$xpath", "label::Russian (ru)", "required", "constraint"]
    path = form(
        tmp_path,
        ["ab1", "begin_group", "group_a", "group_a", "Группа"],
        ["ab2", "integer", "_1_", "group_a/_1_", "Сколько?", True, ". >= 0"],
        ["ab3", "select_one ways", "_2_", "group_a/_2_", "Как?", False],
        ["ab4", "end_group"],
        headers=headers,
        settings=[["style", "form_id", "$version"], ["theme-grid", "aBcDe123", 7]],
    )
    carried = from_xlsform(path, real_campaign)
    assert carried.campaign.id == "abcde123"
    assert [(q.id, q.title, q.required) for q in carried.campaign.questions] == [
        ("q_1", "Сколько?", True),
        ("q_2", "Как?", False),
    ]
    assert not [line for line in left(carried) if "$" in line]


def test_equal_labels_get_headers_of_their_own(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(form(tmp_path, question("text", "a", "Что?"), question("text", "b", "Что?")), real_campaign)
    assert [q.header for q in carried.campaign.questions] == ["Что?", "Что? (b)"]


@pytest.mark.parametrize(
    ("headers", "label"),
    [
        (["type", "name", "label", "label::Russian"], "D"),
        (["type", "name", "label::English", "label"], "D"),
        (["TYPE", "Name", "caption"], "C"),
        (["command", "name", "label:ru", "label"], "C"),
        (["type", "name", "bind:jr:noAppErrorString", "bind::label"], "D"),
    ],
)
def test_headers_in_their_variants(real_campaign: Campaign, tmp_path: Path, headers: list[object], label: str) -> None:
    path = form(tmp_path, ["integer", "q", "C", "D"], headers=headers)
    assert from_xlsform(path, real_campaign).campaign.by_id["q"].title == label


def test_a_form_that_cannot_be_carried_is_refused_with_cells(real_campaign: Campaign, tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(WorkbookError) as caught:
            from_xlsform(path, real_campaign)
        return str(caught.value)

    assert "ни один вопрос формы не переносится" in refusal(form(tmp_path, question("geopoint", "q")))
    assert "это не XLSForm: нужен лист survey" in refusal(form(tmp_path, headers=["a", "b"]))
    assert "«survey», D2: в ячейке формула: впишите само значение" in refusal(
        form(tmp_path, question("integer", "q", "=A1"))
    )
    long = refusal(form(tmp_path, question("integer", "q", "а" * 3000)))
    assert "«survey», D2 (label::Русский (ru)): нужно не больше 2000" in long
    crossed = refusal(form(tmp_path, question("integer", "q", constraint=". > 5 and . < 3")))
    assert "«survey», H2 (constraint): минимум больше максимума" in crossed


KINDS = [
    "integer",
    "decimal",
    "text",
    "date",
    "note",
    "range",
    "select_one ways",
    "select_multiple yes_no",
    "select_one",
    "calculate",
    "image",
    "select_one ways or_other",
]
KINDS += ["begin_group", "end_group", "begin_repeat", "end_repeat", "begin group", "", "start", "geopoint"]
kinds = st.sampled_from(KINDS)
names = st.sampled_from(["a", "b", "way", "id", "вопрос", "1", "", "a" * 80])
labels = st.sampled_from(["", "Сколько?", "Доля, %", "ОКТМО", "Есть ${a} {b}"])
rows_of_a_form = st.lists(
    st.tuples(
        kinds, names, st.just(""), labels, labels, st.sampled_from(["yes", "no", "${a} = 1"]), sentences, sentences
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(rows_of_a_form)
def test_any_form_becomes_a_sound_campaign_or_is_refused(
    real_campaign: Campaign, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]
) -> None:
    path = form(tmp_path_factory.mktemp("form"), *(list(row) for row in rows))
    try:
        carried = from_xlsform(path, real_campaign)
    except WorkbookError:
        event("refused")
        return
    event("carried")
    assert not consistency.mistakes(carried.campaign)
    assert all(one.cell for one in carried.left)
