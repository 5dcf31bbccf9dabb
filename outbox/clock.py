"""The campaign clock.

Real time, or the running time of a rehearsal that all processes share through one file. A data folder in which that
file stands is a rehearsal's for good.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from outbox import texts
from outbox.environment import data_dir, in_production
from outbox.errors import OutboxSettingsError
from outbox.whole_files import write_whole

Kind: TypeAlias = Literal["rehearsal", "real"]
REHEARSAL: Kind = "rehearsal"
REAL: Kind = "real"


def real_now() -> datetime:
    """The real clock, aware, UTC."""
    return datetime.now(UTC)


class CampaignClock:
    """Campaign time: the real clock's, or a rehearsal's if `path` is given, which is then read at each use.

    The file holds `{"campaign": iso, "real": iso}`: now = campaign + (real now - real). It may change while the process
    runs: its stat is looked at on each use, its text read when that changed.
    """

    def __init__(self, path: Path | None, real: Callable[[], datetime] = real_now) -> None:
        self._path = path
        self._path_text = str(path)
        self._real = real
        self._seen: tuple[tuple[int, int, int], timedelta] | None = None

    @property
    def kind(self) -> Kind:
        """What this process is for; it never changes while the process runs."""
        return REAL if self._path is None else REHEARSAL

    def real(self) -> datetime:
        """Return real time, aware, UTC, in a rehearsal too."""
        return self._real().astimezone(UTC)

    @property
    def rehearsal(self) -> bool:
        """True if the campaign's time is a rehearsal's."""
        return self._path is not None

    def now(self) -> datetime:
        """Campaign time, aware, UTC.

        Raises OutboxSettingsError for a damaged or missing file, never gives real time instead.
        """
        return self.real() + self._shift()

    def _shift(self) -> timedelta:
        """Campaign time less real time."""
        if self._path is None:
            return timedelta(0)
        try:
            stat = os.stat(self._path_text)  # half the time of `Path.stat`, at every request
            mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            seen = self._seen
            if seen is None or seen[0] != mark:
                seen = self._seen = (mark, _read(self._path))
        except OSError as error:
            raise _damaged(self._path, texts.reason(error)) from error
        return seen[1]


def kind_of(environ: Mapping[str, str]) -> Kind:
    """Return what a process of this environment is for: real in production and by SVOD_NOW=real.

    Otherwise a rehearsal if `clock.json` is in the data folder.
    """
    real = in_production(environ) or environ.get("SVOD_NOW") == REAL
    return REHEARSAL if not real and clock_path(data_dir(environ)).exists() else REAL


def open_clock(environ: Mapping[str, str], real: Callable[[], datetime] = real_now) -> CampaignClock:
    """Return the clock of this process.

    Raises OutboxSettingsError for a damaged file, and for a real reception in a folder where a rehearsal's clock
    stands: its secret and its outbox are the rehearsal's.
    """
    path = clock_path(data_dir(environ))
    if not path.exists():
        return CampaignClock(None, real)
    if kind_of(environ) == REAL:
        raise OutboxSettingsError(texts.REHEARSAL_FOLDER.format(folder=path.parent))
    clock = CampaignClock(path, real)
    clock.now()
    return clock


def clock_path(folder: Path) -> Path:
    """Where a rehearsal's clock stands in the data folder."""
    return folder / "clock.json"


def start_rehearsal(folder: Path, campaign_time: datetime, real: Callable[[], datetime] = real_now) -> None:
    """Begin a rehearsal (or begin anew, over a damaged file too) at this campaign time (aware)."""
    if campaign_time.tzinfo is None:
        raise OutboxSettingsError(texts.NAIVE_TIME.format(value=campaign_time.isoformat()))
    path = clock_path(folder)
    kept = {"campaign": campaign_time.isoformat(), "real": real().isoformat()}
    try:
        write_whole(path, (json.dumps(kept) + "\n").encode())
    except OSError as error:
        raise OutboxSettingsError(texts.DATA_DIR_UNUSABLE.format(path=folder, reason=texts.reason(error))) from error


def move(folder: Path, campaign_time: datetime, real: Callable[[], datetime] = real_now) -> None:
    """Set a running rehearsal's clock to this time (aware).

    Raises OutboxSettingsError outside a rehearsal.
    """
    if not clock_path(folder).exists():
        raise OutboxSettingsError(texts.NO_REHEARSAL)
    start_rehearsal(folder, campaign_time, real)


def _read(path: Path) -> timedelta:
    """Campaign time less real time, from the file."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        campaign, real = (datetime.fromisoformat(kept[name]) for name in ("campaign", "real"))
        return campaign - real if campaign.tzinfo and real.tzinfo else _no_zone(path)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, texts.CLOCK_UNREADABLE) from error


def _no_zone(path: Path) -> timedelta:
    raise _damaged(path, texts.CLOCK_NO_ZONE)


def _damaged(path: Path, reason: str) -> OutboxSettingsError:
    return OutboxSettingsError(texts.CLOCK_DAMAGED.format(path=path, reason=reason))
