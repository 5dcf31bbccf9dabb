"""The deadlines of one municipality as an iCalendar file (RFC 5545), for a calendar program to subscribe to.

Its address is a secret of its own: it shows deadlines, opens no report, and ends with the personal address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData

from outbox.address_codes import Holder
from webform import texts
from webform.errors import LinkError
from webform.tokens import serializer

LONGEST_LINE = 75
"""Octets of a line, without its CRLF (RFC 5545, 3.1)."""
REFRESH = "PT6H"
"""How often programs are asked to look again."""
_SPECIAL = re.compile(r"([\\;,])")


class CalendarTokens:
    """Makes and reads the signed words in the addresses of calendars."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._tokens = serializer(list(reversed(secrets)), "svod calendar")

    def token(self, holder: Holder, version: int) -> str:
        """Return the token of a calendar that is good as long as the address of this version."""
        return self._tokens.dumps([*holder, version])

    def read(self, token: str) -> tuple[Holder, int]:
        """Return the holder of a token, and the version of the address. Raises LinkError."""
        try:
            addressees, oktmo, version = self._tokens.loads(token)
        except (BadData, ValueError, TypeError) as error:
            raise LinkError from error
        return Holder(str(addressees), str(oktmo)), int(version)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as a calendar shows it. uid: the same whenever the deadline moves. at: aware."""

    uid: str
    title: str
    at: datetime


def calendar_text(name: str, deadlines: Iterable[Deadline], made: datetime) -> str:
    """Return the file. name: of the calendar. made: now, aware."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Svod//Deadlines//RU",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    for deadline in deadlines:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{deadline.uid}",
            f"DTSTAMP:{_utc(made)}",
            f"DTSTART:{_utc(deadline.at)}",
            f"SUMMARY:{_escaped(deadline.title)}",
            f"DESCRIPTION:{_escaped(texts.CALENDAR_ADVICE)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _folded(line: str) -> Iterator[str]:
    """Yield the line in pieces of at most LONGEST_LINE octets, all but the first indented. No character is cut."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece
