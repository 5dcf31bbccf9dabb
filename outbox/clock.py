"""The campaign clock.

Real time, or the running time of a rehearsal that all processes share through one file.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from outbox import texts
from outbox.environment import data_dir
from outbox.errors import OutboxSettingsError


def real_now() -> datetime:
    """The real clock, aware, UTC."""
    return datetime.now(UTC)


class CampaignClock:
    """Campaign time. With a `path` at which `clock.json` stands, a rehearsal's time.

    Otherwise the real clock's.

    The file holds `{"campaign": iso, "real": iso}`: now = campaign + (real now - real). It may come, change
    and go while the process runs: its stat is looked at on each use, its text read when that changed.
    """

    def __init__(self, path: Path | None, real: Callable[[], datetime] = real_now) -> None:
        self._path = path
        self._path_text = str(path)
        self._real = real
        self._seen: tuple[tuple[int, int, int], timedelta] | None = None

    def now(self) -> datetime:
        """Campaign time, aware, UTC.

        Raises OutboxSettingsError for a damaged file, never gives real time instead.
        """
        return self.real() + (self._shift() or timedelta(0))

    def real(self) -> datetime:
        """Real time, aware, UTC, in a rehearsal too."""
        return self._real().astimezone(UTC)

    @property
    def rehearsal(self) -> bool:
        """Whether the campaign's time is a rehearsal's. Raises OutboxSettingsError for a damaged file."""
        return self._shift() is not None

    def _shift(self) -> timedelta | None:
        """Campaign time less real time, or None outside a rehearsal."""
        if self._path is None:
            return None
        try:
            stat = os.stat(self._path_text)  # half the time of `Path.stat`, at every request
            mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            seen = self._seen
            if seen is None or seen[0] != mark:
                seen = self._seen = (mark, _read(self._path))
        except FileNotFoundError:
            self._seen = None
            return None
        except OSError as error:
            raise _damaged(self._path, error.strerror or str(error)) from error
        return seen[1]


def open_clock(environ: Mapping[str, str], real: Callable[[], datetime] = real_now) -> CampaignClock:
    """The clock of this process.

    A rehearsal's while `clock.json` is in the data folder and this isn't production.

    Production: SPREADSHEET_ID and one of GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_CREDENTIALS_JSON are set, or
    DYNO is. Raises OutboxSettingsError for a damaged file.
    """
    google = environ.get("GOOGLE_APPLICATION_CREDENTIALS") or environ.get("GOOGLE_CREDENTIALS_JSON")
    if environ.get("DYNO") or (google and environ.get("SPREADSHEET_ID")):
        return CampaignClock(None, real)
    clock = CampaignClock(clock_path(data_dir(environ)), real)
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
        descriptor, fresh = tempfile.mkstemp(prefix="clock-", suffix=".json", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(kept) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(path)
    except OSError as error:
        raise OutboxSettingsError(
            texts.DATA_DIR_UNUSABLE.format(path=folder, reason=error.strerror or error)
        ) from error


def move(folder: Path, campaign_time: datetime, real: Callable[[], datetime] = real_now) -> None:
    """Set a running rehearsal's clock to this time (aware).

    Raises OutboxSettingsError outside a rehearsal.
    """
    if not clock_path(folder).exists():
        raise OutboxSettingsError(texts.NO_REHEARSAL)
    start_rehearsal(folder, campaign_time, real)


def end_rehearsal(folder: Path) -> None:
    """Back to real time; nothing happens when there is no rehearsal."""
    clock_path(folder).unlink(missing_ok=True)


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
