"""What the grid does not show (a filter or hiding leaves it out) stays as it is; what was deleted comes back."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.localsheets.grid_harness import context_of, css, page_of, seeded, type_into, wait_for_values
from tests.localsheets.harness import Json, Server
from tests.localsheets.sample import ANSWERS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def seeded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with seeded(tmp_path_factory.mktemp("hidden"), answers=260) as server:
        yield server


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = context_of(chromium)
    yield context
    context.close()


@pytest.fixture
def page(seeded_server: Server, context: BrowserContext) -> Iterator[Page]:
    """The answers tab under a filter that shows rows 4, 8 and 10 of the first ten; each test uses a tab of its own."""
    copied = change(seeded_server, {"duplicateSheet": {"sourceSheetId": ANSWERS, "newSheetName": "Проба"}})
    gid = copied["replies"][0]["duplicateSheet"]["properties"]["sheetId"]
    marks = [["вот"] if at in {4, 8, 10, 255} else [""] for at in range(2, 262)]
    seeded_server.call(
        "PUT",
        f"/v4/spreadsheets/{seeded_server.spreadsheet_id}/values/Проба!J2:J261",
        {"values": marks},
        valueInputOption="RAW",
    )
    with page_of(context, f"{seeded_server.base}/spreadsheets/d/{seeded_server.spreadsheet_id}/edit?gid={gid}") as page:
        show_only(page, "вот")
        yield page
    change(seeded_server, {"deleteSheet": {"sheetId": gid}})


def change(server: Server, *requests: Json) -> Json:
    answer: Json = server.call(
        "POST", f"/v4/spreadsheets/{server.spreadsheet_id}:batchUpdate", {"requests": list(requests)}
    )
    return answer


def show_only(page: Page, text: str, rows: int = 4) -> None:
    page.get_by_role("button", name="Фильтр").click()
    page.locator("#filter-text").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#filter-status")).to_have_text(f"Строк: {rows}")


def show_all(page: Page) -> None:
    """Clear the filter, and wait until the rows that it hid are there."""
    page.locator("#filter-text").press("Escape")
    expect(page.locator("#sheet tbody tr[data-r='4']")).to_have_count(1)
    expect(page.locator('#sheet td[tabindex="0"]')).to_have_count(1)


def select_rows(page: Page, first: int, last: int) -> None:
    page.locator(f'tr[data-r="{first - 1}"] th').click()
    page.locator(f'tr[data-r="{last - 1}"] th').click(modifiers=["Shift"])


def column(server: Server, letter: str, first: int, last: int) -> list[object]:
    path = f"/v4/spreadsheets/{server.spreadsheet_id}/values/Проба!{letter}{first}:{letter}{last}"
    found = server.call("GET", path, valueRenderOption="UNFORMATTED_VALUE", majorDimension="COLUMNS").get("values")
    return list(found[0]) if found else []


def paste(page: Page, name: str, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator(css(name)).click()
    page.keyboard.press("Control+v")


def test_only_the_shown_rows_are_deleted_and_undo_brings_them_back(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "A", 1, 12)
    select_rows(page, 4, 10)
    page.get_by_role("button", name="Строка ▾").click()
    page.get_by_role("menuitem", name="Удалить строки 4, 8, 10").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Удалить строки 4, 8, 10?")
    expect(dialog).to_contain_text("Строки между ними, которых сейчас не видно, останутся: 4.")
    dialog.get_by_role("button", name="Удалить").click()
    expect(page.locator("#status")).to_contain_text("Удалено")
    left = [one for at, one in enumerate(before, 1) if at not in {4, 8, 10}]
    wait_for_values(seeded_server, "Проба", "A1:A9", [[one] for one in left])
    page.get_by_role("button", name="Отменить").click()
    wait_for_values(seeded_server, "Проба", "A1:A12", [[one] for one in before])
    expect(page.locator(css("A8"))).to_have_text("2023-0006")


def test_a_block_is_pasted_into_shown_rows_alone(seeded_server: Server, page: Page) -> None:
    paste(page, "H4", "Звонил один\nЗвонил другой")
    expect(page.locator("#status")).to_have_text("Сохранено")
    wait_for_values(seeded_server, "Проба", "H4", [["Звонил один"]])
    wait_for_values(seeded_server, "Проба", "H8", [["Звонил другой"]])
    assert set(column(seeded_server, "H", 5, 7)) == {"Провели совещание с директорами школ и разослали письма"}
    expect(page.locator("dialog")).to_be_hidden()


def test_a_block_longer_than_the_shown_rows_is_refused_whole(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "H", 1, 262)
    paste(page, "H10", "раз\nдва\nтри")
    expect(page.locator("dialog")).to_contain_text("Вставляется строк: 3, а показано ниже: 2.")
    page.locator("dialog").get_by_role("button", name="Закрыть").click()
    assert column(seeded_server, "H", 1, 262) == before


def test_one_value_fills_and_delete_clears_shown_rows_alone(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "F", 1, 12)
    page.evaluate("navigator.clipboard.writeText('77')")
    page.locator(css("F4")).click()
    page.locator(css("F10")).click(modifiers=["Shift"])
    page.keyboard.press("Control+v")
    filled = [77 if at in {4, 8, 10} else one for at, one in enumerate(before, 1)]
    wait_for_values(seeded_server, "Проба", "F1:F12", [[one] for one in filled])
    page.locator(css("F4")).click()
    page.locator(css("F10")).click(modifiers=["Shift"])
    expect(page.locator("#status")).to_contain_text("Сумма: 231")  # of three, not of seven
    page.keyboard.press("Delete")
    wait_for_values(seeded_server, "Проба", "F8", [])
    assert column(seeded_server, "F", 5, 7) == before[4:7]


def test_shown_rows_are_sorted_among_their_places(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "A", 1, 261)
    page.locator('th.ch[data-c="0"]').click()
    page.get_by_role("button", name="Столбец ▾").click()
    page.get_by_role("menuitem", name="Сортировать по убыванию").click()
    expect(page.locator(css("A4"))).to_have_text("2023-0253")
    shown = dict(zip((4, 8, 10, 255), (before[at - 1] for at in (255, 10, 8, 4)), strict=True))
    assert column(seeded_server, "A", 1, 261) == [shown.get(at, one) for at, one in enumerate(before, 1)]


def test_a_search_under_a_filter_finds_what_is_shown(page: Page) -> None:
    page.keyboard.press("Control+f")
    page.locator("#find-text").fill("совещание")
    page.locator("#find-text").press("Enter")
    expect(page.locator("#find-status")).to_have_text("1 из 4")
    page.locator("#find-text").fill("id-3")  # rows 5, 32 …
    page.locator("#find-text").press("Enter")
    expect(page.locator("#find-status")).to_have_text("Не найдено")


def test_the_keys_stop_at_shown_rows(page: Page) -> None:
    page.locator(css("A4")).click()
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator("#place")).to_have_text("A255")
    page.keyboard.press("Control+ArrowUp")
    expect(page.locator("#place")).to_have_text("A1")
    page.keyboard.press("Control+End")
    expect(page.locator("#place")).to_have_text("J255")


def test_a_column_goes_whole_and_the_dialog_says_so(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "H", 1, 261)
    page.locator('th.ch[data-c="7"]').click()
    page.get_by_role("button", name="Столбец ▾").click()
    page.get_by_role("menuitem", name="Удалить столбец H").click()
    expect(page.locator("dialog")).to_contain_text("и в строках, которых сейчас не видно: ")
    page.locator("dialog").get_by_role("button", name="Удалить").click()
    expect(page.locator("#status")).to_contain_text("Удалено")
    wait_for_values(seeded_server, "Проба", "H1", [["ID"]])
    # After a reload the page has forgotten its own edits; the history has not.
    page.get_by_role("link", name="История правок").click()
    page.get_by_role("button", name="Вернуть: удалён столбец H").click()
    expect(page.locator("#place")).to_have_text("H1")
    assert column(seeded_server, "H", 1, 261) == before
    assert column(seeded_server, "I", 1, 2) == ["ID", "id-0"]
    page.get_by_role("link", name="История правок").click()
    expect(page.locator("table.list tbody tr").first).to_contain_text("возвращён столбец H")
    expect(page.get_by_role("button", name="Вернуть: удалён столбец H")).to_have_count(0)
    expect(page.get_by_text("(возвращено ")).to_have_count(1)


def test_hidden_rows_and_columns_are_passed_over_without_a_filter(seeded_server: Server, page: Page) -> None:
    gid = int(page.locator("#tabs a[aria-current]").get_attribute("data-gid") or 0)
    hide = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    change(
        seeded_server,
        {"updateDimensionProperties": {**hide, "range": span(gid, "ROWS", 20)}},
        {"updateDimensionProperties": {**hide, "range": span(gid, "COLUMNS", 5)}},
    )
    page.keyboard.press("Escape")
    show_all(page)
    expect(page.locator(css("A20"))).to_be_visible()
    expect(page.locator(css("A21"))).to_have_count(0)
    before = column(seeded_server, "F", 20, 22), column(seeded_server, "G", 21, 21)
    paste(page, "E20", "а\tб\nв\tг")
    wait_for_values(seeded_server, "Проба", "E20:G22", [["а", before[0][0], "б"], [1, *before[0][1:2], *before[1]],
                                                      ["в", before[0][2], "г"]])  # fmt: skip
    page.locator(css("E20")).click()
    page.locator(css("G22")).click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "а\tб\nв\tг"
    page.get_by_role("button", name="Столбец ▾").click()
    page.get_by_role("menuitem", name="Удалить столбцы E, G").click()
    page.locator("dialog").get_by_role("button", name="Удалить").click()
    wait_for_values(seeded_server, "Проба", "E1", [["Студенты колледжей"]])


def span(gid: int, dimension: str, at: int) -> Json:
    return {"sheetId": gid, "dimension": dimension, "startIndex": at, "endIndex": at + 1}


def test_what_was_selected_but_not_loaded_is_cleared_too(seeded_server: Server, page: Page) -> None:
    show_all(page)
    page.locator('th.ch[data-c="6"]').click()
    page.keyboard.press("Delete")
    wait_for_values(seeded_server, "Проба", "G2:G261", [])


def test_a_change_of_the_header_is_undone_with_what_was_frozen(seeded_server: Server, page: Page) -> None:
    show_all(page)
    page.locator('tr[data-r="0"] th').click(button="right")
    page.get_by_role("menuitem", name="Удалить строку 1").click()
    expect(page.locator("dialog")).to_contain_text("обычно это заголовки столбцов")
    page.locator("dialog").get_by_role("button", name="Удалить").click()
    expect(page.locator("#status")).to_contain_text("Удалено")
    wait_for_values(seeded_server, "Проба", "A1", [["2023-0000"]])
    page.keyboard.press("Control+z")
    wait_for_values(seeded_server, "Проба", "A1", [["Приём"]])
    expect(page.locator(f"thead {css('A1')}")).to_have_text("Приём")


def test_undo_of_cells_goes_on_after_undo_of_a_deletion(seeded_server: Server, page: Page) -> None:
    """The rows come back under their lasting keys, so that earlier edits still find them."""
    show_all(page)
    type_into(page, "H12", "правка")
    wait_for_values(seeded_server, "Проба", "H12", [["правка"]])
    page.locator('tr[data-r="11"] th').click(button="right")
    page.get_by_role("menuitem", name="Удалить строку 12").click()
    expect(page.locator("dialog")).not_to_contain_text("заголовки")
    page.locator("dialog").get_by_role("button", name="Удалить").click()
    expect(page.locator("#status")).to_contain_text("Удалено")
    expect(page.locator(css("H12"))).not_to_have_text("правка")
    page.keyboard.press("Control+z")
    wait_for_values(seeded_server, "Проба", "H12", [["правка"]])
    expect(page.locator(css("H12"))).to_have_text("правка")
    page.keyboard.press("Control+z")
    wait_for_values(seeded_server, "Проба", "H12", [["Провели совещание с директорами школ и разослали письма"]])


def hold(page: Page, pattern: str) -> Callable[[], None]:
    """Hold the answers to such requests back; return what lets them go."""
    kept: list[Route] = []
    going = False
    page.route(pattern, lambda route: route.continue_() if going else kept.append(route))

    def let_go() -> None:
        nonlocal going
        going = True
        for route in kept:
            route.continue_()
        page.unroute(pattern)  # nobody answers a route while a test asks the server

    return let_go


def clear_filter(page: Page) -> None:
    """Clear the filter, and return while the rows are on their way."""
    with page.expect_request("**/rows/*"):
        page.locator("#filter-text").press("Escape")
    expect(page.locator("#sheet tbody tr.gap")).not_to_have_count(0)


def test_a_key_pressed_while_rows_are_fetched_acts_when_they_are_there(seeded_server: Server, page: Page) -> None:
    let_go = hold(page, "**/rows/*")
    clear_filter(page)
    page.locator('th.ch[data-c="6"]').click()
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("later")
    page.keyboard.press("Enter")
    let_go()
    wait_for_values(seeded_server, "Проба", "G2:G261", [])
    wait_for_values(seeded_server, "Проба", "H1", [["later"]])


def test_undo_pressed_while_rows_are_fetched_is_done(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "H", 10, 10)
    type_into(page, "H10", "правка")
    wait_for_values(seeded_server, "Проба", "H10", [["правка"]])
    let_go = hold(page, "**/rows/*")
    clear_filter(page)
    page.keyboard.press("Control+z")
    let_go()
    wait_for_values(seeded_server, "Проба", "H10", [before])


def test_undo_waits_for_the_save_that_it_undoes(seeded_server: Server, page: Page) -> None:
    before = column(seeded_server, "H", 10, 10)
    type_into(page, "H10", "первая")
    wait_for_values(seeded_server, "Проба", "H10", [["первая"]])
    expect(page.locator("#status")).to_contain_text("Сохранено")
    let_go = hold(page, "**/cells")
    with page.expect_request("**/cells"):
        type_into(page, "H10", "вторая")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    let_go()
    wait_for_values(seeded_server, "Проба", "H10", [before])
    expect(page.locator(css("H10"))).not_to_have_text("вторая")
