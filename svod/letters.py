"""`svod letter`: receipts, the municipality's answer and the region's note as files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from letters.documents import OWN_TEMPLATES, Document, Kind, make
from letters.errors import LettersError
from letters.facts import Facts
from letters.municipality import municipality_facts
from letters.receipt import receipt_facts
from letters.region import region_facts
from letters.summary import summary_facts
from letters.texts import UNKNOWN_RECEIPT
from outbox.environment import data_dir
from outbox.records import receipt_number
from outbox.texts import reason
from outbox.whole_files import PRIVATE, SHARED, write_whole
from svod import texts
from svod.one_campaign import OneCampaign, campaign_option, open_campaign


@click.group()
def commands() -> None:
    """The group in which `svod` finds the command."""


@commands.group(help=texts.LETTER_HELP, subcommand_metavar="ЧТО [ДАННЫЕ]… ФАЙЛ", options_metavar="")
def letter() -> None:
    pass


_file = click.argument("file", type=click.Path(path_type=Path), metavar=texts.FILE_WORD)
_yes = click.option("--yes", is_flag=True, help=texts.LETTER_YES_HELP)


@letter.command(help=texts.LETTER_REGION_HELP, options_metavar="[--campaign ID] [--yes]")
@_file
@campaign_option
@_yes
def region(file: Path, campaign_id: str | None, *, yes: bool) -> None:
    write_region(os.environ, file, campaign_id, yes=yes)


@letter.command(help=texts.LETTER_SUMMARY_HELP, options_metavar="[--campaign ID] [--yes]")
@_file
@campaign_option
@_yes
def summary(file: Path, campaign_id: str | None, *, yes: bool) -> None:
    def facts(of: OneCampaign) -> Facts:
        return summary_facts(of.campaign, of.outbox, rehearsal=of.rehearsal)

    write(os.environ, "summary", facts, file, campaign_id, yes=yes)


@letter.command(help=texts.LETTER_MUNICIPALITY_HELP, options_metavar="[--campaign ID] [--yes]")
@click.argument("oktmo", metavar="ОКТМО")
@_file
@campaign_option
@_yes
def municipality(oktmo: str, file: Path, campaign_id: str | None, *, yes: bool) -> None:
    def facts(of: OneCampaign) -> Facts:
        return municipality_facts(of.campaign, of.outbox, oktmo, rehearsal=of.rehearsal)

    write(os.environ, "municipality", facts, file, campaign_id, yes=yes, private=True)


@letter.command(help=texts.LETTER_RECEIPT_HELP, options_metavar="[--campaign ID] [--yes]")
@click.argument("number", metavar="КВИТАНЦИЯ")
@_file
@campaign_option
@_yes
def receipt(number: str, file: Path, campaign_id: str | None, *, yes: bool) -> None:
    def facts(of: OneCampaign) -> Facts:
        prefix = of.campaign.about.receipt_prefix
        found = of.outbox.submissions.by_words(of.campaign.id, prefix, number)
        if found is None:
            raise LettersError(UNKNOWN_RECEIPT.format(receipt=number, example=receipt_number(prefix, 1)))
        return receipt_facts(of.campaign, found, of.tokens.code(found), rehearsal=of.rehearsal)

    write(os.environ, "receipt", facts, file, campaign_id, receipt=number, yes=yes)


def write_region(environ: Mapping[str, str], file: Path, campaign_id: str | None, *, yes: bool) -> None:
    """Make the region's note of the published figures; see `write`."""

    def facts(of: OneCampaign) -> Facts:
        return region_facts(of.campaign, of.outbox, rehearsal=of.rehearsal)

    write(environ, "region", facts, file, campaign_id, yes=yes)


def write(
    environ: Mapping[str, str],
    kind: Kind,
    facts_of: Callable[[OneCampaign], Facts],
    file: Path,
    campaign_id: str | None,
    *,
    receipt: str | None = None,
    yes: bool,
    private: bool = False,
) -> None:
    """Make the document and write it whole, or not at all; its ending decides what it is.

    campaign_id, receipt: tell which campaign, where there are several
    yes:                  replace a file that is there
    private:              people's contacts are in it, so only its owner may read it

    Raises LettersError, WebformError, OutboxError, CampaignError.
    """
    ending = file.suffix.lower()
    endings = Document(kind, {}).endings
    if ending not in endings:
        raise LettersError(texts.LETTER_ENDING.format(name=file.name, endings=texts.LETTER_OR.join(endings)))
    if file.exists() and not yes:
        raise LettersError(texts.LETTER_EXISTS.format(path=file))
    with open_campaign(environ, campaign_id, receipt) as opened:
        facts = facts_of(opened)
    put(file, make(Document(kind, facts), ending, data_dir(environ) / OWN_TEMPLATES), yes=yes, private=private)
    click.echo((texts.LETTER_WRITTEN_PRIVATE if private else texts.LETTER_WRITTEN).format(path=file))


def put(file: Path, content: bytes, *, yes: bool, private: bool) -> None:
    """Write the file whole, or not at all; without `yes` never over another one. Raises LettersError."""
    try:
        write_whole(file, content, mode=PRIVATE if private else SHARED, over=yes)
    except FileExistsError as error:
        raise LettersError(texts.LETTER_EXISTS.format(path=file)) from error
    except OSError as error:
        raise LettersError(texts.LETTER_UNWRITABLE.format(path=file, reason=reason(error))) from error
