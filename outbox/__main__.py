"""`python -m outbox …`: backup, restore, the move to PostgreSQL. Exit codes: 0 done, 1 not done, 2 not understood."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from campaign import CampaignError
from outbox import usage
from outbox.backup import texts
from outbox.backup.copying import copy_to
from outbox.backup.making import write_backup
from outbox.backup.restoring import restore_backup
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


def _run(work: Callable[[], str]) -> None:
    """Print what was done; a foreseen failure is one Russian line on standard error and exit code 1."""
    try:
        click.echo(work())
    except (CampaignError, OutboxError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    usage.run(commands, "python -m outbox")
