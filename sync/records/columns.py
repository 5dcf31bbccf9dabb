"""The columns of «Ответы»: which header stands for what, and where each stands now. Pure.

Columns are found by header and never by place: staff may add, move and hide them at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign import Campaign
from campaign.columns import HEADERS
from campaign.words import odd_sign, plain
from sync.records import table
from sync.texts import worker as texts

LEADING = (table.RECEIPT, table.ACCEPTED, table.OKTMO, table.MUNICIPALITY, table.VERSION, table.ACCOUNT)
TRAILING = (table.REASONS, table.ID)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of «Ответы» stand in one header row.

    header:  the row's cells as text
    places:  column id → place from 0; complete only when nothing is missing or doubled
    missing, doubled: headers that the worker wrote and that are not there, or are there more than once
    """

    header: tuple[str, ...]
    places: Mapping[str, int]
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.missing and not self.doubled

    def trouble(self, title: str) -> str:
        """Return what is wrong and what to do, in one sentence. title: the tab's"""
        if 2 * len(self.missing) > len(self.places) + len(self.missing):
            return texts.HEADERS_BROKEN.format(title=title, what=texts.HEADERS_GONE)
        parts = [
            words.format(names=", ".join(map(self._named, names)))
            for words, names in ((texts.HEADERS_MISSING, self.missing), (texts.HEADERS_DOUBLED, self.doubled))
            if names
        ]
        return texts.HEADERS_BROKEN.format(title=title, what="; ".join(parts))

    def _named(self, name: str) -> str:
        """Return the header, with the sign in which a header of the row differs that looks the same."""
        sign = next((found for cell in self.header if (found := odd_sign(cell, name))), "")
        return texts.HEADER_SIGN.format(name=name, sign=sign) if sign else f"«{name}»"


def wanted_headers(campaign: Campaign) -> dict[str, str]:
    """Return column id → header, in the order of a new tab: receipt … «Учёт», questions, reasons, id."""
    return {
        **{column: HEADERS[column] for column in LEADING},
        **{question.id: question.header for question in campaign.sheet_questions},
        **{column: HEADERS[column] for column in TRAILING},
    }


def locate(header: Sequence[object], written: Mapping[str, str]) -> Columns:
    """Find the columns in a header row, also where a header was wrapped. written: column id → header as written."""
    cells = tuple("" if cell is None else str(cell).strip() for cell in header)
    words = [plain(cell) for cell in cells]
    counts = Counter(words)
    first = {text: place for place, text in reversed(list(enumerate(words)))}
    return Columns(
        header=cells,
        places={column: first[plain(text)] for column, text in written.items() if plain(text) in first},
        missing=tuple(text for text in written.values() if not counts[plain(text)]),
        doubled=tuple(text for text in written.values() if counts[plain(text)] > 1),
    )


def drifted(built: Columns, now: Columns) -> bool:
    """Return True if rows laid out for `built` stand under other headers when the header row was `now`.

    A header that was only renamed in its place, and columns of others, do not matter; a column of ours that stands
    elsewhere does.
    """
    ours = {place: column for column, place in now.places.items()}
    for column, place in built.places.items():
        there = ours.get(place)
        if there is not None and there != column:
            return True
        if column in now.places and now.places[column] != place:
            text = built.header[place]
            # Doubled: `places` names the first of the two, which may be the stranger.
            if not (place < len(now.header) and plain(now.header[place]) == plain(text)):
                return True
    return False
