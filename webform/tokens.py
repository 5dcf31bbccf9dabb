"""Signed words of a campaign: old links, tickets of open forms, codes of receipts.

Each kind has its own key, derived from the secret by its own salt, so that none can stand in for another.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from outbox.address_codes import Holder, typed_code
from outbox.receipt_codes import receipt_codes
from outbox.records import Submission
from webform.errors import LinkError

LINK_MONTHS = 13
"""A personal link is good to the end of the month that is this many months after the month of its printing."""


class Ticket(NamedTuple):
    """The proof that a form was served to a holder of the municipality's address of this version.

    of_link: an older version made the form; `version` is then that of the campaign's link
    """

    version: int
    of_link: bool


class Tokens:
    """Makes and reads the signed words of one campaign.

    secrets: the newest first; new words are signed with it, older ones still read.
    """

    def __init__(self, secrets: Sequence[str], campaign: str) -> None:
        keys = list(reversed(secrets))  # itsdangerous signs with the last
        self._campaign = campaign
        self._links = serializer(keys, f"svod link {campaign}")
        self._tickets = serializer(keys, f"svod ticket {campaign}")
        self._secrets = secrets

    def link(self, oktmo: str, version: int, printed: datetime) -> str:
        """Return the token of a municipality's personal link of this version. printed: now, by the real clock.

        It is the same all month, so that a list printed twice is the same list.
        """
        month = printed.year * 12 + printed.month - 1 + LINK_MONTHS
        return self._links.dumps([oktmo, version, month])

    def read_link(self, token: str, now: datetime) -> tuple[str, int]:
        """Return OKTMO and link version of a token. now: real clock. Raises LinkError, for an expired token too."""
        try:
            oktmo, version, month = self._links.loads(token)
        except (BadData, ValueError, TypeError) as error:
            raise LinkError from error
        if now.year * 12 + now.month - 1 > int(month):
            raise LinkError
        return str(oktmo), int(version)

    def ticket(self, holder: Holder, version: int) -> str:
        """Return a proof that a form was served to a holder of the municipality's address of this version.

        After the end of a session it lets the form save a draft, and nothing else.
        """
        return self._tickets.dumps([*holder, version])

    def read_ticket(self, ticket: str, holder: Holder) -> Ticket | None:
        """Return what a ticket of this municipality proves; None for every other ticket."""
        try:
            *holder_parts, version = self._tickets.loads(ticket)
        except (BadData, ValueError, TypeError):
            return None
        of_link = holder_parts == [holder.oktmo]
        return Ticket(int(version), of_link) if of_link or holder_parts == [*holder] else None

    def code(self, submission: Submission) -> str:
        """Return the code that proves a receipt, such as `ABCD-EFGH-IJKL`."""
        return next(iter(self._all_codes(submission)))

    def is_code(self, submission: Submission, given: str) -> bool:
        """Return True if this is the receipt's code. Small letters, look-alikes and missing dashes do not matter."""
        wanted = typed_code(given).encode("ascii", "replace")
        return any(hmac.compare_digest(code.replace("-", "").encode(), wanted) for code in self._all_codes(submission))

    def _all_codes(self, submission: Submission) -> Iterable[str]:
        return receipt_codes(submission, self._secrets)


def serializer(keys: list[str], salt: str) -> URLSafeSerializer:
    """Return what signs with the last of the keys and reads with each. salt: of one kind of words alone."""
    return URLSafeSerializer(keys, salt=salt, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})
