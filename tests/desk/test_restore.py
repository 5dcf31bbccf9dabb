"""«Вернуть пропавшее» on the desk: asked, confirmed, by whom, how often, and while the worker stands still."""

from __future__ import annotations

import pytest

from outbox.restore_requests import State
from tests.desk.factories import send
from tests.desk.harness import Person, signed_in
from tests.webform.harness import CAMPAIGN, Site

pytestmark = pytest.mark.slow
PAGE = f"/desk/{CAMPAIGN}/restore"


def worker_says(site: Site, left: State, state: State, *words: str) -> None:
    """Do in the outbox what the worker does."""
    with site.outbox() as outbox:
        last = outbox.restore_requests.get(CAMPAIGN)
        assert last is not None
        assert outbox.restore_requests.move(CAMPAIGN, last.number, [left], state, words or None)


def state(site: Site) -> tuple[int, str, str]:
    with site.outbox() as outbox:
        last = outbox.restore_requests.get(CAMPAIGN)
    assert last is not None
    return last.number, last.state, last.receipt


def press(person: Person, path: str, number: int) -> None:
    person.post(PAGE + path, number=str(number))


def test_a_request_is_asked_shown_confirmed_and_done_once(site: Site) -> None:
    person, other = signed_in(site, "work"), signed_in(site, "administer")
    person.get(f"/desk/{CAMPAIGN}/")
    assert "Вернуть пропавшее" in person.text
    person.get(PAGE)
    assert "Обработчик для этой кампании ещё не запускался" in person.text
    other.get(PAGE)
    person.post(PAGE, what="all")
    other.post(PAGE, what="all")
    assert state(site) == (1, "asked", "")
    assert "сейчас он стоит, и просьба ждёт" in other.text
    assert "Просьба № 1, work" in other.text
    worker_says(site, "asked", "shown", "«Охвачено»: пустых ячеек будет заполнено — 5.")
    person.get(PAGE)
    other.get(PAGE)
    assert "Будет сделано «Охвачено»: пустых ячеек будет заполнено — 5." in person.text
    press(person, "/do", 1)
    assert "Подтверждено, обработчик сейчас начнёт: пока он стоит, просьба ждёт" in person.text
    press(other, "/do", 1)
    assert "Эта кнопка уже не действовала" in other.text
    press(other, "/drop", 1)
    assert state(site) == (1, "confirmed", "")
    worker_says(site, "confirmed", "ordered")
    worker_says(site, "ordered", "done")
    person.get(PAGE)
    assert "Сделано: обработчик записал это в таблицу. «Охвачено»" in person.text
    with site.outbox() as outbox:
        acts = [(act.who, act.act) for _, act in outbox.acts.last(50) if act.act.startswith("restore")]
    assert acts == [("work", "restore_confirmed"), ("work", "restore_asked")]
    other.get("/desk/journal")
    assert "подтверждено: вернуть пропавшее в таблицу" in other.text


def test_one_report_is_named_by_its_receipt(site: Site) -> None:
    with site.outbox() as outbox:
        sent = send(outbox, "17605000")
    person = signed_in(site, "work")
    person.get(PAGE)
    assert person.post(PAGE, what="one", receipt=" ").status_code == 400
    assert "Впишите номер квитанции" in person.text
    assert person.post(PAGE, what="one", receipt="<b>ФО-77777\r\nX: y").status_code == 400
    assert "Отчёта с квитанцией «<b>ФО-77777 X: y» в этой кампании нет" in person.text
    assert "&lt;b&gt;" in person.page.text
    person.post(PAGE, what="one", receipt=str(sent.number))
    assert state(site)[1:] == ("asked", sent.receipt)
    assert f"Отчёт {sent.receipt}" in person.text
    press(person, "/drop", state(site)[0])
    assert "Отменено, ничего не сделано" in person.text
    person.post(PAGE, what="all")
    worker_says(site, "asked", "failed", "Все отчёты на месте: возвращать нечего.")
    person.get(PAGE)
    assert "Не сделано. Все отчёты на месте: возвращать нечего." in person.text
    for number in ("", "x", "²", "9" * 12, "-1"):
        person.get(PAGE)
        person.post(PAGE + "/do", number=number)
        assert "Эта кнопка уже не действовала" in person.text or person.path == PAGE


def test_who_may_only_look_asks_for_nothing(site: Site) -> None:
    person = signed_in(site, "read")
    assert person.get(PAGE).status_code == 403
    person.get(f"/desk/{CAMPAIGN}/")
    assert "Вернуть пропавшее" not in person.text
    assert person.post(PAGE, what="all").status_code == 403
    assert person.post(PAGE + "/do", number="1").status_code == 403


def test_a_person_who_asks_again_and_again_is_slowed(site: Site) -> None:
    person, answers = signed_in(site, "work"), set()
    for _ in range(9):
        person.get(PAGE)
        answers.add(person.post(PAGE, what="all").status_code)
        person.get(PAGE)
        person.post(PAGE + "/drop", number=str(state(site)[0]))
    assert answers == {200, 429}
