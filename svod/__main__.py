"""`svod`, also `python -m svod`: the administrator's command, from any folder.

Each command first says on standard error which installation it acts on. Exit codes: 0 done, 1 not well (`status`,
`doctor`) or not everything done, 2 refused or not understood.
"""

from __future__ import annotations

import copy
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path

import click

from campaign import CampaignError
from desk.people.errors import StaffError
from letters.errors import LettersError
from outbox import texts as outbox_texts
from outbox import usage
from outbox.backup import texts as backup_texts
from outbox.environment import data_dir
from outbox.errors import OutboxError
from outbox.settings_file import FOLDER
from outbox.ticket_key import make_ticket_key
from svod import __version__, campaign_files, texts
from svod.installation import describe
from svod.texts import mail as mail_texts
from sync.errors import WorkerError
from sync.texts import importing as importing_texts
from sync.texts import loss as loss_texts
from sync.texts import worker as worker_texts
from webform import texts as form_texts
from webform.errors import WebformError

HERE = Path.cwd()
"""Where the command was typed; it runs in the folder of the program, as the services do."""

# Commands that a room has already, with what the list of commands says of them. A room is imported when its command is
# asked for: the worker's brings pandas, the form's Flask.
ROOMS = {
    "letter": ("svod.letters:commands", texts.LETTER_HELP),
    "mail": ("svod.mail:commands", mail_texts.HELP),
    "export": ("svod.export:commands", texts.EXPORT_HELP),
    "token": ("svod.tokens:commands", texts.KEY_HELP),
    "staff": ("svod.staff:commands", texts.STAFF_HELP),
    "files": ("svod.files:commands", texts.FILES_HELP),
    "extend": ("webform.__main__:commands", form_texts.EXTEND_HELP),
    "reissue": ("webform.__main__:commands", form_texts.REISSUE_HELP),
    "revoke": ("webform.__main__:commands", form_texts.REVOKE_HELP),
    "restore": ("sync.__main__:main", loss_texts.HELP),
    "rebuild": ("sync.__main__:main", worker_texts.HELP_REBUILD),
    "import-from-sheet": ("sync.__main__:main", importing_texts.HELP),
    "backup": ("outbox.__main__:commands", backup_texts.BACKUP_HELP),
    "restore-backup": ("outbox.__main__:commands", backup_texts.RESTORE_HELP),
    "copy": ("outbox.__main__:commands", backup_texts.COPY_HELP),
    "purge": ("outbox.__main__:commands", outbox_texts.PURGE_HELP),
}


APART = ("rehearse", "preview", "campaign")
"""Rehearsals are installations of their own, and campaign files belong to none."""


class Door(click.Group):
    """The commands of this module and those of the rooms; each names the installation before it begins."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *ROOMS])

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing a room."""
        listed = click.Group(self.name)
        for name in self.list_commands(context):
            listed.add_command(super().get_command(context, name) or click.Command(name, help=ROOMS[name][1]))
        listed.format_commands(context, formatter)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        found = super().get_command(context, name)
        if name in ROOMS:
            module, group = ROOMS[name][0].split(":")
            found = getattr(importlib.import_module(module), group).get_command(context, name)
        if found is None or name in APART:
            return found
        return announcing(found)


def announcing(command: click.Command) -> click.Command:
    """Return the command, or each of a group's commands, with a callback that first names the installation."""
    named = copy.copy(command)
    if isinstance(named, click.Group):
        named.commands = {name: announcing(one) for name, one in named.commands.items()}
    else:
        named.callback = announced(command.callback)
    return named


def announced(callback: Callable[..., object] | None) -> Callable[..., object]:
    """Return the callback that first says which installation it acts on."""

    def call(*words: object, **options: object) -> object:
        with suppress(OutboxError):  # the command will say it, or look at it
            click.echo(describe(os.environ), err=True)
        # A file is named from where the command was typed.
        named = {name: HERE / value if isinstance(value, Path) else value for name, value in options.items()}
        return callback(*words, **named) if callback else None

    return wraps(callback)(call) if callback else call


@click.group(
    cls=Door,
    help=texts.ABOUT,
    options_metavar="[КЛЮЧИ]",
    subcommand_metavar="КОМАНДА [ДАННЫЕ]…",
    context_settings={"terminal_width": 110},
)
@click.version_option(__version__, message=texts.VERSION, help=texts.HELP_VERSION)
@click.pass_context
def main(context: click.Context) -> None:
    context.obj = HERE
    os.chdir(FOLDER)


main.add_command(campaign_files.campaign)


@main.command(help=texts.LINKS_HELP, options_metavar="[--csv] [--out ФАЙЛ] [--addressees СПИСОК]")
@click.argument("oktmo", metavar=texts.OKTMO_WORD, required=False)
@click.option("--csv", is_flag=True, help=texts.LINKS_CSV_HELP)
@click.option("--out", "file", type=click.Path(path_type=Path), metavar=texts.FILE_WORD, help=texts.LINKS_OUT_HELP)
@click.option("--addressees", metavar="СПИСОК", help=texts.LINKS_LIST_HELP)
def links(oktmo: str | None, file: Path | None, addressees: str | None, *, csv: bool) -> None:
    from svod import links as listed

    click.echo(listed.run(os.environ, oktmo, file, csv=csv or file is not None, addressees=addressees))


@main.command(help=texts.STATUS_HELP, options_metavar="[--no-form]")
@click.option("--no-form", is_flag=True, help=texts.STATUS_NO_FORM_HELP)
def status(*, no_form: bool) -> None:
    from svod.status import run

    sys.exit(run(os.environ, form=not no_form))


@main.command(help=texts.RELOAD_HELP, options_metavar="")
def reload() -> None:
    from svod import reload as files

    click.echo(files.run(os.environ))


@main.command(help=texts.DOCTOR_HELP, options_metavar="")
def doctor() -> None:
    from svod.doctor import examine
    from svod.looks import lines

    checks = examine(os.environ)
    click.echo(lines(checks))
    sys.exit(1 if any(check.good is False for check in checks) else 0)


@main.command(help=texts.REHEARSE_HELP, options_metavar="[--folder ПАПКА] [--port ПОРТ] [--sheets-port ПОРТ]")
@click.argument("file", metavar=texts.FILE_WORD)
@click.option("--folder", metavar="ПАПКА", help=texts.REHEARSE_FOLDER_HELP)
@click.option("--port", type=click.IntRange(1, 65535), metavar="ПОРТ", help=texts.REHEARSE_PORT_HELP)
@click.option("--sheets-port", type=click.IntRange(1, 65535), metavar="ПОРТ", help=texts.REHEARSE_SHEETS_PORT_HELP)
def rehearse(file: str, folder: str | None, port: int | None, sheets_port: int | None) -> None:
    from svod.rehearsal import start

    start(os.environ, HERE / file, HERE / folder if folder else None, port, sheets_port)


@main.command(
    help=texts.SHEETS_HELP,
    options_metavar="",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("words", metavar=texts.SHEETS_WORDS, nargs=-1, type=click.UNPROCESSED)
def sheets(words: tuple[str, ...]) -> None:
    # A program of its own, which reads no settings file: it is started with what the file says, where it was typed.
    environ = os.environ | {"DATA_DIR": str(data_dir(os.environ).absolute())}
    make_ticket_key(environ)
    os.chdir(HERE)
    os.execve(sys.executable, [sys.executable, "-m", "localsheets", *words], environ)  # noqa: S606 - ours


@main.command(help=texts.PREVIEW_HELP, options_metavar="[--demo] [--port ПОРТ] [--sheets-port ПОРТ]")
@click.argument("file", metavar=texts.FILE_WORD, type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help=texts.PREVIEW_DEMO_HELP)
@click.option("--port", type=click.IntRange(1, 65535), metavar="ПОРТ", help=texts.REHEARSE_PORT_HELP)
@click.option("--sheets-port", type=click.IntRange(1, 65535), metavar="ПОРТ", help=texts.REHEARSE_SHEETS_PORT_HELP)
def preview(file: Path, port: int | None, sheets_port: int | None, *, demo: bool) -> None:
    from svod.preview import show

    sys.exit(show(os.environ, HERE / file, port, sheets_port, demo=demo))


def run() -> None:
    """Run the command that was typed."""
    try:
        usage.run(main, "svod")
    except (CampaignError, LettersError, OutboxError, StaffError, WebformError, WorkerError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    run()
