"""`python -m localsheets backup FILE` and `restore FILE`, also while the server runs.

The copy is one SQLite file with all spreadsheets, accounts and the journal of edits, made by SQLite's backup API
(sqlite.org/backup.html): it is of one moment, and writers wait meanwhile. A restored file carries a fresh `generation`;
the store notices it and reads everything anew (`storage.store`).
"""

import contextlib
import datetime
import os
import secrets
import sqlite3
import sys
from pathlib import Path

import click

from localsheets import texts
from localsheets.settings import SettingsError, read_settings
from localsheets.storage.store import GENERATION, mark_replaced
from localsheets.texts import Backup as Texts

WAIT_SECONDS = 60


class BackupError(Exception):
    """A backup or restore failed; the message is a sentence for the administrator."""


def write_backup(database: Path, target: Path, *, force: bool = False) -> int:
    """Copy the live file to `target` (mode 600) and return the number of spreadsheets. Raises BackupError."""
    if not database.exists():
        raise BackupError(Texts.NO_FILE.format(path=database))
    if target.exists() and not force:
        raise BackupError(Texts.EXISTS.format(path=target))
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        source = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=WAIT_SECONDS)
        copy = sqlite3.connect(part)
        with contextlib.closing(source), contextlib.closing(copy):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            count = _check(copy)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(Texts.FAILED.format(reason=texts.reason(error))) from error
    finally:
        part.unlink(missing_ok=True)
    return count


def restore_backup(source: Path, database: Path) -> tuple[int, Path | None]:
    """Replace the live file by a copy.

    Returns (spreadsheets in it, path where the former file was kept or None). Raises BackupError; then nothing has
    changed.
    """
    if not source.exists():
        raise BackupError(Texts.NO_FILE.format(path=source))
    database.parent.mkdir(parents=True, exist_ok=True)
    part = database.with_name(f"{database.name}.{secrets.token_hex(4)}.restore")
    kept: Path | None = None
    try:
        held = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=WAIT_SECONDS)
        fresh = sqlite3.connect(part)
        with contextlib.closing(held), contextlib.closing(fresh):
            count = _check(held)
            held.backup(fresh)
            fresh.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (GENERATION, secrets.token_hex(16)))
            if fresh.execute("SELECT 1 FROM sqlite_master WHERE name = 'sign_in'").fetchone():
                fresh.execute("DELETE FROM sign_in")  # a session that was ended since must not come back
            fresh.commit()
            if database.exists():
                moment = datetime.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
                kept = database.with_name(f"{database.stem}-before-restore-{moment}-{secrets.token_hex(2)}.db")
                write_backup(database, kept)
            live = sqlite3.connect(database, timeout=WAIT_SECONDS)
            with contextlib.closing(live):
                fresh.backup(live)
                live.execute("PRAGMA journal_mode = WAL")
        database.chmod(0o600)
        mark_replaced(database)
    except sqlite3.DatabaseError as error:
        raise BackupError(Texts.NOT_BACKUP.format(path=source, reason=texts.reason(error))) from error
    except OSError as error:
        raise BackupError(Texts.FAILED.format(reason=texts.reason(error))) from error
    finally:
        part.unlink(missing_ok=True)
    return count, kept


def _check(connection: sqlite3.Connection) -> int:
    """Return the number of spreadsheets in a file. Raises sqlite3.DatabaseError if it is damaged or no such file."""
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict is None or verdict[0] != "ok":
        raise sqlite3.DatabaseError(str(verdict[0] if verdict else "?"))
    layout = connection.execute("SELECT value FROM about WHERE name = 'layout'").fetchone()
    if layout is None:
        raise sqlite3.DatabaseError("layout")
    return int(connection.execute("SELECT count(*) FROM spreadsheet").fetchone()[0])


@click.command("backup", options_metavar=texts.OPTIONS)
@click.argument("file", metavar="ФАЙЛ", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Заменить файл, если он уже есть.")
def backup(file: Path, force: bool) -> None:
    """Записать копию всех таблиц, учётных записей и истории правок в ФАЙЛ."""
    try:
        count = write_backup(read_settings().database, file, force=force)
    except (BackupError, SettingsError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(Texts.DONE.format(path=file, count=count, size=file.stat().st_size // 1024 + 1))


@click.command("restore", options_metavar="")
@click.argument("file", metavar="ФАЙЛ", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Восстановить данные из ФАЙЛА; прежние сохраняются рядом. Сервер таблиц может работать."""
    try:
        count, kept = restore_backup(file, read_settings().database)
    except (BackupError, SettingsError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    text = Texts.RESTORED_FIRST if kept is None else Texts.RESTORED
    click.echo(text.format(path=file, count=count, kept=kept))
