"""The service account, read from a key file or from the text of a key.

The key is a secret: it is never logged, and a file in the data folder that others may read is refused.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from google.auth.exceptions import GoogleAuthError
from google.oauth2 import service_account

from sheets import texts
from sheets.errors import BadCredentials

SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
)
_NEEDED = ("client_email", "private_key", "token_uri")


class Credentials(service_account.Credentials):
    """google-auth's credentials without the background request to iamcredentials.googleapis.com.

    That request carries the access token to Google, even a token of the embedded server, and is repeated where there is
    no way out to the internet. Its answer matters only for regional access boundaries. google-auth has no public switch
    for it; a test over real HTTP fails if any other host is asked.
    """

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Credentials, and the e-mail address with which a spreadsheet has to be shared."""

    credentials: Credentials
    email: str


def read_service_account(source: Path | str, *, private: bool = False) -> ServiceAccount:
    """Return the service account of a key file (Path) or of a key's JSON text (str).

    private: refuse a file that others than its owner may read. Raises BadCredentials with a sentence about what to do.
    """
    if isinstance(source, Path):
        name, text = str(source), _read_file(source, private)
    else:
        name, text = "GOOGLE_CREDENTIALS_JSON", source
    try:
        key = json.loads(text)
    except ValueError as error:
        raise BadCredentials(texts.CREDENTIALS_NOT_JSON.format(source=name)) from error
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise BadCredentials(texts.CREDENTIALS_NOT_JSON.format(source=name))
    for field in _NEEDED:
        if not isinstance(key.get(field), str) or not key[field]:
            raise BadCredentials(texts.CREDENTIALS_KEY_MISSING.format(source=name, key=field))
    try:
        # google-auth is typed, except for this constructor
        credentials = Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except (ValueError, GoogleAuthError) as error:
        raise BadCredentials(texts.CREDENTIALS_KEY_DAMAGED.format(source=name)) from error
    return ServiceAccount(credentials, key["client_email"])


def _read_file(path: Path, private: bool) -> str:
    try:
        if private and os.stat(path).st_mode & 0o077:
            raise BadCredentials(texts.CREDENTIALS_OPEN.format(path=path))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCredentials(texts.CREDENTIALS_UNREADABLE.format(path=path)) from error
