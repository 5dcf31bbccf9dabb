"""The sheets of an XLSForm: headers in their variants, languages, texts by row.

The spellings are those that pyxform takes. https://xlsform.org
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.answer_types.base import number_text
from campaign.workbook.errors import CellMistake, WorkbookError, refused
from campaign.workbook.grid import Formula, Found, Sheet, read_sheets, ref
from campaign.workbook.xlsform import texts

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
_MOST_ROWS = {SURVEY: 2_000, CHOICES: 10_000, SETTINGS: 10}
_ALIASES: Mapping[str, str] = {
    "caption": "label",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "constraintmsg": "constraint_message",
    "command": "type",
    "tag": "name",
    "value": "name",
    "calculate": "calculation",
    "readonly": "read_only",
    "set_form_title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
    "title": "form_title",
}
_OF_XFORMS = frozenset({"bind", "control", "jr"})
"""Begin the headers of old forms: `bind:relevant`, `bind:jr:constraintMsg`, `control:appearance`."""
_RUSSIAN = re.compile(r"\bru\b|рус|russian", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """A column: its number, its header as it stands, the key that it means, and the language."""

    column: int
    shown: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell: its place, the header as it stands, and its text."""

    place: str
    shown: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row. cells: by key; of several languages the best one."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        cell = self.cells.get(key)
        return cell.text if cell else ""

    @property
    def first(self) -> str:
        return ref(self.number, 1)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the form. headers: all of them; other_languages: columns that were left for a better language."""

    sheet: str
    headers: tuple[Header, ...]
    rows: tuple[Row, ...]
    other_languages: tuple[Header, ...]


@dataclass(frozen=True, slots=True)
class Form:
    survey: Table
    choices: Table
    settings: Table


def read_form(path: Path) -> Form:
    """Return the sheets of an XLSForm. Raises WorkbookError, with every cell that holds no value of its own."""
    sheets = read_sheets(path, _MOST_ROWS)
    if SURVEY not in sheets:
        raise refused(path, texts.NOT_XLSFORM)
    mistakes = [mistake for sheet in sheets.values() for mistake in (*sheet.mistakes(), *_formulas(sheet))]
    if mistakes:
        raise WorkbookError(path, mistakes)
    settings = _table(SETTINGS, sheets.get(SETTINGS), "")
    language = settings.rows[0].text("default_language") if settings.rows else ""
    survey = _table(SURVEY, sheets[SURVEY], language)
    if not {"type", "name"} <= {header.key for header in survey.headers}:
        raise refused(path, texts.NOT_XLSFORM)
    return Form(survey, _table(CHOICES, sheets.get(CHOICES), language), settings)


def _formulas(sheet: Sheet) -> Iterator[CellMistake]:
    for number, cells in sheet.rows.items():
        for column, found in cells.items():
            if isinstance(found, Formula):
                yield CellMistake(sheet.title, ref(number, column), "", found.words)


def _table(name: str, sheet: Sheet | None, language: str) -> Table:
    if sheet is None:
        return Table(name, (), (), ())
    headers = tuple(_header(column, _text(found)) for column, found in sorted(sheet.rows.get(1, {}).items()))
    best = _best_first(headers, language)
    rows = []
    for number, cells in sheet.rows.items():
        filled: dict[str, Cell] = {}
        for header in best:
            text = _text(cells.get(header.column))
            if text and number > 1:
                filled.setdefault(header.key, Cell(ref(number, header.column), header.shown, text))
        if filled:
            rows.append(Row(number, filled))
    used = {header.key: header for header in reversed(best)}
    others = tuple(header for header in headers if used[header.key] is not header and header.language)
    return Table(sheet.title, headers, tuple(rows), others)


def _best_first(headers: Sequence[Header], language: str) -> list[Header]:
    """Return the columns with Russian first, then those without a language, then the form's own language."""

    def rank(header: Header) -> int:
        if _RUSSIAN.search(header.language):
            return 0
        return 1 if not header.language else 2 if header.language == language else 3

    return sorted(headers, key=rank)


def _header(column: int, shown: str) -> Header:
    # «label::Русский (ru)», «media::image::Русский (ru)»; of old forms with one colon
    pieces = [part for part in (piece.strip() for piece in shown.split(":")) if part] or [""]
    while len(pieces) > 1 and pieces[0].casefold() in _OF_XFORMS:
        del pieces[0]
    word, *others = pieces
    if word.casefold() == "media" and others:
        return Header(column, shown, f"media::{others[0].casefold()}", "".join(others[1:]))
    key = re.sub(r"[\s-]+", "_", word.casefold())
    return Header(column, shown, _ALIASES.get(key, key), "".join(others))


def _text(found: Found | Formula) -> str:
    if found is None or isinstance(found, Formula):
        return ""
    return number_text(found).strip() if isinstance(found, bool | int | float) else str(found).strip()
