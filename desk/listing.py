"""What of a roll-call is shown: the chips, the search, the order, the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desk.rollcall import STATES, Line

PAGE = 75
"""Municipalities on a page: with contacts it stays under 60 kB, uncompressed."""
ALL = 0
"""The number of the page that shows all, for printing."""
REMARKS, EXTENDED, UNREACHABLE = "remarks", "extended", "unreachable"
CHIPS = ("", *STATES, REMARKS, EXTENDED, UNREACHABLE)

SORTS: Mapping[str, Callable[[Line], Any]] = {
    "number": lambda line: line.number,
    "name": lambda line: _plain(line.municipality.name),
    "state": lambda line: STATES.index(line.state),
    "accepted": lambda line: line.accepted_at,
    "left": lambda line: line.left,
    "total": lambda line: line.total,
    "remarks": lambda line: (line.remarks - line.accepted, line.remarks) if line.remarks else None,
    "draft": lambda line: line.draft_at,
    "opened": lambda line: line.opened,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for. chip: one of CHIPS; sort: a key of SORTS; page: from 1, or ALL."""

    chip: str = ""
    words: str = ""
    sort: str = "number"
    descending: bool = False
    page: int = 1

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the query of the address that asks for this with changes; what is usual is left out."""
        other = replace(self, **({"page": 1} | changes))
        found = {
            "state": other.chip,
            "q": other.words,
            "sort": ("-" if other.descending else "") + other.sort if (other.sort, other.descending) != USUAL else "",
            "page": "" if other.page == 1 else "all" if other.page == ALL else str(other.page),
        }
        return {name: value for name, value in found.items() if value}

    def turned(self, sort: str) -> dict[str, Any]:
        """Return the query that sorts by this column; the other way round where it is sorted so already."""
        return self.query(sort=sort, descending=self.sort == sort and not self.descending)


USUAL = ("number", False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a roll-call. chips: how many each would show; found: how many all pages show; pages: at least 1."""

    asked: Asked
    lines: Sequence[Line]
    chips: Mapping[str, int]
    found: int
    pages: int


def read_asked(chip: str, words: str, sort: str, page: str) -> Asked:
    """Return what was asked for; what is not understood is taken as not asked."""
    column = sort.removeprefix("-")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    known = column in SORTS
    return Asked(
        chip=chip if chip in CHIPS else "",
        words=words,
        sort=column if known else "number",
        descending=known and sort.startswith("-"),
        page=ALL if page == "all" else max(number, 1),
    )


def listing(lines: Sequence[Line], asked: Asked) -> Listing:
    """Return the page that was asked for, the last one where there are fewer."""
    searched = [line for line in lines if _matches(line, asked.words)]
    chips = {chip: sum(_shows(chip, line) for line in searched) for chip in CHIPS}
    chosen = _sorted([line for line in searched if _shows(asked.chip, line)], asked)
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(asked.page, pages)
    shown = chosen if page == ALL else chosen[(page - 1) * PAGE : page * PAGE]
    return Listing(replace(asked, page=page), shown, chips, len(chosen), pages)


def _shows(chip: str, line: Line) -> bool:
    if chip == REMARKS:
        return line.remarks > 0
    if chip == EXTENDED:
        return line.window.extended
    if chip == UNREACHABLE:
        return line.unreachable
    return chip in ("", line.state)


def _matches(line: Line, words: str) -> bool:
    """Return True if each word is part of the name, or the beginning of the code."""
    name, code = _plain(line.municipality.name), line.municipality.oktmo
    return all(word in name or code.startswith(word) for word in _plain(words).split())


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")


def _sorted(lines: list[Line], asked: Asked) -> list[Line]:
    """Return the lines in the order that was asked for; those without a value come last either way."""
    key = SORTS[asked.sort]
    having = [line for line in lines if key(line) is not None]
    having.sort(key=key, reverse=asked.descending)
    return [*having, *(line for line in lines if key(line) is None)]
