"""`svod export`: all versions of all reports as a file for Excel or for programs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from letters.errors import LettersError
from letters.export import data_package, excel_csv, plain_csv, reports, workbook
from svod import texts
from svod.letters import put
from svod.one_campaign import campaign_option, open_campaign

ENDINGS = (".csv", ".xlsx", ".json")


@click.group()
def commands() -> None:
    """The group in which `svod` finds the command."""


@commands.command(help=texts.EXPORT_HELP, options_metavar="[--rfc4180] [--with-contacts] [--campaign ID] [--yes]")
@click.argument("file", type=click.Path(path_type=Path), metavar=texts.FILE_WORD)
@click.option("--rfc4180", is_flag=True, help=texts.EXPORT_RFC_HELP)
@click.option("--with-contacts", is_flag=True, help=texts.EXPORT_CONTACTS_HELP)
@campaign_option
@click.option("--yes", is_flag=True, help=texts.LETTER_YES_HELP)
def export(file: Path, campaign_id: str | None, *, rfc4180: bool, with_contacts: bool, yes: bool) -> None:
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise LettersError(texts.LETTER_ENDING.format(name=file.name, endings=texts.LETTER_OR.join(ENDINGS)))
    if file.exists() and not yes:
        raise LettersError(texts.LETTER_EXISTS.format(path=file))
    with open_campaign(os.environ, campaign_id) as opened:
        table = reports(opened.campaign, opened.outbox, contacts=with_contacts)
    writers = {".csv": plain_csv if rfc4180 else excel_csv, ".xlsx": workbook, ".json": data_package}
    put(file, writers[ending](table), yes=yes, private=with_contacts)
    words = texts.EXPORT_WRITTEN_PRIVATE if with_contacts else texts.EXPORT_WRITTEN
    click.echo(words.format(path=file, count=len(table.rows)))
