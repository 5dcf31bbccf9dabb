"""Any answer is printed as text, whatever a template or a program could take it for."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from letters import typeset, word
from letters.facts import printable
from tests.letters.factories import template, words_of

pytestmark = pytest.mark.slow

MARKUP = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "{_{",
    "}_}",
    "{_%",
    "%_}",
    "#let x = 1",
    "#read",
    "$",
    "*",
    "_",
    "`",
    "\\",
    "<",
    ">",
]
MARKUP += [
    "&amp;",
    "&",
    "</w:t>",
    "]]>",
    "<!--",
    "@preview",
    "= ",
    "- ",
    "//",
    "/*",
    "~",
    '"',
    "'",
    "\n",
    "\t",
    "\r\n",
    " ",
]
MARKUP += [
    "слово",
    "Ёж",
    "12",
    "=1+1",
    "\x07",
    "\x0c",
    "\x00",
    "\ud800",
    "\u202e",
    "\u2028",
    "{{ 7*7 }}",
    "https://e.org/%D0",
]
SIGNS = st.lists(st.sampled_from(MARKUP), max_size=12).map("".join)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def header(letter: Any) -> None:
    letter.sections[0].header.paragraphs[0].text = "Верх: {{ текст }}"
    letter.add_table(1, 1).rows[0].cells[0].text = "Ячейка: {{ текст }}"


@cache
def hostile() -> bytes:
    return template("Тело: {{ текст }}.", "{% if текст == 'нет' %}нет{% endif %}", change=header)


@FEW
@given(SIGNS | st.text(max_size=200))
def test_word_prints_any_text(text: str) -> None:
    words = words_of(word.fill_in(hostile(), {"текст": printable(text)}))
    for place in ("Тело: {}.", "Верх: {}", "Ячейка: {}"):
        assert place.format(printable(text)) in words


def rows(text: str) -> dict[str, Any]:
    printed = printable(text)
    row = {"вид": "ответ", "название": printed, "значение": printed, "пояснение": printed}
    return {
        "министерство": printed, "репетиция": False, "номер": printed, "муниципалитет": printed, "октмо": printed,
        "кампания": printed, "предмет": printed, "принято": printed, "версия": 1, "опоздание": True, "код": "",
        "без_сведений": True, "строки": [row, row | {"вид": "таблица"}, row | {"вид": "строка"}],
    }  # fmt: skip


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\xad\uFFFE]", "", text)


@FEW
@given(SIGNS)
def test_a_pdf_prints_any_markup(text: str) -> None:
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(typeset.pdf("receipt.typ", rows(text)))).pages)
    # A page begins and ends with a figure of ours; within the text nothing may be missing.
    assert squeezed(printable(text)) in squeezed(re.sub(r"\d+ из \d+", "", read))


@FEW
@given(st.text(max_size=300))
def test_any_text_makes_a_pdf(text: str) -> None:
    assert typeset.pdf("receipt.typ", rows(text)).startswith(b"%PDF")


def test_a_very_long_text_and_a_very_long_word_are_printed_whole() -> None:
    text = "Слово " * 8000 + "ъ" * 2000
    facts = rows("") | {"строки": [{"вид": "ответ", "название": "Комментарий", "значение": text, "пояснение": ""}]}
    pages = PdfReader(io.BytesIO(typeset.pdf("receipt.typ", facts))).pages
    read = squeezed("".join(page.extract_text() for page in pages))
    assert read.count("Слово") == 8000
    assert read.count("ъ") == 2000
