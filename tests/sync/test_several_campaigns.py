"""Several campaigns in one installation: each has its spreadsheet, none waits for another, files change under way."""

from __future__ import annotations

import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts import faults
from sheets import CallBudget, open_client
from sync.lease import Held, file_lock
from sync.process import loop
from sync.process.crew import Crew
from sync.process.metrics import Metrics
from sync.process.own_spreadsheet import make_spreadsheet
from sync.process.signals import Signals
from sync.process.wiring import installation
from sync.process.worker import Worker
from tests.outbox.conftest import Cluster, cluster
from tests.sync.harness import Server
from tests.sync.several import CHECKS, CONTEST, FILES, MEALS, Several, campaign_text
from tests.sync.test_processes import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
__all__ = ["cluster"]  # a fixture of the outbox's tests


@pytest.fixture
def several(server: Server, tmp_path: Path) -> Iterator[Several]:
    server.clear_faults()
    made = Several.make(server, tmp_path)
    yield made
    made.end()
    server.clear_faults()


def reported(several: Several) -> dict[str, object]:
    return {one: several.reported(one) for one in FILES}


def test_a_campaign_in_trouble_delays_no_other_and_nothing_is_lost(several: Several) -> None:
    port = faults.Stage(several.folder).port
    # What the killed worker leaves open is sent again after two looks for it, a call's time limit apart.
    several.put(MEALS, campaign_text(MEALS).replace("call_timeout_seconds: 20", "call_timeout_seconds: 5"))
    worker = several.start(METRICS_PORT=str(port))
    first = {one: several.submit(one) for one in FILES}
    wait_for(lambda: reported(several) == dict.fromkeys(FILES, 1), worker)
    files = [several.folder / "spreadsheets" / one for one in FILES]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len({file.read_text() for file in files}) == 3
    metrics = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    assert all(f'svod_active{{campaign="{one}"}} 1.0' in metrics for one in FILES)

    header = several.blank_header(CONTEST, 4)
    several.server.faults({"kind": "error", "status": 403, "rate": 1, "path": several.spreadsheet(MEALS)})
    second = {one: several.submit(one, 1) for one in FILES}
    wait_for(lambda: several.reported(CHECKS) == 2, worker)
    wait_for(lambda: header in several.trouble(CONTEST), worker)
    wait_for(lambda: "Нет доступа к таблице" in several.trouble(MEALS), worker)
    assert several.trouble(CHECKS) == "ничего"
    said = several.call("status").stdout
    assert [line for line in said.splitlines() if line.endswith(("-2026)", "-2023)"))] == [
        f"{several.campaign(one).about.title} ({one})" for one in sorted(FILES)
    ]

    worker.kill()
    worker.wait()
    several.write_header(CONTEST, 4, header)
    several.server.clear_faults()
    third = several.submit(CHECKS, 2)
    again = several.start()
    wait_for(lambda: reported(several) == {CONTEST: 2, MEALS: 2, CHECKS: 3}, again)
    for one in FILES:
        wanted = [first[one].receipt, second[one].receipt] + ([third.receipt] if one == CHECKS else [])
        assert several.receipts(one) == wanted
    again.send_signal(signal.SIGTERM)
    assert again.wait(60) == 0
    assert "Traceback" not in several.log()
    assert f'"campaign": "{MEALS}"' in several.log()


def test_a_spreadsheet_is_made_once_though_the_worker_dies_before_it_is_noted(several: Several) -> None:
    client = open_client(several.server.account(), CallBudget(99, 99), base_url=several.server.url)
    path = several.folder / "spreadsheets" / CHECKS
    made = make_spreadsheet(client, several.campaign(CHECKS), path)
    path.unlink()  # as if the process had been killed before
    assert make_spreadsheet(client, several.campaign(CHECKS), path) == made
    assert path.read_text(encoding="utf-8") == f"{made}\n"


def test_the_spreadsheet_of_a_single_campaign_stays_its_own(several: Several) -> None:
    """An installation of one campaign gets two more: `spreadsheet_id` stays that of the one that fills it."""
    own = several.server.create()
    (several.folder / "spreadsheet_id").write_text(own, encoding="utf-8")
    for other in (CHECKS, CONTEST):
        several.file(other).unlink()
    sent = several.submit(MEALS)
    assert several.call("--once").returncode == 0
    assert not (several.folder / "spreadsheets").exists()
    for other in (CHECKS, CONTEST):
        several.put(other)
        several.submit(other)
    done = several.call("--once")
    assert done.returncode == 0, done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        several.campaign(one).about.title for one in sorted(FILES)
    ]
    assert sorted(path.name for path in (several.folder / "spreadsheets").iterdir()) == sorted([CHECKS, CONTEST])
    answers = several.server.get(f"/v4/spreadsheets/{own}/values/Ответы")["values"]
    assert isinstance(answers, list)
    assert [row[0] for row in answers[1:]] == [sent.receipt]
    for other in (CHECKS, CONTEST):  # and back to one
        several.file(other).unlink()
    assert f"Таблица:              {own}\n" in several.call("status").stdout


def test_a_command_for_one_campaign_asks_which(several: Several) -> None:
    sent = several.submit(CHECKS)
    assert several.call("--once").returncode == 0
    asked = several.call("rebuild", "--into", "new")
    assert asked.returncode == 1
    assert "укажите, какую, ключом --campaign" in asked.stderr
    assert all(f"--campaign {one}" in asked.stderr for one in FILES)
    unknown = several.call("status", "--campaign", "zima")
    assert (unknown.returncode, "Кампании «zima» здесь нет" in unknown.stderr) == (2, True)
    there = several.call("restore", sent.receipt)  # a receipt says which
    assert (there.returncode, "на месте" in there.stderr) == (1, True), there.stderr
    made = several.call("rebuild", "--into", "new", "--campaign", CHECKS)
    assert made.returncode == 0, made.stderr
    assert f"в файл {several.folder / 'spreadsheets' / CHECKS} " in made.stdout


def test_files_are_looked_at_again_without_a_restart(several: Several) -> None:
    several.file(CHECKS).unlink()
    worker = several.start()
    for one in (CONTEST, MEALS):
        several.submit(one)
    wait_for(lambda: (several.reported(CONTEST), several.reported(MEALS)) == (1, 1), worker)

    # A mistake leaves everything as it is, and is said.
    several.put(CHECKS, campaign_text(CHECKS).replace("late: accept", "late: perhaps"))
    code, said = several.svod("reload")
    assert (code, "campaign.late: нужно одно из" in said) == (2, True), said
    worker.send_signal(signal.SIGHUP)
    wait_for(lambda: "reload refused" in several.log(), worker)
    wait_for(lambda: several.call("status").returncode == 2, worker)  # the files cannot be read by it either
    several.submit(CONTEST, 1)
    wait_for(lambda: several.reported(CONTEST) == 2, worker)

    # A new one starts, a changed one goes on with its change, one that is gone stops.
    several.put(CHECKS)
    several.put(CONTEST, campaign_text(CONTEST).replace("title: Комментарий,", "title: Что ещё важно,"))
    several.file(MEALS).unlink()
    code, said = several.svod("reload")
    assert code == 0
    assert "Новая кампания: Безопасность новогодних праздников (new-year-2026)." in said
    assert "Файла кампании «Школьное питание» (school-meals-2026) больше нет" in said
    assert "обработчик: файлы принимаются." in said
    several.submit(CHECKS)
    wait_for(lambda: several.reported(CHECKS) == 1, worker)
    wait_for(lambda: "Что ещё важно" in several.grid(CONTEST, "Ответы")[0], worker)
    assert len(several.receipts(MEALS)) == 1
    several.put(MEALS)
    assert "Новая кампания: Школьное питание" in several.svod("reload")[1]
    several.submit(MEALS, 1)
    wait_for(lambda: several.reported(MEALS) == 2, worker)
    assert worker.poll() is None
    assert "Traceback" not in several.log()


def test_a_thread_that_fails_by_our_mistake_is_logged_and_goes_on(
    several: Several, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, failed = loop.run, threading.Event()

    def failing(worker: Worker, held: Held, metrics: Metrics, stop: threading.Event) -> None:
        if worker.context.campaign.id == CHECKS and not failed.is_set():
            failed.set()
            raise ZeroDivisionError
        run(worker, held, metrics, stop)

    monkeypatch.setattr(loop, "run", failing)
    signals = Signals()
    with installation(several.environ) as found, file_lock(several.folder):
        crew = threading.Thread(target=Crew(several.environ, found, Metrics()).run, args=(signals,))
        crew.start()
        try:
            several.submit(CHECKS)
            wait_for(lambda: several.reported(CHECKS) == 1)
        finally:
            signals.stopped = True
            crew.join()
    said = capsys.readouterr().out
    assert "thread failed" in said
    assert "ZeroDivisionError" in said


@pytest.mark.postgresql
def test_three_campaigns_on_postgresql(server: Server, cluster: Cluster, tmp_path: Path) -> None:
    cluster.execute("CREATE DATABASE several")
    several = Several.make(server, tmp_path, cluster.url("several"))
    try:
        worker = several.start()
        for one in FILES:
            several.submit(one)
        wait_for(lambda: reported(several) == dict.fromkeys(FILES, 1), worker)
    finally:
        several.end()
