"""How the commands of all rooms start: with the settings file, and with click's messages in Russian.

The messages come from a gettext catalogue of the package.
"""

from __future__ import annotations

import gettext
import os
import sys
from pathlib import Path

import click

from outbox import texts
from outbox.errors import OutboxSettingsError
from outbox.settings_file import load_settings


def run(command: click.Command, program: str) -> None:
    """Run a program's command. A mistake in usage or in the settings file is printed, with exit code 2."""
    try:
        load_settings(os.environ)
    except OutboxSettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    os.environ.update(LANGUAGE="ru")  # of gettext's variables the one that goes before all others
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
    command.main(prog_name=program)


class _Answer(click.ParamType[bool]):
    name = "answer"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bool:
        answer = texts.ANSWERS.get(str(value).strip().lower())
        return answer if answer is not None else self.fail(texts.ANSWER_YES_OR_NO, param, ctx)


def confirm(question: str) -> bool:
    """Ask on standard error until «да» or «нет» is answered; Enter alone is «нет». Raises click.Abort."""
    asked = f"{question} {texts.YES_OR_NO}"
    return bool(click.prompt(asked, type=_Answer(), default=texts.NO, show_default=False, err=True))
