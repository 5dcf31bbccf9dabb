"""What both `status` and `doctor` look at: the form, the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import requests

from svod import texts
from sync.process.health import Check

SECONDS = 10
LEAST_MEGABYTES = 200


def form(url: str) -> Check:
    """Ask the form at this address for its health."""
    try:
        code = requests.get(f"{url}/healthz", timeout=SECONDS, allow_redirects=False).status_code
    except requests.RequestException as error:
        return Check(texts.FORM, False, texts.FORM_SILENT.format(url=url, reason=why(error)))
    return Check(texts.FORM, code == 200, "" if code == 200 else texts.FORM_UNWELL.format(url=url, code=code))


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
