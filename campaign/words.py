"""Comparing words as the eye does: names, headers, options and codes, wherever they were typed.

`plain` is the one comparison of the whole program. What it leaves different and the eye may still take for the same
(«Кольчугинcкий» with a Latin «c») is found by `twin`, and named sign by sign by `odd_sign`.
"""

from __future__ import annotations

import re
import unicodedata

from campaign import texts

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Control characters but tab and line breaks, and lone surrogates: no store and no spreadsheet takes them."""
MARKS = (
    "\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0"
)
"""Characters without width, as a class of a regular expression: programs put them into and around words and figures."""
DASHES = "\\-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
"""Every dash, hyphen and minus, as a class of a regular expression."""
LONGEST_COMPOSED = 1_000
"""Characters up to which letters are composed: names are shorter, and a run of accents takes quadratic time."""
_ANY_MARKS = re.compile(f"[{MARKS}]+")
_ANY_DASH = re.compile(f"[{DASHES}]")
# Latin letters that look like Russian ones, in the case in which they do.
_LATIN, _RUSSIAN = "ABCEHKMOPTXYaceopxyk", "АВСЕНКМОРТХУасеорхук"
_TWINS = str.maketrans(_LATIN, _RUSSIAN)


def unmarked(text: str) -> str:
    """Return the text without any invisible marks."""
    return _ANY_MARKS.sub("", text)


def plain(text: str) -> str:
    """Return the form in which words are compared: two texts that are equal to the eye give the same.

    Composed letters (NFC), no invisible marks, every dash one hyphen, every run of blanks one space, no case, ё as е:
    `plain("Гусь–Хрустальный\\u00a0Район") == plain("гусь-хрустальный район")`.
    """
    if text.isascii():
        return " ".join(text.split()).casefold()
    return _ANY_DASH.sub("-", _tidy(text)).casefold().replace("ё", "е")


def twin(text: str) -> str:
    """Return `plain` of the text with Latin letters that look like Russian ones replaced by these.

    Two texts with equal twins and different `plain` look the same and are not.
    """
    return plain(_tidy(text).translate(_TWINS))


def odd_sign(text: str, right: str) -> str:
    """Return Russian words for the first sign of `text` that only looks like that of `right`; "" where there is none.

    `odd_sign("Кольчугинcкий", "Кольчугинский") == "латинская «c»"`
    """
    found, wanted = _tidy(text), _tidy(right)
    if len(found) != len(wanted) or twin(text) != twin(right):
        return ""
    for sign, other in zip(found, wanted, strict=True):
        if plain(sign) != plain(other):
            return texts.LATIN_SIGN.format(sign=sign) if sign in _LATIN else texts.RUSSIAN_SIGN.format(sign=sign)
    return ""


def _tidy(text: str) -> str:
    text = " ".join(unmarked(text).split())
    return unicodedata.normalize("NFC", text) if len(text) <= LONGEST_COMPOSED else text
