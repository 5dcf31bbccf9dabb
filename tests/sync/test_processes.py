"""The worker as a process: commands, signals, SIGKILL, a standby that takes over."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from outbox import usage
from scripts import faults
from sync.__main__ import main
from sync.texts import worker as texts
from tests.commands import run_command
from tests.outbox.conftest import Cluster, cluster
from tests.sync.harness import ROOT, Desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
WAIT_SECONDS = 90
__all__ = ["cluster"]  # a fixture of the outbox's tests


def wait_for(found: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if found():
            return
        if process is not None and process.poll() is not None:
            pytest.fail(f"the worker ended with {process.returncode}")
        time.sleep(0.3)  # each look is several requests
    pytest.fail("waited in vain")


class Workers:
    """Starts workers over a desk's spreadsheet and outbox; ends them all."""

    def __init__(self, desk: Desk, campaign_file: Path) -> None:
        self.desk = desk
        self.running: list[subprocess.Popen[bytes]] = []
        port = urlsplit(desk.server.url).port
        self.environ = {**os.environ, "SHEETS_PORT": str(port), "SVOD_CONFIG": str(campaign_file)}
        desk.outbox.leases.release(desk.lease)

    def folder(self, name: str = "") -> Path:
        folder = self.desk.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self.desk.server.folder / "credentials.json", folder)
        (folder / "credentials.json").chmod(0o600)
        named = folder / "spreadsheet_id"
        if not named.exists():
            named.write_text(self.desk.spreadsheet.id, encoding="utf-8")
        return folder

    def start(self, name: str = "", **environ: str) -> subprocess.Popen[bytes]:
        folder = self.folder(name)
        log = (folder / "log").open("ab")
        env = {**self.environ, "DATA_DIR": str(folder), **environ}
        process = subprocess.Popen([sys.executable, "-m", "sync"], cwd=ROOT, env=env, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def call(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """`python -m sync …`, in this process."""
        env = {**self.environ, "DATA_DIR": str(self.folder()), **environ}
        return run_command(lambda: usage.run(main, "python -m sync"), *arguments, environ=env)

    def process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same as a process."""
        env = {**self.environ, "DATA_DIR": str(self.folder())}
        command = [sys.executable, "-m", "sync", *arguments]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def workers(desk: Desk, campaign_file: Path) -> Iterator[Workers]:
    made = Workers(desk, campaign_file)
    yield made
    made.end()


def arrived(desk: Desk) -> list[object]:
    """IDs in the answers tab; [] before it is made."""
    if desk.outbox.bindings.tab(desk.spreadsheet.id, "answers") is None or "Ответы" not in desk.sheets():
        return []
    return [row["ID"] for row in desk.rows()]


def total(desk: Desk) -> object:
    rows = desk.grid(desk.sheets()["Свод"]) if "Свод" in desk.sheets() else []
    return next((row[1] for row in rows if row and row[0] == "Всего зарегистрировалось"), None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("restore", "python -m sync restore [--yes] [--campaign ID] [КВИТАНЦИЯ]"),
        ("restore", "Укажите одно: КВИТАНЦИЮ, --column СТОЛБЕЦ, --all или --accept СТОЛБЕЦ."),
        ("restore --all ФО-1", "Укажите одно: КВИТАНЦИЮ, --column СТОЛБЕЦ, --all или --accept СТОЛБЕЦ."),
        ("rebuild", "Не указан ключ '--into'."),
        ("rebuild --into", "Не указано значение ключа --into."),
        ("restart", "Команды restart нет."),
        ("--once status", "С ключом --once команда не пишется."),
        ("--twice", "Ключа --twice нет."),
    ],
)
def test_a_mistaken_command_is_answered_with_its_usage(workers: Workers, typed: str, said: str) -> None:
    done = workers.call(*typed.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_missing_key_is_reported_in_russian(workers: Workers) -> None:
    words = workers.call("rebuild", "--help").stdout
    assert "[нужен всегда]" in words
    assert "required" not in words


def test_the_worker_delivers_refreshes_and_ends_on_sigterm(desk: Desk, workers: Workers) -> None:
    port = faults.Stage(workers.folder("port")).port
    process = workers.start(METRICS_PORT=str(port))
    first = desk.submit(ALEXANDROV)
    wait_for(lambda: total(desk) == 6, process)
    second = desk.submit(VYAZNIKI)
    wait_for(lambda: total(desk) == 12, process)
    assert arrived(desk) == [first.id, second.id]
    pid = desk.folder / "run" / "worker.pid"
    assert int(pid.read_text()) == process.pid
    metrics = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    assert 'svod_delivered_rows_total{campaign="flagmany-2023"} 2.0' in metrics
    assert 'svod_active{campaign="flagmany-2023"} 1.0' in metrics
    busy = workers.call("--once")
    assert busy.returncode != 0
    assert f"С папкой данных {desk.folder} уже работает другой обработчик" in busy.stderr
    assert "DATA_DIR=…" in busy.stderr
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not pid.exists()
    status = workers.call("status")
    assert status.returncode == 0
    assert re.search(r"Обработчик: +не запущен", status.stdout)
    assert re.search(r"Доставлено: +2\n", status.stdout)
    log = (desk.folder / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "Тайное" not in log


def test_once_delivers_and_says_so(desk: Desk, workers: Workers) -> None:
    sent = desk.submit(ALEXANDROV)
    done = workers.process("--once")
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")
    assert "отправлено строк — 1" in done.stdout
    assert arrived(desk) == [sent.id]
    assert total(desk) == 6


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SHEETS_PORT": "1"}, "не отвечает"),
        ({"SPREADSHEET_ID": "1abc"}, "ключа Google нет"),
        ({"GOOGLE_CREDENTIALS_JSON": "{}", "SPREADSHEET_ID": "1abc"}, "не ключ сервисного аккаунта"),
        ({"DATA_DIR": "empty"}, "Не задан ключ доступа"),
        ({"DYNO": "worker.1"}, "DATABASE_URL"),
        ({"DYNO": "worker.1", "DATA_DIR": "empty"}, "DATABASE_URL"),
        ({"SVOD_CONFIG": "none.yaml"}, "none.yaml"),
        ({"SHEETS_PORT": "x"}, "номер порта"),
        ({"SHEETS_API_URL": "ftp://example.org"}, "SHEETS_API_URL"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_start_that_fails_says_what_is_missing(
    desk: Desk, workers: Workers, environ: dict[str, str], words: str
) -> None:
    if environ.get("DATA_DIR"):
        environ = {**environ, "DATA_DIR": str(desk.folder / environ["DATA_DIR"])}
    done = workers.call("--once", **environ)
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_without_a_spreadsheet_says_which_setting_is_missing(desk: Desk, workers: Workers) -> None:
    key = (desk.server.folder / "credentials.json").read_text(encoding="utf-8")
    done = workers.call("--once", GOOGLE_CREDENTIALS_JSON=key)
    assert done.returncode == 2
    assert "SPREADSHEET_ID нет" in done.stderr


@pytest.mark.parametrize("command", [["status"], ["restore", "ФО-00001"], ["--once"]], ids=lambda words: words[0])
def test_a_command_says_its_sentence_and_nothing_else(workers: Workers, command: list[str]) -> None:
    nowhere = f"postgresql://svod@127.0.0.1:{faults.Stage(workers.folder('port')).port}/svod"
    done = workers.call(*command, DATABASE_URL=nowhere)
    assert done.returncode != 0
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("Не удалось открыть базу данных ")


def test_a_key_that_others_may_read_is_named_beside_the_sentence(desk: Desk, workers: Workers) -> None:
    key = workers.folder() / "key.json"
    shutil.copy(desk.server.folder / "credentials.json", key)
    key.chmod(0o644)
    google = {"GOOGLE_APPLICATION_CREDENTIALS": str(key), "SPREADSHEET_ID": desk.spreadsheet.id}
    done = workers.call("--once", SHEETS_API_URL=desk.server.url, **google)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [texts.KEY_READABLE.format(path=key)]


def test_a_killed_worker_is_replaced_at_once(desk: Desk, workers: Workers) -> None:
    process = workers.start()
    first = desk.submit(ALEXANDROV)
    wait_for(lambda: total(desk) == 6, process)
    process.kill()
    process.wait()
    second = desk.submit(VYAZNIKI)
    again = workers.start()
    wait_for(lambda: total(desk) == 12, again)
    assert arrived(desk) == [first.id, second.id]


def test_a_second_worker_in_the_same_folder_stands_by(desk: Desk, workers: Workers) -> None:
    first = workers.start()
    desk.submit(ALEXANDROV)
    wait_for(lambda: total(desk) == 6, first)
    second = workers.start()
    wait_for(lambda: (desk.folder / "log").read_text().count("on standby") == 1, second)
    first.send_signal(signal.SIGTERM)
    first.wait(60)
    desk.submit(VYAZNIKI)
    wait_for(lambda: total(desk) == 12, second)


@pytest.mark.postgresql
def test_a_standby_on_postgresql_takes_over(desk: Desk, cluster: Cluster, campaign_file: Path, tmp_path: Path) -> None:
    cluster.execute("CREATE DATABASE takeover")
    url = cluster.url("takeover")
    with Desk.open(desk.server, desk.campaign, tmp_path, url) as shared:
        workers = Workers(shared, campaign_file)
        try:
            active = workers.start("one", DATABASE_URL=url)
            first = shared.submit(ALEXANDROV)
            wait_for(lambda: total(shared) == 6, active)
            standby = workers.start("two", DATABASE_URL=url)
            wait_for(lambda: "on standby" in (tmp_path / "two" / "log").read_text(), standby)
            second = shared.submit(VYAZNIKI)
            wait_for(lambda: total(shared) == 12, active)
            active.kill()
            active.wait()
            third = shared.submit(ALEXANDROV, {"registered_teachers": 10})
            wait_for(lambda: total(shared) == 21, standby)
            assert arrived(shared) == [first.id, second.id, third.id]
            assert '"active"' in (tmp_path / "two" / "log").read_text()
        finally:
            workers.end()


def test_a_mass_loss_is_reported_and_mended_by_command(desk: Desk, workers: Workers) -> None:
    header = "Сколько человек проинформировано"
    for municipality in desk.campaign.municipalities[:3]:
        desk.submit(municipality.oktmo)
    assert workers.call("--once").returncode == 0
    for row in (2, 3, 4):
        desk.edit(row, header, None)
    stopped = workers.call("--once")
    assert stopped.returncode == 1
    assert f"пуст столбец «{header}»" in stopped.stderr
    assert f"пуст столбец «{header}»" in workers.call("status").stdout
    asked = workers.call("restore", "--all")
    assert (asked.returncode, "с ключом --yes" in asked.stderr) == (1, True)
    assert f"«{header}»: пустых ячеек будет заполнено — 3." in asked.stdout
    assert workers.call("restore", "--all", "--yes").returncode == 0
    done = workers.call("--once")
    assert done.returncode == 0, done.stderr
    assert [row[header] for row in desk.rows()] == [100, 100, 100]
    nothing = workers.call("restore", "--accept", header, "--yes")
    assert (nothing.returncode, "подтверждать нечего" in nothing.stderr) == (1, True)


def test_restore_and_rebuild_by_command(desk: Desk, workers: Workers) -> None:
    sent = desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI)
    assert workers.call("--once").returncode == 0
    desk.delete_rows(2, 3)
    assert workers.call("--once").returncode == 0
    assert total(desk) == 6
    asked = workers.call("restore", sent.receipt)
    assert asked.returncode == 1
    assert f"с исправлениями министерства — 1: {sent.receipt}" in asked.stdout
    assert "с ключом --yes" in asked.stderr
    back = workers.call("restore", sent.receipt, "--yes")
    assert back.returncode == 0, back.stderr
    assert workers.call("--once").returncode == 0
    assert total(desk) == 12
    refreshed = desk.outbox.statuses.as_of(desk.campaign.id)
    unknown = workers.call("restore", "ФО-77777")
    assert unknown.returncode == 1
    assert "нет" in unknown.stderr
    made = workers.call("rebuild", "--into", "new")
    assert made.returncode == 0, made.stderr
    assert "строк — 2, правок министерства — 0" in made.stdout
    assert desk.outbox.statuses.as_of(desk.campaign.id) == refreshed  # of the spreadsheet that is worked with
    file = desk.folder / "spreadsheet_id"
    named = re.search(rf"впишите (\S+) в файл {re.escape(str(file))} ", made.stdout)
    assert named is not None, made.stdout
    fresh = named[1]
    grid = desk.server.get(f"/v4/spreadsheets/{fresh}/values/Ответы")["values"]
    assert isinstance(grid, list)
    assert len(grid) == 3
    again = workers.call("rebuild", "--into", fresh)
    assert again.returncode == 1
    assert "не пуста" in again.stderr
    own = workers.call("rebuild", "--into", desk.spreadsheet.id)
    assert own.returncode == 1
    file.write_text(fresh, encoding="utf-8")  # as the command said
    assert workers.call("--once").returncode == 0
    assert f"Таблица:              {fresh}\n" in workers.call("status").stdout


def test_every_receipt_once_though_the_worker_is_killed_under_faults(tmp_path: Path) -> None:
    report = faults.run(tmp_path, kills=4, seed=7)
    assert report.kills == 4
    assert report.sent > 4
    assert (report.missing, report.doubled, report.strange) == ([], [], 0)
