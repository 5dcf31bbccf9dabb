"""The mail server of an installation, read from the environment. Opens no connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from letters.errors import LettersError
from letters.mail import texts
from letters.mail.addresses import named_address
from letters.mail.errors import MailSettingsError

Security: TypeAlias = Literal["tls", "starttls", "none"]
TLS_PORT, SUBMISSION_PORT = 465, 587
PER_MINUTE = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """security: `tls` from the first byte on, `starttls` before anything else is said, `none` without encryption."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security
    sender: Address
    per_minute: int = PER_MINUTE


def named(environ: Mapping[str, str]) -> bool:
    """Return True if the environment names a mail server, well or not."""
    return bool((environ.get("SMTP_URL") or "").strip() or (environ.get("SMTP_HOST") or "").strip())


def read_mail_settings(environ: Mapping[str, str]) -> MailSettings | None:
    """Return the settings; None where no mail server is named. Raises MailSettingsError."""
    url, host = (environ.get("SMTP_URL") or "").strip(), (environ.get("SMTP_HOST") or "").strip()
    if not url and not host:
        return None
    if url and host:
        raise MailSettingsError(texts.URL_AND_HOST)
    wanted = (environ.get("SMTP_TLS") or "").strip().lower()
    port = _whole(environ.get("SMTP_PORT"), "SMTP_PORT", 0, 65535)
    user, password = (environ.get("SMTP_USER") or "").strip(), environ.get("SMTP_PASSWORD") or ""
    if url:
        host, port, user, password, wanted = _parts(url, port, user, password, wanted)
    port = port or (TLS_PORT if wanted == "tls" else SUBMISSION_PORT)
    if bool(user) != bool(password):
        raise MailSettingsError(texts.USER_ALONE)
    if not all(sign.isprintable() for sign in host + user + password) or " " in host:
        raise MailSettingsError(texts.URL_WRONG)
    per_minute = _whole(environ.get("MAILS_PER_MINUTE"), "MAILS_PER_MINUTE", 1, 6000) or PER_MINUTE
    return MailSettings(host, port, user, password, _security(wanted, host, port), _sender(environ), per_minute)


def _parts(url: str, port: int, user: str, password: str, wanted: str) -> tuple[str, int, str, str, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or port
    except ValueError as error:
        raise MailSettingsError(texts.URL_WRONG) from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise MailSettingsError(texts.URL_WRONG)
    user = unquote(parts.username) if parts.username else user
    password = unquote(parts.password) if parts.password else password
    if parts.scheme == "smtps":
        return parts.hostname, port or TLS_PORT, user, password, "tls"
    return parts.hostname, port, user, password, wanted


def _security(wanted: str, host: str, port: int) -> Security:
    match wanted:
        case "tls" | "starttls" | "none":
            return wanted
        case "":
            if port == TLS_PORT:
                return "tls"
            return "none" if host in LOOPBACK else "starttls"  # nobody listens between two programs of a computer
    raise MailSettingsError(texts.TLS_WRONG)


def _sender(environ: Mapping[str, str]) -> Address:
    given = (environ.get("MAIL_FROM") or "").strip()
    if not given:
        raise MailSettingsError(texts.FROM_MISSING)
    try:
        return named_address(given)
    except LettersError as error:
        raise MailSettingsError(texts.FROM_WRONG.format(reason=error)) from error


def _whole(given: str | None, name: str, least: int, most: int) -> int:
    text = (given or "").strip()
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise MailSettingsError(texts.NOT_WHOLE.format(name=name, least=max(least, 1), most=most))
    return int(text)
