"""A list of entries in the form without JavaScript: from the first entry to the receipt, a correction, bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from campaign import load_campaign
from outbox.records import Submission
from tests.webform.clerk import Clerk, Fields, Page
from tests.webform.harness import ROOT, Site

FILE = ROOT / "tests" / "webform" / "events.yaml"
FIRST = "10000001"
ADD, TAKE_AWAY, BRING_BACK = "Добавить запись", "Удалить", "Вернуть запись"
Changes = dict[str, str | list[str] | None]


@pytest.fixture
def site(make: Callable[..., Site]) -> Site:
    return make(config=str(FILE))


@pytest.fixture
def clerk(site: Site) -> Clerk:
    site.start()
    site.read_links()
    return Clerk(site.address)


def press(clerk: Clerk, page: Page, button: str, value: str, changes: Changes | None = None) -> Page:
    name = {ADD: "entry_add", TAKE_AWAY: "entry_take_away", BRING_BACK: "entry_bring_back"}[button]
    return clerk.send(page, {**(changes or {}), name: value}, button)


def keys(page: Page) -> list[str]:
    return [value for name, value in page.form.fields if name == "events"]


def entry(key: str, name: str, participants: str) -> Changes:
    fields: Changes = {"day": "01.05.2023", "name": name, "participants": participants}
    return {f"events.{key}.{field}": value for field, value in fields.items()}


def latest(site: Site) -> Submission:
    with site.outbox() as outbox:
        found = outbox.submissions.latest("events", FIRST)
    assert found is not None
    return found


def test_entries_are_added_checked_sent_and_corrected(site: Site, clerk: Clerk) -> None:
    page = clerk.send(clerk.enter(site.links[FIRST]), {"held": "yes"}, "Сохранить черновик")
    (first,) = keys(page)
    page = press(clerk, page, ADD, "events", entry(first, "Бал", "1 200"))
    second = keys(page)[1]
    assert f'name="events.{second}.day"' in page.text
    assert "autofocus" in page.text.partition(f'id="events.{second}.day"')[2].partition(">")[0], "back at the place"
    page = clerk.send(page, {f"events.{second}.participants": "сто", f"events.{second}.guests": ["press", "parents"]})
    assert page.errors.keys() == {f"events.{second}.{name}" for name in ("day", "name", "participants")}
    assert "Мероприятие 2: Дата" in page.ids["main"]
    assert f'href="#events.{second}.day"' in page.text
    page = press(clerk, page, TAKE_AWAY, f"events.{first}")
    assert keys(page) == [f"-{first}", second]
    assert "запись удалена" in page.ids["main"]
    page = press(clerk, page, BRING_BACK, f"events.{first}")
    assert dict(page.form.fields)[f"events.{first}.name"] == "Бал", "what was typed is back"
    page = clerk.send(page, entry(second, "Бег", "5") | {f"events.{second}.guests": ["press", "parents"]})
    assert page.path.endswith("/check")
    for words in ("Мероприятие 2", "Бег", "Пресса", "Мероприятия: число записей", "1 205"):
        assert words in page.text.replace("\N{NO-BREAK SPACE}", " "), words
    receipt = clerk.send(page)
    assert "/receipts/1" in receipt.path
    assert "Бал" in receipt.ids["main"]
    sent = latest(site).answers
    assert [one["name"] for one in sent["events"]] == ["Бал", "Бег"]  # type: ignore[union-attr, index, call-overload]
    assert (sent["events_count"], sent["events_participants"]) == (2, 1205)
    # The correction starts from what was sent; one entry goes, and the check says so.
    page = clerk.get(f"/reports/events/{FIRST}/form")
    page = press(clerk, page, TAKE_AWAY, f"events.{keys(page)[0]}")
    page = clerk.send(page)
    assert "Что изменится" in page.text
    assert "Мероприятие 2: Дата" in page.ids["main"], "as it was"
    clerk.send(page)
    assert latest(site).version == 2
    assert latest(site).answers["events_participants"] == 5
    draft = clerk.get(f"/reports/events/{FIRST}/")
    assert draft.status == 200


def test_no_entries_two_hundred_and_one_more(site: Site, clerk: Clerk) -> None:
    page = clerk.send(clerk.enter(site.links[FIRST]), {"held": "no"})
    assert page.path.endswith("/check")
    clerk.send(page)
    assert "events" not in latest(site).answers
    assert "events_count" not in latest(site).answers, "not asked is not zero"
    page = clerk.get(f"/reports/events/{FIRST}/form")
    many = {name: value for n in range(200) for name, value in entry(f"n{n}", f"Бал {n}", "7").items()}
    whole: Changes = {"held": "yes", "visible": ["events"], "events": [f"n{n}" for n in range(200)], **many}
    page = clerk.send(page, whole)
    assert page.path.endswith("/check"), page.errors
    clerk.send(page)
    assert latest(site).answers["events_count"] == 200
    page = clerk.get(f"/reports/events/{FIRST}/form")
    assert ADD not in [words.strip() for words, _ in page.form.buttons], "full"
    page = press_anyway(clerk, page)
    assert len(keys(page)) == 200
    more = entry("more", "Лишний", "1") | {"events": [*keys(page), "more"]}
    page = clerk.send(page, more)
    assert "можно не больше 200" in page.errors["events"]


def press_anyway(clerk: Clerk, page: Page) -> Page:
    fields: Fields = [*page.form.fields, ("entry_add", "events")]
    return clerk.ask(f"/reports/events/{FIRST}/entries", fields)


def test_hostile_entries_neither_fail_nor_stay(site: Site, clerk: Clerk) -> None:
    page = clerk.send(clerk.enter(site.links[FIRST]), {"held": "yes"}, "Сохранить черновик")
    base: Fields = [(name, value) for name, value in page.form.fields if not name.startswith("events")]
    odd: Fields = [
        ("events", "../../etc"), ("events", "-"), ("events", "A" * 9), ("events", "1"), ("events", "1"),
        ("events", "\x00"), ("events.1.day", "\x00'<script>"), ("events.1.none", "x"), ("events.9.day", "01.05.2023"),
        ("events_count", "7"), ("events_participants", "999"), ("events.1.participants", "9" * 3000),
        ("entry_take_away", "events.zz"), ("entry_bring_back", "held.1"), ("entry_add", "held"), ("at", "events.1"),
    ]  # fmt: skip
    for address in ("entries", "form", "draft"):
        answer = clerk.ask(f"/reports/events/{FIRST}/{address}", base + odd)
        assert answer.status in (200, 413), address
        assert "<script>" not in answer.text
    page = clerk.get(f'/reports/events/{FIRST}/form?at="><b>')
    assert page.status == 200
    assert "events_count" not in page.form.names
    form = {name for name, _ in page.form.fields if name.startswith("events.")}
    assert not {name for name in form if name.split(".")[1] == "9"}, "a field of no entry is not kept"
    fields: Fields = [*base, *(("events", f"k{n}") for n in range(4000))]
    assert clerk.ask(f"/reports/events/{FIRST}/form", fields).status == 413


def test_an_uploaded_blank_leaves_the_entries(site: Site, clerk: Clerk) -> None:
    page = clerk.send(clerk.enter(site.links[FIRST]), {"held": "yes"}, "Сохранить черновик")
    page = clerk.send(page, entry(keys(page)[0], "Бал", "12"), "Сохранить черновик")
    content, _ = clerk.fetch(f"/reports/events/{FIRST}/blank.xlsx")
    upload = clerk.get(f"/reports/events/{FIRST}/blank")
    page = clerk.give(upload, "blank", content)
    assert page.status == 200
    page = clerk.get(f"/reports/events/{FIRST}/form")
    assert dict(page.form.fields)[f"events.{keys(page)[0]}.name"] == "Бал"


def test_the_campaign_of_the_tests_is_sound() -> None:
    assert load_campaign(FILE).lists[0].tab == "Мероприятия"


def test_a_list_on_a_page_of_its_own(make: Callable[..., Site], tmp_path: Path) -> None:
    file = tmp_path / "pages.yaml"
    text = FILE.read_text(encoding="utf-8").replace("  receipt_prefix: МП\n", "  receipt_prefix: МП\n  pages: true\n")
    file.write_text(text, encoding="utf-8")
    site = make(config=str(file))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    page = clerk.send(clerk.enter(site.links[FIRST]), {"held": "yes"})
    assert [words.strip() for words, _ in page.form.buttons].count("Назад") == 0, "the list is asked now: still page 1"
    page = press(clerk, page, ADD, "events", entry(keys(page)[0], "Бал", "12"))
    assert "page=main" in page.url
    page = clerk.send(page, entry(keys(page)[1], "Бег", "много"))
    assert list(page.errors) == [f"events.{keys(page)[1]}.participants"]
    page = clerk.send(page, entry(keys(page)[1], "Бег", "8"))
    page = clerk.send(page, {"comment": "Всё"})
    assert page.path.endswith("/check"), page.errors
    clerk.send(page)
    assert latest(site).answers["events_participants"] == 20
