"""One-time tickets: the embedded spreadsheet opens under the name of the one who is signed in to the desk.

The ticket is signed with a key that both know, is good for a minute and once, and names the origin of the desk's page,
which the browser tells the spreadsheet's server. What it holds is described in localsheets/docs/grid.md.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from itsdangerous import URLSafeTimedSerializer

from outbox.records import StaffAccount

_SALT = "localsheets ticket"


def has_key(path: Path | None) -> bool:
    """Return True if there is a key, and with it an embedded spreadsheet that takes tickets."""
    return path is not None and path.exists()


def make_ticket(path: Path, account: StaffAccount, origin: str, address: str) -> str:
    """Return a ticket for the spreadsheet's address. origin: of the desk's page, as the browser names it.

    Raises OSError if the key cannot be read.
    """
    place = urlsplit(address)
    body = {
        "nonce": secrets.token_urlsafe(16),
        "name": account.name,
        "role": "read" if account.role == "read" else "edit",
        "origin": origin,
        "to": place.path + (f"#{place.fragment}" if place.fragment else ""),
        "subject": str(account.id),
    }
    key = path.read_text(encoding="ascii").strip()
    signer = URLSafeTimedSerializer(key, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})
    return str(signer.dumps(body))


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, as browsers name them."""
    place = urlsplit(address)
    return f"{place.scheme}://{place.netloc}"
