"""Personal data that is no longer needed goes for good; reports stay."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from outbox import Outbox, open_outbox
from outbox.__main__ import commands as outbox_commands
from outbox.mails import Ending, MailState, NewMail
from outbox.records import Draft
from outbox.retention import Purged
from tests.commands import run_command
from tests.outbox.factories import CAMPAIGN, SetClock, report

NAME = "Ответственное лицо отдела"


def test_contacts_and_drafts_older_than_a_moment_go(outbox: Outbox, now: SetClock) -> None:
    old = outbox.submissions.submit(report(contacts={"contact_name": NAME})).submission
    outbox.drafts.save(Draft(CAMPAIGN, "17610000", "k1", {"contact_name": NAME}, 0, now()))
    edge = now() + timedelta(days=1)
    now.go(days=30)
    kept = outbox.submissions.submit(report(contacts={"contact_name": NAME}, oktmo="17615000", key="k2")).submission
    assert outbox.retention.purge_contacts(edge) == Purged(reports=1, drafts=1)
    found = {one.id: one for one in outbox.submissions.all(CAMPAIGN)}
    assert found[old.id].contacts == {}
    assert (found[old.id].answers, found[old.id].receipt) == (old.answers, old.receipt)
    assert found[kept.id].contacts == {"contact_name": NAME}
    assert outbox.drafts.all(CAMPAIGN) == []
    assert outbox.retention.purge_contacts(edge) == Purged(0, 0), "a second time there is nothing"


def test_addresses_of_mails_go_and_what_became_of_them_stays(outbox: Outbox, now: SetClock) -> None:
    wanted = NewMail("17701000", "opening", "", urgent=False, made_by="staff", made_at=now(), not_before=now())
    outbox.mails.make(CAMPAIGN, [wanted])
    (mail,) = outbox.mails.of_campaign(CAMPAIGN)
    outbox.mails.finish(mail, Ending(MailState.REFUSED, "550 <a@b.ru> unknown", "a@b.ru", "Тема", "Текст"))
    assert outbox.retention.purge_contacts(now() + timedelta(days=1)) == Purged(0, 0, mails=1)
    kept = outbox.mails.get(mail.id)
    assert kept is not None
    assert (kept.state, kept.recipient, kept.reply, kept.body) == (MailState.REFUSED, "", "", "")


def test_nothing_of_them_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with open_outbox(f"sqlite:///{path}") as outbox:
        one = outbox.submissions.submit(report(contacts={"contact_name": NAME})).submission
        outbox.retention.purge_contacts(one.received_real + timedelta(days=1))
    left = [file.name for file in tmp_path.iterdir() if NAME.encode() in file.read_bytes()]
    assert left == []


def installation(folder: Path) -> dict[str, str]:
    """An outbox with one report, and its copies: an archive under a name of its own, one of the timer, old outboxes."""
    environ = {"DATA_DIR": str(folder), "SVOD_ENV": ""}
    with open_outbox(f"sqlite:///{folder / 'outbox.db'}") as outbox:
        outbox.submissions.submit(report(contacts={"contact_name": NAME}))
    backups = folder / "backups"
    backups.mkdir()
    made = run_command(outbox_commands, "backup", str(backups / "mine.zip"), environ=environ)
    assert made.returncode == 0, made.stderr
    fresh = datetime.now().astimezone()
    old = fresh - timedelta(days=90)
    shutil.copy(backups / "mine.zip", backups / f"svod-{old:%Y-%m-%d-%H%M%S}.zip")
    shutil.copy(folder / "outbox.db", folder / f"outbox-before-restore-{old:%Y-%m-%d-%H%M%S}-123456.db")
    shutil.copy(folder / "outbox.db", folder / f"outbox-copied-{fresh:%Y-%m-%d-%H%M%S}.db")
    (backups / "holiday.zip").write_bytes(b"no archive of ours")
    return environ


def names(folder: Path) -> set[str]:
    """What is left, but the outbox itself and its lock files."""
    kept = re.compile(r"(outbox-.*\.db|.*\.zip)")
    return {re.sub(r"\d{4}-.*(?=\.)", "…", path.name) for path in folder.rglob("*") if kept.fullmatch(path.name)}


def test_a_purge_names_the_copies_that_still_hold_contacts(tmp_path: Path) -> None:
    environ = installation(tmp_path)
    before = names(tmp_path)
    done = run_command(outbox_commands, "purge", "--contacts-older-than", "30", "--yes", environ=environ)
    assert done.returncode == 0, done.stderr
    told = re.findall(r"(?m)^  (\S+) — сделана \d\d\.\d\d\.\d{4}, дней назад: (\d+)$", done.stdout)
    assert [(re.sub(r"\d{4}-.*(?=\.)", "…", Path(path).name), days) for path, days in told] == [
        ("outbox-before-restore-….db", "90"),
        ("outbox-copied-….db", "0"),
    ]
    assert "Контакты остались в этих копиях" in done.stdout
    assert "--backups" in done.stdout
    assert names(tmp_path) == before


def test_a_purge_with_backups_deletes_the_old_copies_and_no_other_file(tmp_path: Path) -> None:
    environ = installation(tmp_path)
    words = ("purge", "--contacts-older-than", "30", "--backups", str(tmp_path / "backups"))
    asked = run_command(outbox_commands, *words, environ=environ)  # nobody says yes
    assert "svod-" in asked.stderr
    assert "mine.zip" not in asked.stderr
    assert len(names(tmp_path)) == 5
    done = run_command(outbox_commands, *words, "--yes", environ=environ)
    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == {"mine.zip", "outbox-copied-….db", "holiday.zip"}
    deleted, left = done.stdout.split("Контакты остались")
    assert ("svod-" in deleted, "outbox-before-restore-" in deleted) == (True, True)
    assert ("mine.zip" in left, "outbox-copied-" in left, "holiday" in left) == (True, True, False)


def test_a_purge_is_asked_and_answered_in_russian(tmp_path: Path) -> None:
    environ = installation(tmp_path)
    words = ("purge", "--contacts-older-than", "30")
    left = run_command(outbox_commands, *words, environ=environ, entered="наверное\n нет \n")
    assert "Уничтожить? [да/нет]" in left.stderr
    assert "ответьте «да» или «нет»" in left.stderr
    assert "уничтожены персональные данные" not in left.stdout
    done = run_command(outbox_commands, *words, environ=environ, entered="Да\n")
    assert (done.returncode, "уничтожены персональные данные" in done.stdout) == (0, True), done.stderr


def test_a_purge_in_a_folder_that_is_not_there_destroys_nothing(tmp_path: Path) -> None:
    environ = installation(tmp_path)
    words = ("purge", "--contacts-older-than", "1", "--yes", "--backups", str(tmp_path / "away"))
    done = run_command(outbox_commands, *words, environ=environ)
    assert (done.returncode, "away не прочитать" in done.stderr, done.stdout) == (1, True, "")
    assert len(names(tmp_path)) == 5
