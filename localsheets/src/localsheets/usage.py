"""click's help and error messages in Russian."""

import sys
from collections.abc import Iterable
from typing import Any

import click

from localsheets import texts


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, texts.USAGE_PREFIX if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(texts.HELP_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        described = list(rows)
        for english, russian in texts.HELP_DEFAULT.items():
            described = [(name, words.replace(english, russian)) for name, words in described]
        super().write_dl(described, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command with its help in Russian."""

    context_class = _Context

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{"options_metavar": texts.OPTIONS} | named)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; an error always carries the command's context, which click's parser leaves out."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option `--help` with a Russian text."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = texts.HELP_OPTION
        return option


class Group(Command, click.Group):
    """A group of commands."""

    command_class = Command

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": texts.ANY_COMMAND} | named)


def run(command: click.Command, program: str) -> None:
    """Run a program's command; print a usage error to standard error and exit with code 2."""
    try:
        command.main(prog_name=program, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        sys.exit(2)
    except click.UsageError as error:
        click.echo(_wrong(error), err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(1)


def _wrong(error: click.UsageError) -> str:
    context = error.ctx
    if context is None:
        return error.format_message()
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
        return texts.COMMAND_BAD_OPTION.format(name=error.option_name)
    return texts.COMMAND_UNKNOWN if isinstance(context.command, click.Group) else texts.COMMAND_TOO_MUCH
