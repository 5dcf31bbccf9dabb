"""`python -m outbox …`: backup, restore, the move to PostgreSQL, the end of personal data.

Exit codes: 0 done, 1 not done, 2 not understood.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click

from campaign import CampaignError
from outbox import open_outbox, usage
from outbox import texts as words
from outbox.backup import texts
from outbox.backup.copying import copy_to
from outbox.backup.making import existing_database, write_backup
from outbox.backup.old_copies import USUAL_FOLDER, OldCopy, old_copies
from outbox.backup.restoring import restore_backup
from outbox.clock import real_now
from outbox.environment import data_dir
from outbox.errors import OutboxError

FILE = click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))


@click.group(help=texts.COMMANDS, options_metavar="", subcommand_metavar="КОМАНДА …")
def commands() -> None:
    pass


@commands.command(help=texts.BACKUP_HELP, options_metavar="")
@FILE
def backup(file: Path) -> None:
    _run(lambda: write_backup(os.environ, file))


@commands.command("restore-backup", help=texts.RESTORE_HELP, options_metavar="[--replace]")
@FILE
@click.option("--replace", is_flag=True, help=texts.REPLACE_HELP)
def restore(file: Path, *, replace: bool) -> None:
    _run(lambda: restore_backup(os.environ, file, replace=replace))


@commands.command(help=texts.COPY_HELP, options_metavar="--to АДРЕС")
@click.option("--to", required=True, metavar="АДРЕС", help=texts.TO_HELP)
def copy(to: str) -> None:
    _run(lambda: copy_to(os.environ, to))


@commands.command(help=words.PURGE_HELP, options_metavar="--contacts-older-than ДНЕЙ [--backups [ПАПКА]] [--yes]")
@click.option(
    "--contacts-older-than", "days", type=click.IntRange(1, 36_500), required=True, metavar="ДНЕЙ", help=words.DAYS_HELP
)
@click.option(
    "--backups",
    is_flag=False,
    flag_value=USUAL_FOLDER,
    type=click.Path(path_type=Path),
    metavar="[ПАПКА]",
    help=words.BACKUPS_HELP.format(folder=USUAL_FOLDER),
)
@click.option("--yes", is_flag=True, help=words.YES_HELP)
def purge(days: int, backups: Path | None, *, yes: bool) -> None:
    now = real_now()
    before = now - timedelta(days=days)
    failed: list[str] = []

    def destroy() -> str:
        with open_outbox(existing_database(os.environ), migrate=False) as outbox:
            copies = old_copies(_folders(backups))
            old = [copy for copy in copies if backups is not None and copy.made_at < before]
            plan = [words.PURGE_PLAN.format(before=before.date())]
            plan += [words.PURGE_PLAN_COPIES, *_listed(old, now)] if old else []
            if not yes and not usage.confirm("\n".join([*plan, words.PURGE_QUESTION])):
                return words.PURGE_LEFT
            done = outbox.retention.purge_contacts(before)
        lines = [
            words.PURGED.format(
                reports=done.reports,
                drafts=done.drafts,
                files=done.files,
                mails=done.mails,
                acts=done.acts,
                before=before.date(),
                now=now,
            )
        ]
        gone = []
        for copy in old:
            try:
                copy.delete()
                gone.append(copy)
            except OSError as error:
                failed.append(words.COPY_NOT_DELETED.format(path=copy.path, reason=words.reason(error)))
        lines += [words.COPIES_DELETED, *_listed(gone, now)] if gone else []
        left = [copy for copy in copies if copy not in gone]
        lines += [words.COPIES_LEFT, *_listed(left, now), words.COPIES_WHAT_TO_DO] if left else []
        return "\n".join(lines)

    _run(destroy)
    if failed:
        click.echo("\n".join(failed), err=True)
        sys.exit(1)


def _folders(backups: Path | None) -> list[Path]:
    """Return where copies may be: the data folder, and the named folder or, where there is one, the usual one."""
    if backups is None:
        usual = [USUAL_FOLDER] if os.access(USUAL_FOLDER, os.R_OK | os.X_OK) else []
        return [data_dir(os.environ), *usual]
    return [data_dir(os.environ), backups]


def _listed(copies: list[OldCopy], now: datetime) -> list[str]:
    return [words.COPY.format(path=one.path, made=one.made_at, days=(now - one.made_at).days) for one in copies]


def _run(work: Callable[[], str]) -> None:
    """Print what was done; a foreseen failure is one Russian line on standard error and exit code 1."""
    try:
        click.echo(work())
    except (CampaignError, OutboxError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    usage.run(commands, "python -m outbox")
