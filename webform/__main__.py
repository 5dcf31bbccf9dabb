"""`python -m webform …`: personal links, extensions, the rehearsal's clock."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import click

import outbox
from campaign import Campaign, CampaignError, Municipality, config_path, load_campaign
from outbox import Outbox, open_outbox, usage
from outbox.clock import move, open_clock, real_now
from outbox.environment import in_production
from outbox.errors import OutboxError
from webform import texts
from webform.environment import Settings, read_settings
from webform.errors import WebformError
from webform.tokens import Tokens

# Seconds in an ISO time: 18:00:30 or 180030, after the date.
_SECONDS = re.compile(r"\D\d\d:?\d\d:?\d\d")


@dataclass(frozen=True, slots=True)
class _Installation:
    settings: Settings
    campaign: Campaign
    outbox: Outbox
    tokens: Tokens

    def municipality(self, oktmo: str) -> Municipality:
        found = self.campaign.by_oktmo.get(oktmo)
        if found is None:
            raise WebformError(texts.UNKNOWN_OKTMO.format(oktmo=oktmo))
        return found

    def url(self, oktmo: str) -> str | None:
        """Return the address of the municipality's personal link, None if it is revoked. Raises OutboxError."""
        link = self.outbox.links.current(self.campaign.id, oktmo)
        if link.revoked:
            return None
        return f"{self.settings.public_url}/r/{self.tokens.link(oktmo, link.version, real_now())}"


@contextmanager
def _open_installation() -> Iterator[_Installation]:
    settings = read_settings(os.environ)
    campaign = load_campaign(settings.campaign_file)
    with open_outbox(settings.database_url) as store:
        store.kind.look(os.environ)
        yield _Installation(settings, campaign, store, Tokens(settings.secrets, campaign.id))


@click.group(help=texts.COMMANDS, options_metavar="", subcommand_metavar="КОМАНДА …")
def commands() -> None:
    pass


@commands.command(help=texts.LINKS_HELP, options_metavar="[--format csv|table]")
@click.option("--format", "shape", type=click.Choice(["csv", "table"]), default="table", help=texts.LINKS_FORMAT_HELP)
def links(shape: str) -> None:
    with _open_installation() as installation:
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
    with _open_installation() as installation:
        installation.municipality(oktmo)
        installation.outbox.links.reissue(installation.campaign.id, oktmo)
        click.echo(installation.url(oktmo))


@commands.command(help=texts.REVOKE_HELP, options_metavar="")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
def revoke(oktmo: str) -> None:
    with _open_installation() as installation:
        name = installation.municipality(oktmo).name
        installation.outbox.links.revoke(installation.campaign.id, oktmo)
        click.echo(texts.REVOKED.format(name=name, oktmo=oktmo))


@commands.command(help=texts.EXTEND_HELP, options_metavar="")
@click.argument("oktmo", metavar=texts.OKTMO_WORD)
@click.argument("until", metavar=texts.UNTIL_WORD)
def extend(oktmo: str, until: str) -> None:
    with _open_installation() as installation:
        name, about = installation.municipality(oktmo).name, installation.campaign.about
        if until.casefold() == "none":
            installation.outbox.links.set_extension(installation.campaign.id, oktmo, None)
            click.echo(texts.EXTENSION_OVER.format(name=name, until=texts.moment(about.deadline)))
            return
        _refuse_day(until)
        moment = _lasting(until, _moment(until, installation.campaign)).astimezone(about.zone)
        if moment <= about.deadline:
            raise WebformError(texts.EXTENSION_EARLY.format(until=texts.moment(about.deadline)))
        installation.outbox.links.set_extension(installation.campaign.id, oktmo, moment)
        click.echo(texts.EXTENDED.format(name=name, until=texts.hour_first(moment)))


@commands.command(help=texts.CLOCK_HELP, options_metavar="")
@click.argument("time", metavar=texts.TIME_WORD)
def clock(time: str) -> None:
    if in_production(os.environ):
        raise WebformError(texts.NO_REHEARSAL)
    campaign = load_campaign(config_path(os.environ))
    move(outbox.data_dir(os.environ), _moment(time, campaign))
    now = open_clock(os.environ).now().astimezone(campaign.about.zone)
    click.echo(texts.CLOCK_MOVED.format(now=texts.moment(now)))


def _moment(text: str, campaign: Campaign) -> datetime:
    """Return the moment of an ISO time; without an offset it is in the campaign's zone. Raises WebformError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WebformError(texts.NOT_A_TIME.format(text=text)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=campaign.about.zone)


def _refuse_day(text: str) -> None:
    """Raise WebformError for a date without a time: it would end the extension at the beginning of that day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return
    raise WebformError(texts.DAY_ALONE.format(text=text, day=day.isoformat()))


def _lasting(text: str, moment: datetime) -> datetime:
    """Return the end of the minute if the text has no seconds, as for the deadline of the campaign file."""
    return moment if _SECONDS.search(text) else moment.replace(second=59, microsecond=999_999)


def main() -> None:
    """Run a command; a mistake is one Russian line on standard error and exit code 2."""
    try:
        usage.run(commands, "python -m webform")
    except (CampaignError, OutboxError, WebformError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
