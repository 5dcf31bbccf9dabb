"""Links to pages, one a line; what people paste around and between them is taken out.

An answer is read twice: as typed, and from the cell into which the worker wrote it. A line of a cell that is an address
already stays unchanged, so that an accepted answer never looks corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, clean, number_text, strings
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Json, Typed, Value
from campaign.words import unmarked

LINK_LENGTH = 2000
MOST_LINKS = 100
_LABEL = r"[^\s.:@/?#\\\"<>\[\]]+"
_LINK = re.compile(
    rf"https?://(?P<host>{_LABEL}(?:\.{_LABEL})+)(?::(?P<port>[0-9]{{0,5}}))?(?:[/?#]\S*)?", re.IGNORECASE
)
LONGEST_HOST = 253  # RFC 1035, section 2.3.4, without the two bytes of its notation
HIGHEST_PORT = 65535
_BREAKS = re.compile("[\r\n\x85\u2028\u2029]+")
_SCHEME = re.compile("https?://", re.IGNORECASE)
_FULL = re.compile(r"https?://|www\.", re.IGNORECASE)
_ANY_SCHEME = re.compile("[a-z]{2,12}:/", re.IGNORECASE)
# A comma without a blank may belong to the address, unless another address follows.
_BETWEEN = re.compile(r"(?<![,;])(?:[,;]*\s[\s,;]*|[,;]+(?=https?://|www\.))", re.IGNORECASE)
# «•», «-», «1.», «2)». A number without a blank behind it may be the beginning of a host.
_MARKER = re.compile(
    r"[\u2022\u00b7\u25cf\u25e6\u25aa\u25ab\u25a0\u2023\u2043\uf0b7*+\-\u2010-\u2015\u2212]+"
    r"|\(?[0-9]{1,3}[.)]+(?=\s|https?://|www\.|$)",
    re.IGNORECASE,
)
_AFTER = ";,."
# An address without its scheme. Its last label distinguishes it from other words with a point («см.сайт»).
_BARE = re.compile(
    r"(?:(?!-)[^\W_](?:[^\W_]|-){0,62}\.)+(?P<last>[a-z]{2,24}|xn--[a-z0-9-]{2,59}|рф|рус|дети|москва)"
    r"(?::[0-9]{1,5})?(?P<path>[/?#]\S*)?",
    re.IGNORECASE,
)
_FILE_ENDING = re.compile("docx?|gif|html?|jpe?g|odt|pdf|png|pptx?|rar|rtf|txt|xlsx?|zip", re.IGNORECASE)
# Words that may be part of another address: they are never passed over beside one.
_MAYBE_ADDRESS = re.compile(r"[^\W\d]\.[^\W\d]|\S[/\\]\S|@")
_HANDLE = re.compile(r"@[\w.-]+")
_SHOWN = 60
_MOST_SHOWN = 10


class Links(AnswerType):
    name = "links"
    accepts = frozenset({"max_items"})

    def parse(self, question: Question, text: str) -> Value:
        return _read(question, _BREAKS.split(text), kept=False)

    def read_typed(self, question: Question, typed: Typed) -> Value | None:
        return super().read_typed(question, typed) or None  # nothing but marks of a list is blank

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        if cell is None:
            return None
        text = clean(cell if isinstance(cell, str) else number_text(cell))
        return (_read(question, _BREAKS.split(text), kept=True) or None) if text else None

    def to_json(self, value: Value) -> Json:
        return list(value) if isinstance(value, tuple) else [str(value)]

    def read_json(self, stored: Json) -> Value:
        if isinstance(stored, list):
            return strings(stored)
        raise TypeError(f"{self.name} reads no {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        return self.shown(question, value)

    def shown(self, question: Question, value: Value) -> str:
        return "\n".join(value) if isinstance(value, tuple) else str(value)


def _read(question: Question, lines: Sequence[str], *, kept: bool) -> tuple[str, ...]:
    """Return the links of the lines, each once. Raises AnswerError.

    kept: a line that is an address already stays unchanged
    """
    links: dict[str, None] = {}
    mistaken: list[str] = []
    for line in map(str.strip, lines):
        found = (line,) if kept and len(line) <= LINK_LENGTH and is_link(line) else links_of(line)
        if found is None:
            mistaken.append(line)
        else:
            links.update(dict.fromkeys(found))
    if mistaken:
        raise _refusal(mistaken)
    too_long = next((link for link in links if len(link) > LINK_LENGTH), None)
    if too_long is not None:
        raise AnswerError(AnswerCode.LINK_TOO_LONG, *texts.link_too_long(len(too_long), LINK_LENGTH))
    limit = question.max_items or MOST_LINKS
    if len(links) > limit:
        raise AnswerError(AnswerCode.TOO_MANY_ITEMS, *texts.too_many_items(len(links), limit))
    return tuple(links)


def links_of(line: str) -> tuple[str, ...] | None:
    """Return the addresses of one line, as they are kept; None where any other words may be a mistaken address.

    Names of links are passed over: words before the first address, and other cells of a table's row.
    """
    cells = [cell for cell in unmarked(line).split("\t") if _bare_words(cell)]
    words = [[(word, _bare_words(word)) for word in _BETWEEN.split(cell)] for cell in cells]
    found = [_addresses(bare for _, bare in pairs) for pairs in words]
    if len(cells) > 1 and any(found):
        found = [links for cell, links in zip(cells, found, strict=True) if links or _MAYBE_ADDRESS.search(cell)]
    elif len(cells) == 1 and found[0] is None:
        found = [_addresses(_without_name(words[0]))]
    known = [links for links in found if links is not None]
    return tuple(link for links in known for link in links) if len(known) == len(found) else None


def _without_name(words: list[tuple[str, str]]) -> list[str]:
    """Return the bare words from the first whole address on, where the words before it are only a name."""
    first = next((n for n, (_, bare) in enumerate(words) if _FULL.match(bare)), 0)
    passed = 0 if any(_MAYBE_ADDRESS.search(word) for word, _ in words[:first]) else first
    return [bare for _, bare in words[passed:]]


def _addresses(words: Iterable[str]) -> tuple[str, ...] | None:
    """Return the addresses of bare words; None where one is neither an address nor the mark of a list."""
    links = [_address(word) for word in words if word]
    known = tuple(link for link in links if link is not None)
    return known if len(known) == len(links) else None


def _address(words: str) -> str | None:
    if not _SCHEME.match(words):
        bare = _BARE.fullmatch(words)
        if _FULL.match(words) or (bare and (bare["path"] or not _FILE_ENDING.fullmatch(bare["last"]))):
            words = f"https://{words}"
    return words if is_link(words) else None


def _bare_words(words: str) -> str:
    """Return the words without the mark of a list, enclosing «<>», and the end of a sentence or a list.

    Only the ends of a range move, each sign is passed once: a copy for each mark would make long texts quadratic.
    """
    start, end = _stripped(words, 0, len(words))
    before = None
    while before != (start, end):
        before = start, end
        marker = _MARKER.match(words, start, end)
        start, end = _stripped(words, marker.end() if marker else start, end)
        while end > start and words[end - 1] in _AFTER:
            end -= 1
        start, end = _stripped(words, start, end)
        if words.startswith("<", start, end) and words.endswith(">", start + 1, end):
            start, end = _stripped(words, start + 1, end - 1)
    return words[start:end]


def _stripped(words: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without blanks at its ends."""
    while end > start and words[start].isspace():
        start += 1
    while end > start and words[end - 1].isspace():
        end -= 1
    return start, end


def is_link(line: str) -> bool:
    """Return True if the line is the address of a page and nothing else."""
    found = _LINK.fullmatch(line)
    return found is not None and len(found["host"]) <= LONGEST_HOST and int(found["port"] or 0) <= HIGHEST_PORT


def _refusal(lines: Sequence[str]) -> AnswerError:
    """Return the error for all lines that are not links."""
    shown = [(line if len(line) <= _SHOWN else line[:_SHOWN] + "…", _why(line)) for line in lines[:_MOST_SHOWN]]
    return AnswerError(AnswerCode.NOT_A_LINK, *texts.not_links(shown, len(lines) - len(shown)))


def _why(line: str) -> str:
    words = _BETWEEN.split(unmarked(line))
    if len(words) > 1 and any(_address(_bare_words(word)) for word in words):
        return texts.LINK_WORDS_BESIDE
    if _ANY_SCHEME.search(line):
        return texts.LINK_BROKEN
    if _HANDLE.fullmatch(line):
        return texts.LINK_IS_HANDLE
    return texts.LINK_IS_EMAIL if "@" in line else texts.LINK_NONE
