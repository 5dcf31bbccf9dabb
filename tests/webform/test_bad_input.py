"""Everything that people and programs type wrongly: one clear sentence at the field, and what was typed stays."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.webform.clerk import Clerk, Page, report
from tests.webform.harness import CAMPAIGN, REPORTS, Site
from webform.bodies import MAX_FIELDS

NUMBERS = ["registered_teachers", "registered_local_staff", "informed", "events", "social_publications"]
LONG = "Ж" * 50_000
HTML = '<b>жирно</b><script>alert(1)</script>"'
FORMULA = '=IMPORTXML("https://example.org/"; "//a")'


@pytest.fixture(scope="module")
def clerk(site: Site) -> Clerk:
    """One municipality's form for all of them: nothing here is ever accepted."""
    clerk = Clerk(site.address)
    clerk.enter(site.links["17656000"])
    return clerk


def typed(clerk: Clerk, **changes: str | list[str] | None) -> Page:
    return clerk.send(clerk.get(f"{REPORTS}/17656000/form"), report(**changes))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("много", "Это не число. Впишите только цифры"),
        ("12 чел.", "Рядом с числом есть слова или знаки."),
        ("-5", "Число не может быть отрицательным."),
        ("\N{MINUS SIGN}5", "Число не может быть отрицательным."),
        ("1000000000000", "Число больше предельного"),
        ("9" * 100, "В числе слишком много цифр."),
        ("", "Поле не заполнено."),
        (" \N{NO-BREAK SPACE} ", "Поле не заполнено."),
        ("1,5", "Нужно целое число."),
        ("12 34", "Непонятно, какое это число."),
        (FORMULA, "Это не число."),
        (HTML, "Рядом с числом есть слова или знаки."),
        ("٣", "Это не число."),
        ("1e5", "Рядом с числом"),
        ("5\x00", "В тексте есть недопустимые знаки."),
        ("1" + "0" * 40_000, "В числе слишком много цифр."),
    ],
)
def test_numbers(clerk: Clerk, text: str, words: str) -> None:
    page = typed(clerk, **dict.fromkeys(NUMBERS, text))
    assert page.status == 200
    assert set(page.errors) == set(NUMBERS)
    for name in NUMBERS:
        assert words in page.error(name)
        assert clerk.field(page, name) == text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    assert page.title.startswith("Ошибка:")
    assert clerk.field(page, "contact_name") == "Ответственный исполнитель"
    assert '<a href="#informed">' in page.text


@pytest.mark.parametrize(
    "text", ["1 234", "1\N{NO-BREAK SPACE}234", "1\N{NARROW NO-BREAK SPACE}234", "1234,0", " 1234 "]
)
def test_russian_numbers_are_understood(clerk: Clerk, text: str) -> None:
    page = typed(clerk, informed=text)
    assert "Осталось отправить" in page.title
    assert "1\N{NO-BREAK SPACE}234" in page.ids["main"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("links", "сайт школы", "Это не ссылка: «сайт школы»."),
        ("links", "https://example.org/1\r\nсм. сайт", "Это не ссылка: «см. сайт»."),
        ("links", "нет\r\nсм. сайт", "Это не ссылки: «нет», «см. сайт»."),
        ("links", "javascript:alert(1)", "Это не ссылка"),
        ("links", FORMULA, "Это не ссылка"),
        ("links", HTML, "Это не ссылка"),
        (
            "links",
            "https://example.org/" + "a" * 40_000,
            "можно не больше 2\N{NO-BREAK SPACE}000. Впишите более короткий адрес",
        ),
        ("links", "https://example.org/\x00", "недопустимые знаки"),
        ("comment", LONG, "Слишком длинно: знаков 50\N{NO-BREAK SPACE}000"),
        ("comment", "до\x00после", "недопустимые знаки"),
        ("contact_name", LONG, "Слишком длинно"),
        ("contact_name", "", "Поле не заполнено."),
        ("contact_name", "\x00", "недопустимые знаки"),
        ("contact_phone", "позвоните мне", "Это не похоже на номер телефона."),
        ("contact_phone", FORMULA, "Это не похоже на номер телефона."),
        ("contact_email", "otdel", "Это не похоже на адрес электронной почты."),
        ("contact_email", HTML, "Это не похоже на адрес электронной почты."),
        ("audiences", "никто", "Такого варианта нет."),
    ],
)
def test_texts(clerk: Clerk, name: str, text: str, words: str) -> None:
    page = typed(clerk, **{name: text})
    assert page.status == 200
    assert set(page.errors) == {name}
    assert words in page.error(name)
    if name != "audiences":
        assert clerk.field(page, name) == text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def test_formula_and_html_are_text_in_a_comment(clerk: Clerk) -> None:
    page = typed(clerk, comment=f"{FORMULA} {HTML}")
    assert "Осталось отправить" in page.title
    assert FORMULA in page.ids["main"]
    assert "<b>жирно" not in page.text
    assert "<script>alert" not in page.text


def test_all_mistakes_are_shown_at_once(clerk: Clerk) -> None:
    names = [name for name in report() if name != "audiences"]
    page = typed(clerk, **dict.fromkeys(names, LONG[:8_000]))
    assert page.status == 200
    assert set(page.errors) == set(names)
    assert page.text.count('<li><a href="#') == len(names)


def test_a_body_beyond_all_measure_is_refused(clerk: Clerk) -> None:
    page = clerk.ask(f"{REPORTS}/17656000/form", [("comment", "a" * 1_100_000)])
    assert page.status == 413
    assert "Слишком большой объём данных" in page.text
    many = clerk.ask(f"{REPORTS}/17656000/form", [("a", "")] * (MAX_FIELDS + 1))
    assert many.status == 413


def test_broken_encodings_are_shown_and_refused_softly(clerk: Clerk) -> None:
    form = clerk.get(f"{REPORTS}/17656000/form").form
    fields = [(n, v) for n, v in form.fields if n != "informed"]
    page = clerk.ask(
        f"{REPORTS}/17656000/form",
        [*fields, ("informed", "\udce9\ud800".encode("utf-8", "replace").decode())],
    )
    assert page.status == 200
    assert "Это не число" in page.error("informed")


@pytest.mark.parametrize("damage", ["truncated", "forged", "foreign", "empty", "nul", "long"])
def test_bad_links_of_before(site: Site, damage: str) -> None:
    good = site.old_link("17605000").rsplit("/", 1)[1]
    token = {
        "truncated": good[:-3],
        "forged": good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:],
        "foreign": "WyIxNzYwNTAwMCIsMSwyNDMzNl0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "empty": "x",
        "nul": quote("\0") + good,
        "long": good * 5,
    }[damage]
    clerk = Clerk(site.address)
    page = clerk.get(f"/r/{token}")
    assert page.status == 404
    assert "Эта ссылка не действует" in page.text
    assert "coordinator@example.org" in page.text
    entered = clerk.ask("/enter", [("token", token)])
    assert entered.status == 404
    assert not list(clerk.jar)


@pytest.mark.parametrize("damage", ["truncated", "forged", "longer", "empty", "nul", "long"])
def test_bad_codes(site: Site, damage: str) -> None:
    good = site.links["17605000"].rsplit("/", 1)[1]
    code = {
        "truncated": good[:-1],
        "forged": ("A" if good[0] != "A" else "B") + good[1:],
        "longer": good + "A",
        "empty": "x",
        "nul": quote("\0"),
        "long": good * 50,
    }[damage]
    clerk = Clerk(site.address)
    # One try each: a minute has thirty for all tests of this site.
    page = clerk.ask("/enter", [("code", code)]) if damage == "forged" else clerk.get(f"/m/{code}")
    assert page.status == 404
    assert "Эта ссылка не действует" in page.text
    assert "coordinator@example.org" in page.text
    assert not list(clerk.jar)


def test_another_municipalitys_report_stays_closed(site: Site, clerk: Clerk) -> None:
    for path in ("", "form", "receipts/1"):
        page = clerk.get(f"{REPORTS}/17654000/{path}")
        assert page.status == 403
        assert "Откройте свою ссылку ещё раз" in page.text
    form = clerk.get(f"{REPORTS}/17656000/form")
    fields = [(n, v) for n, v in form.form.fields if n not in report()]
    fields += [(n, v) for n, v in report().items() if isinstance(v, str)]
    page = clerk.ask(f"{REPORTS}/17654000/submissions", fields)
    assert page.status == 403
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, "17654000") is None
        assert store.drafts.get(CAMPAIGN, "17654000") is None


def test_unknown_addresses_have_a_page(clerk: Clerk) -> None:
    for path in (
        "/nothing",
        f"{REPORTS}/17656000/receipts/99",
        "/static/nothing.css",
        f"{REPORTS}/00000000/form",
    ):
        page = clerk.get(path)
        assert page.status in (403, 404)
        assert "<h1>" in page.text


def test_repeated_post_gives_the_same_receipt(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report())
    pages = [clerk.send(check) for _ in range(3)]
    assert {page.path for page in pages} == {f"{REPORTS}/{oktmo}/receipts/1"}
    with site.outbox() as store:
        assert len(store.submissions.versions(CAMPAIGN, oktmo)) == 1


def test_an_answer_changed_under_the_same_key_is_not_swallowed(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report())
    clerk.send(check)
    page = clerk.send(check, {"informed": "1999"})
    assert page.status == 409
    assert "1\N{NO-BREAK SPACE}999" in page.ids["main"]
    again = clerk.send(page)
    assert clerk.send(again).path.endswith("/receipts/2")


def test_an_empty_form_gets_few_words(clerk: Clerk) -> None:
    names = [name for name in report() if name not in ("audiences", "links", "comment")]
    page = typed(clerk, **dict.fromkeys(names, ""))
    assert page.ids["summary-title"] == "Не заполнено 15\N{NO-BREAK SPACE}полей"
    assert '<a href="#registered_college_students">Зарегистрировались: студенты ПОО — не заполнено</a>' in page.text
    assert page.text.count("Если никого или ничего нет, поставьте 0.") == 1


def test_each_line_that_is_no_link_has_its_own_reason(clerk: Clerk) -> None:
    page = typed(clerk, links="@school5\r\nнет\r\notdel@example.org")
    words = page.error("links")
    assert "«@school5»: это имя в социальной сети, а нужен адрес страницы." in words
    assert "«нет»: здесь нет адреса страницы." in words
    assert "«otdel@example.org»: это адрес электронной почты" in words
