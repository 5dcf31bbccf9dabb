"""Access in the browser: accounts, one-time links, the journal of edits.

Everything is in the same SQLite file as the spreadsheets, so that one backup holds it all.
"""

from localsheets.people.accounts import EDIT, READ, Account, People, PeopleError
from localsheets.people.journal import Deletion, Edit, Journal

__all__ = ["EDIT", "READ", "Account", "Deletion", "Edit", "Journal", "People", "PeopleError"]
