"""One-time tickets: a program at which people have signed in opens the grid for them under their name.

The program and this server share a key; the ticket is signed with it, is good for TICKET_SECONDS and once, and begins a
session of TICKET_SESSION_SECONDS. What the program then learns of the person (signed out, removed) is not learned here.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from localsheets.people.sessions import TICKET_SESSION_SECONDS, Sessions

__all__ = ["SALT", "TICKET_SECONDS", "TICKET_SESSION_SECONDS", "Ticket", "TicketError", "Tickets"]

TICKET_SECONDS = 60
LEAST_KEY = 32
MOST_TICKET = 4_000
SALT = "localsheets ticket"
_SUBJECT = re.compile(r"[\w.-]{0,40}", re.ASCII)

Reason = Literal["off", "foreign", "forged", "expired", "used"]


class TicketError(Exception):
    """A ticket is refused. reason: why, for the log and the page."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says.

    nonce:   of this ticket alone
    name:    of the person, for the journal of edits
    role:    EDIT or READ
    origin:  of the page that hands the ticket over, as browsers send it (`https://example.org`)
    to:      address on this server to open
    subject: the program's number of the account, for the log of access
    """

    nonce: str
    name: str
    role: str
    origin: str
    to: str
    subject: str


class Tickets:
    """Reads tickets with the key in the file `key`, and begins sessions in the SQLite file at `path`.

    Without a file no ticket is taken. It is read at each use, so that a key may come, change or go meanwhile.
    """

    def __init__(self, path: Path, key: Path) -> None:
        self._sessions = Sessions(path)
        self._key_file = key

    @property
    def on(self) -> bool:
        """True if there is a key."""
        return self._key_file.exists()

    def read(self, text: str, origin: str | None) -> Ticket:
        """Return what a ticket says. origin: of the request that brought it. Raises TicketError."""
        signer = URLSafeTimedSerializer(self._key(), salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
        try:
            body = signer.loads(text[:MOST_TICKET], max_age=TICKET_SECONDS)
            ticket = Ticket(**{field: str(body[field]) for field in Ticket.__slots__})
        except SignatureExpired as error:
            raise TicketError("expired") from error
        except (BadData, KeyError, TypeError) as error:
            raise TicketError("forged") from error
        well = 1 <= len(ticket.name) <= 60 and ticket.name.isprintable() and len(ticket.nonce) >= 16
        if not well or ticket.role not in {"edit", "read"} or not _SUBJECT.fullmatch(ticket.subject):
            raise TicketError("forged")
        if origin is None or origin == "null" or origin != ticket.origin:
            raise TicketError("foreign")
        return ticket

    def _key(self) -> str:
        try:
            private = not self._key_file.stat().st_mode & 0o077
            key = self._key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise TicketError("off") from error
        if not private or len(key) < LEAST_KEY:
            raise TicketError("off")
        return key

    def begin(self, ticket: Ticket) -> str:
        """Use a ticket up; return the token of the session that begins with it. Raises TicketError."""
        token = self._sessions.begin_with_ticket(ticket.nonce, ticket.name, ticket.role)
        if token is None:
            raise TicketError("used")
        return token
