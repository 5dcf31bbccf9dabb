"""Look whether what leaves this machine for the database and for the store of rates is encrypted."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url

from svod import texts
from sync.process.health import Check

ENCRYPTED = ("require", "verify-ca", "verify-full")
"""Values of sslmode with which libpq never falls back to plain text."""
HOME = ("", "localhost")


def connections(environ: Mapping[str, str], database: str, rates: str) -> Iterator[Check]:
    """Yield a check for each of the two that is on another machine."""
    url = make_url(database)
    if url.get_backend_name() == "postgresql" and (away := _away(_hosts_of(url, environ))):
        mode = _one(url, "sslmode") or environ.get("PGSSLMODE") or "prefer"
        good = mode in ENCRYPTED
        words = texts.TLS_GOOD if good else texts.DATABASE_PLAIN
        yield Check(texts.DATABASE_TLS, good, words.format(host=", ".join(away), mode=mode))
    parts = urlsplit(rates)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    if parts.scheme not in ("", "memory") and not parts.scheme.endswith("+unix") and (away := _away(hosts)):
        good = parts.scheme == "rediss"
        words = texts.TLS_GOOD if good else texts.RATES_PLAIN
        yield Check(texts.RATES_TLS, good, words.format(host=", ".join(away), mode=parts.scheme))


def _hosts_of(url: URL, environ: Mapping[str, str]) -> list[str]:
    return (url.host or _one(url, "host") or environ.get("PGHOST") or "").split(",")


def _one(url: URL, name: str) -> str:
    """Return a parameter of the address; several values as libpq writes them."""
    value = url.query.get(name, "")
    return value if isinstance(value, str) else ",".join(value)


def _away(hosts: list[str]) -> list[str]:
    """Return the hosts that are not this machine."""
    bare = [re.sub(r"^(\[.*\]|[^:]*):\d+$", r"\1", host).strip("[]") for host in hosts]
    return [host for host in bare if not _here(host)]


def _here(host: str) -> bool:
    if host in HOME or host.startswith(("/", "@")):  # a Unix socket
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
