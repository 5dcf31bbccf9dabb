"""What a delivery status notification (RFC 3464) says of one of our mails. Pure, and strict.

A notification is known by its form alone, a mail by a key alone: the 128 random bits of its number, in the `Message-ID`
of what came back or in the envelope id that we gave the server. No free text is searched for either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Literal, TypeAlias

from letters.mail.addresses import without_addresses
from outbox.mails import clipped

LONGEST = 1_000_000
"""Bytes of a notification: a receipt may come back with it."""
MOST_HEADER = 100_000
"""Bytes of the headers of a message or a part."""
MOST_PARTS = 10
MOST_RECIPIENTS = 20
LONGEST_TYPE = 1000
"""Signs of a Content-Type: what takes it apart needs a time that grows with their square."""
LONGEST_WORDS = 300

Action: TypeAlias = Literal["failed", "delayed", "other"]
_OURS = re.compile(r"[0-9a-f]{32}")
_OUR_MESSAGE = re.compile(r"<([0-9a-f]{32})@[^\s<>@]{1,255}>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_parser = BytesHeaderParser()


class UnreadableError(Exception):
    """The message says that it is a notification and is none; the message of the error says why."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of the mail at one address. addresses: as it was given to us and as it became, in small letters."""

    action: Action
    addresses: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True)
class Notification:
    """mail_id: of one of our mails, "" where nothing of ours came back."""

    mail_id: str
    recipients: tuple[Recipient, ...]


def is_notification(content_type: str) -> bool:
    """Return True if a message of this Content-Type is a delivery status notification."""
    if len(content_type) > LONGEST_TYPE:
        return False
    message = Message()
    message["Content-Type"] = " ".join(content_type.split())
    kind = message.get_param("report-type", "")
    return (
        message.get_content_type() == "multipart/report"
        and isinstance(kind, str)
        and kind.lower() in ("delivery-status", "global-delivery-status")
    )


def read_notification(content: bytes) -> Notification:
    """Return what the message says. content: at most LONGEST bytes. Raises UnreadableError."""
    headers, body = _split(content)
    content_type = _one(headers, "Content-Type") or ""
    if not is_notification(content_type):
        raise UnreadableError("no notification")
    boundary = headers.get_boundary("") or ""
    if not isinstance(boundary, str) or not 1 <= len(boundary) <= 200:
        raise UnreadableError("no boundary")
    report: bytes | None = None
    found: set[str] = set()
    for part in _parts(body, boundary):
        own, inside = _split(part)
        kind = (_one(own, "Content-Type") or "")[:LONGEST_TYPE].split(";")[0].strip().lower()
        if kind in _REPORTS and report is None:
            if (_one(own, "Content-Transfer-Encoding") or "7bit").strip().lower() not in ("7bit", "8bit", "binary"):
                raise UnreadableError("encoded")
            report = inside
        elif kind in _RETURNED:
            found.update(_ours(_one(_split(inside)[0], "Message-ID"), _OUR_MESSAGE))
    if report is None:
        raise UnreadableError("no report")
    blocks = list(_blocks(report))
    found.update(_ours(_one(blocks[0], "Original-Envelope-Id"), _OURS))
    if len(found) > 1:
        raise UnreadableError("about several mails")
    return Notification(next(iter(found), ""), tuple(_recipient(one) for one in blocks[1:]))


def _recipient(block: Message) -> Recipient:
    action = (_one(block, "Action") or "").strip().lower()
    addresses = set()
    for name in ("Original-Recipient", "Final-Recipient"):
        kind, _, address = (_one(block, name) or "").partition(";")
        if kind.strip().lower() in ("rfc822", "utf-8") and len(address) <= LONGEST_WORDS:
            addresses.add(address.strip().strip("<>").casefold())
    status = (_one(block, "Status") or "").split()[:1]
    said = (_one(block, "Diagnostic-Code") or "")[: 4 * LONGEST_WORDS].partition(";")[2]
    number = status[0] if status and _STATUS.fullmatch(status[0]) else ""
    words = without_addresses(clipped(said, LONGEST_WORDS))
    known: Action = "failed" if action == "failed" else "delayed" if action == "delayed" else "other"
    return Recipient(known, frozenset(addresses), words if number in words else f"{number} {words}".strip())


def _split(content: bytes) -> tuple[Message, bytes]:
    """Return the headers of a message or part, and what follows them. Raises UnreadableError."""
    content = content.removeprefix(b"\r\n") if content.startswith(b"\r\n") else content
    ends = [place + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if (place := content.find(gap, 0, MOST_HEADER)) >= 0]
    if not ends and len(content) > MOST_HEADER:
        raise UnreadableError("headers too long")
    end = min(ends, default=len(content))
    return _parser.parsebytes(content[:end]), content[end:]


def _parts(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts of the first level; what is inside them stays as it is. Raises UnreadableError."""
    line = re.compile(rb"^--" + re.escape(boundary.encode("ascii", "replace")) + rb"(--)?[ \t]*\r?$\n?", re.MULTILINE)
    begun: int | None = None
    count = 0
    for one in line.finditer(body):
        if begun is not None:
            count += 1
            if count > MOST_PARTS:
                raise UnreadableError("too many parts")
            yield body[begun : one.start()]
        if one[1]:
            return
        begun = one.end()
    if begun is not None:
        yield body[begun:]


def _blocks(report: bytes) -> Iterator[Message]:
    """Yield the fields of the whole message, then those of each recipient. Raises UnreadableError."""
    if len(report) > MOST_HEADER:
        raise UnreadableError("report too long")
    found = [one for one in re.split(rb"(?:\r?\n[ \t]*){2,}", report.strip()) if one.strip()]
    if not 2 <= len(found) <= MOST_RECIPIENTS + 1:
        raise UnreadableError("no recipients, or too many")
    yield from map(_parser.parsebytes, found)


def _one(headers: Message, name: str) -> str | None:
    """Return the field, None where it is absent. Raises UnreadableError where it stands twice."""
    found = headers.get_all(name, [])
    if len(found) > 1:
        raise UnreadableError(f"{name} twice")
    return str(found[0]) if found else None


def _ours(text: str | None, form: re.Pattern[str]) -> Iterator[str]:
    """Yield the number of a mail of ours, where the text is one."""
    if text is not None and (found := form.fullmatch(text.strip())):
        yield found[found.re.groups]
