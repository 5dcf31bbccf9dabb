"""Passwords: what is accepted (zxcvbn), how it is kept (argon2id), how many are checked at once."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from localsheets.people.errors import BusyError, PeopleError
from localsheets.people.texts import People as Texts

LEAST_PASSWORD = 10
MOST_PASSWORD = 1000
LEAST_GUESSES = 10**8  # zxcvbn's score 3: withstands guessing that nothing slows down
CHECKS_AT_ONCE = 2
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$uSkkmKHtx3v4p3sFW+tQJw$bi1++ADqVLfBW6QMP7BPJyGfPPPDNs5KpTJ9diAy4tQ"
"""The hash of a password that nobody knows. Checked for an unknown name, so that it takes as long as a known one."""
_JUDGED = 72  # characters that zxcvbn takes
# zxcvbn knows the American keyboard and English lists; «йцукен» and «пароль» are in them as `qwerty` and `gfhjkm`.
_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")


class Passwords:
    """Hashes passwords, and checks them against their hashes."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        # Each check holds 64 MiB; a crowd of strangers must take neither all memory nor all threads.
        self._turn = threading.BoundedSemaphore(CHECKS_AT_ONCE)

    def hash(self, password: str, name: str) -> str:
        """Return the hash of a new password. name: of its account. Raises PeopleError if the password is too weak."""
        if len(password) < LEAST_PASSWORD:
            raise PeopleError(Texts.SHORT_PASSWORD.format(least=LEAST_PASSWORD))
        if len(password) > MOST_PASSWORD:
            raise PeopleError(Texts.LONG_PASSWORD)
        if _guesses(password, name) < LEAST_GUESSES:
            raise PeopleError(Texts.COMMON)
        return self._hasher.hash(password)

    def is_right(self, held: str | None, password: str) -> bool:
        """Return True if the password has the hash. Raises BusyError at once if too many are being checked."""
        if not self._turn.acquire(blocking=False):
            raise BusyError
        try:
            self._hasher.verify(held or NOBODYS, password[:MOST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turn.release()
        return held is not None


def _guesses(password: str, name: str) -> int:
    """Return about how many guesses find the password, by lists of common passwords, words, dates and keyboard rows."""
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its lists take 0.1 s; only commands set passwords

    typed = password[:_JUDGED]
    found = (zxcvbn(text, user_inputs=[name])["guesses"] for text in (typed, typed.casefold().translate(_KEYS)))
    return int(min(found))
