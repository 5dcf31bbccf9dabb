"""The grid in a real browser over a real server: looking, editing, conflicts, other people's changes, phones."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.localsheets.grid_harness import (
    closed,
    context_of,
    css,
    open_tab,
    opened,
    page_of,
    seeded,
    type_into,
    values,
    wait_for_values,
)
from tests.localsheets.harness import Server
from tests.localsheets.sample import ANSWERS, MUNICIPALITIES, PROBLEMS, SUMMARY

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def seeded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with seeded(tmp_path_factory.mktemp("grid"), answers=2_000) as server:
        yield server


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One cache of scripts and styles for all tests; nobody signs in, so no cookie matters."""
    context = context_of(chromium)
    yield context
    context.close()


@pytest.fixture
def page(seeded_server: Server, context: BrowserContext) -> Iterator[Page]:
    with page_of(context, f"{seeded_server.base}/") as page:
        yield page


def home(seeded_server: Server) -> str:
    return seeded_server.spreadsheet_id


def put(seeded_server: Server, tab: str, area: str, value: object) -> None:
    seeded_server.call(
        "PUT",
        f"/v4/spreadsheets/{home(seeded_server)}/values/{tab}!{area}",
        {"values": [[value]]},
        valueInputOption="RAW",
    )


def hide(seeded_server: Server, dimension: str, index: int, *, hidden: bool) -> None:
    span = {"sheetId": ANSWERS, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
    change = {"range": span, "properties": {"hiddenByUser": hidden}, "fields": "hiddenByUser"}
    body = {"requests": [{"updateDimensionProperties": change}]}
    seeded_server.call("POST", f"/v4/spreadsheets/{home(seeded_server)}:batchUpdate", body)


def test_the_summary_looks_like_a_document(page: Page) -> None:
    expect(page).to_have_title("Свод — Флагманы образования")
    title = page.locator(css("A1"))
    expect(title).to_have_attribute("colspan", "6")
    assert title.evaluate("cell => getComputedStyle(cell).fontWeight") == "700"
    expect(page.locator(css("B8"))).to_have_text("1\u00a0234")
    expect(page.locator(css("C8"))).to_have_text("31,7%")
    expect(page.locator(css("B14"))).to_have_text("3\u00a0890")  # a formula, computed
    expect(page.locator(css("B4"))).to_have_attribute("title", "Сданы в срок и с опозданием")
    picture = page.locator("#charts img")
    expect(picture).to_have_attribute("alt", "Диаграмма: Зарегистрировано по группам")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth > 500")
    over = page.locator(css("A16")).bounding_box()
    placed = picture.bounding_box()
    assert over is not None
    assert placed is not None
    assert abs(over["y"] - placed["y"]) < 3
    expect(page.get_by_role("link", name="Служебный")).to_have_count(0)


def test_colours_bands_and_what_is_frozen(page: Page) -> None:
    open_tab(page, MUNICIPALITIES)
    colour = "cell => getComputedStyle(cell).backgroundColor"
    assert page.locator(css("A1")).evaluate(colour) == "rgb(28, 69, 135)"
    assert page.locator(css("C2")).evaluate(colour) == "rgb(217, 237, 212)"
    assert page.locator(css("C22")).evaluate(colour) == "rgb(245, 204, 204)"
    assert page.locator(css("B3")).evaluate(colour) == "rgb(242, 242, 242)"
    assert page.locator(css("B2")).evaluate(colour) == "rgb(255, 255, 255)"
    assert page.locator(css("B2")).evaluate("cell => getComputedStyle(cell).position") == "sticky"
    page.locator("#scroller").evaluate("pane => { pane.scrollTop = 300; }")
    expect(page.locator(css("A1"))).to_be_in_viewport()


def test_on_a_phone_each_row_keeps_its_name_in_sight(seeded_server: Server, chromium: Browser) -> None:
    """Of two frozen columns the last stays, narrower than it is; in a tab with charts none does."""
    page = opened(chromium, f"{seeded_server.base}/", width=390)
    open_tab(page, MUNICIPALITIES)
    page.locator("#scroller").evaluate("pane => { pane.scrollLeft = 500; }")
    expect(page.locator(css("B3"))).to_be_in_viewport()
    expect(page.locator(css("A3"))).not_to_be_in_viewport()
    box = page.locator(css("B3")).bounding_box()
    assert box is not None
    assert box["x"] == 46
    assert box["width"] <= 151
    page.locator(css("E3")).click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    reached = page.locator(css("C3")).bounding_box()
    assert reached is not None
    assert reached["x"] >= box["x"] + box["width"] - 1, "what the keys reach is not hidden behind the name"
    closed(page)


def test_a_link_leads_to_its_row_and_selects_it(page: Page) -> None:
    open_tab(page, PROBLEMS)
    page.get_by_role("link", name="строка 3").click()
    expect(page.locator(css("A3"))).to_be_focused()
    expect(page.locator("#place")).to_have_text("A3")
    expect(page.locator(f'#tabs a[data-gid="{ANSWERS}"]')).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize(
    ("dimension", "index", "place", "shown"),
    [("COLUMNS", 0, "B3", "Столбец A скрыт. Выделена строка 3."), ("ROWS", 2, "A3", "Строка 3 скрыта.")],
)
def test_a_link_to_what_is_hidden_says_so(
    seeded_server: Server, page: Page, dimension: str, index: int, place: str, shown: str
) -> None:
    hide(seeded_server, dimension, index, hidden=True)
    try:
        page.reload()
        open_tab(page, PROBLEMS)
        page.get_by_role("link", name="строка 3").click()
        expect(page.locator("#status")).to_have_text(shown)
        expect(page.locator("#place")).to_have_text(place)
        expect(page.locator(css("B3"))).to_have_count(1 if dimension == "COLUMNS" else 0)
    finally:
        hide(seeded_server, dimension, index, hidden=False)


def test_text_that_looks_like_a_formula_is_text(page: Page) -> None:
    open_tab(page, PROBLEMS)
    expect(page.locator(css("C3"))).to_have_text('=HYPERLINK("https://example.org")')
    page.locator(css("C3")).click()
    expect(page.locator("#line")).to_have_value('\'=HYPERLINK("https://example.org")')


def test_editing_keeps_the_kind_of_a_value(seeded_server: Server, page: Page) -> None:
    open_tab(page, ANSWERS)
    type_into(page, "F5", "1234,5")
    expect(page.locator("#status")).to_have_text("Сохранено")
    wait_for_values(seeded_server, "Ответы", "F5", [[1234.5]])
    page.locator(css("F5")).click()
    page.keyboard.press("Delete")
    expect(page.locator(css("F5"))).to_have_text("")
    page.keyboard.type("017")
    page.keyboard.press("Tab")
    expect(page.locator(css("F5"))).to_have_text("17")
    expect(page.locator(css("G5"))).to_be_focused()
    page.locator(css("F5")).click()
    page.keyboard.press("F2")
    page.keyboard.press("Escape")
    expect(page.locator(css("F5"))).to_have_text("17")
    page.keyboard.press("Control+z")
    expect(page.locator(css("F5"))).to_have_text("")


def test_a_formula_in_russian_is_computed_and_an_unknown_one_refused(seeded_server: Server, page: Page) -> None:
    open_tab(page, ANSWERS)
    type_into(page, "J2", "=СУММ(F2:F4;0,5)")
    expect(page.locator("#status")).to_have_text("Сохранено")
    wait_for_values(seeded_server, "Ответы", "J2", [[3.5]])
    type_into(page, "J3", '=IMPORTXML("https://example.org")')
    expect(page.locator("dialog")).to_contain_text("функция IMPORTXML здесь не вычисляется")
    page.keyboard.press("Enter")
    expect(page.locator(".editor")).to_have_value('=IMPORTXML("https://example.org")')  # not lost
    page.keyboard.press("Escape")
    wait_for_values(seeded_server, "Ответы", "J3", [])


def test_a_conflict_is_shown_with_both_texts_and_nothing_is_lost(seeded_server: Server, page: Page) -> None:
    open_tab(page, ANSWERS)
    page.locator(css("H7")).dblclick()
    put(seeded_server, "Ответы", "H7", "чужой текст")
    page.locator(".editor").fill("мой текст")
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("сейчас «чужой текст», вы ввели «мой текст»")
    wait_for_values(seeded_server, "Ответы", "H7", [["чужой текст"]])
    dialog.get_by_role("button", name="Записать моё").click()
    expect(page.locator("#status")).to_have_text("Сохранено")
    wait_for_values(seeded_server, "Ответы", "H7", [["мой текст"]])
    # Undoing on another tab says where the edit was and forgets nothing.
    open_tab(page, MUNICIPALITIES)
    page.get_by_role("button", name="Отменить").click()
    expect(page.locator("#status")).to_contain_text("на другом листе")
    open_tab(page, ANSWERS)
    page.get_by_role("button", name="Отменить").click()
    expect(page.locator(css("H7"))).to_have_text("чужой текст")
    wait_for_values(seeded_server, "Ответы", "H7", [["чужой текст"]])


def test_an_edit_follows_its_row(seeded_server: Server, page: Page) -> None:
    open_tab(page, ANSWERS)
    page.locator(css("H9")).dblclick()
    span = {"sheetId": ANSWERS, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    seeded_server.call(
        "POST",
        f"/v4/spreadsheets/{home(seeded_server)}:batchUpdate",
        {"requests": [{"insertDimension": {"range": span}}]},
    )
    page.locator(".editor").fill("своя строка")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("Сохранено")
    assert values(seeded_server, "Ответы", "H9:H10") != [["своя строка"]]
    wait_for_values(seeded_server, "Ответы", "H10", [["своя строка"]])
    seeded_server.call(
        "POST",
        f"/v4/spreadsheets/{home(seeded_server)}:batchUpdate",
        {"requests": [{"deleteDimension": {"range": span}}]},
    )


def test_a_change_by_another_appears_by_itself(seeded_server: Server, page: Page) -> None:
    open_tab(page, ANSWERS)
    expect(page.locator(css("H12"))).not_to_have_text("пришло само")
    put(seeded_server, "Ответы", "H12", "пришло само")
    expect(page.locator(css("H12"))).to_have_text("пришло само")


def test_a_protected_range_asks_first(seeded_server: Server, page: Page) -> None:
    open_tab(page, MUNICIPALITIES)
    type_into(page, "G3", "250")
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("G3: Заполняет обработчик. Изменить всё равно?")
    dialog.get_by_role("button", name="Отмена").click()
    wait_for_values(seeded_server, "Муниципалитеты", "G3", [[200]])
    type_into(page, "G3", "250")
    dialog.get_by_role("button", name="Изменить").click()
    expect(page.locator("#status")).to_have_text("Сохранено")
    wait_for_values(seeded_server, "Муниципалитеты", "G3", [[250]])


def test_a_block_is_pasted_and_copied(seeded_server: Server, page: Page) -> None:
    open_tab(page, ANSWERS)
    page.evaluate('navigator.clipboard.writeText("1\\t2,5\\n\\"две\\nстроки\\"\\t4\\n")')
    page.locator(css("I20")).click()
    page.keyboard.press("Control+v")
    expect(page.locator("#status")).to_have_text("Сохранено")
    wait_for_values(seeded_server, "Ответы", "I20:J21", [[1, 2.5], ["две\nстроки", 4]])
    page.locator(css("I20")).click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#place")).to_have_text("I20:J21")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == '1\t2,5\n"две\nстроки"\t4'
    table = page.evaluate(
        """async () => {
          const [held] = await navigator.clipboard.read();
          return (await held.getType("text/html")).text();
        }"""
    )
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line) for line in table.split("</tr>")[:-1]]
    assert [[re.sub("<br[^>]*>", "|", cell) for cell in line] for line in lines] == [["1", "2,5"], ["две|строки", "4"]]


def test_two_thousand_rows_by_scroll_keyboard_search_and_filter(page: Page) -> None:
    open_tab(page, ANSWERS)
    page.locator(css("A2")).click()
    page.keyboard.press("Control+End")
    expect(page.locator("#place")).to_have_text("J2001")
    expect(page.locator(css("I2001"))).to_have_text("id-1999")
    page.keyboard.press("Control+Home")
    expect(page.locator(css("A1"))).to_be_focused()
    page.locator("#scroller").evaluate("pane => { pane.scrollTop = 21 * 1000; }")
    expect(page.locator(css("I1001"))).to_have_text("id-999")
    page.keyboard.press("Control+f")
    page.locator("#find-text").fill("ID-1500")
    page.keyboard.press("Enter")
    expect(page.locator("#find-status")).to_have_text("1 из 1")
    expect(page.locator("#place")).to_have_text("I1502")
    page.get_by_role("button", name="Фильтр").click()
    page.locator("#filter-text").fill("id-17")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-status")).to_have_text("Строк: 111")
    expect(page.locator("tbody tr[data-r]").first).to_have_attribute("data-r", "18")
    page.keyboard.press("Escape")
    expect(page.locator(css("A2"))).to_have_text("2023-0000")


def test_rows_are_inserted_and_deleted_tabs_renamed_and_all_is_in_the_history(
    seeded_server: Server, page: Page
) -> None:
    open_tab(page, ANSWERS)
    page.locator(css("A30")).click()
    page.get_by_role("button", name="Строка ▾").click()
    page.get_by_role("menuitem", name="Вставить строку ниже").click()
    expect(page.locator(css("A31"))).to_have_text("")
    wait_for_values(seeded_server, "Ответы", "A31", [])
    page.locator('tr[data-r="30"] th').click()
    page.locator('tr[data-r="30"] th').click(button="right")
    page.get_by_role("menuitem", name="Удалить строку 31").click()
    page.locator("dialog").get_by_role("button", name="Удалить").click()
    expect(page.locator(css("A31"))).to_have_text("2023-0029")
    page.locator(f'#tabs a[data-gid="{PROBLEMS}"]').click()
    page.locator(f'#tabs a[data-gid="{PROBLEMS}"]').dblclick()
    page.locator("#dialog-input").fill("Что исправить")
    page.keyboard.press("Enter")
    expect(page.locator(f'#tabs a[data-gid="{PROBLEMS}"]')).to_have_text("Что исправить")
    page.get_by_role("link", name="История правок").click()
    rows = page.locator("table.list tbody tr")
    expect(rows.nth(0)).to_contain_text("название листа")
    expect(rows.nth(0)).to_contain_text("Что исправить")
    expect(rows.nth(1)).to_contain_text("удалена строка 31")
    expect(rows.nth(2)).to_contain_text("вставлена строка 31")


def test_a_column_is_sorted_below_what_is_frozen(page: Page) -> None:
    open_tab(page, ANSWERS)
    page.locator('th.ch[data-c="0"]').click()
    page.get_by_role("button", name="Столбец ▾").click()
    page.get_by_role("menuitem", name="Сортировать по убыванию").click()
    expect(page.locator(css("A1"))).to_have_text("Приём")
    expect(page.locator(css("A2"))).to_have_text("2023-1999")


def test_without_scripts_the_table_is_there_and_leads_to_all_rows(seeded_server: Server, chromium: Browser) -> None:
    page = opened(chromium, f"{seeded_server.base}/", scripts=False)
    expect(page.locator(css("A1"))).to_contain_text("Флагманы образования")
    expect(page.get_by_text("Без JavaScript таблицу можно только смотреть")).to_be_visible()
    page.get_by_role("link", name="Ответы").click()
    page.get_by_role("link", name="Простая таблица").click()
    expect(page.get_by_text(re.compile("Показаны строки 2–501 из"))).to_be_visible()
    page.get_by_role("link", name="Следующие строки").click()
    expect(page.get_by_text(re.compile("Показаны строки 502–1001 из"))).to_be_visible()
    closed(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(seeded_server: Server, chromium: Browser, width: int) -> None:
    page = opened(chromium, f"{seeded_server.base}/", width=width)
    found = {}
    # The rows are the same HTML at any width; a phone's own are the frame of the grid and the cards of the history.
    for gid in (SUMMARY, MUNICIPALITIES, PROBLEMS, ANSWERS) if width > 640 else (SUMMARY,):
        open_tab(page, gid)
        found[gid] = violations(page)
    page.get_by_role("button", name="Найти").click()
    found[-1] = violations(page)
    base = f"{seeded_server.base}/spreadsheets/d/{home(seeded_server)}"
    for number, path in enumerate(
        (f"{base}/table", f"{base}/history", f"{seeded_server.base}/login", f"{seeded_server.base}/spreadsheets")
    ):
        page.goto(path)
        found[-2 - number] = violations(page)
    closed(page)
    assert all(not each for each in found.values()), found


def violations(page: Page) -> list[str]:
    """Put axe's script into a page once, and take only the violations back: both are large."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("() => axe.run({resultTypes: ['violations']}).then(all => all.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_a_tab_is_printed_whole_and_as_wide_as_the_page(page: Page) -> None:
    """«Печать» fetches the rows that were not in sight; the page is upright or on its side, as the tab is wide."""
    page.evaluate("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    for gid, upright in ((SUMMARY, True), (ANSWERS, False)):
        open_tab(page, gid)
        page.evaluate("delete document.documentElement.dataset.printed")
        page.click("#tool-print")
        expect(page.locator("html[data-printed]")).to_have_count(1)
        expect(page.locator("#sheet tbody.far")).to_have_count(0)
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        width, height = map(float, re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)[0])
        assert (width < height) is upright
        if upright:  # with its chart, and without the blank rows below
            assert len(re.findall(rb"/Type /Page\b", paper)) == 1
