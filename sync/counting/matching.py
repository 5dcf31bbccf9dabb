"""Whose is a row that staff added: by OKTMO, or by the exact name. Likeness suggests and never decides.

Imported by `sync.counting`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz

from campaign import Campaign, Cell, Municipality, Problem
from campaign.answer_types.base import number_text
from campaign.answers import shorten
from sync.texts import problems as texts

SUGGESTED = 3
LIKENESS = 70
"""Of the distinctive words, of 100."""
MOST_SUGGESTIONS = 50
"""Comparing with thousands of names costs; a tab with more unknown rows than this has another problem."""
MOST_WORDS = 6
"""Distinctive words of one cell that are compared."""
SHORTENED = {"р-н": "район", "г": "город", "гор": "город", "мр": "муниципальный район", "го": "городской округ"}
KINDS = frozenset(
    re.findall(
        r"\w+",
        "зато муниципальный муниципального муниципальное образование образования район района городской городского "
        "сельский сельского округ округа город города городское сельское поселение поселения область области",
    )
)
"""Words that tell what a municipality is, not which."""


@dataclass(frozen=True, slots=True)
class Match:
    """The municipality, or the problem that none could be told."""

    municipality: Municipality | None
    problem: Problem | None = None


@dataclass
class Matcher:
    """Matches the rows of one read; remembers what it suggested."""

    campaign: Campaign
    _by_name: Mapping[str, list[Municipality]] = field(init=False)
    _suggested: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_name: dict[str, list[Municipality]] = {}
        for municipality in self.campaign.municipalities:
            by_name.setdefault(_plain(municipality.name), []).append(municipality)
        self._by_name = by_name

    def match(self, oktmo: Cell, name: Cell) -> Match:
        """By the code where there is one; the name must not contradict it."""
        code, words = oktmo_text(oktmo), _text(name)
        named = self._by_name.get(_plain(words), []) if words else []
        if code:
            coded = self.campaign.by_oktmo.get(code)
            if coded is None:
                return Match(None, self._unknown(words or code, code, named))
            if named and coded not in named:
                return Match(None, _conflict(coded, words))
            return Match(coded)
        if len(named) == 1:
            return Match(named[0])
        return Match(None, self._unknown(words, words, named))

    def _unknown(self, words: str, shown: str, named: list[Municipality]) -> Problem:
        if not words:
            advice = texts.UNKNOWN_BLANK_ADVICE.format(tab=self.campaign.spreadsheet.tabs.municipalities)
        else:
            names = _listed(named) if named else self._suggest(words)
            advice = (
                texts.UNKNOWN_SUGGESTED_ADVICE.format(names=names)
                if names
                else texts.UNKNOWN_ADVICE.format(tab=self.campaign.spreadsheet.tabs.municipalities)
            )
        return Problem("unknown_municipality", "error", None, texts.UNKNOWN_MUNICIPALITY, advice, shorten(shown))

    def _suggest(self, words: str) -> str:
        if words not in self._suggested:
            if len(self._suggested) >= MOST_SUGGESTIONS or len(words) > 200:
                return ""
            self._suggested[words] = _listed(self._alike(words))
        return self._suggested[words]

    def _alike(self, words: str) -> list[Municipality]:
        """The likest first: by the distinctive words, then by the words of kinds, then by the whole."""
        said, common = _words(words), self._common
        own = [w for w in said if w not in common][:MOST_WORDS]
        if not own:
            return []
        found = []
        for municipality, name in self._names:
            likeness = _likeness(own, [w for w in name if w not in common] or name)
            if likeness >= LIKENESS:
                kinds = sum(_found_in([word], said) >= LIKENESS for word in name if word in common)
                whole = fuzz.token_sort_ratio(" ".join(said), " ".join(name))
                found.append((-likeness, -kinds, -whole, municipality.oktmo, municipality))
        return [municipality for *_, municipality in sorted(found, key=lambda one: one[:-1])]

    @cached_property
    def _names(self) -> list[tuple[Municipality, list[str]]]:
        return [(municipality, _words(municipality.name)) for municipality in self.campaign.municipalities]

    @cached_property
    def _common(self) -> frozenset[str]:
        """Words that tell nothing apart: those of kinds, and those that many names of the campaign share."""
        counts = Counter(word for _, name in self._names for word in set(name))
        many = max(2, len(self._names) / 10)
        return KINDS | {word for word, count in counts.items() if count > many}


def _words(text: str) -> list[str]:
    """The words of a name, shortened ones in full; a hyphen parts words."""
    plain = re.findall(r"[\w-]+", _plain(text))
    return " ".join(SHORTENED.get(word, word) for word in plain).replace("-", " ").split()


def _likeness(own: Sequence[str], name: Sequence[str]) -> float:
    """Of 0 to 100: as one string, or word by word, where words too many on one side do not count."""
    return max(fuzz.ratio("".join(own), "".join(name)), _found_in(name, own), _found_in(own, name))


def _found_in(words: Iterable[str], others: Sequence[str]) -> float:
    likest = [max(fuzz.ratio(word, other) for other in others) for word in words]
    return sum(likest) / len(likest)


def oktmo_text(cell: Cell) -> str:
    """The code in a cell: a number gets its leading zeros back."""
    if isinstance(cell, bool):
        return _text(cell)
    if isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer()):
        return str(int(cell)).zfill(8)
    text = re.sub(r"\s", "", _text(cell))
    return text.zfill(8) if re.fullmatch("[0-9]{7}", text) else text


def _conflict(coded: Municipality, words: str) -> Problem:
    message = texts.MUNICIPALITY_CONFLICT.format(oktmo=coded.oktmo, by_code=coded.name, name=shorten(words))
    advice = texts.MUNICIPALITY_CONFLICT_ADVICE
    return Problem("municipality_conflict", "error", None, message, advice, shorten(words))


def _listed(municipalities: list[Municipality]) -> str:
    return "; ".join(f"{m.name} ({m.oktmo})" for m in municipalities[:SUGGESTED])


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return " ".join((number_text(cell) if isinstance(cell, int | float) else cell).split())


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold().replace("ё", "е")
