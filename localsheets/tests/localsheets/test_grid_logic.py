"""The dense parts behind the page: texts to edit, conditions, style sheets, charts. No server, no browser."""

import datetime
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localsheets.a1 import Box
from localsheets.cells import Cell, CellError, Value
from localsheets.grid.conditions import class_of, conditions_of
from localsheets.grid.drawing import chart_svg
from localsheets.grid.drawing.figures import ticks
from localsheets.grid.entering import entered, shown
from localsheets.grid.rendering import RowWriter
from localsheets.grid.styles import declarations, format_css
from localsheets.grid.tabs import cells_showing, tab_view
from localsheets.jsontypes import Json
from localsheets.locales import locale_of, parse_input
from localsheets.looks import banding_of, chart_source, hex_color, text_height
from localsheets.model import Styles
from localsheets.requests import run_batch
from localsheets.values.write import fill
from tests.localsheets.sample import (
    ANSWERS,
    BLUE,
    MUNICIPALITIES,
    PROBLEMS,
    RED,
    SUMMARY,
    area,
    cell,
    make_workbook,
    rows,
)

RUSSIAN = locale_of("ru_RU")
DAY = datetime.date(2023, 5, 27)

numbers = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(-1e14, 1e14, allow_nan=False).map(lambda number: round(number, 6) + 0.0),
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1, max_size=40)
typical = st.sampled_from(
    ["1,5", "007", "=СУММ(A1)", "'", "''x", "27.05.2023", "12:30", "5 %", "ИСТИНА", "1 мая", "(3)", "+7 900 000-00-00"]
)
FORMATS: list[Json | None] = [
    None,
    {"numberFormat": {"type": "NUMBER", "pattern": "#,##0"}},
    {"numberFormat": {"type": "PERCENT", "pattern": "0.0%"}},
    {"numberFormat": {"type": "TEXT"}},
]


@given(value=st.one_of(numbers, texts, typical, st.booleans()), fmt=st.sampled_from(FORMATS))
def test_typing_what_one_edits_gives_the_same_cell(value: Value, fmt: Json | None) -> None:
    """Opening an editor and pressing Enter changes no cell."""
    if isinstance(value, float) and fmt and "%" in str(fmt):
        value = round(value / 1e4, 4)
    styles = Styles()
    held = Cell(value, style=styles.number(fmt))
    typed = entered(held, styles, RUSSIAN)
    if fmt and fmt["numberFormat"]["type"] == "TEXT" and not isinstance(value, str):
        return  # a number in a cell of text becomes text when it is typed again, as in Google's
    if fmt and fmt["numberFormat"]["type"] == "TEXT" and not typed.startswith(("=", "'")):
        again: Value = typed
    else:
        again = parse_input(typed, RUSSIAN, DAY).value
    if isinstance(value, float):
        assert isinstance(again, int | float)
        assert again == pytest.approx(value, rel=1e-12, abs=1e-12)
    else:
        assert again == value
        assert type(again) is type(value)


def test_what_one_edits() -> None:
    styles = Styles()
    percent = styles.number({"numberFormat": {"type": "PERCENT", "pattern": "0%"}})
    moment = styles.number({"numberFormat": {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm"}})
    day = styles.number({"numberFormat": {"type": "DATE", "pattern": "d mmmm"}})
    expected = {
        Cell(0.317, style=percent): ("31,7%", "32%"),
        Cell(45073.5, style=moment): ("27.05.2023 12:00:00", "27.05.2023 12:00"),
        Cell(45073, style=day): ("27.05.2023", "27 мая"),
        Cell(1234.5): ("1234,5", "1234,5"),
        Cell(True): ("ИСТИНА", "ИСТИНА"),
        Cell(6, "=СУММ(A1;A2)"): ("=СУММ(A1;A2)", "6"),
        Cell(CellError("DIVIDE_BY_ZERO", ""), "=1/0"): ("=1/0", "#DIV/0!"),
        Cell("007"): ("'007", "007"),
        Cell("Ковров"): ("Ковров", "Ковров"),
        Cell(): ("", ""),
    }
    for held, (typed, seen) in expected.items():
        assert (entered(held, styles, RUSSIAN), shown(held, styles, RUSSIAN)) == (typed, seen)


CONDITIONS = [
    ("TEXT_EQ", ["Не сдан"], "не сдан", "сдан"),
    ("TEXT_CONTAINS", ["опозд"], "сдан с опозданием", "сдан"),
    ("TEXT_NOT_CONTAINS", ["опозд"], "сдан", "сдан с опозданием"),
    ("TEXT_STARTS_WITH", ["сда"], "Сдан", "не сдан"),
    ("TEXT_ENDS_WITH", ["срок"], "сдан в срок", "сдан"),
    ("NUMBER_GREATER", ["1,5"], 2, 1),
    ("NUMBER_LESS_THAN_EQ", ["2"], 2, 3),
    ("NUMBER_BETWEEN", ["1", "3"], 2, 4),
    ("NUMBER_NOT_BETWEEN", ["1", "3"], 4, 2),
    ("NUMBER_EQ", ["5"], 5, "5"),
    ("BLANK", [], None, 0),
    ("NOT_BLANK", [], 0, None),
]


@pytest.mark.parametrize(("kind", "given_values", "holds", "not_"), CONDITIONS)
def test_conditions(kind: str, given_values: list[str], holds: Value, not_: Value) -> None:
    state = make_workbook()
    condition = {"type": kind, "values": [{"userEnteredValue": value} for value in given_values]}
    rule = {"ranges": [area(ANSWERS, 0, 9, 0, 9)], "booleanRule": {"condition": condition, "format": {}}}
    run_batch(state, [{"addConditionalFormatRule": {"rule": rule, "index": 0}}])
    found = conditions_of(state.sheet(ANSWERS), RUSSIAN, "Europe/Moscow")
    assert class_of(found, 1, 1, Cell(holds))
    assert not class_of(found, 1, 1, Cell(not_))
    assert not class_of(found, 9, 1, Cell(holds))  # outside


def test_a_colour_scale_goes_from_low_to_high() -> None:
    state = make_workbook()
    points = {"minpoint": {"type": "MIN", "colorStyle": RED}, "maxpoint": {"type": "MAX", "colorStyle": BLUE}}
    rule = {"ranges": [area(MUNICIPALITIES, 1, 22, 5, 6)], "gradientRule": points}
    run_batch(state, [{"addConditionalFormatRule": {"rule": rule, "index": 0}}])
    sheet = state.sheet(MUNICIPALITIES)
    found = conditions_of(sheet, RUSSIAN, "Europe/Moscow")
    shades = [int(class_of(found, at, 5, sheet.cell(at, 5)).rsplit("-", 1)[1]) for at in range(1, 19)]
    assert shades[0] == 0
    assert shades[-1] == 23
    assert shades == sorted(shades)
    css = format_css(state)
    assert f"k{sheet.store}-0-0{{background-color:#f5cccc" in css
    assert f"k{sheet.store}-0-23{{background-color:#1c4587" in css


def test_styles_are_made_of_known_words_alone() -> None:
    sly = {
        "textFormat": {"fontFamily": 'x";}body{display:none}', "bold": True, "fontSize": 12},
        "backgroundColorStyle": {"rgbColor": {"green": 1}},
        "borders": {"top": {"style": "SOLID_MEDIUM"}, "bottom": {"style": "}*{"}},
        "horizontalAlignment": "CENTER",
        "wrapStrategy": "WRAP",
    }
    css = declarations(sly)
    assert "}" not in css
    assert "{" not in css
    assert "font-weight:700" in css
    assert "font-size:16px" in css
    assert "background-color:#00ff00" in css
    assert "inset 0 2px 0 #000000" in css


def test_colours_and_bands() -> None:
    assert hex_color({"rgbColor": {}}) == "#000000"
    assert hex_color({"rgbColor": {"red": 1, "green": 0.5}}) == "#ff8000"
    assert hex_color({"themeColor": "ACCENT1"}) == "#4285f4"
    assert hex_color(None) is None
    bands = banding_of(make_workbook().sheet(MUNICIPALITIES))
    assert [bands.color(row, 0) for row in (0, 1, 2, 3, 22)] == ["#1c4587", "#ffffff", "#f2f2f2", "#ffffff", None]


def test_rows_are_escaped_and_carry_what_editing_needs() -> None:
    state = make_workbook()
    texts = ['<img src=x onerror="a">', "007", "javascript:alert(1)"]
    fill(state, ANSWERS, Box(30, 31, 0, 3), [texts], typed=False)
    view = tab_view(state, state.sheet(ANSWERS))
    html = RowWriter(state, state.sheet(ANSWERS), view.columns).rows([30], view.used)
    assert "<img" not in html
    assert "&lt;img src=x onerror=&quot;a&quot;&gt;" in html
    assert 'data-e="&#x27;007"' in html
    assert "javascript:" in html
    assert "href" not in html
    row = state.sheet(ANSWERS).rows[30]
    assert row is not None
    assert f'data-k="{row.key}"' in html


LINKS = [
    ("https://example.org/a?b=1&c=2", 'href="https://example.org/a?b=1&amp;c=2"'),
    ("#gid=13&range=A3", 'href="#gid=13&amp;range=A3"'),
    ("https://sheets.example.org/spreadsheets/d/abc/edit#gid=13&range=A3", 'href="#gid=13&amp;range=A3"'),
    ("javascript:alert(1)", None),
    ("data:text/html,x", None),
    ('https://example.org/"onclick=x', None),
]


@pytest.mark.parametrize(("address", "expected"), LINKS)
def test_links_lead_only_where_links_may(address: str, expected: str | None) -> None:
    state = make_workbook()
    run_batch(state, [rows(PROBLEMS, 10, 0, [[cell("туда", {"textFormat": {"link": {"uri": address}}})]])])
    sheet = state.sheet(PROBLEMS)
    view = tab_view(state, sheet)
    html = RowWriter(state, sheet, view.columns).rows([10], view.used)
    if expected is None:
        assert "href" not in html
    else:
        assert expected in html


def test_merged_cells_are_cut_at_a_block() -> None:
    state = make_workbook()
    run_batch(state, [{"mergeCells": {"range": area(ANSWERS, 95, 105, 0, 2), "mergeType": "MERGE_ALL"}}])
    view = tab_view(state, state.sheet(ANSWERS))
    first, second = view.block(0), view.block(1)
    assert 'colspan="2" rowspan="6"' in first  # rows 96–101: the first block begins below the frozen row
    assert 'colspan="2" rowspan="4"' in second


def test_search_and_filter() -> None:
    state = make_workbook(300)
    sheet = state.sheet(ANSWERS)
    assert cells_showing(state, sheet, "id-29") == ((30, 8), *((291 + at, 8) for at in range(10)))
    assert cells_showing(state, sheet, "27.05.2023 12:06") == ((2, 1),)
    assert cells_showing(state, sheet, "приём") == ((0, 0),)
    assert list(tab_view(state, sheet, "ID-29").numbers) == [30, *range(291, 301)]
    assert list(tab_view(state, sheet, "приём").numbers) == []


KINDS = ["COLUMN", "BAR", "LINE", "AREA", "SCATTER", "COMBO", "STEPPED_AREA", "PIE", "STACKED"]


@pytest.mark.parametrize("kind", KINDS)
def test_charts_are_drawn_within_their_frame(kind: str) -> None:
    state = make_workbook()
    domain = {"sourceRange": {"sources": [area(MUNICIPALITIES, 0, 22, 1, 2)]}}
    figures = [{"sourceRange": {"sources": [area(MUNICIPALITIES, 0, 22, at, at + 1)]}} for at in (5, 6)]
    if kind == "PIE":
        spec: Json = {"pieChart": {"domain": domain, "series": figures[0], "pieHole": 0.4}}
    else:
        series: list[Json] = [{"series": one} for one in figures]
        if kind == "COMBO":
            series[1] = {**series[1], "type": "LINE", "targetAxis": "RIGHT_AXIS"}
        basic: Json = {"chartType": kind, "headerCount": 1, "domains": [{"domain": domain}], "series": series}
        if kind == "STACKED":
            basic.update(chartType="COLUMN", stackedType="PERCENT_STACKED")
        spec = {"basicChart": basic}
    source = chart_source(state, {"spec": {"title": "Итоги <1>", "subtitle": "чел.", **spec}})
    assert source is not None
    picture = ElementTree.fromstring(chart_svg(state, source, 640, 400))  # noqa: S314 - it is our own
    assert picture.find("{*}title") is not None
    assert not re.search(r"style=|NaN|inf", ElementTree.tostring(picture, "unicode"))
    for rect in picture.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
        assert x >= -0.1
        assert x + width <= 640.1
        assert y >= -0.1
        assert y + height <= 400.1
        assert height >= 0
    shapes = {shape.tag.rsplit("}", 1)[1] for shape in picture.iter()}
    needed = {"LINE": "polyline", "COMBO": "polyline", "AREA": "polygon", "STEPPED_AREA": "polygon",
              "SCATTER": "circle", "PIE": "path"}.get(kind, "rect")  # fmt: skip
    assert needed in shapes


def test_a_chart_without_figures_is_empty_not_an_error() -> None:
    state = make_workbook()
    empty = {"sourceRange": {"sources": [area(SUMMARY, 40, 45, 5, 6)]}}
    basic = {"chartType": "COLUMN", "domains": [{"domain": empty}], "series": [{"series": empty}]}
    source = chart_source(state, {"spec": {"basicChart": basic}})
    assert source is None or chart_svg(state, source, 300, 200)
    gone = {"sourceRange": {"sources": [{**area(SUMMARY, 0, 3, 0, 1), "sheetId": 999}]}}
    basic = {"chartType": "COLUMN", "domains": [{"domain": gone}], "series": [{"series": gone}]}
    assert chart_source(state, {"spec": {"basicChart": basic}}) is None
    assert chart_source(state, {"spec": {"orgChart": {}}}) is None


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
@example(5e-324, 0.0)
def test_ticks_are_round_and_cover_the_figures(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    marks = ticks(low, high)
    assert marks[0] <= min(low, 0) + 1e-6
    assert marks[-1] >= max(high, 0) - 1e-6
    assert 0.0 in marks
    assert 2 <= len(marks) <= 16


def test_the_height_of_wrapped_text() -> None:
    assert text_height("коротко", 100, 10, wraps=True) == 21
    assert text_height("две\nстроки", 100, 10, wraps=False) == 37
    assert text_height("слово " * 20, 100, 10, wraps=True) > 100
    assert text_height("я" * 200, 100, 10, wraps=True) > 200
