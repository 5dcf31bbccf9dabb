"""`python -m webform …`: personal links, extensions, the rehearsal's clock."""

from __future__ import annotations

import csv
import os
import sys

import click

import outbox
from campaign import CampaignError, config_path, load_campaign
from outbox import usage
from outbox.clock import move, open_clock
from outbox.environment import in_production
from outbox.errors import OutboxError
from webform import texts
from webform.administration import open_installation, read_moment
from webform.errors import WebformError


@click.group(help=texts.COMMANDS, options_metavar="", subcommand_metavar="КОМАНДА …")
def commands() -> None:
    pass


@commands.command(help=texts.LINKS_HELP, options_metavar="[--format csv|table]")
@click.option("--format", "shape", type=click.Choice(["csv", "table"]), default="table", help=texts.LINKS_FORMAT_HELP)
def links(shape: str) -> None:
    with open_installation(os.environ) as installation:
        rows = [(m.oktmo, m.name, installation.url(m.oktmo)) for m in installation.campaign.municipalities]
    if shape == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("oktmo", "name", "url"))
        writer.writerows((oktmo, name, url or "") for oktmo, name, url in rows)
        return
    lines = [texts.LINKS_COLUMNS, *((oktmo, name, url or texts.REVOKED_LINK) for oktmo, name, url in rows)]
    width = max(len(name) for _, name, _ in lines)
    for oktmo, name, url in lines:
        click.echo(f"{oktmo:<8}  {name:<{width}}  {url}")


@commands.command(help=texts.REISSUE_HELP, options_metavar="")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
def reissue(oktmo: str) -> None:
    with open_installation(os.environ) as installation:
        click.echo(installation.reissue(oktmo))


@commands.command(help=texts.REVOKE_HELP, options_metavar="")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
def revoke(oktmo: str) -> None:
    with open_installation(os.environ) as installation:
        click.echo(installation.revoke(oktmo))


@commands.command(help=texts.EXTEND_HELP, options_metavar="")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
@click.argument("until", metavar=texts.UNTIL_WORD, nargs=-1, required=True)
def extend(oktmo: str, until: tuple[str, ...]) -> None:
    with open_installation(os.environ) as installation:
        click.echo(installation.extend(oktmo, " ".join(until)))


@commands.command(help=texts.CLOCK_HELP, options_metavar="")
@click.argument("time", metavar=texts.TIME_WORD)
def clock(time: str) -> None:
    if in_production(os.environ):
        raise WebformError(texts.NO_REHEARSAL)
    campaign = load_campaign(config_path(os.environ))
    move(outbox.data_dir(os.environ), read_moment(time, campaign))
    now = open_clock(os.environ).now().astimezone(campaign.about.zone)
    click.echo(texts.CLOCK_MOVED.format(now=texts.moment(now)))


def main() -> None:
    """Run a command; a mistake is one Russian line on standard error and exit code 2."""
    try:
        usage.run(commands, "python -m webform")
    except (CampaignError, OutboxError, WebformError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
