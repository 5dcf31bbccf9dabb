"""E-mail addresses and phone numbers in free text that would go to the shared spreadsheet. Imported by `campaign`."""

import re

from campaign import texts

_LINK = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[^\s@<>(),;:\"«»]{1,64}@[^\s@<>(),;:\"«»]+\.[^\s@<>(),;:\"«»]{2,}")
# Seven digits or more in phone notation: 8 (4922) 00-00-00, +7 900 000 00 00, 00-00-00 with a city code.
_PHONE = re.compile(r"(?<![\w./-])(?:\+7|8|7)[\s(\-]*\d{3,5}[\s)\-]*(?:\d[\s-]?){5,7}(?![\w/])")


def find(text: str) -> tuple[str, str] | None:
    """What kind of personal data the text holds and the words themselves, or None. Links are not looked into."""
    plain = _LINK.sub(" ", text)
    for kind, pattern in ((texts.PERSONAL_EMAIL, _EMAIL), (texts.PERSONAL_PHONE, _PHONE)):
        found = pattern.search(plain)
        if found:
            return kind, found.group().strip()
    return None
