"""`python -m outbox …`: backup, restore, the move to PostgreSQL, the end of personal data.

Exit codes: 0 done, 1 not done, 2 not understood.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click

from campaign import CampaignError
from outbox import open_outbox, usage
from outbox import texts as words
from outbox.backup import texts
from outbox.backup.copying import copy_to
from outbox.backup.making import existing_database, write_backup
from outbox.backup.restoring import restore_backup
from outbox.clock import real_now
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


@commands.command(help=words.PURGE_HELP, options_metavar="--contacts-older-than ДНЕЙ [--yes]")
@click.option(
    "--contacts-older-than", "days", type=click.IntRange(1, 36_500), required=True, metavar="ДНЕЙ", help=words.DAYS_HELP
)
@click.option("--yes", is_flag=True, help=words.YES_HELP)
def purge(days: int, *, yes: bool) -> None:
    before = real_now() - timedelta(days=days)

    def destroy() -> str:
        with open_outbox(existing_database(os.environ), migrate=False) as outbox:
            if not yes and not click.confirm(words.PURGE_PLAN.format(before=before.date()), err=True):
                return words.PURGE_LEFT
            done = outbox.retention.purge_contacts(before)
        return words.PURGED.format(reports=done.reports, drafts=done.drafts, before=before.date(), now=real_now())

    _run(destroy)


def _run(work: Callable[[], str]) -> None:
    """Print what was done; a foreseen failure is one Russian line on standard error and exit code 1."""
    try:
        click.echo(work())
    except (CampaignError, OutboxError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    usage.run(commands, "python -m outbox")
