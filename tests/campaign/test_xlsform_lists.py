"""A repeat of an XLSForm becomes a list of entries, with what fits in an entry; the rest is listed."""

from __future__ import annotations

from pathlib import Path

from campaign import Campaign
from campaign.model.repeats import Repeats
from campaign.workbook import from_xlsform
from tests.campaign.xlsforms import form, left, question

CALCULATED: list[object] = ["calculate", "twice", *[None] * 9, "${rate} * 2"]


def lists(campaign: Campaign) -> list[Repeats]:
    return [item for section in campaign.sections for item in section.questions if isinstance(item, Repeats)]


def test_a_repeat_becomes_a_list_of_entries(real_campaign: Campaign, tmp_path: Path) -> None:
    path = form(
        tmp_path,
        ["begin_group", "about", None, "О школе"],
        question("select_one yes_no", "any"),
        ["note", "read", None, "О каждом"],
        ["begin_repeat", "staff", None, "Работники", None, None, "${any} = 'yes'"],
        question("text", "post", required="yes", hint="Как в приказе"),
        question("decimal", "rate", constraint=". >= 0 and . <= 2"),
        question("select_one ways", "way"),
        ["end_repeat"],
        question("integer", "more"),
        ["end_group"],
        ["begin repeat", "visits", None, "Свод"],
        question("date", "day"),
        ["end repeat"],
    )
    carried = from_xlsform(path, real_campaign)
    staff, visits = lists(carried.campaign)
    assert (staff.id, staff.title, staff.hint, staff.relevant) == ("staff", "Работники", "О каждом", "any")
    post, rate, way = staff.questions
    assert (post.id, post.required, post.hint) == ("post", True, "Как в приказе")
    assert (rate.minimum, rate.maximum) == (0, 2)
    assert [option.title for option in way.options] == ["Готовят в школе", "Привозят, разогревают", "Никак"]
    assert {"staff_count", "staff_rate", "visits_count", "more"} <= set(carried.campaign.by_id)
    assert visits.tab == "Свод (visits)"  # «Свод» is the summary's
    assert [line for line in left(carried) if "A5" in line] == [
        "«survey», A5 (type): повторяющаяся группа «staff» стала списком записей: одна запись зовётся «Запись», "
        "назовите её, как у вас принято"
    ]


def test_what_does_not_fit_in_an_entry_is_listed(real_campaign: Campaign, tmp_path: Path) -> None:
    path = form(
        tmp_path,
        question("integer", "staff_count"),
        ["begin_repeat", "staff", None, "Работники"],
        question("integer", "count", constraint=". > ${rate}"),
        question("text", "post", relevant="${count} > 1", required="yes"),
        question("image", "photo"),
        CALCULATED,
        question("select_one ways or_other", "way"),
        ["begin_repeat", "children", None, "Дети"],
        question("text", "child"),
        ["end_repeat"],
        ["end_repeat"],
        question("integer", "total", constraint=". >= ${post}"),
    )
    carried = from_xlsform(path, real_campaign)
    (staff,) = lists(carried.campaign)
    assert staff.id == "staff_2"  # the number of entries of «staff» would be staff_count
    assert [one.id for one in staff.questions] == ["count_", "post", "way", "way_other"]
    assert not any(one.required or one.relevant for one in staff.questions)
    assert [line for line in left(carried) if "survey" in line] == [
        "«survey», A3 (type): повторяющаяся группа «staff» стала списком записей: одна запись зовётся «Запись», "
        "назовите её, как у вас принято",
        "«survey», B3 (name): вопрос «staff» теперь зовётся staff_2",
        "«survey», B4 (name): вопрос «count» теперь зовётся count_",
        "«survey», H4 (constraint): «count»: ограничение не переносится: внутри записи списка бывают только пределы "
        "вида . <= 100",
        "«survey», F5 (required): «post»: без условия показа вопрос необязателен",
        "«survey», G5 (relevant): «post»: условие показа не переносится (внутри записи списка условий показа нет), "
        "вопрос виден всегда",
        "«survey», A6 (type): «photo» не переносится: в записи списка не бывает ни файлов, ни вычислений",
        "«survey», A7 (type): «twice» не переносится: в записи списка не бывает ни файлов, ни вычислений",
        "«survey», A8 (type): «way»: свой вариант (or_other) стал вариантом «Другое» и вопросом way_other",
        "«survey», A9 (type): повторяющаяся группа «children» не переносится, с ней вопросы: child",
        "«survey», H13 (constraint): «total»: ограничение не переносится: вопроса «post» в кампании нет",
    ]


def test_a_long_repeat_gives_what_an_entry_holds(real_campaign: Campaign, tmp_path: Path) -> None:
    rows = [question("select_one ways", f"way_{number}") for number in range(22)]
    path = form(tmp_path, ["begin_repeat", "places", None, "Места"], *rows, ["end_repeat"])
    carried = from_xlsform(path, real_campaign)
    (places,) = lists(carried.campaign)
    assert (len(places.questions), places.max_entries) == (20, 40)  # 61 fields an entry, 2,500 in all
    said = left(carried)
    assert "«survey», A23 (type): вопрос «way_20» не переносится: в записи списка не больше 20 вопросов" in said
    assert any("записей в отчёте не больше 40" in line for line in said)
