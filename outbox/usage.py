"""The commands of form and worker in Russian: click's messages from a gettext catalogue of the package."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import click


def run(command: click.Command, program: str) -> None:
    """Run a program's command. An error of usage is printed to standard error with exit code 2."""
    os.environ.update(LANGUAGE="ru")  # of gettext's variables the one that goes before all others
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
    command.main(prog_name=program)
