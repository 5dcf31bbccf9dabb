"""E-mail addresses and phone numbers in free text that would go to the shared spreadsheet. Imported by `campaign`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from campaign import texts

_LINK = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[^\s@<>(),;:\"«»]{1,64}@[^\s@<>(),;:\"«»]+\.[^\s@<>(),;:\"«»]{2,}")
# Seven digits or more in phone notation: 8 (4922) 00-00-00, +7 900 000 00 00, 00-00-00 with a city code.
_PHONE = re.compile(r"(?<![\w./-])(?:\+7|8|7)[\s(\-]*\d{3,5}[\s)\-]*(?:\d[\s-]?){5,7}(?![\w/])")


_AFTER = ".!?…'"
"""What belongs to the sentence and not to the address before it."""
DIGEST_LENGTH = 16
SHOWN_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found in a text, each once, in its order: addresses and numbers as they stand there."""

    emails: tuple[str, ...]
    phones: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.emails or self.phones)

    @property
    def named(self) -> str:
        """For people: of which kind, and the words themselves, each shortened."""
        return texts.personal_found(tuple(map(_short, self.emails)), tuple(map(_short, self.phones)))

    @property
    def digest(self) -> str:
        """Of just this, in whatever order: a confirmation holds for what was found, not for what comes later."""
        words = sorted(" ".join(words.split()) for words in (*self.emails, *self.phones))
        return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def find(text: str) -> Found:
    """The personal data that the text seems to hold; false when there is none. Links are not looked into."""
    plain = _LINK.sub(" ", text)
    emails = tuple(dict.fromkeys(email.rstrip(_AFTER) for email in _EMAIL.findall(plain)))
    # The digits of an address are no number, nor do those on its two sides make one.
    rest = _EMAIL.sub("@", plain) if emails else plain
    return Found(emails, tuple(dict.fromkeys(found.group().strip() for found in _PHONE.finditer(rest))))


def _short(words: str) -> str:
    return words if len(words) <= SHOWN_LENGTH else words[: SHOWN_LENGTH - 1] + "…"
