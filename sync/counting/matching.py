"""Whose is a row that staff added: by OKTMO, or by the exact name. Likeness suggests and never decides.

Imported by `sync.counting`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

from campaign import Campaign, Cell, Municipality, Problem
from campaign.answer_types.base import number_text
from campaign.answers import shorten
from sync.texts import problems as texts

SUGGESTED = 3
LIKENESS = 75
MOST_SUGGESTIONS = 50
"""Comparing with thousands of names costs; a tab with more unknown rows than this has another problem."""


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
            found = process.extract(
                words,
                {m.oktmo: m.name for m in self.campaign.municipalities},
                scorer=fuzz.WRatio,
                processor=utils.default_process,
                limit=SUGGESTED,
                score_cutoff=LIKENESS,
            )
            self._suggested[words] = _listed([self.campaign.by_oktmo[oktmo] for _, _, oktmo in found])
        return self._suggested[words]


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
