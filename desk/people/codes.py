"""The second factor: codes of an authenticator application (TOTP, RFC 6238), and recovery codes for a lost phone."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import pyotp
from pyotp.exceptions import OTPVerificationError

from outbox.records import StaffAccount
from outbox.staff import Staff

RECOVERY_CODES = 10
_ISSUER = "Svod"
_WINDOW = 1
"""Steps of 30 s that the phone's clock may be off, either way."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person needs for the second factor, shown once. uri: for the application, as text or as a QR code."""

    secret: str
    uri: str
    recovery: list[str]


def turn_on(staff: Staff, account: StaffAccount) -> Enrolment:
    """Give an account a new secret and new recovery codes, and end its sessions."""
    secret = pyotp.random_base32()
    recovery = ["-".join(secrets.token_hex(2) for _ in range(4)) for _ in range(RECOVERY_CODES)]
    staff.set_totp(account.id, secret, [_tidy(code) for code in recovery])
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=_ISSUER)
    return Enrolment(secret, uri, recovery)


def turn_off(staff: Staff, account: StaffAccount) -> None:
    """Let an account sign in without codes, and end its sessions."""
    staff.set_totp(account.id, None, [])


def use(staff: Staff, account: int, entered: str) -> str | None:
    """Use a code up. Return "code" or "recovery" by its kind; None if it is wrong or was used before."""
    code = "".join(entered.split())
    if staff.use_recovery(account, _tidy(code)):
        return "recovery"
    secret = staff.totp_secret(account)
    if secret is None or not code.isascii():
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=time.time(), valid_window=_WINDOW)
    except OTPVerificationError:
        return None
    return "code" if staff.use_step(account, step) else None


def _tidy(code: str) -> str:
    """Return a recovery code as it is kept: 64 random bits, so that a quick digest is enough."""
    return code.replace("-", "").casefold()
