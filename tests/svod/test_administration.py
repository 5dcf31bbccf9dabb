"""The administrator's commands over one real installation that is described by its `svod.env` alone."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from outbox import open_outbox
from scripts.run import answers
from svod import __main__ as svod
from tests.commands import run_command
from tests.outbox.factories import report
from tests.sync.conftest import campaign_file, free_port, server
from tests.sync.harness import ROOT, Server

__all__ = ["campaign_file", "server"]  # fixtures of the worker's tests

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ALEXANDROV = "17605000"


@dataclass
class Installation:
    """A real reception with the embedded server in Google's place. Its processes know SVOD_ENV and nothing else."""

    folder: Path
    settings: Path
    port: int

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        mine = {"SVOD_ENV": str(self.settings), "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        return kept | mine | variables

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            environment = self.environment()
            return subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=log, stderr=log)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours as it is typed in another folder."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def svod(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `svod` in the test's own process, as if typed in the installation's folder."""
        with patch.object(svod, "HERE", self.folder):
            return run_command(svod.run, *words, environ=self.environment(**variables))


@pytest.fixture(scope="module")
def installation(
    server: Server, campaign_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    shutil.copy(server.folder / "credentials.json", folder / "key.json")
    settings, port, spreadsheet = folder / "settings.env", free_port(), server.create()
    shutil.copy(campaign_file, folder / "campaign.yaml")
    settings.touch(mode=0o600)
    settings.write_text(
        f"""
# The paths begin at this file's folder.
DATA_DIR=data
SVOD_CONFIG="campaign.yaml"
export SECRET_KEY='{"k" * 40}'
GOOGLE_APPLICATION_CREDENTIALS=key.json
SPREADSHEET_ID=https://docs.google.com/spreadsheets/d/{spreadsheet}/edit#gid=0
SHEETS_API_URL={server.url}
PUBLIC_URL=http://127.0.0.1:{port}
PORT={port}
""",
        encoding="utf-8",
    )
    made = Installation(folder, settings, port)
    form = made.start("gunicorn", "--config", "gunicorn.conf.py", "webform:create_app()")
    try:
        wait_for_form(made, form)
        with open_outbox(f"sqlite:///{folder / 'data' / 'outbox.db'}") as store:
            assert store.kind.get() == "real"
            store.submissions.submit(report(ALEXANDROV))
        once = made.run("sync", "--once")
        assert once.returncode == 0, once.stderr
        yield made
    finally:
        form.terminate()
        form.wait(30)


def wait_for_form(made: Installation, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not answers(f"http://127.0.0.1:{made.port}/healthz"):
        assert process.poll() is None, (made.folder / "log").read_text()
        assert time.monotonic() < end
        time.sleep(0.2)


def test_every_command_says_which_installation_it_acts_on(installation: Installation) -> None:
    done = installation.run("svod", "links")
    assert done.returncode == 0, done.stderr
    for words in ("настоящий приём", str(installation.settings), str(installation.folder / "data" / "outbox.db")):
        assert words in done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 22
    assert f"http://127.0.0.1:{installation.port}/m/" in lines[1]
    one = installation.svod("links", ALEXANDROV).stdout.splitlines()
    assert len(one) == 2
    assert one[1].startswith(f"{ALEXANDROV}  Александровский")


def test_links_for_a_mail_merge_are_a_private_file_that_russian_excel_reads(installation: Installation) -> None:
    campaign = installation.folder / "campaign.yaml"
    kept = campaign.read_text(encoding="utf-8")
    campaign.write_text(
        kept.replace(f'oktmo: "{ALEXANDROV}"', f'oktmo: "{ALEXANDROV}", email: office@example.org'), encoding="utf-8"
    )
    done = installation.svod("links", "--csv")
    campaign.write_text(kept, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    file = installation.folder / "svod-ссылки-flagmany-2023.csv"
    assert str(file) in done.stdout
    assert "/m/" not in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["ОКТМО", "Муниципалитет", "Эл. почта", "Ссылка"]
    assert len(rows) == 22
    assert next(row[2] for row in rows if row[0] == ALEXANDROV) == "office@example.org"
    nowhere = installation.svod("links", "--out", "нет/ссылки.csv")
    assert (nowhere.returncode, "такого файла или папки нет" in nowhere.stderr) == (2, True)


def test_status_tells_monitoring_how_it_is(installation: Installation) -> None:
    stopped = installation.svod("status")
    assert stopped.returncode == 1
    assert "[ НЕТ ] обработчик работает: не запущен." in stopped.stdout
    assert "Доставлено:           1\n" in stopped.stdout
    worker = installation.start("sync")
    try:
        end = time.monotonic() + 60
        while (done := installation.svod("status")).returncode and time.monotonic() < end:
            assert worker.poll() is None
            time.sleep(0.2)
        assert done.returncode == 0, done.stdout
        assert done.stdout.endswith("Всё в порядке.\n")
        silent = installation.svod("status", PORT=str(free_port()))
        assert (silent.returncode, "[ НЕТ ] форма отвечает" in silent.stdout) == (1, True)
        assert installation.svod("status", "--no-form", PORT=str(free_port())).returncode == 0
    finally:
        worker.terminate()
        worker.wait(30)
    unknown = installation.svod("status", DATABASE_URL="postgresql://svod@127.0.0.1:1/svod")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "Узнать не удалось. Не удалось открыть базу данных" in unknown.stderr


def wrong(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return what `svod doctor` found wrong: what it looked at → words."""
    return dict(re.findall(r"(?m)^  \[ НЕТ \] ([^:]+): (.*)$", done.stdout))


def test_doctor_finds_what_is_wrong_and_says_what_to_do(installation: Installation) -> None:
    done = installation.svod("doctor")
    assert done.returncode == 1
    assert list(wrong(done)) == ["адрес для муниципалитетов", "квота запросов"], done.stdout
    for looked in (
        "хранилище и его таблицы",
        "таблица Google",
        "вкладки и заголовки",
        "часы",
        "место на диске",
    ):
        assert f"[ да  ] {looked}" in done.stdout
    missing = installation.svod("doctor", SPREADSHEET_ID="1abc", SECRET_KEY="short", SVOD_CONFIG="нет.yaml")
    found = wrong(missing)
    assert "не найдена" in next(words for name, words in found.items() if name.startswith("доступ к таблице"))
    assert "слишком короткий" in next(words for name, words in found.items() if name.startswith("настройки формы"))
    assert "файл кампании" in found
    away = wrong(installation.svod("doctor", PUBLIC_URL="https://svod.example.org"))
    assert away["сертификат"].startswith("не виден: svod.example.org не открывается")
    key = installation.folder / "key.json"
    key.chmod(0o644)
    kept = installation.settings.read_text(encoding="utf-8")
    installation.settings.write_text(f"{kept}SPREADSHET_ID=1\n", encoding="utf-8")
    found = wrong(installation.svod("doctor"))
    installation.settings.write_text(kept, encoding="utf-8")
    key.chmod(0o600)
    assert "chmod 600" in found["ключ сервисного аккаунта"]
    assert "SPREADSHET_ID" in found["файл настроек"]


def test_deadlines_links_and_rows_are_changed_through_the_same_door(installation: Installation, server: Server) -> None:
    extended = installation.svod("extend", ALEXANDROV, "10.12.2027", "18:00")
    assert (extended.returncode, "отчёт принимается до 18:00 10" in extended.stdout) == (0, True)
    assert installation.svod("extend", ALEXANDROV, "none").returncode == 0
    wrong_time = installation.svod("extend", ALEXANDROV, "завтра")
    assert (wrong_time.returncode, "Это не время: завтра." in wrong_time.stderr) == (2, True)
    revoked = installation.svod("revoke", ALEXANDROV)
    assert (revoked.returncode, "ссылка отозвана" in revoked.stdout) == (0, True)
    assert "(ссылка отозвана)" in installation.svod("links", ALEXANDROV).stdout
    fresh = installation.svod("reissue", ALEXANDROV)
    assert fresh.stdout.split() == installation.svod("links", ALEXANDROV).stdout.split()[-1:]
    there = installation.svod("restore", "ФО-00001")
    assert (there.returncode, "на месте" in there.stderr) == (1, True), there.stderr
    into = server.create()
    filled = installation.svod("rebuild", "--into", f"https://docs.google.com/spreadsheets/d/{into}/edit")
    assert (filled.returncode, "строк — 1" in filled.stdout) == (0, True), filled.stderr


def test_backup_and_purge_name_files_from_where_they_were_typed(installation: Installation) -> None:
    written = installation.run("svod", "backup", "copy.zip")
    assert (written.returncode, "отчётов 1" in written.stdout) == (0, True), written.stderr
    assert "docs.google.com" not in written.stdout, "a whole address is an id like those in the outbox"
    assert (installation.folder / "copy.zip").stat().st_mode & 0o777 == 0o600
    purged = installation.svod("purge", "--contacts-older-than", "30", "--yes")
    assert (purged.returncode, "контакты в отчётах — 0" in purged.stdout) == (0, True), purged.stderr
    asked = installation.svod("purge", "--contacts-older-than", "0")
    assert asked.returncode == 2


def test_a_settings_file_that_others_may_read_or_with_a_mistake_is_refused_by_all(installation: Installation) -> None:
    form = ("gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "webform:create_app()")
    commands = (("svod", "links"), ("sync", "--once"), ("webform", "links"), form)
    installation.settings.chmod(0o644)
    for command in commands:
        done = installation.run(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"chmod 600 {installation.settings}" in done.stderr
    installation.settings.chmod(0o600)
    kept = installation.settings.read_text(encoding="utf-8")
    installation.settings.write_text(f"{kept}SECRET_KEY = x\n", encoding="utf-8")
    done = installation.svod("links")
    installation.settings.write_text(kept, encoding="utf-8")
    assert (done.returncode, "строка 11: нужно ИМЯ=значение" in done.stderr) == (2, True)
    missing = installation.run("svod", "links", SVOD_ENV="нет.env")
    assert (missing.returncode, "нет.env не читается" in missing.stderr) == (2, True)
