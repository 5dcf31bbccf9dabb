"""What a form of ODK or Kobo holds beyond a campaign is listed by name and cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import Campaign
from campaign.workbook import from_xlsform
from tests.campaign.xlsforms import form, left, question


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (question("geopoint", "where"), "«survey», A2 (type): вопрос «where» не переносится: вида «geopoint» у Свода"),
        (question("video", "film"), "«survey», A2 (type): вопрос «film» не переносится: вида «video» у Свода нет"),
        (question("image", "photo"), "«survey», A2 (type): «photo»: к вопросу приложат файлы pdf, jpg, png, docx или"),
        (question("calculate", "sum"), "вычисляемое «sum» не переносится: выражения нет"),
        (question("calculate", "sum", calculation="1"), "L2 (calculation): вычисляемое «sum» не переносится: это не"),
        (
            question("calculate", "__version__", calculation="'v'"),
            "«__version__» не переносится: служебная строка Kobo",
        ),
        (
            question("integer", "q", appearance="minimal numbers"),
            "«survey», J2 (appearance): «q»: «numbers» не переносится",
        ),
        (question("select_one ways", "q", appearance="label"), "J2 (appearance): строка «q» (label) — подписи над"),
        (
            ["note", "read", None, "Стоп", None, None, "${kept} > 1"],
            "G2 (relevant): примечание «read» видно не всегда и не переносится",
        ),
        (question("start", "start"), "«survey», A2 (type): «start» не переносится: время и отправителя Свод"),
        (question("select_one single", "q"), "A2 (type): вопрос «q» не переносится: в списке «single» меньше двух"),
        (question("select_one none", "q"), "A2 (type): вопрос «q» не переносится: в списке «none» меньше двух"),
        (question("select_one ways or_other", "q"), "A2 (type): «q»: свой вариант (or_other) стал вариантом"),
        (
            question("integer", "q", relevant="${later} > 1"),
            "«survey», G2 (relevant): «q»: условие показа не переносится (вопроса «later» в кампании нет)",
        ),
        (
            question("integer", "q", relevant=". > 1"),
            "G2 (relevant): «q»: условие показа не переносится («.» — сам вопрос)",
        ),
        (
            question("integer", "q", required="yes", relevant="today() > 1"),
            "«survey», F2 (required): «q»: без условия показа вопрос необязателен",
        ),
        (question("integer", "q", required="${kept} > 1"), "F2 (required): «q»: обязательность по условию не"),
        (question("integer", "q", constraint="regex(., 'a')"), "H2 (constraint): «q»: ограничение не переносится: "),
        (question("date", "q", constraint=". <= today()"), "«q»: ограничение не переносится: «today» Свод не знает"),
        (
            question("text", "q", constraint=". != 'нет'"),
            "ограничение не переносится: с текстом «нет» Свод не сравнивает",
        ),
        (question("integer", "q", constraint=". > ${nobody}"), "не переносится: вопроса «nobody» в кампании нет"),
        (question("integer", "q", constraint=". > 1 +"), "H2 (constraint): «q»: ограничение не переносится: "),
        (question("integer", "q", constraint=". < 5", constraint_message="мало"), "I2 (constraint_message): «q»: "),
        (
            question("integer", "q", "Доля, %"),
            "D2 (label::Русский (ru)): «q»: доля, среднее или цена, а как складывать",
        ),
        (question("integer", "q", "Сколько в ${kept}"), "«q»: подстановка ${kept} в тексте не переносится"),
        (question("integer", "version"), "«survey», B2 (name): вопрос «version» теперь зовётся version_2"),
        (question("integer", "вопрос"), "«survey», B2 (name): вопрос «вопрос» теперь зовётся q_"),
        (question("integer", "q", **{"media::image": "a.png"}), "«survey», K1 (media::image): столбец не переносится"),
        (question("integer", "q", calculation="1"), "L2 (calculation): «q»: вычисление у вопроса, на который отвечают"),
        (["end_group"], "«survey», A2 (type): заканчивать нечего: группы выше нет"),
    ],
    ids=range(30),
)
def test_what_is_not_carried_is_listed_by_name_and_cell(
    real_campaign: Campaign, tmp_path: Path, row: list[object], words: str
) -> None:
    carried = from_xlsform(form(tmp_path, row, question("integer", "kept")), real_campaign)
    assert any(words in line for line in left(carried)), left(carried)
    assert "kept" in carried.campaign.by_id


def test_what_the_choices_and_settings_hold_beyond_is_listed(real_campaign: Campaign, tmp_path: Path) -> None:
    carried = from_xlsform(
        form(tmp_path, question("select_one ways", "way"), settings=[["form_title", "style"], ["Т", "pages"]]),
        real_campaign,
    )
    assert [str(one) for one in carried.left] == [
        "«survey», C1 (label::English (en)): другой язык не переносится: взят столбец label::Русский (ru)",
        "«choices», D1 (region): столбец не переносится; заполнены D5",
        "«choices», B4 (name): список «ways»: имена вариантов заменены, например «1» на o_1",
        "«choices», C5 (label::Русский (ru)): вариант «Привозят; разогревают»: знак «;» заменён запятой",
        "«settings», B2 (style): настройка не переносится",
    ]


def test_a_repeat_of_which_nothing_is_carried_is_left_out_and_a_nested_group_joins_its_section(
    real_campaign: Campaign, tmp_path: Path
) -> None:
    carried = from_xlsform(
        form(
            tmp_path,
            ["begin_repeat", "staff", None, "Работники"],
            question("image", "photo"),
            ["begin group", "inner"],
            question("geopoint", "where"),
            ["end group"],
            ["end_repeat"],
            ["begin_group", "outer", None, "Внешняя", None, None, "${kept} = 1"],
            ["begin_group", "nested", None, "Вложенная"],
            question("integer", "kept", required="yes"),
            question("integer", "inside", required="yes"),
            ["end_group"],
            ["note", "read", None, "Прочтите"],
            question("integer", "more", hint="Подсказка"),
            ["note", "last", None, "Последнее"],
            ["end_group"],
        ),
        real_campaign,
    )
    assert [section.title for section in carried.campaign.sections] == ["Внешняя"]
    assert list(carried.campaign.by_id) == ["kept", "inside", "more"]
    assert carried.campaign.by_id["more"].hint == "Прочтите\nПодсказка"
    assert not carried.campaign.by_id["kept"].required
    assert [line for line in left(carried) if "survey" in line] == [
        "«survey», A2 (type): повторяющаяся группа «staff» не переносится, с ней вопросы: photo, where",
        "«survey», A3 (type): «photo» не переносится: в записи списка не бывает ни файлов, ни вычислений",
        "«survey», A4 (type): группа «inner» внутри списка: её вопросы вошли в запись",
        "«survey», A5 (type): вопрос «where» не переносится: вида «geopoint» у Свода нет",
        "«survey», G8 (relevant): «outer»: условие показа не переносится (вопроса «kept» в кампании нет), "
        "вопрос виден всегда",
        "«survey», A9 (type): группа «nested» вложена в другую: её вопросы вошли в раздел «Внешняя»",
        "«survey», F10 (required): «kept»: без условия показа вопрос необязателен",
        "«survey», F11 (required): «inside»: без условия показа вопрос необязателен",
        "«survey», D15 (label::Русский (ru)): примечание «last» не переносится: вопроса за ним в разделе нет",
    ]
