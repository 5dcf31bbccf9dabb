"""The settings of the web process, read from the environment."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

import outbox
from campaign import config_path
from outbox.environment import in_production
from webform import texts
from webform.errors import SettingsError

SHORTEST_SECRET = 32
DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings with which the web process was started.

    data_dir:        folder of the files that the installation writes
    secrets:         the newest key first; older keys still open links and sessions
    public_url:      the form's address as clerks reach it, without a slash at its end
    request_seconds: how long a client may take over a request
    proxies:         how many proxies in front are trusted for client address and scheme
    proxied_host:    they are trusted for the host too; many pass on X-Forwarded-Host as they get it
    rates:           address of the store that counts for the rate limits; "" for this process's memory
    """

    campaign_file: Path
    data_dir: Path
    database_url: str
    secrets: tuple[str, ...]
    public_url: str
    host: str
    port: int
    processes: int
    request_seconds: int
    proxies: int
    proxied_host: bool
    rates: str
    submissions_rate: RateLimitItem
    drafts_rate: RateLimitItem

    @property
    def tls(self) -> bool:
        """True if clerks reach the form under TLS."""
        return self.public_url.startswith("https://")

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings of this environment. Raises SettingsError, OutboxSettingsError."""
    port = _whole(environ, "PORT", DEFAULT_PORT, 1, 65535)
    settings = Settings(
        campaign_file=config_path(environ),
        data_dir=outbox.data_dir(environ),
        database_url=outbox.database_url(environ),
        secrets=_secrets(environ),
        public_url=public_url(environ, port),
        host=environ.get("HOST") or "127.0.0.1",
        port=port,
        processes=_whole(environ, "WEB_CONCURRENCY", 1, 1, 64),
        request_seconds=_whole(environ, "WEB_REQUEST_SECONDS", 30, 1, 600),
        proxies=_whole(environ, "TRUSTED_PROXIES", 0, 0, 10),
        proxied_host=bool(_whole(environ, "TRUSTED_PROXY_HOST", 0, 0, 1)),
        rates=_rates(environ),
        submissions_rate=_rate(environ, "SUBMISSIONS_RATE", "120 per minute"),
        drafts_rate=_rate(environ, "DRAFTS_RATE", "240 per minute"),
    )
    check_processes(settings, settings.processes)
    return settings


def check_processes(settings: Settings, processes: int) -> None:
    """Raise SettingsError for several web processes on SQLite."""
    if processes > 1 and settings.sqlite:
        raise SettingsError(texts.SEVERAL_ON_SQLITE)


def public_url(environ: Mapping[str, str], port: int) -> str:
    """Return the form's address as clerks reach it, without a slash at its end. Raises SettingsError."""
    given = (environ.get("PUBLIC_URL") or "").strip().rstrip("/")
    if not given:
        if in_production(environ):
            raise SettingsError(texts.PUBLIC_URL_MISSING)
        return f"http://127.0.0.1:{port}"
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(texts.PUBLIC_URL_WRONG) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise SettingsError(texts.PUBLIC_URL_WRONG)
    return given


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    given = (environ.get(name) or "").strip()
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise SettingsError(texts.NOT_WHOLE.format(name=name, least=least, most=most))
    return int(given)


def _rate(environ: Mapping[str, str], name: str, default: str) -> RateLimitItem:
    given = (environ.get(name) or "").strip() or default
    try:
        rate = parse(given)
    except ValueError as error:
        raise SettingsError(texts.RATE_WRONG.format(name=name)) from error
    if rate.amount <= 0:
        raise SettingsError(texts.RATE_WRONG.format(name=name))
    return rate


def _rates(environ: Mapping[str, str]) -> str:
    """Return the address of the store of rates; it is first asked when something is counted."""
    given = (environ.get("RATELIMIT_STORAGE_URI") or "").strip()
    if given:
        try:
            storage_from_string(given)
        except (ConfigurationError, ValueError) as error:
            raise SettingsError(texts.RATES_WRONG) from error
    return given


def _secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return SECRET_KEY (or the key in the file that `make run` makes), then each of SECRET_KEY_FALLBACKS."""
    given = (environ.get("SECRET_KEY") or "").strip()
    secret = given or _secret_of_file(outbox.data_dir(environ) / "secret_key")
    secrets = (secret, *(environ.get("SECRET_KEY_FALLBACKS") or "").split())
    if any(len(one) < SHORTEST_SECRET for one in secrets):
        raise SettingsError(texts.KEY_SHORT.format(length=SHORTEST_SECRET))
    return secrets


def _secret_of_file(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise SettingsError(texts.KEY_OPEN.format(path=path))
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise SettingsError(texts.KEY_MISSING.format(path=path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(texts.KEY_UNREADABLE.format(path=path)) from error
