"""Nothing typed is lost: drafts by the button and by the script, ended sessions, stale pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from tests.webform.clerk import Clerk, Page, report
from tests.webform.harness import CAMPAIGN, REPORTS, WHILE_OPEN, Site


def as_script(clerk: Clerk, page: Page, **changes: str | list[str] | None) -> tuple[int, dict[str, object]]:
    fields = [(name, value) for name, value in page.form.fields if name not in changes]
    for name, value in changes.items():
        fields += [(name, one) for one in ([value] if isinstance(value, str) else value or [])]
    answer = clerk.ask(page.path.replace("/form", "/draft"), fields, Accept="application/json")
    return answer.status, json.loads(answer.text)


def test_button_keeps_a_draft_without_checking_it(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    again = clerk.send(form, report(informed="много", comment="  строка\r\n\r\nещё "), button="Сохранить черновик")
    assert again.path == f"{REPORTS}/{oktmo}/form"
    assert re.search(r"Черновик сохранён \d\d:\d\d\.", again.text)
    assert clerk.field(again, "informed") == "много"
    assert clerk.field(again, "comment") == "  строка\r\n\r\nещё "
    assert [v for n, v in again.form.fields if n == "audiences"] == ["teachers", "parents"]
    home = clerk.get(f"{REPORTS}/{oktmo}/")
    assert "черновик" in home.ids["main"]
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, oktmo) is None

    colleague = Clerk(site.address)
    assert clerk.field(colleague.enter(site.links[oktmo]), "informed") == "много"

    path = f"{REPORTS}/{oktmo}/draft/delete"
    assert f'href="{path}"' in home.text
    assert not home.forms, "nothing is deleted by one press"
    asked = clerk.get(path)
    assert "Удалить черновик от 27\N{NO-BREAK SPACE}мая 2023" in asked.ids["main"]
    assert "Введённое в нём исчезнет" in asked.ids["main"]
    with site.outbox() as store:
        assert store.drafts.get(CAMPAIGN, oktmo) is not None
    assert Clerk(site.address).get(path).status == 403
    gone = clerk.send(asked)
    assert "Состояние: не сдан Срок" in gone.ids["main"]
    assert clerk.get(path).path == f"{REPORTS}/{oktmo}/", "nothing to ask about"


def test_script_keeps_drafts_and_learns_of_another_window(site: Site, oktmo: str) -> None:
    clerk, other = Clerk(site.address), Clerk(site.address)
    form, elsewhere = clerk.enter(site.links[oktmo]), other.enter(site.links[oktmo])
    status, answer = as_script(clerk, form, informed="10")
    assert status == 200
    assert re.fullmatch(r"Черновик сохранён \d\d:\d\d", str(answer["saved"]))
    assert answer["session"] is True
    status, answer = as_script(other, elsewhere, informed="20")
    assert status == 409
    assert re.fullmatch(r"\d\d:\d\d", str(answer["other"]))
    with site.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
    assert draft is not None
    assert draft.typed["informed"] == "10"


def test_a_draft_that_comes_after_its_report_is_not_kept(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    clerk.send(clerk.send(form, report()))
    status, answer = as_script(clerk, form, **report())
    assert (status, answer["saved"]) == (200, "Этот отчёт уже отправлен, черновик не нужен.")
    status, answer = as_script(clerk, form, informed="10")
    assert (status, answer["saved"]) == (200, None)
    with site.outbox() as store:
        assert store.drafts.get(CAMPAIGN, oktmo) is None
    # A window that is still open goes on as a correction, by the script as by the button.
    status, answer = as_script(clerk, form, informed="10", key=str(answer["key"]), base_version="1")
    assert str(answer["saved"]).startswith("Черновик сохранён")
    with site.outbox() as store:
        store.drafts.delete(CAMPAIGN, oktmo)
    again = clerk.send(form, report(comment="Дописали"), button="Сохранить черновик")
    assert (again.status, clerk.field(again, "comment"), clerk.field(again, "base_version")) == (200, "Дописали", "1")
    assert "Что изменится по сравнению с версией 1" in clerk.send(again).text


def test_what_no_rule_asks_for_makes_no_correction_and_a_cleared_explanation_does(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    reason = "reason:registered_above_informed"
    asked = clerk.send(clerk.enter(site.links[oktmo]), report(informed="5"))
    explained = report(informed="5") | {reason: "Узнали от коллег"}
    clerk.send(clerk.send(asked, explained))
    status, answer = as_script(clerk, asked, **explained | {"reason:publications_without_link": "лишнее"})
    assert (status, answer["saved"]) == (200, "Этот отчёт уже отправлен, черновик не нужен.")
    status, answer = as_script(clerk, asked, **explained | {reason: ""})
    assert (status, answer["saved"], bool(answer["key"])) == (200, None, True)


def test_session_that_ended_leaves_everything_as_a_draft(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    clerk.jar.clear()
    page = clerk.send(form, report(comment="Ничего не потерялось"))
    assert page.status == 403
    assert "сохранено черновиком" in page.text
    back = clerk.enter(site.links[oktmo])
    assert clerk.field(back, "comment") == "Ничего не потерялось"
    assert clerk.field(back, "contact_email") == "otdel@example.org"
    receipt = clerk.send(clerk.send(back))
    assert receipt.path.endswith("/receipts/1")


def test_session_that_ended_at_the_last_button_leaves_a_draft_too(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report())
    clerk.jar.clear()
    assert clerk.send(check).status == 403
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, oktmo) is None
    assert clerk.field(clerk.enter(site.links[oktmo]), "informed") == "1 234"


def test_script_saves_without_a_session_and_says_so(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    clerk.jar.clear()
    status, answer = as_script(clerk, form, informed="77")
    assert status == 200
    assert answer["session"] is False
    forged = [(n, "x" if n == "ticket" else v) for n, v in form.form.fields]
    answer_to_forged = clerk.ask(f"{REPORTS}/{oktmo}/draft", forged, Accept="application/json")
    assert answer_to_forged.status == 403
    assert "по своей личной ссылке" in json.loads(answer_to_forged.text)["problem"]


def test_stale_page_is_shown_again_with_what_was_typed(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    page = clerk.send(form, report(csrf_token="stale", comment="Всё ещё здесь"))
    assert page.status == 400
    assert "Страница устарела" in page.text
    assert clerk.field(page, "comment") == "Всё ещё здесь"
    assert clerk.field(page, "key") == clerk.field(form, "key")
    assert clerk.send(clerk.send(page)).path.endswith("/receipts/1")


def test_too_long_a_draft_is_refused_with_a_word(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    page = clerk.send(form, report(comment="а" * 160_000), button="Сохранить черновик")
    assert page.status == 413
    assert "Сократите текст" in page.text
    assert clerk.field(page, "comment") == "а" * 160_000


def test_draft_comes_back_after_a_check_and_the_back_button(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.enter(site.links[oktmo]), report(informed="2 000"))
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, "informed") == "2 000"


def test_back_to_the_form_from_the_check(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report(informed="2 000"))
    form = clerk.send(check, button="Вернуться и исправить")
    assert clerk.field(form, "informed") == "2 000"
    assert clerk.send(clerk.send(form, {"informed": "2 500"})).path.endswith("/receipts/1")


def test_who_comes_later_without_a_session_neither_sees_the_form_nor_replaces_anothers_draft(
    site: Site, oktmo: str
) -> None:
    first, second = Clerk(site.address), Clerk(site.address)
    mine, theirs = first.enter(site.links[oktmo]), second.enter(site.links[oktmo])
    first.send(mine, {"comment": "Моё"}, button="Сохранить черновик")
    second.jar.clear()
    page = second.send(theirs, {"comment": "Своё"}, button="Сохранить черновик")
    assert page.status == 403
    assert "обновите страницу — введённое отправится ещё раз" in page.ids["main"]
    assert not page.forms
    with site.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
        assert draft is not None
        assert draft.typed["comment"] == "Моё"


def test_a_stale_form_comes_back_though_its_drafts_were_too_many(make: Callable[..., Site]) -> None:
    site = make(DRAFTS_RATE="1 per hour")
    site.start()
    site.read_links()
    oktmo = "17735000"
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    for _ in range(2):
        page = clerk.send(form, {"csrf_token": "stale", "comment": "Моё"})
        assert page.status == 400
        assert clerk.field(page, "comment") == "Моё"


@pytest.fixture
def moving(site: Site) -> Iterator[Site]:
    """The form of all, at a time that a test moves."""
    yield site
    site.move(WHILE_OPEN)


def test_a_draft_of_another_day_is_shown_with_its_day(moving: Site, oktmo: str) -> None:
    site = moving
    clerk, other = Clerk(site.address), Clerk(site.address)
    form, elsewhere = clerk.enter(site.links[oktmo]), other.enter(site.links[oktmo])
    site.move("2023-05-28T00:21:00+03:00")
    today = clerk.send(form, {"comment": "Моё"}, button="Сохранить черновик")
    assert "Черновик сохранён 00:21." in today.ids["main"]
    site.move("2023-05-30T09:00:00+03:00")
    day = "28\N{NO-BREAK SPACE}мая 2023\N{NO-BREAK SPACE}г. в\N{NO-BREAK SPACE}00:21"
    assert f"Черновик сохранён {day}." in clerk.get(form.path).ids["main"]
    status, answer = as_script(other, elsewhere, comment="Своё")
    assert (status, answer["other"]) == (409, day)
    refused = other.send(elsewhere, {"comment": "Своё"}, button="Сохранить черновик")
    assert f"в другом окне ({day})" in refused.ids["main"]
