"""Access in the browser: accounts, sessions, one-time links, the journal of edits.

Everything is in the same SQLite file as the spreadsheets, so that one backup holds it all.
"""

from localsheets.people.accounts import EDIT, READ, Account, People
from localsheets.people.errors import BusyError, PeopleError
from localsheets.people.events import record
from localsheets.people.journal import Deletion, Edit, Journal
from localsheets.people.sessions import SESSION_SECONDS
from localsheets.people.tickets import Ticket, TicketError, Tickets

__all__ = [
    "EDIT",
    "READ",
    "SESSION_SECONDS",
    "Account",
    "BusyError",
    "Deletion",
    "Edit",
    "Journal",
    "People",
    "PeopleError",
    "Ticket",
    "TicketError",
    "Tickets",
    "record",
]
