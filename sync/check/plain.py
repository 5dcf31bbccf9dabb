"""Short ways for the cells that nearly all rows hold: what the worker itself writes. Imported by `sync` alone.

What a short way says of a cell is what `campaign` says of it; a cell that takes none is asked about there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from campaign import AnswerError, Cell, Question, Value, read_cell
from campaign.answer_types.links import MOST_LINKS
from campaign.answer_types.text import LONG_TEXT_LENGTH, TEXT_LENGTH

CellReader = Callable[[Cell], Value | None]

_LETTER = "[0-9A-Za-z\u0400-\u04ff«]"
_CHARACTER = " -~\u00a0-\u00ac\u00ae-\u04ff\u2010-\u2027\u2116"
_HOST = r"[0-9A-Za-zА-Яа-яЁё-]{1,40}(?:\.[0-9A-Za-zА-Яа-яЁё-]{1,40}){1,5}"
_LINK = rf"https?://{_HOST}(?:[/?#][!-~\u0400-\u04ff]{{0,1500}})?"

# Blanks, and the invisible marks that `text` answers read as blanks.
_BLANKS = r"\s\u00ad\u200b\u200e\u200f\u2060\ufeff"
MAYBE_PERSONAL = re.compile(rf"@|https?://|\d(?:[{_BLANKS}()-]*\d){{8}}")
"""Found in every text in which `campaign.personal_data` finds something: an e-mail has its sign, a phone has nine
digits with nothing but blanks, brackets and dashes between them, unless it is parted by a link. Takes linear time."""


def sure_text(question: Question) -> re.Pattern[str] | None:
    """A pattern whose full match is a text that surely reads as an answer; None for types without such a short way."""
    match question.type:
        case "text":
            return re.compile(f"{_LETTER}[{_CHARACTER}]{{0,{(question.max_length or TEXT_LENGTH) - 1}}}")
        case "long_text":
            return re.compile(f"{_LETTER}[\n{_CHARACTER}]{{0,{(question.max_length or LONG_TEXT_LENGTH) - 1}}}")
        case "links":
            return re.compile(rf"{_LINK}(?:\n{_LINK}){{0,{(question.max_items or MOST_LINKS) - 1}}}")
    return None


def links_in(text: str) -> int:
    """How many links a text holds that `sure_text` matches: each counts once."""
    return len(set(text.split("\n")))


def cell_reader(question: Question) -> CellReader:
    """`campaign.read_cell` of one question, for many different cells. It raises AnswerError as that does."""
    if question.type == "several":
        return _several(question)
    return lambda cell: read_cell(question, cell)


def _several(question: Question) -> CellReader:
    """A cell is nearly always some of the options' titles; each of these is looked up once, not in every cell."""
    ordered = [option.id for option in question.options]
    places: dict[str, int] = {}
    for option in question.options:
        try:
            value = read_cell(question, option.title)
        except AnswerError:
            continue
        if isinstance(value, tuple):
            places[option.title] = ordered.index(value[0])

    def read(cell: Cell) -> Value | None:
        if not isinstance(cell, str):
            return read_cell(question, cell)
        try:
            chosen = {places[title] for title in cell.split("; ")}
        except KeyError:
            return read_cell(question, cell)
        return tuple([ordered[place] for place in sorted(chosen)])

    return read
