"""`python -m webform …`: personal addresses, extensions, the rehearsal's clock."""

from __future__ import annotations

import csv
import os
import sys

import click

import outbox
from campaign import CampaignError, config_path, load_campaigns
from outbox import usage
from outbox.clock import move, open_clock
from outbox.deadlines import read_moment
from outbox.environment import in_production
from outbox.errors import OutboxError
from webform import texts
from webform.administration import open_installation
from webform.errors import WebformError

ADDRESSEES = click.option("--addressees", metavar=texts.LIST_WORD, help=texts.ADDRESSEES_HELP)


@click.group(help=texts.COMMANDS, options_metavar="", subcommand_metavar="КОМАНДА …")
def commands() -> None:
    pass


@commands.command(help=texts.LINKS_HELP, options_metavar="[--format csv|table] [--addressees СПИСОК]")
@click.option("--format", "shape", type=click.Choice(["csv", "table"]), default="table", help=texts.LINKS_FORMAT_HELP)
@ADDRESSEES
def links(shape: str, addressees: str | None) -> None:
    with open_installation(os.environ, addressees) as installation:
        rows = [(m.oktmo, m.name, installation.url(m.oktmo)) for m in installation.municipalities.values()]
    if shape == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("oktmo", "name", "url"))
        writer.writerows((oktmo, name, url or "") for oktmo, name, url in rows)
        return
    lines = [texts.LINKS_COLUMNS, *((oktmo, name, url or texts.REVOKED_LINK) for oktmo, name, url in rows)]
    width = max(len(name) for _, name, _ in lines)
    for oktmo, name, url in lines:
        click.echo(f"{oktmo:<8}  {name:<{width}}  {url}")


@commands.command(help=texts.REISSUE_HELP, options_metavar="[--addressees СПИСОК]")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
@ADDRESSEES
def reissue(oktmo: str, addressees: str | None) -> None:
    with open_installation(os.environ, addressees) as installation:
        click.echo(installation.reissue(oktmo))


@commands.command(help=texts.REVOKE_HELP, options_metavar="[--addressees СПИСОК]")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
@ADDRESSEES
def revoke(oktmo: str, addressees: str | None) -> None:
    with open_installation(os.environ, addressees) as installation:
        click.echo(installation.revoke(oktmo))


@commands.command(help=texts.EXTEND_HELP, options_metavar="[--campaign КАМПАНИЯ] [--addressees СПИСОК]")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
@click.argument("until", metavar=texts.UNTIL_WORD, nargs=-1, required=True)
@click.option("--campaign", metavar=texts.CAMPAIGN_WORD, help=texts.CAMPAIGN_HELP)
@ADDRESSEES
def extend(oktmo: str, until: tuple[str, ...], campaign: str | None, addressees: str | None) -> None:
    with open_installation(os.environ, addressees) as installation:
        click.echo(installation.extend(oktmo, " ".join(until), campaign))


@commands.command(help=texts.CLOCK_HELP, options_metavar="")
@click.argument("time", metavar=texts.TIME_WORD)
def clock(time: str) -> None:
    if in_production(os.environ):
        raise WebformError(texts.NO_REHEARSAL)
    campaign = load_campaigns(config_path(os.environ))[0]
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
