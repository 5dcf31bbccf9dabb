"""The second factor: codes of an authenticator application (TOTP, RFC 6238), and recovery codes for a lost phone."""

import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyotp
from pyotp.exceptions import OTPVerificationError

from localsheets.people.errors import PeopleError
from localsheets.people.events import record
from localsheets.people.schema import connect
from localsheets.people.sessions import digest
from localsheets.people.texts import People as Texts

RECOVERY_CODES = 10
_ISSUER = "Svod"
_WINDOW = 1  # steps of 30 s that the phone's clock may be off, either way


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person needs for the second factor, shown once. uri: for the application, as text or as a QR code."""

    secret: str
    uri: str
    recovery: list[str]


class Codes:
    """The second factors of the accounts in the SQLite file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def turn_on(self, name: str) -> Enrolment:
        """Give an account a new secret and new recovery codes, and end its sessions. Raises PeopleError."""
        secret = pyotp.random_base32()
        recovery = ["-".join(secrets.token_hex(2) for _ in range(4)) for _ in range(RECOVERY_CODES)]
        account, kept_name = self._set(name, secret, recovery)
        record(self.path, "second factor on", account=account)
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=kept_name, issuer_name=_ISSUER), recovery)

    def turn_off(self, name: str) -> None:
        """Let an account sign in by password alone, and end its sessions. Raises PeopleError."""
        account, _ = self._set(name, None, [])
        record(self.path, "second factor off", account=account)

    def _set(self, name: str, secret: str | None, recovery: list[str]) -> tuple[int, str]:
        with closing(connect(self.path)) as connection, connection:
            found = connection.execute(
                "UPDATE account SET totp = ?, totp_step = 0 WHERE folded = ? RETURNING id, name",
                (secret, " ".join(name.split()).casefold()),
            ).fetchall()
            if not found:
                raise PeopleError(Texts.NO_ACCOUNT.format(name=name))
            account, kept_name = int(found[0][0]), str(found[0][1])
            connection.execute("DELETE FROM recovery_code WHERE account = ?", (account,))
            connection.executemany(
                "INSERT INTO recovery_code VALUES (?, ?)", [(account, _kept(code)) for code in recovery]
            )
            connection.execute("DELETE FROM sign_in WHERE account = ?", (account,))
        return account, kept_name

    def use(self, account: int, entered: str) -> str | None:
        """Use a code up: return "code" or "recovery" by its kind, or None if it is wrong or was used before."""
        code = "".join(entered.split())
        with closing(connect(self.path)) as connection, connection:
            if _use_recovery(connection, account, code):
                return "recovery"
            return "code" if _use_totp(connection, account, code) else None


def _use_totp(connection: sqlite3.Connection, account: int, code: str) -> bool:
    found = connection.execute("SELECT totp FROM account WHERE id = ?", (account,)).fetchone()
    if found is None or found[0] is None:
        return False
    try:
        step = pyotp.TOTP(found[0]).verify_and_get_timecode(code, for_time=time.time(), valid_window=_WINDOW)
    except OTPVerificationError:
        return False
    # Not before the step of the last accepted code: who saw a code being typed cannot use it again.
    done = connection.execute("UPDATE account SET totp_step = ? WHERE id = ? AND totp_step < ?", (step, account, step))
    return done.rowcount == 1


def _use_recovery(connection: sqlite3.Connection, account: int, code: str) -> bool:
    done = connection.execute("DELETE FROM recovery_code WHERE account = ? AND digest = ?", (account, _kept(code)))
    return done.rowcount == 1


def _kept(code: str) -> str:
    """Return a recovery code as it is kept: 64 random bits, so that a quick digest is enough."""
    return digest(code.replace("-", "").casefold())
