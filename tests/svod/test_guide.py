"""Every command of docs/ru/administrator.md is run as it stands there, or is named here with the reason why not.

Only the words that an administrator replaces by their own are replaced. Over a running installation with the embedded
server in Google's place: what needs the form to be stopped, or another database, is refused there in words.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from svod import __main__ as svod
from tests.commands import run_command
from tests.svod.test_administration import Installation, campaign_file, installation, server
from tests.sync.harness import ROOT, Server

__all__ = ["campaign_file", "installation", "server"]

GUIDE = (ROOT / "docs/ru/administrator.md").read_text(encoding="utf-8")

# Command without `.venv/bin/` → (exit code, what it says, on either stream).
RUN = {
    "svod status": (1, "обработчик работает: не запущен"),  # no worker runs in this test
    "svod doctor": (1, "[ да  ] хранилище и его таблицы"),  # the address is of this computer alone
    "svod links": (0, "17605000"),
    "svod extend 17605000 10.12.2027 18:00": (0, "до 18:00 10"),
    "svod reissue 17605000": (0, "/m/"),
    "svod revoke 17605000": (0, "ссылка отозвана"),
    "svod links --csv": (0, "svod-ссылки-flagmany-2023.csv"),
    "svod backup /var/backups/svod": (0, "отчётов 1"),
    "svod restore-backup svod-2023-05-30-120000.zip": (1, "Остановите"),
    "svod copy --to postgresql://svod@db.example.org/svod": (1, "Остановите"),
    "svod import-from-sheet": (1, ""),
    "svod purge --contacts-older-than 30": (1, "Уничтожить?"),  # nobody answers
    "svod purge --contacts-older-than 30 --backups /var/backups/svod": (1, "Уничтожить?"),  # nobody answers
    "svod restore ФО-00042": (1, "ФО-00042"),
    'svod restore --column "Столбец"': (1, "Столбец"),
    "svod restore --all": (1, "возвращать нечего"),
    'svod restore --accept "Столбец"': (1, "Столбец"),
    "svod rebuild --into ТАБЛИЦА": (0, "строк — 1"),
}
# Command → what runs it instead.
ELSEWHERE = {
    'svod staff add "Имя" --role work': "tests/desk/harness.py",
    'svod staff add "Имя" --role work --link': "tests/desk/test_signing.py",
    'svod staff link "Имя"': "tests/desk/test_signing.py",
    'svod staff totp "Имя"': "tests/desk/test_signing.py",
    "svod staff list": "tests/desk/test_signing.py",
    'svod staff remove "Имя"': "tests/desk/test_signing.py",
    "svod rehearse осень.yaml": "tests/scripts/test_data_folder.py",
    "svod campaign to-xlsx config.yaml осень.xlsx": "tests/svod/test_campaign_files.py",
    "svod campaign from-xlsx осень.xlsx": "tests/svod/test_campaign_files.py",
    "svod preview осень.xlsx": "tests/svod/test_preview.py",
    "python -m campaign папка": "tests/campaign/test_folder.py",
    "svod reload": "tests/sync/test_several_campaigns.py",
    "svod campaign check ФАЙЛ": "tests/sync/test_rollup_processes.py",
    "svod restore --all --campaign ID": "tests/sync/test_several_campaigns.py",
    'svod token add "Витрина данных" --days 90': "tests/desk/test_api.py",
    "svod mail test admin@example.org": "tests/svod/test_mail.py",
    "svod token list": "tests/desk/test_api.py",
    "svod token revoke 1": "tests/desk/test_api.py",
    "svod sheets": "tests/svod/test_command.py",
    "svod sheets staff-link": "localsheets/tests/localsheets/test_people.py",
    "svod sheets account add ИМЯ --role edit": "tests/svod/test_command.py",
    "svod sheets account totp ИМЯ": "localsheets/tests/localsheets/test_sign_in.py",
    "svod sheets backup sheets-2023-05-30.db": "tests/svod/test_command.py",
    "svod sheets restore sheets-2023-05-30.db": "localsheets/tests/localsheets/test_backup.py",
    "python -m sync --once": "tests/svod/test_administration.py",
    "make run": "tests/acceptance/test_main_job.py",
    "make demo": "tests/scripts",
    "make install": "tests/svod/test_packaging.py",
    "nginx -t": "tests/deploy/test_deploy.py",
}
# Once by hand, in a mount namespace: docs/measurements/installation.md. A test may not change the machine so.
BY_HAND = ("apt-get", "git", "adduser", "install", "rm", "python3", "cp", "systemd-tmpfiles", "systemctl", "cd")


def commands() -> list[str]:
    """Each command of the guide's code blocks, and those within its sentences that begin with `.venv/bin/`."""
    lines = (line for line in _blocks() if not re.match(r" +[A-Z_]+=", line))  # of the settings file
    typed = [one for line in lines for one in re.sub(r"\s+#.*", "", line).split(" && ")]
    found = [re.sub(r"^(runuser -u svod -- )?(\.venv/bin/)?", "", one.strip()) for one in typed]
    found += re.findall(r"`\.venv/bin/(svod [^`]*)`", " ".join(GUIDE.split()))
    return found


def _blocks() -> list[str]:
    """The lines of the code blocks: indented by four after a blank line, by seven within a list."""
    blocks, before, inside = [], "", False
    for line in GUIDE.splitlines():
        indented = re.match(r" {7,}\S", line) or (re.match(r" {4}\S", line) is not None)
        inside = bool(indented) and (inside or not before.strip())
        if inside:
            blocks.append(line)
        before = line
    return blocks


def test_the_guide_has_commands() -> None:
    assert len(commands()) > 40


def test_every_command_is_run_or_named_with_the_place_where_it_is() -> None:
    known = RUN.keys() | ELSEWHERE.keys()
    left = [one for one in commands() if one not in known and one.split(" ")[0] not in BY_HAND]
    assert left == []
    assert [one for one in known if one not in commands() and one not in GUIDE] == [], "the guide has it no more"
    assert all((ROOT / place).exists() for place in ELSEWHERE.values())
    for command in commands():
        for path in re.findall(r"deploy/[\w.*-]+|svod\.env\.example", command):
            assert list(ROOT.glob(path)), path


def test_the_form_may_read_its_settings() -> None:
    """Its group is the proxy's, not the one of its user: it enters the folder as its owner alone."""
    assert "Group=www-data" in (ROOT / "deploy/svod-web.service").read_text(encoding="utf-8")
    assert "install -d -m 700 -o svod -g svod /etc/svod\n" in GUIDE
    for line in re.findall(r"install -m .*/etc/svod/\S+", GUIDE):
        assert line.startswith("install -m 600 -o svod "), line


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_commands_do_what_the_guide_says(installation: Installation, server: Server, tmp_path: Path) -> None:
    own = {
        "/var/backups/svod": str(tmp_path / "backups"),
        "svod-2023-05-30-120000.zip": str(tmp_path / "backups" / "copy.zip"),
        "ТАБЛИЦА": server.create(),
    }
    (tmp_path / "backups").mkdir()
    environ = installation.environment()
    for command, (code, says) in RUN.items():
        words = [own.get(word, word) for word in shlex.split(command)[1:]]
        done = run_command(svod.run, *words, environ=environ)
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{command}: {said}"
        assert says in said, f"{command}: {said}"
        assert "Traceback" not in said
        for made in (tmp_path / "backups").glob("svod-*.zip"):
            made.rename(tmp_path / "backups" / "copy.zip")
