"""Figures and dates as programs paste them and as telephones' keyboards give them, through the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.webform.clerk import Clerk, report
from tests.webform.harness import Site, make_site
from tests.webform.test_answer_types import FILE, GIVEN

HINT = ", hint: 'Например: 30.05.2023'"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Every answer type; the date's question has no hint of its own."""
    folder = tmp_path_factory.mktemp("bare")
    text = FILE.read_text(encoding="utf-8")
    assert HINT in text
    config = folder / "config.yaml"
    config.write_text(text.replace(HINT, ""), encoding="utf-8")
    made = make_site(folder / "data", Path(config))
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.mark.parametrize(
    "text", ["1234\u00ad", "1234\u200e", "1\u200b234", "1\u200a234", "1  234", "\u202a1 \u2003234\u202c", "12\u00ad34"]
)
def test_what_nobody_sees_is_not_held_against_a_figure(site: Site, oktmo: str, text: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report(informed=text))
    assert "Осталось отправить" in check.title
    assert "1\N{NO-BREAK SPACE}234" in check.ids["main"]


@pytest.mark.parametrize(
    ("text", "words"), [("500.", "Вместо «500.» впишите «500»"), ("12\u200b 34", "Непонятно, какое это число")]
)
def test_what_may_be_another_figure_is_asked_about(site: Site, oktmo: str, text: str, words: str) -> None:
    clerk = Clerk(site.address)
    page = clerk.send(clerk.enter(site.links[oktmo]), report(informed=text))
    assert words in page.error("informed")
    assert clerk.field(page, "informed") == text


@pytest.mark.parametrize("text", ["01052023", "1 5 2023", "01 05\N{NO-BREAK SPACE}2023", "01.05.2023\u00ad"])
def test_a_date_without_full_stops(bare: Site, text: str) -> None:
    clerk = Clerk(bare.address)
    check = clerk.send(clerk.enter(bare.links["10000001"]), GIVEN | {"line": "", "day": text})
    assert "Осталось отправить" in check.title
    assert "01.05.2023" in check.ids["main"]


def test_a_date_without_a_hint_of_its_own_shows_how_it_is_written(bare: Site) -> None:
    clerk = Clerk(bare.address)
    form = clerk.enter(bare.links["10000002"])
    assert form.ids["day-hint"] == "Например: 30.05.2023"
    refused = clerk.send(form, GIVEN | {"line": "", "day": "31022023"})
    assert set(refused.errors) == {"day"}
    assert refused.ids["day-hint"] == "Например: 30.05.2023", "the example stands beside the mistake too"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_example_describes_the_field(bare: Site, tab: Callable[..., Page], width: int) -> None:
    page = tab(width)
    page.goto(bare.links["10000002"])
    page.get_by_role("button").click()
    field = page.locator("#day")
    assert "day-hint" in (field.get_attribute("aria-describedby") or "")
    assert page.locator("#day-hint").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
