"""Formulas: Russian and English spelling, computing, and the values in the API."""

from pathlib import Path

import ironcalc
import pytest

from localsheets.formulas import Background, Calculator, english, not_computed
from localsheets.formulas.names import RUSSIAN
from localsheets.formulas.support import KNOWN, computes
from localsheets.model import Spreadsheet
from localsheets.requests import run_batch
from localsheets.storage import Store
from tests.localsheets.grid_harness import compute
from tests.localsheets.harness import Book, until
from tests.localsheets.sample import SUMMARY, make_workbook

SPELLED = [
    ("=СУММ(A1:A3;1,5)", "=SUM(A1:A3,1.5)"),
    ("=сумм(a1;b2)", "=SUM(a1,b2)"),
    ('=ЕСЛИ(A1>1,5;"да; нет";ЛОЖЬ)', '=IF(A1>1.5,"да; нет",FALSE)'),
    ("=СЧЕТЕСЛИ('Свод'!B:B;\">0\")", "=COUNTIF('Свод'!B:B,\">0\")"),
    ("=СЧЁТЕСЛИ(Свод!B:B;1)", "=COUNTIF('Свод'!B:B,1)"),
    ("=ОКРУГЛ(А1/В1;2)", "=ROUND(A1/B1,2)"),  # typed with Cyrillic А and В
    ("=SUM(A1,A2)", "=SUM(A1,A2)"),
    ("={1;2\\3}", "={1;2,3}"),
    ('=СЦЕПИТЬ("она сказала ""да""";"1,5")', '=CONCATENATE("она сказала ""да""","1,5")'),
    ('="не закрыто', None),
    ("=", None),
    ("просто текст", None),
]


@pytest.mark.parametrize(("typed", "spelled"), SPELLED)
def test_a_russian_formula_is_spelled_in_english(typed: str, spelled: str | None) -> None:
    assert english(typed, "ru_RU") == spelled


def test_where_the_decimal_sign_is_a_point_commas_part_arguments() -> None:
    assert english("=SUM(1,5)", "en_US") == "=SUM(1,5)"
    assert english("=SUM(1,5)", "ru_RU") == "=SUM(1.5)"


def test_every_function_listed_as_computed_is_known_to_the_engine() -> None:
    """The engine writes known names in capitals and unknown ones in small letters."""
    engine = ironcalc.create("probe", "en", "UTC", "en")

    def knows(name: str) -> bool:
        engine.set_user_input(0, 1, 1, f"={name}(1)")
        return str(engine.get_cell_content(0, 1, 1)).startswith(f"={name}(")

    assert [name for name in [*sorted(KNOWN), "IMPORTXML"] if not knows(name)] == ["IMPORTXML"]


def test_every_russian_name_is_computed_or_named_as_not() -> None:
    missing = sorted(name for name in RUSSIAN if not computes(name))
    assert missing == ["ТРАНСП"]


@pytest.mark.parametrize("name", ["IMPORTXML", "ИМПОРТ", "UNIQUE", "FILTER", "GOOGLEFINANCE"])
def test_what_is_not_computed_is_named(name: str) -> None:
    assert not_computed(f"=СУММ({name}(A1);1)") == [name]


COMPUTED = [
    ("=СУММ(A1:A3)", 6),
    ("=СРЗНАЧ(A1:A3)", 2),
    ('=ЕСЛИ(A1=1;"да";"нет")', "да"),
    ("=A1/0", "#DIV/0!"),
    ('=IMPORTXML("https://example.org";"//a")', "#NAME?"),
    ("=UNIQUE(A1:A3)", "#NAME?"),
    ("=0,5+0,25", 0.75),
    ("=ИСТИНА", True),
    ("=A9", ""),
    ('=СУММ(ДВССЫЛ("A1:A3"))', 6),
    ("=СМЕЩ(A1;2;0)", 3),
]


@pytest.mark.parametrize(("formula", "value"), COMPUTED)
def test_the_api_gives_the_value(book: Book, formula: str, value: object) -> None:
    """In a Russian spreadsheet, through the real server."""
    russian = book.server.new(locale="ru_RU")
    path = f"/v4/spreadsheets/{russian.id}/values/"
    book.server.call("PUT", path + "A1:A3", {"values": [[1], [2], [3]]}, valueInputOption="RAW")
    book.server.call("PUT", path + "B1", {"values": [[formula]]}, valueInputOption="USER_ENTERED")
    got = book.server.call("GET", path + "B1", valueRenderOption="UNFORMATTED_VALUE").get("values", [[""]])
    assert got == [[value]]
    kept = book.server.call("GET", path + "B1", valueRenderOption="FORMULA")
    assert kept["values"] == [[formula]]
    book.server.call("PUT", path + "A1", {"values": [[4]]}, valueInputOption="RAW")
    if formula == "=СУММ(A1:A3)":
        again = book.server.call("GET", path + "B1", valueRenderOption="UNFORMATTED_VALUE")
        assert again["values"] == [[9]]


def test_an_error_that_is_known_without_computing_is_passed_on(book: Book) -> None:
    book.write("Sheet1!B1:B3", [["=B2+1"], ["=UNIQUE(A1)"], ["=IFERROR(B2,7)"]], typed=True)
    assert book.raw("Sheet1!B1:B3") == [["#NAME?"], ["#NAME?"], [7]]


def test_formulas_of_a_new_spreadsheet_are_computed(book: Book) -> None:
    cells = [{"userEnteredValue": {"numberValue": 2}}, {"userEnteredValue": {"formulaValue": "=A1*21"}}]
    made = book.server.call("POST", "/v4/spreadsheets", {"sheets": [{"data": [{"rowData": [{"values": cells}]}]}]})
    fresh = Book(book.server, made["spreadsheetId"])
    until(lambda: fresh.raw() == [[2, 42]])


def test_a_formula_follows_figures_on_another_tab() -> None:
    state = make_workbook()
    cell = {"userEnteredValue": {"formulaValue": "=СУММ(Муниципалитеты!G2:G22)"}}
    start = {"sheetId": SUMMARY, "rowIndex": 30, "columnIndex": 0}
    request = {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}}
    run_batch(state, [request])
    compute(state)
    assert state.sheet(SUMMARY).cell(30, 0).value == 21 * 200


def test_time_goes_on_where_the_spreadsheet_asks_for_it(tmp_path: Path) -> None:
    """Each minute, here each twentieth of a second; for Drive that is no change."""
    store, calculator = Store(tmp_path / "sheets.db"), Calculator()
    counted, still = (make_workbook() for _ in range(2))
    for state, recalculation in ((counted, "MINUTE"), (still, "ON_CHANGE")):
        state.props["autoRecalc"] = recalculation
        cell = {"userEnteredValue": {"formulaValue": "=NOW()"}}
        start = {"sheetId": SUMMARY, "rowIndex": 30, "columnIndex": 0}
        run_batch(
            state, [{"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}}]
        )
        compute(state)
        store.add(state)

    def shown(state: Spreadsheet) -> object:
        return store.get(state.id).sheet(SUMMARY).cell(30, 0).value

    background = Background(store, calculator, seconds=0.05)
    background.start()
    until(lambda: store.get(counted.id).computed and store.get(still.id).computed)
    before, values = store.get(counted.id), (shown(counted), shown(still))
    until(lambda: shown(counted) != values[0])
    assert shown(still) == values[1]
    background.stop()
    after = store.get(counted.id)
    assert after.version > before.version
    assert after.file == before.file
    calculator.close()
    store.close()
