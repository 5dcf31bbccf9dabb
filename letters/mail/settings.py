"""The mail servers of an installation, read from the environment. Opens no connection."""

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
Prefix: TypeAlias = Literal["SMTP", "IMAP"]
TLS_PORTS: Mapping[Prefix, int] = {"SMTP": 465, "IMAP": 993}
PLAIN_PORTS: Mapping[Prefix, int] = {"SMTP": 587, "IMAP": 143}
PER_MINUTE = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_FOLDER = 200


@dataclass(frozen=True, slots=True)
class _Server:
    """security: `tls` from the first byte on, `starttls` before anything else is said, `none` without encryption."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security


@dataclass(frozen=True, slots=True)
class MailSettings(_Server):
    """The server that sends."""

    sender: Address
    per_minute: int = PER_MINUTE


@dataclass(frozen=True, slots=True)
class MailboxSettings(_Server):
    """The mailbox to which mails come back. move_to: the folder for those that were read, "" to leave them there."""

    folder: str = "INBOX"
    move_to: str = ""


def named(environ: Mapping[str, str], prefix: Prefix = "SMTP") -> bool:
    """Return True if the environment names a mail server, well or not."""
    return bool(_given(environ, f"{prefix}_URL") or _given(environ, f"{prefix}_HOST"))


def read_mail_settings(environ: Mapping[str, str]) -> MailSettings | None:
    """Return the settings; None where no mail server is named. Raises MailSettingsError."""
    if not named(environ):
        return None
    server = _server(environ, "SMTP")
    per_minute = _whole(environ.get("MAILS_PER_MINUTE"), "MAILS_PER_MINUTE", 1, 6000) or PER_MINUTE
    return MailSettings(*server, _sender(environ), per_minute)


def read_mailbox_settings(environ: Mapping[str, str]) -> MailboxSettings | None:
    """Return the settings of the mailbox; None where none is named. Raises MailSettingsError."""
    if not named(environ, "IMAP"):
        return None
    server = _server(environ, "IMAP")
    if not server[2]:
        raise MailSettingsError(texts.MAILBOX_USER)
    if not (server[2] + server[3]).isascii():
        raise MailSettingsError(texts.MAILBOX_LATIN)
    folder, move_to = _given(environ, "IMAP_FOLDER") or "INBOX", _given(environ, "IMAP_MOVE_TO")
    for name, given in (("IMAP_FOLDER", folder), ("IMAP_MOVE_TO", move_to)):
        if not given.isprintable() or len(given) > LONGEST_FOLDER:
            raise MailSettingsError(texts.FOLDER_WRONG.format(name=name))
    if folder == move_to:
        raise MailSettingsError(texts.FOLDER_SAME)
    return MailboxSettings(*server, folder, move_to)


def _server(environ: Mapping[str, str], prefix: Prefix) -> tuple[str, int, str, str, Security]:
    url, host = _given(environ, f"{prefix}_URL"), _given(environ, f"{prefix}_HOST")
    if url and host:
        raise MailSettingsError(texts.URL_AND_HOST.format(prefix=prefix))
    wanted = _given(environ, f"{prefix}_TLS").lower()
    port = _whole(environ.get(f"{prefix}_PORT"), f"{prefix}_PORT", 0, 65535)
    user, password = _given(environ, f"{prefix}_USER"), environ.get(f"{prefix}_PASSWORD") or ""
    if url:
        host, port, user, password, wanted = _parts(url, prefix, (port, user, password, wanted))
    port = port or (TLS_PORTS if wanted == "tls" else PLAIN_PORTS)[prefix]
    if bool(user) != bool(password):
        raise MailSettingsError(texts.USER_ALONE.format(prefix=prefix))
    if not all(sign.isprintable() for sign in host + user + password) or " " in host:
        raise MailSettingsError(texts.URL_WRONG[prefix])
    return host, port, user, password, _security(wanted, host, port, prefix)


def _parts(url: str, prefix: Prefix, others: tuple[int, str, str, str]) -> tuple[str, int, str, str, str]:
    """Return host, port, user, password and wanted encryption of the address; of the others what it does not say."""
    port, user, password, wanted = others
    scheme = prefix.lower()
    try:
        parts = urlsplit(url)
        port = parts.port or port
    except ValueError as error:
        raise MailSettingsError(texts.URL_WRONG[prefix]) from error
    if parts.scheme not in (scheme, f"{scheme}s") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise MailSettingsError(texts.URL_WRONG[prefix])
    user = unquote(parts.username) if parts.username else user
    password = unquote(parts.password) if parts.password else password
    if parts.scheme == f"{scheme}s":
        return parts.hostname, port or TLS_PORTS[prefix], user, password, "tls"
    return parts.hostname, port, user, password, wanted


def _security(wanted: str, host: str, port: int, prefix: Prefix) -> Security:
    match wanted:
        case "tls" | "starttls" | "none":
            return wanted
        case "":
            if port == TLS_PORTS[prefix]:
                return "tls"
            return "none" if host in LOOPBACK else "starttls"  # nobody listens between two programs of a computer
    raise MailSettingsError(texts.TLS_WRONG.format(prefix=prefix))


def _sender(environ: Mapping[str, str]) -> Address:
    given = _given(environ, "MAIL_FROM")
    if not given:
        raise MailSettingsError(texts.FROM_MISSING)
    try:
        return named_address(given)
    except LettersError as error:
        raise MailSettingsError(texts.FROM_WRONG.format(reason=error)) from error


def _given(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or "").strip()


def _whole(given: str | None, name: str, least: int, most: int) -> int:
    text = (given or "").strip()
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise MailSettingsError(texts.NOT_WHOLE.format(name=name, least=max(least, 1), most=most))
    return int(text)
