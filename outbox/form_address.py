"""What personal addresses and receipts are made with: the form's address and the secrets, from the environment."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from outbox import texts
from outbox.environment import data_dir, in_production
from outbox.errors import OutboxSettingsError

SHORTEST_SECRET = 32
DEFAULT_PORT = 8000


def public_url(environ: Mapping[str, str], port: int = DEFAULT_PORT) -> str:
    """Return the form's address as clerks reach it, without a slash at its end. Raises OutboxSettingsError.

    port: of the form on this computer, where no address is given
    """
    given = (environ.get("PUBLIC_URL") or "").strip().rstrip("/")
    if not given:
        if in_production(environ):
            raise OutboxSettingsError(texts.PUBLIC_URL_MISSING)
        return f"http://127.0.0.1:{port}"
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError as error:
        raise OutboxSettingsError(texts.PUBLIC_URL_WRONG) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise OutboxSettingsError(texts.PUBLIC_URL_WRONG)
    return given


def secrets_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return SECRET_KEY (or the key in the file that `make run` makes), then each of SECRET_KEY_FALLBACKS.

    Raises OutboxSettingsError.
    """
    given = (environ.get("SECRET_KEY") or "").strip()
    secret = given or _secret_of_file(data_dir(environ) / "secret_key")
    secrets = (secret, *(environ.get("SECRET_KEY_FALLBACKS") or "").split())
    if any(len(one) < SHORTEST_SECRET for one in secrets):
        raise OutboxSettingsError(texts.SIGNING_SHORT.format(length=SHORTEST_SECRET))
    return secrets


def _secret_of_file(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise OutboxSettingsError(texts.SIGNING_OPEN.format(path=path))
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise OutboxSettingsError(texts.SIGNING_MISSING.format(path=path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise OutboxSettingsError(texts.SIGNING_UNREADABLE.format(path=path)) from error
