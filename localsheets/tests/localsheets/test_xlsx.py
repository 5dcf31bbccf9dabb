"""The workbook: read back with openpyxl, opened by LibreOffice, and beyond Excel's limits."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis.strategies import lists, sampled_from, text
from lxml.etree import fromstring

from localsheets.errors import SheetsError
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.defaults import sheet_props
from localsheets.requests import run_batch
from localsheets.xlsx import csv_text, workbook
from localsheets.xlsx.book import tab_names
from tests.localsheets.grid_harness import compute
from tests.localsheets.harness import Server
from tests.localsheets.sample import (
    MUNICIPALITIES,
    PROBLEMS,
    SUMMARY,
    area,
    cell,
    make_workbook,
    rows,
)


@pytest.fixture(scope="module")
def state() -> Spreadsheet:
    made = make_workbook()
    compute(made)
    return made


@pytest.fixture(scope="module")
def book(state: Spreadsheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(state)))


def test_tabs_their_order_colour_and_what_is_hidden(book: Any) -> None:
    assert book.sheetnames == ["Свод", "Муниципалитеты", "Замечания", "Ответы", "Служебный"]
    assert [page.sheet_state for page in book] == ["visible"] * 4 + ["hidden"]
    assert book["Свод"].sheet_properties.tabColor.rgb == "FF1C4587"
    assert book.active.title == "Свод"


def test_values_keep_their_kinds(state: Spreadsheet) -> None:
    values = openpyxl.load_workbook(io.BytesIO(workbook(state)), data_only=True)
    assert values["Свод"]["B8"].value == 1234
    assert values["Свод"]["B14"].value == 3890
    assert values["Муниципалитеты"]["A2"].value == "17700000"  # a code, not a number
    assert values["Муниципалитеты"]["E2"].value.isoformat() == "2023-05-27T12:00:00"
    assert values["Замечания"]["C3"].value == '=HYPERLINK("https://example.org")'
    assert values["Замечания"]["C3"].data_type == "s"


def test_formulas_go_along_in_excels_spelling(state: Spreadsheet) -> None:
    made = make_workbook()
    formula = {"userEnteredValue": {"formulaValue": "=ЕСЛИ(B8>1,5;СУММ(B8:B9);0)"}}
    unknown = {"userEnteredValue": {"formulaValue": '="не закрыто'}}
    start = {"sheetId": SUMMARY, "rowIndex": 40, "columnIndex": 0}
    request = {"start": start, "rows": [{"values": [formula, unknown]}], "fields": "userEnteredValue"}
    run_batch(made, [{"updateCells": request}])
    compute(made)
    data = workbook(made)
    assert openpyxl.load_workbook(io.BytesIO(data))["Свод"]["A41"].value == "=IF(B8>1.5,SUM(B8:B9),0)"
    assert openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Свод"]["A41"].value == 1844


def test_looks(book: Any) -> None:
    summary, towns = book["Свод"], book["Муниципалитеты"]
    title = summary["A1"]
    assert (title.font.b, title.font.sz, title.font.color.rgb) == (True, 16, "FF1C4587")
    assert "A1:F1" in [str(merged) for merged in summary.merged_cells.ranges]
    assert summary["B8"].number_format == "#,##0"
    assert summary["C8"].number_format == "0.0%"
    assert summary["A8"].border.bottom.style == "thin"
    assert summary["B4"].comment.text == "Сданы в срок и с опозданием"
    assert not summary.sheet_view.showGridLines
    assert summary.row_dimensions[1].height == 30  # 40 pixels
    assert towns.freeze_panes == "C2"
    assert towns["A1"].alignment.horizontal == "center"
    assert towns["A1"].alignment.wrap_text
    assert towns["A3"].fill.fgColor.rgb == "FFF2F2F2"  # a band
    assert abs(towns.column_dimensions["B"].width - 26.5) < 1.5
    conditions = [rule for rules in towns.conditional_formatting for rule in rules.rules]
    assert [rule.operator or rule.type for rule in conditions] == ["equal", "containsText"]
    assert conditions[0].dxf.fill.bgColor.rgb == "FFF5CCCC"


def test_links_filters_and_charts(state: Spreadsheet, book: Any) -> None:
    link = book["Замечания"]["E2"]
    assert (link.value, link.hyperlink.location) == ("строка 3", "'Ответы'!A3")
    assert book["Замечания"].auto_filter.ref == "A1:E3"
    with ZipFile(io.BytesIO(workbook(state))) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert '<c:barDir val="bar"/>' in chart
    assert "Свод!$B$8:$B$13" in chart.replace("'", "")
    assert "Зарегистрировано по группам" in chart
    assert '<c:showVal val="1"/>' in chart  # the figure beside each bar


def test_now_is_of_the_moment_of_the_file() -> None:
    made = make_workbook()
    now = {"userEnteredValue": {"formulaValue": "=ТДАТА()"}}
    start = {"sheetId": SUMMARY, "rowIndex": 40, "columnIndex": 0}
    run_batch(made, [{"updateCells": {"start": start, "rows": [{"values": [now]}], "fields": "userEnteredValue"}}])
    compute(made)
    book = openpyxl.load_workbook(io.BytesIO(workbook(made)))
    assert book["Свод"]["A41"].value == pytest.approx(made.sheet(SUMMARY).cell(40, 0).value)


def test_print_setup(book: Any) -> None:
    towns = book["Муниципалитеты"]
    assert towns.page_setup.orientation in (None, "portrait")  # narrow enough to be read upright
    assert towns.page_setup.paperSize == 9
    assert towns.sheet_properties.pageSetUpPr.fitToPage
    assert (towns.page_setup.fitToWidth or 1, towns.page_setup.fitToHeight) == (1, 0)
    assert towns.print_title_rows == "$1:$1"
    assert "Страница" in towns.oddFooter.right.text


def test_a_wide_tab_is_printed_on_its_side() -> None:
    made = make_workbook()
    wide = {"sheetId": MUNICIPALITIES, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    change = {"range": wide, "properties": {"pixelSize": 900}, "fields": "pixelSize"}
    run_batch(made, [{"updateDimensionProperties": change}])
    book = openpyxl.load_workbook(io.BytesIO(workbook(made)))
    assert book["Муниципалитеты"].page_setup.orientation == "landscape"


def test_a_title_ends_with_the_columns_that_every_sheet_of_paper_has() -> None:
    made = make_workbook()
    wide = {"sheetId": MUNICIPALITIES, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 8}
    above = {"sheetId": MUNICIPALITIES, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    frozen = {"sheetId": MUNICIPALITIES, "gridProperties": {"frozenRowCount": 2, "frozenColumnCount": 2}}
    title = {"userEnteredValue": {"stringValue": "Муниципалитеты: " + "кто и сколько, " * 5}}
    start = {"sheetId": MUNICIPALITIES, "rowIndex": 0, "columnIndex": 0}
    fields = "gridProperties.frozenRowCount,gridProperties.frozenColumnCount"
    run_batch(
        made,
        [
            {"insertDimension": {"range": above}},
            {"updateCells": {"start": start, "rows": [{"values": [title]}], "fields": "userEnteredValue"}},
            {"updateSheetProperties": {"properties": frozen, "fields": fields}},
            {"updateDimensionProperties": {"range": wide, "properties": {"pixelSize": 900}, "fields": "pixelSize"}},
        ],
    )
    page = openpyxl.load_workbook(io.BytesIO(workbook(made)))["Муниципалитеты"]
    assert page.page_setup.fitToWidth > 1
    assert "A1:B1" in page.merged_cells
    assert page["A1"].alignment.wrap_text
    assert page.row_dimensions[1].height > 25


@pytest.mark.parametrize("kind", ["COLUMN", "LINE", "AREA", "SCATTER", "COMBO", "PIE"])
def test_every_kind_of_chart_is_one_of_excels(kind: str) -> None:
    made = make_workbook()
    domain = {"sourceRange": {"sources": [area(MUNICIPALITIES, 0, 22, 1, 2)]}}
    figures = {"sourceRange": {"sources": [area(MUNICIPALITIES, 0, 22, 5, 6)]}}
    if kind == "PIE":
        spec: dict[str, object] = {"pieChart": {"domain": domain, "series": figures, "legendPosition": "RIGHT_LEGEND"}}
    else:
        series: list[dict[str, object]] = [{"series": figures}, {"series": figures, "targetAxis": "RIGHT_AXIS"}]
        if kind == "COMBO":
            series[1]["type"] = "LINE"
        spec = {"basicChart": {"chartType": kind, "headerCount": 1, "domains": [{"domain": domain}], "series": series}}
    position = {"overlayPosition": {"anchorCell": {"sheetId": MUNICIPALITIES, "rowIndex": 24, "columnIndex": 0}}}
    run_batch(made, [{"addChart": {"chart": {"spec": {"title": kind, **spec}, "position": position}}}])
    with ZipFile(io.BytesIO(workbook(made))) as archive:
        drawn = "".join(archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name)
    element = {"COLUMN": "barChart", "COMBO": "lineChart", "LINE": "lineChart", "AREA": "areaChart",
               "SCATTER": "scatterChart", "PIE": "pieChart"}[kind]  # fmt: skip
    assert f"<c:{element}>" in drawn


def test_an_indent_leaves_less_room_for_the_words_of_a_row() -> None:
    """The words of both cells have the same width; beside the indent they need a third line."""
    made = make_workbook()
    plain = {"textFormat": {"fontSize": 10}, "wrapStrategy": "WRAP"}
    indented = {**plain, "padding": {"left": 60}}
    words = "Студенты образовательных организаций высшего"
    start = {"sheetId": SUMMARY, "rowIndex": 50, "columnIndex": 7}
    lines = [{"values": [cell(words, looks)]} for looks in (plain, indented)]
    fields = "userEnteredValue,userEnteredFormat"
    width = {"sheetId": SUMMARY, "dimension": "COLUMNS", "startIndex": 7, "endIndex": 8}
    sized = {"range": width, "properties": {"pixelSize": 200}, "fields": "pixelSize"}
    made_rows = {"updateCells": {"start": start, "rows": lines, "fields": fields}}
    run_batch(made, [made_rows, {"updateDimensionProperties": sized}])
    heights = openpyxl.load_workbook(io.BytesIO(workbook(made)))["Свод"].row_dimensions
    assert heights[52].height > heights[51].height


def test_what_excel_cannot_hold() -> None:
    made = make_workbook()
    made.add_sheet(sheet_props(100, "a" * 40, 10, 5))
    made.add_sheet(sheet_props(101, "A" * 40, 10, 5))
    made.add_sheet(sheet_props(102, "Итоги [1/2]: всё?", 10, 5))
    run_batch(made, [rows(100, 0, 0, [[cell("д" * 50_000), cell("\x01управляющий"), cell("\U0001f600" * 20_000)]])])
    names = list(tab_names(made.sheets).values())
    assert names[-3:] == ["a" * 31, "A" * 27 + " (2)", "Итоги _1_2__ всё_"]
    read = openpyxl.load_workbook(io.BytesIO(workbook(made)))
    texts = [read[names[-3]].cell(1, column).value for column in (1, 2, 3)]
    assert texts[0].endswith("32 767 знаков]")
    assert "управляющий" in texts[1]
    assert texts[2].endswith("32 767 знаков]")


WORDS = text(max_size=40) | sampled_from(
    ["=1+1", "=\x01", "1e999", "nan", "\ufffe", "#", "[Red", "http://a\x02", "<&>\"'"]
)


@settings(max_examples=80, deadline=None)
@given(word=WORDS)
def test_any_text_at_any_place_gives_a_workbook(word: str) -> None:
    made = make_workbook()
    made.add_sheet(sheet_props(100, "Слова", 10, 5))
    spot = area(100, 0, 1, 0, 1)
    rule = {"values": [{"userEnteredValue": word}]}
    column = {"sourceRange": {"sources": [spot]}}
    spec = {
        "title": word,
        "subtitle": word,
        "basicChart": {
            "chartType": "COLUMN",
            "axis": [{"position": "BOTTOM_AXIS", "title": word}, {"position": "LEFT_AXIS", "title": word}],
            "domains": [{"domain": column}],
            "series": [{"series": column}],
        },
    }
    look = {
        "textFormat": {"fontFamily": word, "link": {"uri": word}},
        "numberFormat": {"type": "NUMBER", "pattern": word},
    }
    filled = {"userEnteredValue": {"stringValue": word}, "userEnteredFormat": look, "note": word}
    conditions = [{"type": kind, **rule} for kind in ("TEXT_EQ", "TEXT_CONTAINS", "NUMBER_GREATER", "CUSTOM_FORMULA")]
    formats = [{"ranges": [spot], "booleanRule": {"condition": one, "format": {}}} for one in conditions]
    scale = {
        name: {"type": "NUMBER", "value": word, "colorStyle": {"rgbColor": {}}} for name in ("minpoint", "maxpoint")
    }
    listed = {"condition": {"type": "ONE_OF_LIST", **rule}, "strict": True}
    requests: tuple[Json, ...] = (
        {"updateSpreadsheetProperties": {"properties": {"title": word}, "fields": "title"}},
        {"updateCells": {"range": spot, "rows": [{"values": [filled]}], "fields": "*"}},
        {
            "updateCells": {
                "range": area(100, 1, 2, 0, 1),
                "rows": [{"values": [{"userEnteredValue": {"formulaValue": f'="{word}"'}}]}],
                "fields": "*",
            }
        },
        {"setDataValidation": {"range": spot, "rule": listed}},
        *({"addConditionalFormatRule": {"rule": one, "index": 0}} for one in formats),
        {"addConditionalFormatRule": {"rule": {"ranges": [spot], "gradientRule": scale}, "index": 0}},
        {"addChart": {"chart": {"spec": spec, "position": {"overlayPosition": {"anchorCell": {"sheetId": 100}}}}}},
    )
    for request in requests:
        try:
            run_batch(made, [request])
        except SheetsError:
            continue
    made_book = workbook(made)
    openpyxl.load_workbook(io.BytesIO(made_book))
    with ZipFile(io.BytesIO(made_book)) as parts:
        for part in parts.namelist():
            fromstring(parts.read(part))


@settings(max_examples=60, deadline=None)
@given(titles=lists(text(min_size=1, max_size=60), min_size=1, max_size=4))
@example(titles=["\U0001f600" * 20, "\U0001f600" * 21])
@example(titles=["a" * 30 + "\U0001f600", "'" + "\U0001f600" * 15 + "'"])
def test_any_title_that_the_server_takes_gives_a_workbook(titles: list[str]) -> None:
    made = make_workbook()
    for title in titles:
        try:
            run_batch(made, [{"addSheet": {"properties": {"title": title}}}])
        except SheetsError:
            continue
    read = openpyxl.load_workbook(io.BytesIO(workbook(made)))
    assert len(read.sheetnames) == len(made.sheets)


def test_a_large_book_is_streamed_and_keeps_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_workbook(answers=1500)
    whole = workbook(made)
    monkeypatch.setattr("localsheets.xlsx.book.STREAMED_CELLS", 1000)
    streamed = workbook(made)
    assert streamed != whole
    read = [openpyxl.load_workbook(io.BytesIO(data)) for data in (whole, streamed)]
    for name in ("Свод", "Муниципалитеты", "Ответы"):
        one, other = ([[cell.value for cell in row] for row in book[name].iter_rows()] for book in read)
        assert one == other, name


def test_csv(state: Spreadsheet) -> None:
    lines = csv_text(state, state.sheet(MUNICIPALITIES)).split("\r\n")
    assert lines[0] == "ОКТМО,Муниципалитет,Состояние,Квитанция,Принято,Всего,План,Доля"
    assert lines[1] == "17700000,г. Владимир,сдан в срок,2023-0000,27.05.2023 12:00,5,200,3%"


def test_csv_gives_excel_no_strangers_formulas(state: Spreadsheet) -> None:
    lines = csv_text(state, state.sheet(PROBLEMS)).split("\r\n")
    assert '"\'=HYPERLINK(""https://example.org"")"' in lines[2]


def test_export_by_the_page_and_by_drive(server: Server) -> None:
    book = server.new()
    server.call("PUT", f"/v4/spreadsheets/{book.id}/values/A1", {"values": [["текст"]]}, valueInputOption="RAW")
    by_page = server.session.get(
        f"{server.base}/spreadsheets/d/{book.id}/export", params={"format": "xlsx"}, timeout=30
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    by_drive = server.session.get(
        f"{server.base}/drive/v3/files/{book.id}/export", params={"mimeType": kind}, timeout=30
    )
    for answer in (by_page, by_drive):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == kind
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).active["A1"].value == "текст"
    csv = server.session.get(
        f"{server.base}/spreadsheets/d/{book.id}/export", params={"format": "csv", "gid": "0"}, timeout=30
    )
    assert csv.content.decode("utf-8-sig") == "текст\r\n"
    server.call("PUT", f"/v4/spreadsheets/{book.id}/values/B1", {"values": [["1;2"]]}, valueInputOption="RAW")
    russian = {"format": "csv", "gid": "0", "delimiter": ";"}
    csv = server.session.get(f"{server.base}/spreadsheets/d/{book.id}/export", params=russian, timeout=30)
    assert csv.content.decode("utf-8-sig") == 'текст;"1;2"\r\n'
    assert (
        server.session.get(f"{server.base}/spreadsheets/d/{book.id}/export?format=ods", timeout=30).status_code == 404
    )


@pytest.mark.libreoffice
def test_libreoffice_opens_it(state: Spreadsheet, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(workbook(state))
    soffice = shutil.which("soffice")
    assert soffice
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    done = subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "rror" not in done.stdout + done.stderr
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "book.pdf"), "-"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    for words in ("«Флагманы образования»", "3,890", "сдан с опозданием", "строка 3", "Страница 1 из 4"):
        assert words in text, text[:2000]
    assert "Служебный" not in text
