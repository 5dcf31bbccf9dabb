"""The settings of the web process, read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

import outbox
from campaign import config_path
from outbox import form_address
from outbox.errors import OutboxSettingsError
from webform import texts
from webform.errors import SettingsError

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
    try:
        return form_address.public_url(environ, port)
    except OutboxSettingsError as error:
        raise SettingsError(str(error)) from error


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
    try:
        return form_address.secrets_of(environ)
    except OutboxSettingsError as error:
        raise SettingsError(str(error)) from error
