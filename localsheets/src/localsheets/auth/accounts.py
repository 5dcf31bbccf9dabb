"""The service account that the server issues: its key file, and the check of assertions signed with it.

The store keeps the public half, so the key file may be moved to the client.
"""

import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import exceptions as auth_errors
from google.auth import jwt

from localsheets import texts
from localsheets.jsontypes import Json
from localsheets.storage import Store

SKEW_SECONDS = 60
ACCOUNT = "svod-local@local.iam.example.org"
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"
_FACT = "service_accounts"


class AccountError(Exception):
    """The key file cannot be used; the message is for the person who started the server."""


class AssertionRefused(Exception):  # noqa: N818 - it names what happened to the assertion
    """An assertion is refused: unknown key, wrong signature, expired, or for another audience."""


def ensure_credentials(path: Path, store: Store, token_uri: str) -> None:
    """Write the key file (mode 600) if there is none; in an existing one only `token_uri` is updated.

    Raises AccountError for a file without a key.
    """
    if path.exists():
        try:
            held: Json = json.loads(path.read_text(encoding="utf-8"))
            key = serialization.load_pem_private_key(held["private_key"].encode(), password=None)
            public = key.public_key()
            _register(store, held["private_key_id"], held["client_email"], _pem(public))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AccountError(texts.CREDENTIALS_BROKEN.format(path=path, reason=error)) from error
        if held.get("token_uri") != token_uri:
            held["token_uri"] = token_uri
            _write(path, held)
        return
    fresh = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key_id = secrets.token_hex(20)
    private = fresh.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    _register(store, key_id, ACCOUNT, _pem(fresh.public_key()))
    _write(
        path,
        {
            "type": "service_account",
            "project_id": "svod-local",
            "private_key_id": key_id,
            "private_key": private,
            "client_email": ACCOUNT,
            "client_id": "".join(secrets.choice("0123456789") for _ in range(21)),
            "auth_uri": f"{token_uri.removesuffix('/token')}/auth",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        },
    )


def _pem(key: object) -> str:
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("RSA")
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def _write(path: Path, content: Json) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    part.replace(path)


def _accounts(store: Store) -> dict[str, dict[str, str]]:
    accounts: dict[str, dict[str, str]] = json.loads(store.fact(_FACT) or "{}")
    return accounts


def _register(store: Store, key_id: str, email: str, public: str) -> None:
    accounts = _accounts(store)
    entry = {"email": email, "public": public}
    if accounts.get(key_id) != entry:
        accounts[key_id] = entry
        store.set_fact(_FACT, json.dumps(accounts))


def check_assertion(store: Store, assertion: str, audiences: list[str]) -> tuple[str, list[str]]:
    """Return (e-mail, scopes) of a signed assertion. Raises AssertionRefused with Google's short description."""
    try:
        header: Json = jwt.decode_header(assertion)  # type: ignore[no-untyped-call]
    except (auth_errors.GoogleAuthError, ValueError) as error:
        raise AssertionRefused("Invalid JWT: not a signed token.") from error
    account = _accounts(store).get(str(header.get("kid", "")))
    if header.get("alg") != "RS256" or account is None:
        raise AssertionRefused("Invalid JWT Signature.")
    try:
        claims: Json = jwt.decode(  # type: ignore[no-untyped-call]
            assertion,
            certs=account["public"],
            audience=[*audiences, GOOGLE_AUDIENCE],
            clock_skew_in_seconds=SKEW_SECONDS,
        )
    except auth_errors.MalformedError as error:
        raise AssertionRefused("Invalid JWT Signature.") from error
    except (auth_errors.InvalidValue, auth_errors.GoogleAuthError, ValueError) as error:
        raise AssertionRefused(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your "
            "iat and exp values in the JWT claim."
        ) from error
    if claims.get("iss") != account["email"]:
        raise AssertionRefused("Invalid JWT: iss is not the owner of the key.")
    if float(claims["exp"]) - float(claims["iat"]) > 3600 + SKEW_SECONDS:
        raise AssertionRefused("Invalid JWT: Token must be a short-lived token (60 minutes).")
    return account["email"], str(claims.get("scope", "")).split()
