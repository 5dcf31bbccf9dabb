"""What both `status` and `doctor` look at: the form, the disk."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import requests

from outbox.texts import reason
from svod import texts
from sync.process.health import Check
from webform.environment import Settings

SECONDS = 10
LEAST_MEGABYTES = 200


class _ByPath(HTTPConnection):
    """HTTP over the Unix socket at `host`."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self.host)


def form(environ: Mapping[str, str], settings: Settings) -> Check:
    """Ask the form of this computer for its health, at the socket or port where it listens."""
    path = (environ.get("WEB_SOCKET") or "").strip()
    where = path or f"http://{settings.host}:{settings.port}"
    connection = _ByPath(path) if path else HTTPConnection(settings.host, settings.port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz")
        code = connection.getresponse().status
    except (OSError, HTTPException) as error:
        words = reason(error) if isinstance(error, OSError) else texts.WHY_SILENT
        return Check(texts.FORM, False, texts.FORM_SILENT.format(url=where, reason=words))
    finally:
        connection.close()
    return Check(texts.FORM, code == 200, "" if code == 200 else texts.FORM_UNWELL.format(url=where, code=code))


def disk(folder: Path) -> Check:
    """Look how much room the disk of the data folder has."""
    free = shutil.disk_usage(folder).free // 1_000_000
    good = free >= LEAST_MEGABYTES
    words = texts.DISK_LEFT.format(free=free) if good else texts.DISK_FULL.format(folder=folder, free=free)
    return Check(texts.DISK, good, words)


def why(error: requests.RequestException) -> str:
    """Return in Russian why an address did not answer."""
    if isinstance(error, requests.exceptions.SSLError):
        return texts.WHY_CERTIFICATE
    return texts.WHY_SLOW if isinstance(error, requests.Timeout) else texts.WHY_SILENT


def lines(checks: list[Check]) -> str:
    """Return the checks as lines for people, and what they come to."""
    bad = sum(check.good is False for check in checks)
    shown = [texts.CHECKED[c.good].format(name=c.name) + (f": {c.words}" if c.words else "") for c in checks]
    return "\n".join([*shown, texts.NOT_ALL_GOOD.format(count=bad) if bad else texts.ALL_GOOD])
