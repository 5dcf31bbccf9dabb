"""The door to the mailbox to which mails come back: IMAP, by the standard library's client.

Nothing is fetched before its size is known, and nothing is deleted. What a server sends is bounded in time and in
bytes, whatever it says.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from letters.mail import texts
from letters.mail.network import bounded, why_unreached
from letters.mail.settings import MailboxSettings
from outbox.mails import clipped

CONNECT_SECONDS = 10.0
"""To connect, and of silence in a command."""
WHOLE_SECONDS = 60.0
"""Of a whole visit: mails wait for so long at the most."""
MOST_BYTES = 30_000_000
"""Of all that the server says in a visit."""
UIDS_AT_ONCE = 20_000
"""Numbers of messages that are asked for in one search; there need not be so many messages."""
LONGEST_FIELD = 2_000

_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_FIELD = "BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE)]<0.{most}>"


class MailboxError(Exception):
    """The mailbox cannot be used now; the message says why, in Russian."""


class Place(NamedTuple):
    """How far a folder was read. validity: of the UIDs. uid: of the last message that was looked at, 0 for none."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message before it is fetched. size: bytes. content_type: "" where there is none, or none that can be read."""

    uid: int
    size: int
    content_type: str


class _Bounded(imaplib.IMAP4):
    """A client that reads no more than MOST_BYTES in its life."""

    def __init__(self, host: str, port: int, timeout: float, whole_seconds: float, **rest: Any) -> None:
        self.left = MOST_BYTES
        with bounded(self, whole_seconds):
            super().__init__(host, port, timeout=timeout, **rest)

    def read(self, size: int) -> bytes:
        if size > self.left:
            raise self.abort("too many bytes")
        self.left -= size
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self.left -= len(line)
        if self.left < 0:
            raise self.abort("too many bytes")
        return line


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    """The same, under TLS from the first byte on."""


class Mailbox:
    """One visit to a folder, signed in. Its methods raise MailboxError."""

    def __init__(self, client: imaplib.IMAP4, settings: MailboxSettings) -> None:
        self._client = client
        self._settings = settings
        self.validity, self._next = self._select()

    def after(self, uid: int, most: int) -> tuple[list[int], int]:
        """Return at most so many UIDs above this one, and the UID up to which all were looked at."""
        first = uid + 1
        while first < self._next:
            last = min(first + UIDS_AT_ONCE, self._next) - 1
            (found,) = self._ask("SEARCH", "UID", f"{first}:{last}")[-1:] or [b""]
            uids = sorted(int(one) for one in (found or b"").split() if one.isdigit())
            uids = [one for one in uids if first <= one <= last]
            if uids:
                return uids[:most], uids[most - 1] if len(uids) > most else last
            first = last + 1
        return [], max(uid, self._next - 1)

    def envelopes(self, uids: Iterable[int]) -> list[Envelope]:
        """Return the envelopes of these messages, without their bodies; messages that are gone are left out."""
        numbers = ",".join(map(str, uids))
        field = _FIELD.format(most=LONGEST_FIELD)
        found = []
        for about, content in _answers(self._ask("FETCH", numbers, f"(UID RFC822.SIZE {field})")):
            uid, size = _UID.search(about), _SIZE.search(about)
            if uid and size:
                text = content.decode("ascii", "replace")
                found.append(Envelope(int(uid[1]), int(size[1]), text.partition(":")[2].strip()))
        return sorted(found, key=lambda one: one.uid)

    def fetch(self, uid: int, most: int) -> bytes | None:
        """Return the message as it is, at most so many bytes of it; None where it is gone. It stays unread."""
        for _, content in _answers(self._ask("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{most}>)")):
            return content
        return None

    def settle(self, uid: int) -> None:
        """Mark the message as read, and move it where that is asked for."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
        if self._settings.move_to:
            self._ask("MOVE", str(uid), _folder(self._settings.move_to))

    def check(self) -> None:
        """Look whether read messages can be moved where that is asked for."""
        if not self._settings.move_to:
            return
        _, found = self._client.capability()  # of one who has signed in
        if b"MOVE" not in b" ".join(one for one in found if isinstance(one, bytes)).upper().split():
            raise MailboxError(texts.NO_MOVE)
        kind, _ = self._client.status(_folder(self._settings.move_to), "(MESSAGES)")
        if kind != "OK":
            raise MailboxError(texts.NO_FOLDER.format(folder=self._settings.move_to))

    def _select(self) -> tuple[int, int]:
        try:
            kind, _ = self._client.select(_folder(self._settings.folder))
        except imaplib.IMAP4.readonly:
            kind = "NO"
        if kind != "OK":
            raise MailboxError(texts.NO_FOLDER.format(folder=self._settings.folder))
        numbers = []
        for name in ("UIDVALIDITY", "UIDNEXT"):
            _, found = self._client.response(name)
            said = found[-1] if found else None
            if not isinstance(said, bytes) or not said.isdigit() or len(said) > 10:
                raise MailboxError(texts.NO_UIDS)
            numbers.append(int(said))
        return numbers[0], numbers[1]

    def _ask(self, command: str, *words: str) -> list[Any]:
        kind, found = self._client.uid(command, *words)
        if kind != "OK":
            raise MailboxError(texts.MAILBOX_REFUSED.format(command=command, words=_said(found)))
        return list(found)


@contextmanager
def open_mailbox(
    settings: MailboxSettings, *, seconds: float = CONNECT_SECONDS, whole_seconds: float = WHOLE_SECONDS
) -> Iterator[Mailbox]:
    """Sign in and open the folder until the block ends. Raises MailboxError, from within the block, too."""
    client: _Bounded | None = None
    try:
        where = (settings.host, settings.port, seconds, whole_seconds)
        if settings.security == "tls":
            client = _BoundedTls(*where, ssl_context=ssl.create_default_context())
        else:
            client = _Bounded(*where)
        with bounded(client, whole_seconds):
            _sign_in(client, settings)
            yield Mailbox(client, settings)
            with suppress(OSError, imaplib.IMAP4.error):
                client.logout()
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        raise MailboxError(_why(error, settings)) from error
    finally:
        if client is not None:
            with suppress(OSError):
                client.shutdown()


def check(settings: MailboxSettings, *, seconds: float = CONNECT_SECONDS) -> str | None:
    """Sign in and look at the folder; return what is wrong, None when all is well. Changes nothing."""
    try:
        with open_mailbox(settings, seconds=seconds, whole_seconds=3 * seconds) as mailbox:
            mailbox.check()
    except MailboxError as error:
        return str(error)
    return None


def _sign_in(client: imaplib.IMAP4, settings: MailboxSettings) -> None:
    if settings.security == "starttls":
        if "STARTTLS" not in client.capabilities:
            raise MailboxError(texts.NO_STARTTLS["IMAP"].format(where=f"{settings.host}:{settings.port}"))
        client.starttls(ssl.create_default_context())
    try:
        client.login(_quoted(settings.user), settings.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        words = clipped(str(error).removeprefix("b'").rstrip("'"))
        raise MailboxError(texts.MAILBOX_NOT_SIGNED_IN.format(words=words)) from error


def _answers(found: list[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield of each answered message what stands around its literal, and the literal."""
    for one, after in zip(found, [*found[1:], b""], strict=True):
        if isinstance(one, tuple):
            yield one[0] + b" " + (after if isinstance(after, bytes) else b""), one[1]


def _folder(name: str) -> str:
    """Return the name as IMAP has it: other signs than printable ASCII in modified UTF-7 (RFC 3501, 5.1.3)."""

    def coded(found: re.Match[str]) -> str:
        return "&" + b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return _quoted(re.sub(r"[^\x20-\x7e]+", coded, name.replace("&", "&-")))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _said(found: list[Any]) -> str:
    words = found[-1] if found else b""
    return clipped(words.decode("utf-8", "replace") if isinstance(words, bytes) else "")


def _why(error: Exception, settings: MailboxSettings) -> str:
    if isinstance(error, OSError):
        return why_unreached(error, settings.host, settings.port, "IMAP")
    return texts.HUNG_UP.format(where=f"{settings.host}:{settings.port}")
