"""Cut a formula into tokens, in one pass.

Every part of the pattern gives nothing back once it has matched, so the work grows as the length of the formula does.
What a token means is decided after it was cut.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_LENGTH = 8_192  # both as in Excel
MAX_DEPTH = 64
MAX_CHARACTERS = 500_000  # of all formulas of a spreadsheet
MAX_ENTERED = 200_000  # by which one request may add to them
MAX_REWRITTEN = 3_000_000  # in one request, because rows, columns or tabs move; once a formula and move

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,7}"
_COLUMN = r"\$?[A-Za-z]{1,3}"
_ROW = r"\$?[1-9]\d{0,7}"
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*+(?P<text_end>")?+)
      | (?P<quoted>'(?:[^']|'')*+(?P<quoted_end>'!?+)?+)
      | (?P<range>(?<![\w.$])
          (?:{_CELL}(?: : (?:{_CELL}|{_COLUMN}|{_ROW}))? | (?:{_COLUMN}|{_ROW}) : (?:{_CELL}|{_COLUMN}|{_ROW}))
          (?![\w(.!]))
      | (?P<word>[^\W\d][\w.]*+!?+)
      | (?P<number>\d++(?:[.,]\d++)?+(?:[eE][+-]?+\d++)?+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENS = re.compile(r"\s*+\(")


class Token(NamedTuple):
    """One token.

    kind: text (`"…"`), tab (`Лист1!`, `'Мой лист'!`), range, call, name, number, sign, or open: a quote without end
    """

    kind: str
    text: str


def scan(formula: str) -> Iterator[Token]:
    """Yield the tokens of a formula; joined, they are the formula again."""
    for found in _TOKEN.finditer(formula):
        kind, text = str(found.lastgroup), found.group()
        if kind in {"text", "text_end"}:
            kind = "text" if found["text_end"] else "open"
        elif kind in {"quoted", "quoted_end"}:
            kind = {"'!": "tab", "'": "sign"}.get(found["quoted_end"] or "", "open")
        elif kind == "word":
            kind = "tab" if text.endswith("!") else "call" if _OPENS.match(formula, found.end()) else "name"
        yield Token(kind, text)


def title_of(tab: str) -> str:
    """Return the title in a tab token: `'Мой ''лист'''!` → `Мой 'лист'`."""
    bare = tab[:-1]
    return bare[1:-1].replace("''", "'") if bare.startswith("'") else bare


def depth(formula: str) -> int:
    """Return how deep the brackets of a formula are nested."""
    most = now = 0
    for kind, text in scan(formula):
        if kind == "sign":
            now += (text in "({") - (text in ")}")
            most = max(most, now)
    return most
