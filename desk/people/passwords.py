"""Passwords: what is accepted (zxcvbn), how it is hashed (argon2id), how many are checked at once."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from desk import texts
from desk.people.errors import BusyError, StaffError

LEAST_PASSWORD = 10
MOST_PASSWORD = 1000
LEAST_GUESSES = 10**8
"""zxcvbn's score 3: a password that withstands guessing that nothing slows down."""
CHECKS_AT_ONCE = 2
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$cGlCl1UJI0PKJZPOlOR9IQ$JmNO7EgzjKW5b+Ss4j2C+xG1g7JGxEhb7T1GjdQ/Gq8"
"""The hash of a password that nobody knows. Checked for an unknown name, so that it takes as long as a known one."""
_JUDGED = 72
"""Characters that zxcvbn takes."""
# zxcvbn knows the American keyboard and English lists; «йцукен» and «пароль» are in them as `qwerty` and `gfhjkm`.
_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")


class Passwords:
    """Hashes passwords, and checks them against their hashes. Safe to use from many threads."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        # Each check holds 64 MiB; a crowd of strangers must take neither all memory nor all threads.
        self._turn = threading.BoundedSemaphore(CHECKS_AT_ONCE)

    def hash(self, password: str, name: str) -> str:
        """Return the hash of a new password. name: of its account. Raises StaffError if the password is too weak."""
        if len(password) < LEAST_PASSWORD:
            raise StaffError(texts.SHORT_PASSWORD.format(least=LEAST_PASSWORD))
        if len(password) > MOST_PASSWORD:
            raise StaffError(texts.LONG_PASSWORD)
        if _guesses(password, name) < LEAST_GUESSES:
            raise StaffError(texts.COMMON_PASSWORD)
        return self._hasher.hash(password)

    def is_right(self, held: str | None, password: str) -> bool:
        """Return True if the password has the hash. Raises BusyError at once if too many are being checked."""
        if not self._turn.acquire(blocking=False):
            raise BusyError(texts.BUSY)
        try:
            self._hasher.verify(held or NOBODYS, password[:MOST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turn.release()
        return held is not None


def _guesses(password: str, name: str) -> int:
    """Return about how many guesses find the password, by lists of common passwords, words, dates and keyboard rows."""
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its lists take 0.1 s; few processes set passwords

    typed = password[:_JUDGED]
    found = (zxcvbn(text, user_inputs=[name])["guesses"] for text in (typed, typed.casefold().translate(_KEYS)))
    return int(min(found))
