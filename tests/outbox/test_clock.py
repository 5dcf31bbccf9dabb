"""The campaign clock: runs from where it was set, for all processes, and never falls back silently."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from outbox.clock import CampaignClock, clock_path, kind_of, move, open_clock, real_now, start_rehearsal
from outbox.errors import OutboxSettingsError
from tests.outbox.factories import SetClock

MOSCOW = timezone(timedelta(hours=3))
SET = datetime(2023, 5, 27, 23, 59, tzinfo=MOSCOW)


@pytest.fixture
def real() -> SetClock:
    return SetClock()


def test_without_a_rehearsal_it_is_the_real_clock(tmp_path: Path, real: SetClock) -> None:
    for clock in (CampaignClock(None, real), open_clock({"DATA_DIR": str(tmp_path)}, real)):
        assert clock.now() == real.time
        assert not clock.rehearsal
    before = real_now()
    assert before <= CampaignClock(None).now() <= real_now()
    assert before.utcoffset() == timedelta(0)


def test_a_rehearsal_runs_from_where_it_was_set(tmp_path: Path, real: SetClock) -> None:
    start_rehearsal(tmp_path, SET, real)
    clock = open_clock({"DATA_DIR": str(tmp_path)}, real)
    real.go(hours=1, microseconds=5)
    assert clock.rehearsal
    assert clock.now() == SET + timedelta(hours=1, microseconds=5)
    assert clock.now().utcoffset() == timedelta(0)
    kept = json.loads((tmp_path / "clock.json").read_text())
    assert {name: datetime.fromisoformat(kept[name]) for name in kept} == {
        "campaign": SET,
        "real": real.time - timedelta(hours=1, microseconds=5),
    }


def test_all_clocks_see_a_move_at_once_and_never_fall_back_to_real_time(tmp_path: Path, real: SetClock) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    start_rehearsal(tmp_path, SET, real)
    web, worker = open_clock(environ, real), open_clock(environ, real)
    assert web.now() == worker.now() == SET
    move(tmp_path, SET + timedelta(days=4), real)
    assert web.now() == worker.now() == SET + timedelta(days=4)
    move(tmp_path, SET, real)
    assert web.now() == worker.now() == SET
    clock_path(tmp_path).unlink()
    with pytest.raises(OutboxSettingsError, match=r"clock\.json"):
        web.now()
    assert worker.rehearsal


def test_moving_is_refused_outside_a_rehearsal(tmp_path: Path, real: SetClock) -> None:
    with pytest.raises(OutboxSettingsError, match="не репетиция"):
        move(tmp_path, SET, real)
    assert list(tmp_path.iterdir()) == []


def test_a_time_without_a_zone_is_refused(tmp_path: Path, real: SetClock) -> None:
    with pytest.raises(OutboxSettingsError, match="часового пояса"):
        start_rehearsal(tmp_path, SET.replace(tzinfo=None), real)


@pytest.mark.parametrize(
    "production",
    [
        {"SPREADSHEET_ID": "x", "GOOGLE_APPLICATION_CREDENTIALS": "credentials.json"},
        {"GOOGLE_CREDENTIALS_JSON": "{}"},  # the campaigns' files name the spreadsheets
        {"DYNO": "web.1"},
        {"SVOD_NOW": "real"},
    ],
)
def test_a_rehearsals_folder_serves_no_real_reception(
    tmp_path: Path, real: SetClock, production: dict[str, str]
) -> None:
    environ = {"DATA_DIR": str(tmp_path)} | production
    assert not open_clock(environ, real).rehearsal
    start_rehearsal(tmp_path, SET, real)
    assert kind_of(environ) == "real"
    with pytest.raises(OutboxSettingsError, match="возьмите другую папку"):
        open_clock(environ, real)


@pytest.mark.parametrize("setting", [{"SPREADSHEET_ID": "x"}, {"DYNO": "", "SPREADSHEET_ID": "x"}])
def test_a_spreadsheet_without_a_key_is_no_production(tmp_path: Path, real: SetClock, setting: dict[str, str]) -> None:
    start_rehearsal(tmp_path, SET, real)
    assert open_clock({"DATA_DIR": str(tmp_path)} | setting, real).rehearsal


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"campaign": "2023-05-27T00:00:00+03:00"}',
        '{"campaign": 5, "real": 6}',
        '{"campaign": "вчера", "real": "2026-11-24T12:00:00+00:00"}',
        '{"campaign": "2023-05-27T00:00:00", "real": "2026-11-24T12:00:00"}',
        '{"campaign": "2023-05-27T00:00:00", "real": "2026-11-24T12:00:00+00:00"}',
        "\udcff",
    ],
)
def test_a_damaged_file_is_reported_and_never_taken_for_real_time(tmp_path: Path, real: SetClock, damaged: str) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    start_rehearsal(tmp_path, SET, real)
    running = open_clock(environ, real)
    (tmp_path / "clock.json").write_text(damaged, errors="surrogateescape")
    with pytest.raises(OutboxSettingsError, match=r"clock\.json повреждён.*удалите"):
        open_clock(environ, real)
    with pytest.raises(OutboxSettingsError):
        running.now()
    # Setting the time anew mends it.
    start_rehearsal(tmp_path, SET, real)
    assert running.now() == SET


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    start_rehearsal(tmp_path, SET)
    assert stat.S_IMODE((tmp_path / "clock.json").stat().st_mode) == 0o600
