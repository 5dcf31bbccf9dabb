"""`svod token`: keys of programs that read reports over HTTP."""

from __future__ import annotations

import os
from datetime import timedelta

import click

from outbox import open_outbox
from outbox.clock import real_now
from svod import texts
from webform.environment import read_settings
from webform.errors import WebformError

LONGEST_DAYS = 366


@click.group()
def commands() -> None:
    """The group in which `svod` finds the command."""


@commands.group(help=texts.KEY_HELP, subcommand_metavar="КОМАНДА [ДАННЫЕ]…", options_metavar="")
def token() -> None:
    pass


@token.command(help=texts.KEY_ADD_HELP, options_metavar="[--days ДНИ] [--contacts]")
@click.argument("name", metavar=texts.KEY_NAME)
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=90, help=texts.KEY_DAYS_HELP, metavar="ДНИ")
@click.option("--contacts", is_flag=True, help=texts.KEY_CONTACTS_HELP)
def add(name: str, days: int, *, contacts: bool) -> None:
    name = " ".join(name.split())
    if not name or len(name) > 60 or not name.isprintable():
        raise WebformError(texts.KEY_BAD_NAME)
    settings = read_settings(os.environ)
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.look(os.environ)
        made, secret = outbox.api_tokens.add(name, timedelta(days=days), contacts=contacts)
        outbox.acts.record(None, "token_added", detail={"name": name, "contacts": contacts})
    words = texts.KEY_ADDED_CONTACTS if contacts else texts.KEY_ADDED
    click.echo(words.format(name=name, until=f"{made.expires_real:%d.%m.%Y}", url=f"{settings.public_url}/api/v1"))
    click.echo(secret)


@token.command("list", help=texts.KEY_LIST_HELP, options_metavar="")
def listing() -> None:
    with open_outbox(read_settings(os.environ).database_url) as outbox:
        tokens = outbox.api_tokens.all()
    if not tokens:
        click.echo(texts.KEY_NONE)
    for one in tokens:
        until = texts.KEY_UNTIL if one.expires_real > real_now() else texts.KEY_EXPIRED
        rights = texts.KEY_READS_CONTACTS if one.contacts else texts.KEY_READS
        click.echo(f"{one.id}\t{one.name}\t{rights}\t{until.format(until=f'{one.expires_real:%d.%m.%Y}')}")


@token.command(help=texts.KEY_REVOKE_HELP, options_metavar="")
@click.argument("number", type=int, metavar=texts.KEY_NUMBER)
def revoke(number: int) -> None:
    with open_outbox(read_settings(os.environ).database_url) as outbox:
        outbox.kind.look(os.environ)
        if not outbox.api_tokens.revoke(number):
            raise WebformError(texts.KEY_UNKNOWN.format(number=number))
        outbox.acts.record(None, "token_revoked", detail={"number": number})
    click.echo(texts.KEY_REVOKED.format(number=number))
