"""The width of a column at which no word of its header is broken. Pure."""

from __future__ import annotations

import math
import re

_EM = 10 * 96 / 72
"""Pixels of a header's letters: 10 points."""
_WIDEST = 1.15
"""DejaVu Sans, which stands for Arial on many Linux machines, is so much wider."""
_PADDING = 8
"""Of a cell on both sides, with the difference between the programs that show the tab."""
# Advance widths of Arial Bold in hundredths of an em, by groups of letters, rounded up; others count as a middling one.
_WIDTHS = {
    **dict.fromkeys("ijl,./", 28),
    **dict.fromkeys("ft:()-", 34),
    **dict.fromkeys("rг", 42),
    **dict.fromkeys("зктz", 50),
    **dict.fromkeys("асеухёэacekvxysJ0123456789«»", 56),
    **dict.fromkeys("чяГ", 59),
    **dict.fromkeys("бвийнопрцьКТbdghnopquFLTZ", 62),
    **dict.fromkeys("длЗУ", 64),
    **dict.fromkeys("ЕЁРХEPSVXY", 67),
    **dict.fromkeys("жмъАБВДИЙЛНПСЦЧЬЭЯABCDHKNRU", 74),
    **dict.fromkeys("ОwGOQ", 78),
    **dict.fromkeys("шщыюМФM", 86),
    **dict.fromkeys("фЪm%", 89),
    **dict.fromkeys("ЖЫШW—", 101),
    **dict.fromkeys("ЩЮ№", 112),
}
_LETTER = 74
_PIECE = re.compile(r"[^\s-]+-?")


def header_width(words: str) -> int:
    """Pixels that the longest word of a header takes in its cell. A line may break after a hyphen."""
    return max((_word_width(piece) for piece in _PIECE.findall(words)), default=0)


def _word_width(word: str) -> int:
    return math.ceil(sum(_WIDTHS.get(letter, _LETTER) for letter in word) * _EM * _WIDEST / 100) + _PADDING
