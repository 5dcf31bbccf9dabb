"""Finds the municipality of a manual row: by OKTMO, or by the exact name. Likeness suggests and never decides."""

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
from campaign.codes import RowCode
from campaign.oktmo import oktmo_code
from campaign.words import odd_sign, plain, twin
from sync.texts import problems as texts

SUGGESTED = 3
LIKENESS = 70
"""Least likeness of the distinctive words, of 100, for a suggestion."""
MOST_SUGGESTIONS = 50
"""Comparing with thousands of names costs; a tab with more unknown rows has another problem."""
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
"""Words for kinds of municipalities: they distinguish none."""


@dataclass(frozen=True, slots=True)
class Match:
    """The municipality, or why none was found."""

    municipality: Municipality | None
    problem: Problem | None = None


@dataclass
class Matcher:
    """Matches the manual rows of one read; remembers its suggestions."""

    campaign: Campaign
    _by_name: Mapping[str, list[Municipality]] = field(init=False)
    _suggested: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_name: dict[str, list[Municipality]] = {}
        for municipality in self.campaign.municipalities:
            by_name.setdefault(plain(municipality.name), []).append(municipality)
        self._by_name = by_name

    def match(self, oktmo: Cell, name: Cell) -> Match:
        """Return the municipality by its code, else by its name. A name must not contradict the code."""
        code, words = oktmo_text(oktmo), _text(name)
        named = self._by_name.get(plain(words), []) if words else []
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
        elif sign := self._odd_sign(words):
            advice = texts.UNKNOWN_SIGN_ADVICE.format(name=sign[0].name, oktmo=sign[0].oktmo, sign=sign[1])
        else:
            names = _listed(named) if named else self._suggest(words)
            advice = (
                texts.UNKNOWN_SUGGESTED_ADVICE.format(names=names)
                if names
                else texts.UNKNOWN_ADVICE.format(tab=self.campaign.spreadsheet.tabs.municipalities)
            )
        return Problem(RowCode.UNKNOWN_MUNICIPALITY, "error", None, texts.UNKNOWN_MUNICIPALITY, advice, shorten(shown))

    def _odd_sign(self, words: str) -> tuple[Municipality, str] | None:
        """Return the municipality with a name that looks the same, and the sign that differs."""
        one = self._by_twin.get(twin(words))
        sign = odd_sign(words, one.name) if one else ""
        return (one, sign) if one and sign else None

    @cached_property
    def _by_twin(self) -> Mapping[str, Municipality]:
        return {twin(municipality.name): municipality for municipality in self.campaign.municipalities}

    def _suggest(self, words: str) -> str:
        if words not in self._suggested:
            if len(self._suggested) >= MOST_SUGGESTIONS or len(words) > 200:
                return ""
            self._suggested[words] = _listed(self._alike(words))
        return self._suggested[words]

    def _alike(self, words: str) -> list[Municipality]:
        """Return the likest first: by the distinctive words, then by the words of kinds, then by the whole."""
        typed, common = _words(words), self._common
        own = [w for w in typed if w not in common][:MOST_WORDS]
        if not own:
            return []
        found = []
        for municipality, name in self._names:
            likeness = _likeness(own, [w for w in name if w not in common] or name)
            if likeness >= LIKENESS:
                kinds = sum(_found_in([word], typed) >= LIKENESS for word in name if word in common)
                whole = fuzz.token_sort_ratio(" ".join(typed), " ".join(name))
                found.append((-likeness, -kinds, -whole, municipality.oktmo, municipality))
        return [municipality for *_, municipality in sorted(found, key=lambda one: one[:-1])]

    @cached_property
    def _names(self) -> list[tuple[Municipality, list[str]]]:
        return [(municipality, _words(municipality.name)) for municipality in self.campaign.municipalities]

    @cached_property
    def _common(self) -> frozenset[str]:
        """The words of kinds, and those that many names of the campaign share."""
        counts = Counter(word for _, name in self._names for word in set(name))
        many = max(2, len(self._names) / 10)
        return KINDS | {word for word, count in counts.items() if count > many}


def _words(text: str) -> list[str]:
    """Return the words of a name, shortened ones in full; a hyphen parts words."""
    found = re.findall(r"[\w-]+", plain(text))
    return " ".join(SHORTENED.get(word, word) for word in found).replace("-", " ").split()


def _likeness(own: Sequence[str], name: Sequence[str]) -> float:
    """Return 0 to 100: as one string, or word by word, where extra words on one side do not count."""
    return max(fuzz.ratio("".join(own), "".join(name)), _found_in(name, own), _found_in(own, name))


def _found_in(words: Iterable[str], others: Sequence[str]) -> float:
    likest = [max(fuzz.ratio(word, other) for other in others) for word in words]
    return sum(likest) / len(likest)


def oktmo_text(cell: Cell) -> str:
    """Return the code in a cell, or its normalised text where it holds none."""
    return oktmo_code(cell) or plain(_text(cell))


def _conflict(coded: Municipality, words: str) -> Problem:
    message = texts.MUNICIPALITY_CONFLICT.format(oktmo=coded.oktmo, by_code=coded.name, name=shorten(words))
    advice = texts.MUNICIPALITY_CONFLICT_ADVICE
    return Problem(RowCode.MUNICIPALITY_CONFLICT, "error", None, message, advice, shorten(words))


def _listed(municipalities: list[Municipality]) -> str:
    return "; ".join(f"{m.name} ({m.oktmo})" for m in municipalities[:SUGGESTED])


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return " ".join((number_text(cell) if isinstance(cell, int | float) else cell).split())
