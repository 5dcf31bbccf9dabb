"""The campaign file: the real one, and every kind of mistake with its line, key and what is expected."""

import csv
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import Campaign, CampaignFileError, load_campaign, texts
from campaign.errors import FileMistake

ROOT = Path(__file__).resolve().parents[2]
REAL = (ROOT / "config.yaml").read_text(encoding="utf-8")
UNTIL = "deadline: 2023-05-30 23:59\n  timezone: Europe/Moscow"
MAXIMUM = "maximum: 1000000\n"
FIRST = REAL[: REAL.index("name: Александровский")].count("\n") + 1


def test_the_real_campaign(real_campaign: Campaign) -> None:
    moscow = ZoneInfo("Europe/Moscow")
    assert real_campaign.about.opens == datetime(2023, 3, 27, tzinfo=moscow)
    # «30 мая 23:59» lasts to the end of that minute.
    assert real_campaign.about.deadline == datetime(2023, 5, 31, tzinfo=moscow) - timedelta(microseconds=1)
    assert len(real_campaign.municipalities) == 21
    assert len(real_campaign.main_questions) == 6
    assert {q.id for q in real_campaign.home_questions} == {
        "contact_name",
        "contact_post",
        "contact_phone",
        "contact_email",
    }
    assert [q.header for q in real_campaign.main_questions][:2] == [
        "Зарегистрировались: студенты ПОО",
        "Зарегистрировались: студенты вузов",
    ]


def test_the_municipalities_are_those_of_the_register(real_campaign: Campaign) -> None:
    register = ROOT.parent / "shared" / "municipalities" / "vladimir.csv"
    if not register.exists():
        pytest.skip("the register of municipalities is not beside the checkout")
    with register.open(encoding="utf-8") as file:
        rows = [(row["oktmo"], row["name"]) for row in csv.DictReader(file)]
    assert [(m.oktmo, m.name) for m in real_campaign.municipalities] == rows


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ("deadline: 2023-05-30 23:59", "deadline: 2023-13-01", "campaign.deadline", "нужны дата и время"),
        ("deadline: 2023-05-30 23:59", "deadline: 2023-01-30 23:59", "campaign.deadline", "позже открытия"),
        (UNTIL, "deadline: 2023-10-29 02:30\n  timezone: Europe/Berlin", "campaign.deadline", "переводят часы"),
        (UNTIL, "deadline: 2024-03-31 02:30\n  timezone: Europe/Berlin", "campaign.deadline", "переводят часы"),
        ("timezone: Europe/Moscow", "timezone: Europe/Vladimir", "campaign.timezone", "часовой пояс"),
        ("late: accept", "late: maybe", "campaign.late", "нужно одно из: accept, refuse"),
        ("max_items: 100", "max_itms: 100", "sections[4].questions[5].max_itms", "может быть, «max_items»"),
        ("max_items: 100", "max_items: сто", "sections[4].questions[5].max_items", "целое число"),
        ("  tabs:\n", "  who: кто\n  tabs:\n", "spreadsheet.who", "такого ключа нет"),
        ("  tabs:\n", "  tab: x\n  tabs:\n", "spreadsheet.tab", "может быть, «tabs»"),
        ("type: long_text, title", "role: action, type: long_text, title", "role", "вида: integer, decimal"),
        ("role: informed", "role: audience", "role", "вида: one_of, several"),
        ("type: links", "type: linkz", "sections[4].questions[5].type", "такого вида ответа нет"),
        ("if: registered > informed", "if: registred > informed", "rules[1].if", "может быть, «registered»"),
        ("at: informed", "at: informd", "rules[1].at", "может быть, «informed»"),
        ("'Зарегистрировалось {registered}, а", "'{regstered}, а", "rules[1].message", "нет такого имени"),
        ('oktmo: "17610000"', 'oktmo: "17605000"', "municipalities[2].oktmo", "не должны повторяться"),
        ('oktmo: "17610000"', "oktmo: 17610000", "municipalities[2].oktmo", "8 цифр в кавычках"),
        ('oktmo: "17610000"', 'oktmo: "1761"', "municipalities[2].oktmo", "из 8 цифр"),
        (
            "name: Вязниковский муниципальный",
            "name: александровский  Муниципальный",
            "[2].name",
            f"муниципалитет в строке {FIRST}",
        ),
        ("kind: district, name: Вязн", "kind: village, name: Вязн", "municipalities[2].kind", "есть: city, district"),
        ("main_figure: registered", "main_figure: people", "main_figure", "есть: registered"),
        ("silent: Не сдали", "silent: Свод", "spreadsheet.tabs.silent", "«Свод»: значения не должны повторяться"),
        ("header: Аудитории", "header: Приём", "sections[3].questions[2].header", "занят служебным столбцом"),
        ("{id: comment, type", "{id: reasons, type", "sections[4].questions[6].id", "имя «reasons» занято"),
        ("{id: comment, type", "{id: class, type", "sections[4].questions[6].id", "имя «class» занято"),
        ("delivery_seconds: 3 ", "delivery_seconds: 0 ", "schedule.delivery_seconds", "нужно не меньше 0.2"),
        ("{id: parents, title: Родители}", "{id: parents, title: Мать; отец}", "options[8]", "«;»"),
        ("    ask: confirm\n", "", "rules[4]", "нужно ask"),
        (MAXIMUM, 'maximum: "100"\n', "questions[1].maximum", "нужно число без кавычек"),
        (MAXIMUM, "maximum: .nan\n", "questions[1].maximum", "нужно число"),
        (MAXIMUM, "maximum: 1e999\n", "questions[1].maximum", "нужно число"),
        (MAXIMUM, "maximum: true\n", "questions[1].maximum", "нужно число"),
        (MAXIMUM, f"maximum: {'9' * 5000}\n", "questions[1].maximum", "слишком большое число: цифр больше 20"),
        (MAXIMUM, "maximum: 1\n        minimum: 2\n", "questions[1].maximum", "минимум больше максимума"),
        ("max_items: 100", 'max_items: "100"', "questions[5].max_items", "нужно целое число без кавычек"),
        ("max_items: 100", f"max_items: {'9' * 5000}", "questions[5].max_items", "слишком большое число"),
        ("delivery_seconds: 3 ", "delivery_seconds: .nan ", "schedule.delivery_seconds", "нужно число"),
        ("delivery_seconds: 3 ", "delivery_seconds: 5000 ", "schedule.delivery_seconds", "не больше 3600"),
        (f"cumulative: true\n        {MAXIMUM}", f"cumulative: да\n        {MAXIMUM}", "cumulative", "true или false"),
        ("if: registered > informed", "if: comment > 1", "rules[1].if", "только count(comment)"),
        ("if: registered > informed", "if: audiences > 1", "rules[1].if", "и includes(audiences, вариант)"),
        ("title: Родители}", "title: Педагогические\u00a0работники}", "options[8].title", "то же стоит в строке"),
        ("title: Родители}", "title: Педaгогические работники}", "options[8].title", "но здесь латинская «a»"),
        ("header: Публикации в СМИ", "header: аудитории\u00ad", "header", "то же стоит в строке"),
        ("name: город Ковров", "name: округ Муром\u200b", "name", "округ Муром"),
        ("maximum: 1000000", "maximum: 100.000", "maximum", "непонятно, 100000 это или 100"),
        ("opens: 2023", "opens: 0203", "campaign.opens", "проверьте год"),
        ("type: links", "aggregate: sum, type: links", "questions[5].aggregate", "только у вопросов вида integer"),
        ("role: action}", "role: action, aggregate: total}", "aggregate", "sum (сумма), mean (среднее)"),
        ("role: action}", "role: action, aggregate: {weighted_by: people}}", "aggregate", "вопроса «people»"),
        ("unit: ед.", "unit: '%'", "unit", "доле, среднем или цене"),
        ("title: Зарегистрировались, unit: чел.", "title: Доля, unit: '%'", "unit", "доле, среднем или цене"),
        ("{registered}, а", "{registered, а", "rules[1].message", "скобка без пары"),
        ("{registered}, а", "registered}, а", "rules[1].message", "скобка без пары"),
        ("{id: comment, type", "{id: key, type", "sections[4].questions[6].id", "имя «key» занято"),
        ("{id: registered, title", f"{{id: {'r' * 60}, title", "questions[1].figures[1].id", "вместе длиннее 64"),
    ],
)
def test_a_mistake_is_reported_with_line_key_and_what_is_expected(
    tmp_path: Path, old: str, new: str, key: str, expected: str
) -> None:
    assert REAL.count(old) >= 1
    path = tmp_path / "config.yaml"
    path.write_text(REAL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CampaignFileError) as refused:
        load_campaign(path)
    (mistake,) = refused.value.mistakes
    assert key in mistake.key
    assert expected in mistake.expected
    line = path.read_text(encoding="utf-8").splitlines()[mistake.line - 1]
    last = key.rsplit(".", 1)[-1].split("[")[0]
    assert last in line or not new or last in ("options", "rules")
    assert str(refused.value) == f"{path}:{mistake.line}:{mistake.column}: {mistake.key}: {mistake.expected}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "файл: пуст"),
        (b"- a\n- b\n", "начинается со списка"),
        (b"campaign\n", "нет разделов"),
        (b"campaign: [\n", "разметка YAML нарушена"),
        (b"a: 1\na: 2\n", "ключ «a» повторяется"),
        (b"\xff\xfe", "в кодировке UTF-8"),
        (b"a: &x [*x]\n", "текст не может начинаться с"),
        (b"a: &a [1, 1, 1]\nb: &b [*a, *a, *a]\n", "текст не может начинаться с"),
        (b"a: 1\n" + b"#" * 5_000_000, "больше 5 МБ"),
        (b"\x00", "разметка YAML нарушена"),
        (b"[" * 5000, "разметка YAML нарушена"),
    ],
)
def test_a_file_that_is_no_campaign(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(CampaignFileError, match=expected):
        load_campaign(path)


@pytest.mark.parametrize(
    ("old", "new", "at", "expected"),
    [
        ("  id: flagmany", "\tid: flagmany", "\tid: flagmany", "знак табуляции"),
        ("  title: Конкурс", "  title Конкурс", "title Конкурс", "ключ с двоеточием"),
        ("  region: ", "  region:", "region:Влад", "ключ с двоеточием"),
        ("title: 'Фамилия, имя, отчество'", "title: 'Фамилия, имя", "'Фамилия, имя", "кавычка открыта"),
        ('- {oktmo: "17605000"', '- {oktmo: "17605000', '"17605000, kind', "кавычка открыта"),
        ("  region: ", '  region: "', '"Владимирская', "кавычка открыта"),
        ("  region: ", "   region: ", ": Владимирская", "с того же столбца"),
        ("  region: ", " region: ", "region: Влад", "неверный отступ"),
        ("  region: ", "  title: ", "title: Влад", "ключ «title» повторяется"),
        ("  title: Конкурс", "  title: Конкурс:", ": «Флагманы", "возьмите в кавычки"),
        ("  - id: registered_above", "  -id: registered_above", ": registered > informed", "после «-» ставьте пробел"),
        ("kind: district, name: Алекс", "kind: district name: Алекс", '{oktmo: "17605000"', "пропущена запятая"),
        (", max_length: 2000}", ", max_length: 2000", "{id: comment", "скобка открыта"),
        ("  region: ", "  region: @", "@Влад", "не может начинаться с «@»"),
        ("  region: ", "  region: *", "*Влад", "не может начинаться с «*»"),
        ("  region: ", "  region: !", "Влад", "не может начинаться с «!»"),
        ("  region: ", "  region: !!bool ", "!!bool Влад", "не может начинаться с «!»"),
        ("  region: ", "  region: !!omap ", "!!omap Влад", "не может начинаться с «!»"),
        ("  region: Владимирская", "  region: !!int", "!!int область", "не может начинаться с «!»"),
        ("  region: Владимирская область", "  region: !!float", "!!float", "не может начинаться с «!»"),
        ("  region: Влад", '  region: "Новая" Влад', "Влад", "кавычки другого вида"),
        ("  region: Влад", "  region: 'Д'Влад", "Влад", "кавычки другого вида"),
        ("  region: Владимирская область", "  region: 'Д'Артаньян'", "Артаньян'", "кавычки другого вида"),
        ("  region: ", "  region: - ", "- Влад", "с новой строки"),
        ("  region: Влад", '  region: "\\Влад"', 'Влад"', "в одинарные кавычки"),
        ("  region: ", "  region: \x01", "\x01", "недопустимый знак"),
        ("target_groups:", "---\ntarget_groups:", "---", "одна кампания"),
    ],
)
def test_a_mistake_of_yaml_is_reported_in_russian_with_its_place(
    tmp_path: Path, old: str, new: str, at: str, expected: str
) -> None:
    assert old in REAL
    text = REAL.replace(old, new, 1)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    (mistake,) = mistakes_of(path)
    assert expected in mistake.expected
    assert not re.search("[A-Za-z]{3}", mistake.expected.replace("YAML", "").replace("title", "")), "no English"
    here = text.split("\n")[mistake.line - 1]
    assert here[mistake.column - 1 :].startswith(at), here


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path)
    assert f"{mistake.key}: {mistake.expected}" == "файл: не читается: это папка, а нужен файл"


@pytest.mark.parametrize("old", ["  title: Конкурс", "  - id: students", "  tabs:"])
def test_a_blank_that_only_looks_like_a_space_is_named_with_its_line(tmp_path: Path, old: str) -> None:
    text = REAL.replace(old, "\N{NO-BREAK SPACE}" * 2 + old.strip(), 1)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    (mistake,) = mistakes_of(path)
    assert "неразрывный пробел" in mistake.expected
    assert text.split("\n")[mistake.line - 1].startswith("\N{NO-BREAK SPACE}")


def test_a_missing_file_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(CampaignFileError, match="SVOD_CONFIG"):
        load_campaign(tmp_path / "none.yaml")


def mistakes_of(path: Path) -> tuple[FileMistake, ...]:
    try:
        load_campaign(path)
    except CampaignFileError as error:
        return error.mistakes
    return ()


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_line_lost_or_spoilt_is_a_campaign_or_a_clear_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = REAL.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    lines[index] = data.draw(st.sampled_from(["", lines[index] + ": x", lines[index][:20], "  - ", "\t", "a: [b"]))
    path = tmp_path_factory.mktemp("spoilt") / "config.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert all(m.line >= 1 and m.key and re.search("[а-я]", m.expected) for m in mistakes_of(path))


def test_a_campaign_needs_no_main_figure_but_a_plan_needs_one(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(REAL.replace("main_figure: registered ", "#"), encoding="utf-8")
    assert load_campaign(path).main_questions == ()
    path.write_text(
        REAL.replace("main_figure: registered ", "#").replace('"17605000", kind', '"17605000", plan: 2.5, kind')
    )
    assert [(m.key, m.expected) for m in mistakes_of(path)] == [("municipalities[1].plan", texts.PLAN_OF_NOTHING)]


def test_a_figure_of_a_table_is_aggregated_by_figures_of_that_table(tmp_path: Path) -> None:
    example = (ROOT / "docs" / "examples" / "school-meals.yaml").read_text(encoding="utf-8")
    path = tmp_path / "config.yaml"
    path.write_text(example.replace("weighted_by: fed", "weighted_by: spent"), encoding="utf-8")
    expected = texts.AGGREGATE_FIGURE.format(name="spent")
    assert [(m.key, m.expected) for m in mistakes_of(path)] == [
        ("sections[2].questions[1].figures[4].aggregate", expected)
    ]
    path.write_text(example.replace(", aggregate: {weighted_by: fed}", ""), encoding="utf-8")
    (mistake,) = mistakes_of(path)
    assert (mistake.key, mistake.expected) == ("sections[2].questions[1].figures[4].title", texts.AGGREGATE_NEEDED)


@pytest.mark.slow
def test_the_check_command(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "campaign", *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60
        )

    good = run("config.yaml")
    assert (good.returncode, good.stderr) == (0, "")
    assert "муниципалитетов: 21" in good.stdout
    names = [line.split()[0] for line in run("config.yaml", "--ids").stdout.splitlines()]
    assert {"registered.students", "registered_teachers", "audiences", "parents"} <= set(names)
    (tmp_path / "bad.yaml").write_text("campaign: 1\n", encoding="utf-8")
    bad = run(str(tmp_path / "bad.yaml"))
    assert bad.returncode == 2
    assert "bad.yaml:1:1: campaign: нужны пары" in bad.stderr
    assert "Traceback" not in bad.stderr
