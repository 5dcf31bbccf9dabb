"""How the commands are written, and what is wrong with one: click's own words in Russian. Imports texts alone."""

from __future__ import annotations

import click

from webform import texts


class _Formatter(click.HelpFormatter):
    """Click's help with its headings in Russian."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, texts.USAGE_PREFIX if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(texts.HELP_HEADINGS.get(heading, heading))


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command that helps in Russian."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`, with our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = texts.HELP_OPTION
        return option


class Group(Command, click.Group):
    """The commands of one program."""

    command_class = Command


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
    if isinstance(context.command, click.Group):
        return texts.COMMAND_UNKNOWN
    return texts.COMMAND_TOO_MUCH
