"""A1 notation, field masks, number and date formats: dense logic, on wide input."""

import contextlib
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localsheets.a1 import (
    MAX_COLUMN,
    Box,
    box_name,
    column_index,
    column_name,
    parse_area,
    quote_title,
    split_title,
)
from localsheets.errors import SheetsError
from localsheets.locales import display, locale_of, parse_input
from localsheets.schema import parse_mask
from localsheets.schema.checking import float32
from localsheets.schema.fieldmask import select

TODAY = datetime.date(2023, 5, 27)
BOXES = st.builds(
    lambda top, height, left, width: Box(top, top + height, left, left + width),
    st.integers(0, 10_000),
    st.integers(1, 500),
    st.integers(0, 700),
    st.integers(1, 500),
)


@given(index=st.integers(0, MAX_COLUMN - 1))
def test_column_names_lead_back(index: int) -> None:
    assert column_index(column_name(index)) == index


@given(box=BOXES)
def test_a_box_is_read_as_it_is_written(box: Box) -> None:
    area = parse_area(box_name(box))
    assert area is not None
    assert tuple(area) == tuple(box)


@given(title=st.text(min_size=1, max_size=20))
def test_a_title_is_read_as_it_is_quoted(title: str) -> None:
    quoted = quote_title(title)
    assert split_title(f"{quoted}!A1") == (title, "A1")


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_range(text: str) -> None:
    parse_area(text)
    try:
        split_title(text)
    except ValueError:
        assert text.startswith("'")


@pytest.mark.parametrize(
    ("mask", "tree"),
    [
        ("a", {"a": {}}),
        ("a.b,c", {"a": {"b": {}}, "c": {}}),
        ("a/b/c", {"a": {"b": {"c": {}}}}),
        ("a(b,c/d)", {"a": {"b": {}, "c": {"d": {}}}}),
        ("a.b(c,d),a.e", {"a": {"b": {"c": {}, "d": {}}, "e": {}}}),
        ("*", {"*": {}}),
        (" a , b ", {"a": {}, "b": {}}),
    ],
)
def test_masks(mask: str, tree: dict[str, Any]) -> None:
    assert parse_mask(mask) == tree


@given(mask=st.text(alphabet="ab(),./* ", max_size=15))
def test_a_mask_is_a_tree_or_refused(mask: str) -> None:
    with contextlib.suppress(SheetsError):  # anything else is a defect
        select({"a": [{"b": 1}], "b": {"a": 2}}, parse_mask(mask))


@given(channel=st.floats(0, 1, width=32))
def test_the_shortest_decimal_of_a_float_is_the_same_float(channel: float) -> None:
    assert float32(float32(channel)) == float32(channel)
    assert abs(float32(channel) - channel) <= 1e-7


@pytest.mark.parametrize(
    ("value", "kind", "pattern", "russian", "english"),
    [
        (1234567.5, "NUMBER", "#,##0.00", "1\u00a0234\u00a0567,50", "1,234,567.50"),
        (1234567, "NUMBER", "#,##0", "1\u00a0234\u00a0567", "1,234,567"),
        (0, "NUMBER", "#,##0;-#,##0;—", "—", "—"),
        (-5, "NUMBER", '0 "чел."', "-5 чел.", "-5 чел."),
        (-0.001, "NUMBER", "0.00", "0,00", "0.00"),
        (2.5, "NUMBER", "0", "3", "3"),
        (1.005, "NUMBER", "0.00", "1,01", "1.01"),
        (0.256, "PERCENT", "0.0%", "25,6%", "25.6%"),
        (0.07, "PERCENT", "0%", "7%", "7%"),
        (1234.5, "NUMBER", "0.##", "1234,5", "1234.5"),
        (12345678, "NUMBER", '0.0,,"M"', "12,3M", "12.3M"),
        (12345.678, "SCIENTIFIC", "0.00E+00", "1,23E+04", "1.23E+04"),
        (45076.5, "DATE_TIME", "dd.mm.yyyy hh:mm", "30.05.2023 12:00", "30.05.2023 12:00"),
        (45076, "DATE", "d mmmm yyyy", "30 мая 2023", "30 May 2023"),
        (45076, "DATE", "mmmm yyyy", "май 2023", "May 2023"),
        (45076, "DATE", "dddd", "вторник", "Tuesday"),
        (1.5, "TIME", "[h]:mm", "36:00", "36:00"),
        (0.75, "TIME", "h:mm am/pm", "6:00 PM", "6:00 PM"),
        (45076.999999999, "DATE_TIME", "yyyy-mm-dd hh:mm:ss", "2023-05-31 00:00:00", "2023-05-31 00:00:00"),
    ],
)
def test_formats(value: float, kind: str, pattern: str, russian: str, english: str) -> None:
    fmt = {"type": kind, "pattern": pattern}
    assert display(value, fmt, locale_of("ru_RU")) == russian
    assert display(value, fmt, locale_of("en_US")) == english


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1 / 3, "0,3333333333"),
        (0.1 + 0.2, "0,3"),
        (123456789012, "123456789012"),
        (1e20, "1E+20"),
        (1.5e-7, "1,5E-07"),
        (True, "ИСТИНА"),
        (None, ""),
        (-0.0, "0"),
    ],
)
def test_values_without_a_format(value: object, shown: str) -> None:
    assert display(value, None, locale_of("ru_RU")) == shown


@given(number=st.integers(-(10**14), 10**14), locale=st.sampled_from(["ru_RU", "en_US", "de_DE"]))
def test_a_shown_number_is_read_back(number: int, locale: str) -> None:
    tables = locale_of(locale)
    for fmt in (None, {"type": "NUMBER", "pattern": "#,##0"}):
        assert parse_input(display(number, fmt, tables), tables, TODAY).value == number


@given(number=st.decimals(-(10**6), 10**6, places=3), locale=st.sampled_from(["ru_RU", "en_US"]))
def test_a_shown_decimal_is_read_back(number: Any, locale: str) -> None:
    tables = locale_of(locale)
    value = float(number)
    parsed = parse_input(display(value, {"type": "NUMBER", "pattern": "0.000"}, tables), tables, TODAY).value
    assert parsed == value or (value == 0 and parsed == 0)


@given(day=st.dates(datetime.date(1900, 1, 1), datetime.date(2999, 12, 31)), locale=st.sampled_from(["ru_RU", "en_US"]))
def test_a_shown_date_is_read_back(day: datetime.date, locale: str) -> None:
    tables = locale_of(locale)
    serial = (day - datetime.date(1899, 12, 30)).days
    for pattern in (tables.date, "yyyy-mm-dd"):
        shown = display(serial, {"type": "DATE", "pattern": pattern}, tables)
        assert parse_input(shown, tables, TODAY).value == serial


@given(text=st.text(max_size=40), locale=st.sampled_from(["ru_RU", "en_US", "fr_FR", "ja_JP", "xx"]))
def test_no_text_breaks_the_reading_of_input(text: str, locale: str) -> None:
    parsed = parse_input(text, locale_of(locale), TODAY)
    display(parsed.value, parsed.format, locale_of(locale))


@given(
    pattern=st.text(alphabet='#0,.%E+dmyhs[]"\\;@ -a/pгр', max_size=12),
    value=st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_pattern_breaks_the_showing_of_a_number(pattern: str, value: float) -> None:
    for kind in ("NUMBER", "DATE", "PERCENT", "TEXT", "CURRENCY"):
        assert isinstance(display(value, {"type": kind, "pattern": pattern}, locale_of("ru_RU")), str)
