"""`svod`, also `python -m svod`: the administrator's command. Exit codes: 0 done, 2 not understood."""

from __future__ import annotations

import click

from outbox import usage
from svod import __version__, texts


@click.group(help=texts.ABOUT, options_metavar="[КЛЮЧИ]", subcommand_metavar="КОМАНДА [ДАННЫЕ]…")
@click.version_option(__version__, message=texts.VERSION, help=texts.HELP_VERSION)
def main() -> None:
    pass


def run() -> None:
    """Run the command that was typed."""
    usage.run(main, "svod")


if __name__ == "__main__":
    run()
