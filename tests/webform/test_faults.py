"""Faults of ours: what was typed comes back, nothing of it is in the log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from tests.webform.clerk import Clerk, report
from tests.webform.harness import REPORTS, Site

pytestmark = pytest.mark.slow

OKTMO = "17735000"
WORDS = "Всё, что вы ввели, на месте"


@pytest.fixture
def own(make: Callable[..., Site]) -> Site:
    site: Site = make()
    site.start()
    site.read_links()
    return site


@contextmanager
def without(site: Site, table: str) -> Iterator[None]:
    """The outbox lacks a table, which no code of ours expects."""

    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(site.folder / "outbox.db")) as database:
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename(table, "away")
    try:
        yield
    finally:
        rename("away", table)


def test_after_a_fault_the_form_comes_back_with_what_was_typed(own: Site) -> None:
    clerk = Clerk(own.address)
    form = clerk.enter(own.links[OKTMO])
    with without(own, "drafts"):
        failed = clerk.send(form, report(comment="Не потеряно"))
        assert failed.status == 500
        assert WORDS in failed.ids["main"]
        assert clerk.field(failed, "comment") == "Не потеряно"
        assert clerk.field(failed, "key") == clerk.field(form, "key")
        assert clerk.send(failed, button="Сохранить черновик").status == 500
    check = clerk.send(failed)
    assert "Осталось отправить" in check.title
    with without(own, "drafts"):
        failed = clerk.send(check)
        assert failed.status == 500
        assert WORDS in failed.ids["main"]
        assert clerk.field(failed, "comment") == "Не потеряно"
    assert clerk.send(clerk.send(failed)).path == f"{REPORTS}/{OKTMO}/receipts/1"
    own.stop()
    said = own.log.read_text()
    assert said.count('"fault"') == 3
    assert "Не потеряно" not in said


def test_the_script_gets_words_of_its_own_for_a_fault(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    with without(site, "drafts"):
        answer = clerk.ask(f"{REPORTS}/{oktmo}/draft", form.form.fields, Accept="application/json")
    assert answer.status == 500
    assert json.loads(answer.text)["saved"] is None
    assert "хранится в этом браузере" in json.loads(answer.text)["problem"]


def test_where_the_fault_is_in_the_form_itself_the_page_says_what_to_do(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    with without(site, "addresses"):
        failed = clerk.send(form, report())
    assert failed.status == 500
    assert not failed.forms
    assert "На нашей стороне ошибка" in failed.ids["main"]
    assert clerk.send(form, report()).status == 200
