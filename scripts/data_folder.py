"""The data folder of one `make run`: who holds it, by which clock it accepts, and the variables its commands need."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from campaign import Campaign
from outbox import Outbox, database_url, open_outbox
from outbox.clock import REAL, REHEARSAL, real_now, start_rehearsal
from outbox.environment import in_production
from outbox.variables import VARIABLES
from outbox.whole_files import write_whole
from scripts import texts
from sync.process.spreadsheet_files import SPREADSHEETS_FOLDER

BEFORE_DEADLINE = timedelta(days=3)

ENDING_SECONDS = 20
"""How long processes may take to end after their `make run` was killed."""

_WORDS = {"web": b"gunicorn\0--config\0", "worker": b"\0-m\0sync\0", "sheets": b"\0-m\0localsheets\0"}
"""In the command line of each; without them the number has become another program's (systemd-timesyncd, say)."""


class StartError(Exception):
    """Why nothing was started, in Russian."""


def hold(folder: Path) -> FileLock:
    """Return the lock of the data folder, held for this `make run` until its release. Raises StartError.

    Processes that somebody started by hand hold the folder too.
    """
    lock = FileLock(folder / "run" / "make-run.lock")
    try:
        lock.acquire(blocking=False)
    except (Timeout, OSError) as error:
        raise StartError(texts.FOLDER_HELD.format(folder=folder)) from error
    until = time.monotonic() + ENDING_SECONDS
    while (living := _living(folder)) is not None:
        if time.monotonic() > until:
            lock.release()
            name, number = living
            raise StartError(texts.PROCESS_LIVES.format(folder=folder, name=texts.NAMES[name], number=number))
        time.sleep(0.2)
    return lock


def _living(folder: Path) -> tuple[str, int] | None:
    """A process of this folder that runs, as its pid file says; the number may be another program's by now."""
    for name, word in _WORDS.items():
        try:
            number = int((folder / "run" / f"{name}.pid").read_text(encoding="ascii"))
            if word in Path(f"/proc/{number}/cmdline").read_bytes():
                return name, number
        except (OSError, ValueError):
            continue
    return None


def set_clock(folder: Path, campaigns: Sequence[Campaign], environ: Mapping[str, str]) -> None:
    """Begin a rehearsal; with SVOD_NOW=real only make sure that nothing of a rehearsal is here.

    Raises StartError, OutboxError.
    """
    start = rehearsal_start(campaigns, environ.get("SVOD_NOW") or "")
    if start is not None and in_production(environ):
        raise StartError(texts.REHEARSAL_ON_GOOGLE)
    with open_outbox(database_url(environ)) as outbox:
        if len(campaigns) == 1:
            _check_campaign(folder, campaigns[0], outbox)
        if start is None:
            outbox.kind.start(environ)
        else:
            outbox.kind.claim(REHEARSAL)
            start_rehearsal(folder, start)


def _check_campaign(folder: Path, campaign: Campaign, outbox: Outbox) -> None:
    """Raise StartError if another campaign fills the folder's spreadsheet: the form alone would not refuse."""
    if (folder / SPREADSHEETS_FOLDER / campaign.id).exists():
        return
    try:
        spreadsheet = (folder / "spreadsheet_id").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return
    from sync.publication.spreadsheet_owner import CAMPAIGN  # brings gspread: most starts find no spreadsheet

    other = outbox.bindings.recall(spreadsheet, CAMPAIGN)
    if other not in (None, campaign.id):
        raise StartError(texts.OTHER_CAMPAIGN.format(folder=folder, other=other, own=campaign.id))


def rehearsal_start(campaigns: Sequence[Campaign], asked: str) -> datetime | None:
    """Return the campaign time at which the rehearsal begins; None for a real reception. Raises StartError.

    One clock for all campaigns: it begins three days before the deadline that is nearest ahead, as people will see it.
    """
    if asked == REAL:
        return None
    if not asked:
        about = nearest(campaigns).about
        return max(about.opens, about.deadline.replace(second=0, microsecond=0) - BEFORE_DEADLINE)
    try:
        start = datetime.fromisoformat(asked)
    except ValueError as error:
        raise StartError(texts.BAD_NOW.format(value=asked)) from error
    if start.tzinfo is None:
        raise StartError(texts.BAD_NOW.format(value=asked))
    return start


def nearest(campaigns: Sequence[Campaign]) -> Campaign:
    """Return the campaign with the nearest deadline ahead; of campaigns that are all over the last one."""
    ahead = [one for one in campaigns if one.about.deadline > real_now()]
    if ahead:
        return min(ahead, key=lambda one: one.about.deadline)
    return max(campaigns, key=lambda one: one.about.deadline)


def write_environment(folder: Path, environ: Mapping[str, str]) -> Path:
    """`run/env`: `sh run/env COMMAND` runs a command with this start's variables, in this folder, from anywhere.

    Secrets are in it, so that none need be printed: it is readable by its owner alone. A variable that is not set
    here must not come from the window where the command is typed either.
    """
    path = (folder / "run" / "env").absolute()
    kept = {name: environ[name] for name in VARIABLES if name in environ}
    lines = [
        texts.ENV_ABOUT,
        f"cd {shlex.quote(str(Path.cwd()))} || exit",
        f"unset {' '.join(VARIABLES)}",
        *(f"export {name}={shlex.quote(value)}" for name, value in kept.items()),
        'exec "$@"',
    ]
    write_whole(path, ("\n".join(lines) + "\n").encode())
    return path
