"""A start that cannot be: one clear Russian line, a code that is not zero, no traceback, no endless restarts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]

from scripts.run import answers
from tests.commands import run_command
from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, ROOT, Site

pytestmark = pytest.mark.slow

Break = Callable[[Site], None]


def start(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", *arguments, "webform:create_app()"]
    return subprocess.run(command, cwd=ROOT, env=site.environ, capture_output=True, text=True, timeout=60)


def start_here(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Start gunicorn in the test's process, for what its master refuses before it makes a worker."""
    before = os.umask(0o077)
    config = f"--config={ROOT / 'gunicorn.conf.py'}"
    try:
        return run_command(run, config, *arguments, "webform:create_app()", environ=site.environ)
    finally:
        os.umask(before)


def no_secret(site: Site) -> None:
    (site.folder / "secret_key").unlink()


def open_secret(site: Site) -> None:
    (site.folder / "secret_key").chmod(0o644)


def short_secret(site: Site) -> None:
    site.environ["SECRET_KEY"] = "short"


def production_without_address(site: Site) -> None:
    site.environ |= {"SPREADSHEET_ID": "id", "GOOGLE_CREDENTIALS_JSON": "{}"}


def dyno_without_database(site: Site) -> None:
    site.environ["DYNO"] = "web.1"


def odd_address(site: Site) -> None:
    site.environ["PUBLIC_URL"] = "svod.example.org/form"


def broken_campaign(site: Site) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    broken = site.folder / "broken.yaml"
    broken.write_text(
        text.replace("late: accept", "late: maybe").replace("if: registered > informed", "if: nobody > 1")
    )
    site.environ["SVOD_CONFIG"] = str(broken)


def several_processes(site: Site) -> None:
    site.environ["WEB_CONCURRENCY"] = "2"


def short_older_secret(site: Site) -> None:
    site.environ["SECRET_KEY_FALLBACKS"] = "a"


def odd_rate(site: Site) -> None:
    site.environ["SUBMISSIONS_RATE"] = "often"


def no_rate(site: Site) -> None:
    site.environ["DRAFTS_RATE"] = "0 per minute"


def odd_counters(site: Site) -> None:
    site.environ["RATELIMIT_STORAGE_URI"] = "nonsense"


def folder_in_the_way(site: Site) -> None:
    (site.folder / "run").mkdir()
    (site.folder / "run" / "static").touch()


def damaged_clock(site: Site) -> None:
    (site.folder / "clock.json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_secret, "задайте SECRET_KEY или положите ключ в файл"),
        (open_secret, "chmod 600"),
        (short_secret, "слишком короткий"),
        (production_without_address, "Не задан PUBLIC_URL"),
        (dyno_without_database, "DATABASE_URL"),
        (odd_address, "PUBLIC_URL не подходит"),
        (broken_campaign, "broken.yaml:"),
        (several_processes, "На SQLite веб-форма работает одним процессом"),
        (short_older_secret, "слишком короткий"),
        (odd_rate, "SUBMISSIONS_RATE не подходит"),
        (no_rate, "DRAFTS_RATE не подходит"),
        (odd_counters, "RATELIMIT_STORAGE_URI не подходит"),
        (folder_in_the_way, "Не удаётся записать файлы оформления"),
        (damaged_clock, "clock.json"),
    ],
)
def test_refused(make: Callable[..., Site], spoil: Break, words: str) -> None:
    site = make()
    spoil(site)
    done = (start if spoil is no_secret else start_here)(site)
    assert done.returncode == 2
    assert done.stderr.startswith("Веб-форма не запущена.")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (site.folder / "run" / "web.pid").exists()


def test_several_workers_asked_for_on_the_command_line(make: Callable[..., Site]) -> None:
    done = start_here(make(), "--workers", "3")
    assert done.returncode == 2
    assert "Уберите WEB_CONCURRENCY и --workers" in done.stderr


def test_pid_file_and_clean_end_and_restart_keep_everything(make: Callable[..., Site]) -> None:
    site = make()
    site.start()
    site.read_links()
    assert site.process is not None
    assert int((site.folder / "run" / "web.pid").read_text()) == site.process.pid
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links["17701000"]), report())
    assert site.stop() == 0
    assert not (site.folder / "run" / "web.pid").exists()
    site.start()
    assert clerk.send(check).path.endswith("/receipts/1"), "sessions and open pages outlive a restart"
    with site.outbox() as store:
        assert len(store.submissions.all(CAMPAIGN)) == 1


def test_older_secret_still_opens_links(make: Callable[..., Site]) -> None:
    site = make()
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    form = clerk.enter(site.links["17701000"])
    site.stop()
    old = (site.folder / "secret_key").read_text()
    site.environ |= {"SECRET_KEY": "n" * 40, "SECRET_KEY_FALLBACKS": old}
    site.start()
    assert Clerk(site.address).enter(site.links["17701000"]).path.endswith("/form")
    assert clerk.get(form.path).status == 200


def test_import_opens_nothing(tmp_path: Path) -> None:
    code = "import webform, webform.__main__, sys; sys.exit(0)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path / "var"), "PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    assert done.returncode == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_number_left_behind_keeps_nobody_from_starting(make: Callable[..., Site]) -> None:
    """Killed and not yet buried by its parent; or, after a new start of the computer, another program's number."""
    site = make()
    site.start()
    killed = site.process
    assert killed is not None
    os.kill(killed.pid, signal.SIGKILL)  # and not waited for: its number lives on
    end = time.monotonic() + 30
    while answers(f"{site.address}/healthz") and time.monotonic() < end:
        time.sleep(0.1)  # its worker goes by itself, a moment later
    assert int((site.folder / "run" / "web.pid").read_text()) == killed.pid
    site.start()
    assert site.stop() == 0
    killed.wait()
    (site.folder / "run" / "web.pid").write_text(f"{os.getpid()}\n")
    site.start()
    assert int((site.folder / "run" / "web.pid").read_text()) != os.getpid()
    assert site.stop() == 0


def test_a_taken_port_is_reported_in_russian(make: Callable[..., Site]) -> None:
    site = make()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        done = start_here(site)
    assert done.returncode == 2
    assert f"Адрес 127.0.0.1:{site.port} не занять: он уже занят другой программой." in done.stderr
    assert "Connection in use" not in done.stderr


def test_a_full_disk_is_reported_in_russian(make: Callable[..., Site]) -> None:
    site = make()
    # A limit of the size of files stands for the disk: nothing that is written gets room.
    full = "import os, resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (0, 0)); os.execv(sys.argv[1], sys.argv[1:])"
    form = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "webform:create_app()"]
    command = [sys.executable, "-c", full, *form]
    done = subprocess.run(command, cwd=ROOT, env=site.environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "ничего не записать: файл больше" in done.stderr
    assert "место на диске" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_form_that_runs_is_not_started_twice(make: Callable[..., Site]) -> None:
    site = make()
    site.start()
    assert start(site).returncode != 0
    assert site.process is not None
    assert int((site.folder / "run" / "web.pid").read_text()) == site.process.pid
