"""How the commands of form and worker are written, and what is wrong with one: click's own words in Russian.

Imports the texts alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click

from outbox import texts


class _Formatter(click.HelpFormatter):
    """Click's help with its headings in Russian."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, texts.USAGE_PREFIX if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(texts.HELP_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        told = [(name, words.replace("[required]", texts.HELP_REQUIRED)) for name, words in rows]
        super().write_dl(told, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command that helps in Russian."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What click reads out of the words; a mistake always names the command, which click's parser leaves out."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`, with our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = texts.HELP_OPTION
        return option


class Group(Command, click.Group):
    """The commands of one program."""

    command_class = Command

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": texts.ANY_COMMAND} | named)


def run(command: click.Command, program: str) -> None:
    """Run the program's command; a mistake in how it was written is told on standard error, with exit code 2."""
    try:
        command.main(prog_name=program, standalone_mode=False)
    except click.UsageError as error:
        click.echo(wrong(error), err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(1)


def wrong(error: click.UsageError) -> str:
    """What is wrong with what was typed, and how the command is written; the help where nothing was typed."""
    context = error.ctx
    if context is None:
        return error.format_message()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return context.get_help()
    usage = " ".join((context.command_path, *context.command.collect_usage_pieces(context)))
    return texts.WRONG_COMMAND.format(what=_what(error, context), usage=usage)


def _what(error: click.UsageError, context: click.Context) -> str:
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return texts.COMMAND_LACKS.format(name=error.param.make_metavar(context))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return texts.COMMAND_BAD_VALUE.format(name=error.param.opts[0])
    if isinstance(error, click.NoSuchOption):
        return texts.COMMAND_NO_OPTION.format(name=error.option_name)
    if isinstance(error, click.BadOptionUsage):
        takes = {name: not option.is_flag for option in _options(context) for name in option.opts}
        words = texts.COMMAND_LACKS_VALUE if takes.get(error.option_name) else texts.COMMAND_TAKES_NO_VALUE
        return words.format(name=error.option_name)
    if isinstance(context.command, click.Group):
        return texts.COMMAND_UNKNOWN
    return texts.COMMAND_TOO_MUCH


def _options(context: click.Context) -> list[click.Option]:
    return [one for one in context.command.get_params(context) if isinstance(one, click.Option)]
