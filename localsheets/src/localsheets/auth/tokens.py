"""Bearer tokens: they expire, and are signed, so that they outlive a restart."""

import secrets
import time

from itsdangerous import BadSignature, URLSafeTimedSerializer

from localsheets.errors import denied, unauthenticated
from localsheets.storage import Store

_FACT = "token_secret"
_AUTH = "https://www.googleapis.com/auth/"
SHEETS_WRITE = frozenset({_AUTH + "spreadsheets", _AUTH + "drive", _AUTH + "drive.file"})
SHEETS_READ = SHEETS_WRITE | {_AUTH + "spreadsheets.readonly", _AUTH + "drive.readonly"}
DRIVE_WRITE = frozenset({_AUTH + "drive", _AUTH + "drive.file"})
DRIVE_READ = DRIVE_WRITE | {_AUTH + "drive.readonly", _AUTH + "drive.metadata.readonly", _AUTH + "drive.metadata"}


class Tokens:
    """Issues and checks tokens."""

    def __init__(self, store: Store, seconds: int) -> None:
        secret = store.fact(_FACT)
        if secret is None:
            secret = secrets.token_urlsafe(48)
            store.set_fact(_FACT, secret)
        self._serializer = URLSafeTimedSerializer(secret, salt="localsheets.token")
        self.seconds = seconds
        self._revoked_before = 0.0

    def issue(self, email: str, scopes: list[str]) -> str:
        """Return a token for an account and its scopes."""
        payload = [email, scopes, time.time(), secrets.token_hex(4)]
        return "ya29.local." + self._serializer.dumps(payload)

    def revoke_all(self) -> None:
        """Refuse all tokens issued until now (a fault on demand)."""
        self._revoked_before = time.time()

    def check(self, token: str, allowed: frozenset[str]) -> str:
        """Return the account's e-mail. Raises 401 for a bad token, 403 for one without a fitting scope."""
        try:
            email, scopes, issued, _salt = self._serializer.loads(
                token.removeprefix("ya29.local."), max_age=self.seconds
            )
        except (BadSignature, ValueError, TypeError) as error:
            raise unauthenticated() from error
        if float(issued) <= self._revoked_before:
            raise unauthenticated()
        if not allowed.intersection(scopes):
            raise denied("Request had insufficient authentication scopes.")
        return str(email)
