"""Rows as the JSON text of an answer.

The common read, whole rows unformatted, joins the texts that rows already hold; formatted texts are made once for each
row.
"""

import json
from dataclasses import dataclass

from localsheets.a1 import Box
from localsheets.cells import Cell, CellError, Row
from localsheets.locales import Locale, display, kind_of, locale_of
from localsheets.locales.display import DATE_KINDS
from localsheets.model import Sheet, Spreadsheet, Styles

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Rendering:
    """The options of a read.

    values:  FORMATTED_VALUE, UNFORMATTED_VALUE or FORMULA
    dates:   SERIAL_NUMBER or FORMATTED_STRING
    columns: True if the outer list holds columns
    """

    values: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    columns: bool = False


def value_lists(state: Spreadsheet, sheet: Sheet, box: Box, rendering: Rendering) -> str:
    """Return the JSON text of `values`; empty if the box holds nothing."""
    locale = locale_of(state.locale)
    texts: list[str] = []
    blank = 0
    for row in sheet.rows[box.top : box.bottom]:
        text = "[]" if row is None else _row(row, box, rendering, state.styles, locale)
        if text == "[]":
            blank += 1
            continue
        if blank:
            texts.extend(["[]"] * blank)
            blank = 0
        texts.append(text)
    if not texts:
        return ""
    joined = "[" + ",".join(texts) + "]"
    return _transpose(joined) if rendering.columns else joined


def _row(row: Row, box: Box, rendering: Rendering, styles: Styles, locale: Locale) -> str:
    if rendering.values == "FORMATTED_VALUE":
        text = formatted_text(row, styles, locale)
    elif rendering.values == "FORMULA" and row.has_formula():
        text = _formulas(row, styles, locale if rendering.dates == "FORMATTED_STRING" else None)
    elif rendering.dates == "FORMATTED_STRING" and row.meta:
        text = _dated(row, styles, locale)
    else:
        text = row.text
    if box.left == 0 and row.width <= box.right:
        return text
    values = json.loads(text)[box.left : box.right]
    return _trimmed(values)


def formatted_text(row: Row, styles: Styles, locale: Locale) -> str:
    """Return the JSON list of a row's displayed texts, made once for each row."""
    if row.formatted is None or row.formatted_stamp != locale.name:
        row.formatted, row.formatted_stamp = _formatted(row, styles, locale), locale.name
    return row.formatted


def _trimmed(values: list[object]) -> str:
    while values and values[-1] == "":
        values.pop()
    return _encode(values)


def _formatted(row: Row, styles: Styles, locale: Locale) -> str:
    if not row.meta:
        values = row.values()
        return _encode([v if isinstance(v, str) else display(v, None, locale) for v in values])
    shown = [
        cell.value.shown
        if isinstance(cell.value, CellError)
        else display(cell.value, styles[cell.style].get("numberFormat"), locale)
        for cell in row.cells()
    ]
    return _trimmed(list(shown))


def _shown(cell: Cell, styles: Styles, locale: Locale | None) -> object:
    """Return a value as read unformatted; with a locale, dates as text."""
    if isinstance(cell.value, CellError):
        return cell.value.shown
    if locale is not None and isinstance(cell.value, int | float):
        fmt = styles[cell.style].get("numberFormat")
        if fmt and kind_of(fmt) in DATE_KINDS:
            return display(cell.value, fmt, locale)
    return "" if cell.value is None else cell.value


def _dated(row: Row, styles: Styles, locale: Locale) -> str:
    return _trimmed([_shown(cell, styles, locale) for cell in row.cells()])


def _formulas(row: Row, styles: Styles, locale: Locale | None) -> str:
    return _trimmed(
        [cell.formula if cell.formula is not None else _shown(cell, styles, locale) for cell in row.cells()]
    )


def _transpose(text: str) -> str:
    rows: list[list[object]] = json.loads(text)
    width = max(len(row) for row in rows)
    columns = []
    for at in range(width):
        column = [row[at] if at < len(row) else "" for row in rows]
        while column and column[-1] == "":
            column.pop()
        columns.append(column)
    while columns and not columns[-1]:
        columns.pop()
    return _encode(columns)


def value_range(state: Spreadsheet, sheet: Sheet, box: Box, shown: str, rendering: Rendering) -> str:
    """Return the JSON text of a ValueRange. shown: its range in A1."""
    lists = value_lists(state, sheet, box, rendering)
    major = "COLUMNS" if rendering.columns else "ROWS"
    tail = f',"values":{lists}' if lists else ""
    return f'{{"range":{_encode(shown)},"majorDimension":"{major}"{tail}}}'
