"""The codes of personal addresses.

A code is the same each time: an HMAC of secret, list, ОКТМО and version. Which version is good, the outbox knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from outbox.records import Address

CODE_LENGTH = 12
LONGEST_TYPED = 60
"""Characters of a typed code; more are not looked at."""
# Typed by mistake instead of a code's signs: Cyrillic look-alikes, and the digits 0, 1 and 8, which base32 lacks.
LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХ018", "ABEKMHOPCTYXOIB")
_NO_SIGN = re.compile(r"[\W_]+")


class Holder(NamedTuple):
    """Whom a personal address belongs to: a municipality of an addressee list."""

    addressees: str
    oktmo: str


def grouped(word: str) -> str:
    """Return the signs of a code in groups of four: `ABCD-EFGH-JKLM`."""
    return "-".join(word[i : i + 4] for i in range(0, len(word), 4))


def typed_code(text: str) -> str:
    """Return the signs of a code as it was typed: without dashes, blanks and full stops, look-alikes replaced."""
    return _NO_SIGN.sub("", text[:LONGEST_TYPED]).upper().translate(LOOK_ALIKES)


class AddressCodes:
    """The codes of all personal addresses, and what each of them opens. Safe to use from many threads."""

    def __init__(self, secrets: Sequence[str], lists: Mapping[str, Iterable[str]]) -> None:
        """secrets: the newest first; codes are made with it, those of the others still read. lists: ОКТМО by list."""
        self._keys = [hashlib.sha256(b"svod address\n" + secret.encode()).digest() for secret in secrets]
        self._lists = {name: frozenset(oktmos) for name, oktmos in lists.items()}
        self._index: dict[str, tuple[Holder, int]] = {}
        self._indexed: set[tuple[Holder, int]] = set()
        for addressees, oktmos in self._lists.items():
            for oktmo in oktmos:
                self._add(Holder(addressees, oktmo), 1)

    def code(self, holder: Holder, version: int) -> str:
        """Return the code of an address: `ABCD-EFGH-JKLM`."""
        return grouped(_word(self._keys[0], holder, version))

    def find(self, typed: str) -> tuple[Holder, int] | None:
        """Return the holder of a typed code, and its version; None for a code that is not in the index."""
        return self._index.get(typed_code(typed))

    def learn(self, changed: Iterable[Address]) -> None:
        """Take the versions of reissued addresses into the index, in which they then stay."""
        for address in changed:
            holder = Holder(address.addressees, address.oktmo)
            known = (holder, address.version) in self._indexed
            if not known and holder.oktmo in self._lists.get(holder.addressees, ()):
                self._add(holder, address.version)

    def _add(self, holder: Holder, version: int) -> None:
        for key in self._keys:
            self._index[_word(key, holder, version)] = (holder, version)
        self._indexed.add((holder, version))


def personal_url(public_url: str, codes: AddressCodes, address: Address) -> str | None:
    """Return the personal address as people open it; None for one that is revoked."""
    if address.revoked:
        return None
    return f"{public_url}/m/{codes.code(Holder(address.addressees, address.oktmo), address.version)}"


def _word(key: bytes, holder: Holder, version: int) -> str:
    named = "\n".join((holder.addressees, holder.oktmo, str(version))).encode()
    return base64.b32encode(hmac.digest(key, named, "sha256")).decode()[:CODE_LENGTH]
