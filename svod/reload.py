"""`svod reload`: check the campaigns' files as a whole, then let worker and form read them again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from outbox.environment import pid_path
from svod import texts
from svod.changed_files import lost_reports
from sync.process.served import read_served
from sync.process.wiring import Installation, installation

PROCESSES = {"worker": (b"\0-m\0sync\0", texts.RELOAD_WORKER), "web": (b"gunicorn", texts.RELOAD_FORM)}
"""By the name of the pid file: what its command line holds, and what people call it."""


def run(environ: Mapping[str, str]) -> str:
    """Return what changes, and which processes were signalled.

    Raises CampaignFileError, SettingsError, OutboxError, before any signal.
    """
    with installation(environ) as found:
        return "\n".join([*_changes(found), *_signal(environ)])


def _changes(found: Installation) -> Iterator[str]:
    noted = read_served(found.outbox)
    served, there = noted.campaigns, {one.id: one.about.title for one in found.owners}
    yield texts.RELOAD_GOOD.format(count=len(found.campaigns))
    if found.rollups:
        yield texts.RELOAD_ROLLUPS.format(count=len(found.rollups))
    rollups = {one.id for one in found.rollups}
    for one in there.keys() - served.keys() if served else ():
        words = texts.RELOAD_NEW_ROLLUP if one in rollups else texts.RELOAD_NEW
        yield words.format(title=there[one], id=one)
    for one in served.keys() - there.keys():
        words = texts.RELOAD_GONE_ROLLUP if one in noted.rollups else texts.RELOAD_GONE
        yield words.format(title=served[one], id=one)
    for campaign in found.campaigns:
        yield from lost_reports(found.outbox, campaign)


def _signal(environ: Mapping[str, str]) -> Iterator[str]:
    for name, (word, title) in PROCESSES.items():
        number = _running(pid_path(environ, name), word)
        if number is None:
            yield texts.RELOAD_SILENT.format(name=title)
            continue
        with suppress(ProcessLookupError):  # it ended this very moment
            os.kill(number, signal.SIGHUP)
            yield texts.RELOAD_TOLD.format(name=title)


def _running(path: Path, word: bytes) -> int | None:
    """Return the number of the process that the pid file names, if it still is ours; None else.

    A number left behind may be another program's by now, which SIGHUP would end.
    """
    try:
        number = int(path.read_text(encoding="ascii"))
        command = Path(f"/proc/{number}/cmdline")
        if Path("/proc/self").exists():
            return number if word in command.read_bytes() else None
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number
