"""«Свод» line by line, with its figures as the tab shows them: kept in the outbox, for the same on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from campaign.texts import MINUS
from outbox.summary_lines import Kind, SummaryLine
from sync.records.cells import Formula
from sync.tabs.page import Page, PageCell, Row
from sync.texts import tabs as texts

_STRONG = ("strong", "total")


def summary_lines(page: Page) -> Iterator[SummaryLine]:
    """Yield the lines of the tab, but for its head (of which the headlines stay), running times and the signature."""
    begun = False
    for row in page.rows:
        first = row[0]
        if first.style == "section" and first.value == texts.SIGNATURE_SECTION:
            return
        begun = begun or first.style == "section"
        cells = [_shown(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells and (begun or first.style == "headline"):
            yield SummaryLine(_kind(row, len(cells)), tuple(_one_line(cell) for cell in cells))


def _kind(row: Row, count: int) -> Kind:
    style = row[0].style
    if style in ("headline", "section"):
        return "headline" if style == "headline" else "section"
    if any(cell.style == "header" for cell in row):
        return "header"
    if count == 1:
        return "words"
    return "strong" if style.startswith(_STRONG) else "row"


def _shown(cell: PageCell) -> str:
    """Return what the tab shows in a cell; "" for a running time and a formula."""
    value = cell.value
    if cell.live or value is None or isinstance(value, Formula):
        return ""
    if cell.words:
        return cell.words
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(Decimal(str(value)), cell.style)
    return f"{value:%d.%m.%Y}" if hasattr(value, "strftime") else ""


def _number(value: Decimal, style: str) -> str:
    base, _, places = style.partition(".")
    percent = base.endswith("percent")
    decimals = 1 if percent or base == "tenths" else int(places or 0)
    shown = (value * 100 if percent else value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text: str = format_decimal(abs(shown), pattern, locale="ru")
    sign = MINUS if shown < 0 else "+" if base.endswith("signed") and shown > 0 else ""
    return f"{sign}{text}{'%' if percent else ''}"


def _one_line(text: str) -> str:
    """Return the text without signs that the outbox does not keep; its line breaks stay."""
    return "".join(sign if sign.isprintable() or sign in "\n\u00a0" else " " for sign in text)
