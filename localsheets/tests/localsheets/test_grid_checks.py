"""Data validation in the grid: what a cell expects, its drop-down, and the mark on what is against the rule."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.localsheets.grid_harness import context_of, css, page_of, seeded, type_into, wait_for_values
from tests.localsheets.harness import Json, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Ожидается целое число от 0 до 100."
OPTIONS = ("город Ковров", "город Владимир", "округ Муром")
FIGURES: Json = {
    "condition": {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": "0"}, {"userEnteredValue": "100"}]},
    "inputMessage": WORDS,
}
LIST: Json = {
    "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": option} for option in OPTIONS]},
    "showCustomUi": True,
}


@pytest.fixture(scope="module")
def seeded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with seeded(tmp_path_factory.mktemp("checks")) as server:
        yield server


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = context_of(chromium)
    yield context
    context.close()


@pytest.fixture
def page(seeded_server: Server, context: BrowserContext) -> Iterator[Page]:
    """A tab whose column A has a drop-down and column B a check of numbers, from row 2 on."""
    added = change(seeded_server, {"addSheet": {"properties": {"title": "Проба"}}})
    gid = added["replies"][0]["addSheet"]["properties"]["sheetId"]
    change(seeded_server, validation(gid, 0, LIST), validation(gid, 1, FIGURES))
    with page_of(context, f"{seeded_server.base}/spreadsheets/d/{seeded_server.spreadsheet_id}/edit?gid={gid}") as page:
        yield page
    change(seeded_server, {"deleteSheet": {"sheetId": gid}})


def validation(gid: int, column: int, rule: Json) -> Json:
    below = {"sheetId": gid, "startRowIndex": 1, "startColumnIndex": column, "endColumnIndex": column + 1}
    return {"setDataValidation": {"range": below, "rule": {**rule, "strict": False}}}


def change(server: Server, *requests: Json) -> Json:
    answer: Json = server.call(
        "POST", f"/v4/spreadsheets/{server.spreadsheet_id}:batchUpdate", {"requests": list(requests)}
    )
    return answer


def press_arrow(page: Page, name: str) -> None:
    """Click the arrow of a cell with a drop-down."""
    cell = page.locator(css(name))
    box = cell.bounding_box()
    assert box
    cell.click(position={"x": box["width"] - 8, "y": box["height"] / 2})


def test_a_drop_down_is_opened_by_its_arrow_and_chosen_by_mouse(page: Page, seeded_server: Server) -> None:
    press_arrow(page, "A2")
    options = page.get_by_role("option")
    expect(options).to_have_text(list(OPTIONS))
    options.nth(2).click()
    wait_for_values(seeded_server, "Проба", "A2", [[OPTIONS[2]]])
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.locator(css("A1"))).not_to_have_class("pick")  # the header has no rule


def test_a_drop_down_is_chosen_by_keys_and_narrowed_by_typing(page: Page, seeded_server: Server) -> None:
    page.locator(css("A3")).dblclick()
    expect(page.get_by_role("option")).to_have_text(list(OPTIONS))
    page.keyboard.insert_text("город")
    expect(page.get_by_role("option")).to_have_text(list(OPTIONS[:2]))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text(OPTIONS[1])
    page.keyboard.press("Enter")
    wait_for_values(seeded_server, "Проба", "A3", [[OPTIONS[1]]])


def test_what_is_against_a_rule_is_written_marked_and_said(page: Page, seeded_server: Server) -> None:
    page.locator(css("B2")).click()
    expect(page.locator("#hint")).to_have_text(WORDS)
    type_into(page, "B2", "12 чел.")
    wait_for_values(seeded_server, "Проба", "B2", [["12 чел."]])
    expect(page.locator("#status")).to_have_text("B2: записано, но здесь ожидалось другое")
    expect(page.locator(css("B2"))).to_have_class("o error")
    expect(page.locator(css("B2"))).to_have_attribute("title", f"Не то, что ожидается. {WORDS}")
    type_into(page, "B2", "12")
    wait_for_values(seeded_server, "Проба", "B2", [[12]])
    expect(page.locator("#status")).to_have_text("Сохранено")
    expect(page.locator(css("B2"))).not_to_have_attribute("title", re.compile(".*"))
    page.locator(css("C2")).click()
    expect(page.locator("#hint")).to_be_empty()
    type_into(page, "A2", "Ковров")  # none of the list
    wait_for_values(seeded_server, "Проба", "A2", [["Ковров"]])
    expect(page.locator(css("A2"))).to_have_attribute("title", "Не то, что ожидается. Ожидается значение из списка.")
