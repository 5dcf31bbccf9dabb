"""The campaign clock: real time, or the running time of a rehearsal that all processes share through one file.

Imports the outbox's environment, errors and texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path


def real_now() -> datetime:
    """The real clock, aware, UTC."""
    return datetime.now(UTC)


class CampaignClock:
    """Campaign time. With `path` to an existing `clock.json`, a rehearsal's; read anew at each use.

    The file holds `{"campaign": iso, "real": iso}`: now = campaign + (real now - real).
    """

    def __init__(self, path: Path | None, real: Callable[[], datetime] = real_now) -> None:
        self._path = path
        self._real = real

    def now(self) -> datetime:
        """Campaign time, aware, UTC. Raises OutboxSettingsError for a damaged file: never real time instead."""
        raise NotImplementedError

    @property
    def rehearsal(self) -> bool:
        """Whether the campaign's time is a rehearsal's. Raises OutboxSettingsError for a damaged file."""
        raise NotImplementedError


def open_clock(environ: Mapping[str, str], real: Callable[[], datetime] = real_now) -> CampaignClock:
    """The clock of this process: a rehearsal's iff `clock.json` is in the data folder and this isn't production.

    Production: SPREADSHEET_ID and one of GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_CREDENTIALS_JSON are set, or DYNO is.
    The file may come and go while the process runs. Raises OutboxSettingsError.
    """
    raise NotImplementedError


def start_rehearsal(data_dir: Path, campaign_time: datetime, real: Callable[[], datetime] = real_now) -> None:
    """Begin a rehearsal (or begin anew) at this campaign time (aware)."""
    raise NotImplementedError


def move(data_dir: Path, campaign_time: datetime, real: Callable[[], datetime] = real_now) -> None:
    """Set a running rehearsal's clock to this time (aware). Raises OutboxSettingsError outside a rehearsal."""
    raise NotImplementedError


def end_rehearsal(data_dir: Path) -> None:
    """Back to real time; nothing happens when there is no rehearsal."""
    raise NotImplementedError
