"""Finds e-mail addresses and phone numbers in free text that would go to the shared spreadsheet."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from campaign import texts
from campaign.words import DASHES, unmarked

_LINK = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[^\s@<>(),;:\"«»]{1,64}@[^\s@<>(),;:\"«»]+\.[^\s@<>(),;:\"«»]{2,}")
# Seven digits or more in phone notation: 8 (4922) 00-00-00, +7 900 000 00 00, 00-00-00 with a city code.
_PHONE = re.compile(rf"(?<![\w./-])(?:\+7|8|7)[\s({DASHES}]*\d{{3,5}}[\s){DASHES}]*(?:\d[\s{DASHES}]?){{5,7}}(?![\w/])")


_AFTER = ".!?…'"
"""Signs that belong to the sentence, not to the address before them."""
DIGEST_LENGTH = 16
SHOWN_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Found:
    """The addresses and numbers of a text, each once, in their order, as typed. False where there are none."""

    emails: tuple[str, ...]
    phones: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.emails or self.phones)

    @property
    def named(self) -> str:
        """Russian words for the kinds that were found, with the findings themselves, each shortened."""
        return texts.personal_found(tuple(map(_short, self.emails)), tuple(map(_short, self.phones)))

    @property
    def digest(self) -> str:
        """A digest of the findings, in any order: a confirmation holds for them, not for what is typed later."""
        words = sorted(" ".join(words.split()) for words in (*self.emails, *self.phones))
        return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def find(text: str) -> Found:
    """Return the personal data that the text seems to have. Links are not looked into."""
    plain = _LINK.sub(" ", unmarked(text))
    found = _EMAIL.findall(plain) if "@" in plain else ()
    emails = tuple(dict.fromkeys(email.rstrip(_AFTER) for email in found))
    # The digits of an address are not a phone number, nor are the digits on its two sides one number.
    rest = _EMAIL.sub("@", plain) if emails else plain
    return Found(emails, tuple(dict.fromkeys(phone.group().strip() for phone in _PHONE.finditer(rest))))


def _short(words: str) -> str:
    return words if len(words) <= SHOWN_LENGTH else words[: SHOWN_LENGTH - 1] + "…"
