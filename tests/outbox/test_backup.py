"""Backup, restore and the move to PostgreSQL, through the commands and beside a process that submits."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from outbox import database_url, open_outbox
from outbox.backup.errors import BackupError
from outbox.backup.making import write_backup
from outbox.backup.restoring import restore_backup
from outbox.records import JournalEntry
from outbox.submissions import MARGIN
from tests.outbox.conftest import Cluster
from tests.outbox.factories import CAMPAIGN, OPENED, draft, report
from tests.outbox.harness import ROOT, command, output, program

KEY = "0123456789abcdef" * 4


@pytest.fixture
def environ(url: str, tmp_path: Path) -> dict[str, str]:
    """An installation with a secret key, on each database."""
    return installation(url, tmp_path)


def installation(url: str, folder: Path) -> dict[str, str]:
    (folder / "secret_key").write_text(KEY)
    (folder / "secret_key").chmod(0o600)
    (folder / "templates" / "mail").mkdir(parents=True)
    (folder / "templates" / "mail" / "opening.txt").write_text("Уважаемые коллеги!")
    config = {"DATA_DIR": str(folder), "SVOD_CONFIG": str(ROOT / "config.yaml")}
    return config | ({} if url.startswith("sqlite") else {"DATABASE_URL": url})


def destroy(url: str, folder: Path) -> None:
    (folder / "secret_key").unlink()
    shutil.rmtree(folder / "templates")
    if url.startswith("sqlite"):
        (folder / "outbox.db").write_bytes(os.urandom(5000))
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


@pytest.mark.slow
def test_an_outbox_that_was_destroyed_under_load_comes_back(url: str, environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    with program("submit_for_ever", url, "11") as form:
        before = [output(form).readline().split() for _ in range(20)]
        made = command(environ, "backup", str(file))
        refused = command(environ, "restore-backup", str(file))
        form.kill()
        after = [line.split() for line in output(form) if line.endswith("\n")]
    assert made.returncode == 0, made.stderr
    assert "персональные данные" in made.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (refused.returncode, "открыта другой программой" in refused.stderr) == (1, True), refused.stderr
    destroy(url, tmp_path)
    restored = command(environ, "restore-backup", str(file))
    assert restored.returncode == 0, restored.stderr
    assert "rebuild --into" in restored.stdout
    with open_outbox(url) as outbox:
        kept = {submission.id: submission for submission in outbox.submissions.all(CAMPAIGN)}
        for receipt, one, digest in before:
            assert (kept[one].receipt, kept[one].digest) == (receipt, digest)
        given = {receipt for receipt, _, _ in (*before, *after)}
        assert outbox.submissions.submit(report()).submission.receipt not in given
    with zipfile.ZipFile(file) as archive:
        counted = json.loads(archive.read("manifest.json"))["campaigns"][CAMPAIGN]["submissions"]
    assert counted == len(kept)
    assert (tmp_path / "secret_key").read_text() == KEY
    assert (tmp_path / "templates" / "mail" / "opening.txt").read_text() == "Уважаемые коллеги!"
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_reports_that_the_archive_lacks_are_replaced_only_when_asked(
    url: str, environ: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    with open_outbox(url) as outbox:
        outbox.submissions.submit(report())
        outbox.drafts.save(draft())
    write_backup(environ, file)
    with pytest.raises(BackupError, match="уже есть"):
        write_backup(environ, file)
    with open_outbox(url) as outbox:
        outbox.submissions.submit(report("17605000"))
        outbox.addresses.revoke("default", "17605000")
    with pytest.raises(BackupError, match="которых нет в копии: 1"):
        restore_backup(environ, file)
    done = restore_backup(environ, file, replace=True)
    assert "сделайте это снова): 17605000" in done
    (kept,) = tmp_path.glob("outbox-before-restore-*")
    assert str(kept) in done
    with open_outbox(url) as outbox:
        assert [one.receipt for one in outbox.submissions.all(CAMPAIGN)] == ["ФО-00001"]
        assert outbox.submissions.submit(report("17605000")).submission.number == 2 + MARGIN + 1
    if kept.suffix == ".zip":
        restore_backup(environ, kept, replace=True)
    with open_outbox(url if url.startswith("postgresql") else f"sqlite:///{kept}") as outbox:
        assert len(outbox.submissions.all(CAMPAIGN)) == 2


@pytest.mark.parametrize(("name", "words"), [("web", "Форма работает: процесс"), ("worker", "Обработчик работает")])
def test_beside_a_running_process_nothing_is_restored(sqlite_url: str, tmp_path: Path, name: str, words: str) -> None:
    environ = installation(sqlite_url, tmp_path)
    write_backup(environ, tmp_path / "backup.zip")
    (tmp_path / "outbox.db").write_bytes(b"damaged: nobody can be asked who has it open")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / f"{name}.pid").write_text(f"{os.getpid()}\n")
    with pytest.raises(BackupError, match=words):
        restore_backup(environ, tmp_path / "backup.zip")


def test_the_spreadsheets_of_several_campaigns_come_back(sqlite_url: str, tmp_path: Path) -> None:
    files = tmp_path / "campaigns"
    files.mkdir()
    for name in ("config.yaml", "docs/examples/school-meals.yaml"):
        (files / Path(name).name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    environ = installation(sqlite_url, tmp_path) | {"SVOD_CONFIG": str(files)}
    with open_outbox(sqlite_url) as outbox:
        outbox.submissions.submit(replace(report("17605000"), campaign="school-meals-2026"))
    named = tmp_path / "spreadsheets"
    named.mkdir()
    (named / "school-meals-2026").write_text("1meals\n")
    (named / ".unfinished").write_text("1")
    said = write_backup(environ, tmp_path / "backup.zip")
    assert "school-meals-2026" in said
    assert "1meals" in said
    destroy(sqlite_url, tmp_path)
    (named / "school-meals-2026").unlink()
    named.joinpath(".unfinished").unlink()
    named.rmdir()
    restored = restore_backup(environ, tmp_path / "backup.zip")
    assert f"Номер таблицы возвращён: {named / 'school-meals-2026'}." in restored
    assert [(path.name, path.read_text()) for path in named.iterdir()] == [("school-meals-2026", "1meals\n")]
    (named / "school-meals-2026").write_text("1other")
    assert "не тот, что в копии" in restore_backup(environ, tmp_path / "backup.zip", replace=True)
    alone = environ | {"SVOD_CONFIG": str(ROOT / "docs" / "examples" / "check-list.yaml")}
    with pytest.raises(BackupError, match="другая кампания: school-meals-2026"):
        restore_backup(alone, tmp_path / "backup.zip", replace=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_restores_belongs_to_the_owner_of_the_folder(sqlite_url: str, tmp_path: Path) -> None:
    environ = installation(sqlite_url, tmp_path)
    write_backup(environ, tmp_path / "backup.zip")
    destroy(sqlite_url, tmp_path)
    os.chown(tmp_path, 65534, 65534)
    restore_backup(environ, tmp_path / "backup.zip")
    owners = {name: (tmp_path / name).stat().st_uid for name in ("outbox.db", "secret_key")}
    assert owners == {"outbox.db": 65534, "secret_key": 65534}


def test_a_backup_of_nothing_is_refused_and_makes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    said = command({"DATA_DIR": str(folder)}, "backup", str(tmp_path / "backup.zip"))
    assert (said.returncode, "Хранилища здесь нет" in said.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


Change = Callable[[dict[str, Any], dict[str, bytes]], None]


def _newer_tables(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["revision"] = "9999"


def _newer_format(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["format_version"] = 2


def _other_campaign(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["campaigns"] = {"питание-2026": manifest["campaigns"][CAMPAIGN]}


def _other_database(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["database"] = "postgresql"
    for named in (manifest["members"], members):
        named["outbox.dump"] = named.pop("outbox.db")


def _changed_byte(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["outbox.db"] = members["outbox.db"][:-1] + b"!"


def _bomb(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["secret_key"] = bytes(200_000)
    manifest["members"]["secret_key"]["size"] = 200_000


def _not_in_the_manifest(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/more"] = b"1"


def _way_out(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/../../out"] = b"1"
    manifest["members"]["files/../../out"] = {"size": 1, "sha256": "0" * 64}


def _fewer_counted(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["campaigns"][CAMPAIGN]["submissions"] = 0


def _with_a_trigger(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.deserialize(members["outbox.db"])
        raw.execute("CREATE TRIGGER more AFTER INSERT ON notes BEGIN DELETE FROM submissions; END")
        members["outbox.db"] = raw.serialize()
    described = {"size": len(members["outbox.db"]), "sha256": sha256(members["outbox.db"]).hexdigest()}
    manifest["members"]["outbox.db"] = described


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_newer_tables, "более новая версия"),
        (_newer_format, "более новая версия"),
        (_other_campaign, "другая кампания: питание-2026"),
        (_other_database, "Задайте DATABASE_URL"),
        (_changed_byte, "«outbox.db» не сходится с описью"),
        (_bomb, "не те файлы"),
        (_not_in_the_manifest, "не те файлы"),
        (_way_out, "не те файлы"),
        (_fewer_counted, "повреждена"),
        (_with_a_trigger, "не хранилище Свода"),
    ],
)
def test_a_foreign_archive_is_refused_and_changes_nothing(
    sqlite_url: str, tmp_path: Path, change: Change, words: str
) -> None:
    environ = installation(sqlite_url, tmp_path)
    with open_outbox(sqlite_url) as outbox:
        outbox.submissions.submit(report())
    write_backup(environ, tmp_path / "good.zip")
    with zipfile.ZipFile(tmp_path / "good.zip") as good:
        members = {name: good.read(name) for name in good.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    with zipfile.ZipFile(tmp_path / "changed.zip", "w", zipfile.ZIP_DEFLATED) as changed:
        changed.writestr("manifest.json", json.dumps(manifest))
        for name, content in members.items():
            changed.writestr(name, content)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BackupError, match=words):
        restore_backup(environ, tmp_path / "changed.zip", replace=True)
    assert sorted(tmp_path.iterdir()) == before
    with open_outbox(sqlite_url) as outbox:
        assert outbox.submissions.submit(report("17605000")).submission.number == 2


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18), bytes(100_000)])
def test_what_is_no_archive_is_refused(sqlite_url: str, tmp_path: Path, content: bytes) -> None:
    environ = installation(sqlite_url, tmp_path)
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BackupError, match="не копия Свода"):
        restore_backup(environ, tmp_path / "file")


@pytest.mark.postgresql
@pytest.mark.parametrize(("version", "words"), [(None, "Нет программы pg_dump"), ("9", "старее сервера")])
def test_without_a_client_as_new_as_the_server_nothing_is_written(
    postgresql_url: str, tmp_path: Path, version: str | None, words: str
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    if version is not None:
        (programs / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.1'\n")
        (programs / "pg_dump").chmod(0o755)
    environ = installation(postgresql_url, tmp_path) | {"PATH": str(programs)}
    said = command(environ, "backup", str(tmp_path / "backup.zip"))
    assert (said.returncode, words in said.stderr) == (1, True), said.stderr
    assert not (tmp_path / "backup.zip").exists()


@pytest.mark.postgresql
@pytest.mark.slow
def test_sqlite_moves_to_postgresql(sqlite_url: str, postgresql_url: str, cluster: Cluster, tmp_path: Path) -> None:
    environ = installation(sqlite_url, tmp_path)
    to = postgresql_url.replace("+psycopg", "")
    with program("submit_for_ever", sqlite_url, "11") as form:
        before = [output(form).readline().split() for _ in range(20)]
        refused = command(environ, "copy", "--to", to)
    assert (refused.returncode, "открыта другой программой" in refused.stderr) == (1, True), refused.stderr
    entry = JournalEntry(OPENED, "refresh", 1, 1, 1, "да", "")
    with open_outbox(sqlite_url) as outbox:
        outbox.journal.add(CAMPAIGN, "sheet", entry)
        outbox.drafts.save(draft())
        had = outbox.submissions.all(CAMPAIGN)
    done = command(environ, "copy", "--to", to)
    assert done.returncode == 0, done.stderr
    assert f"отчётов {len(had)}" in done.stdout
    assert {one for _, one, _ in before} <= {submission.id for submission in had}
    with open_outbox(database_url(environ | {"DATABASE_URL": to})) as outbox:
        assert outbox.submissions.all(CAMPAIGN) == had
        outbox.journal.add(CAMPAIGN, "sheet", replace(entry, result="снова"))
        assert [one.result for one in outbox.journal.last(CAMPAIGN, "sheet")] == ["снова", "да"]
        assert outbox.submissions.submit(report()).submission.number == len(had) + 1
    (old,) = tmp_path.glob("outbox-copied-*.db")
    assert not (tmp_path / "outbox.db").exists()
    old.rename(tmp_path / "outbox.db")
    again = command(environ, "copy", "--to", to)
    assert (again.returncode, "не пуста" in again.stderr) == (1, True), again.stderr
    assert (tmp_path / "outbox.db").exists()
