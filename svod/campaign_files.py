"""`svod campaign`: campaign files and workbooks, made of each other and checked. It acts on no installation.

A file is written whole or not at all, after what was written has been read back as the same campaign.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from campaign import Campaign, CampaignError, CampaignFileError, Rollup, config_path, load_campaign, load_file
from campaign.next_period import next_period
from campaign.rollup_checks import rollup_good
from outbox.texts import reason
from outbox.whole_files import SHARED, whole_file
from svod import texts

WORKBOOK = ".xlsx"
BOOKS = (WORKBOOK, ".xlsm", ".xls")


class CampaignFileRefusedError(CampaignError):
    """A file that is not written; `str()` says why and what to do."""


@click.group(help=texts.CAMPAIGN_HELP, options_metavar="", subcommand_metavar="КОМАНДА [ДАННЫЕ]…")
def campaign() -> None:
    pass


yes_option = click.option("--yes", is_flag=True, help=texts.YES_HELP)


def path_argument(name: str, metavar: str, *, required: bool = True) -> Callable[..., Callable[..., None]]:
    """Return the decorator for the name of a file."""
    return click.argument(name, metavar=metavar, type=click.Path(path_type=Path), required=required)


@campaign.command("to-xlsx", help=texts.TO_XLSX_HELP, options_metavar="[--yes]")
@path_argument("source", texts.CAMPAIGN_FILE_WORD)
@path_argument("target", texts.BOOK_WORD)
@yes_option
@click.pass_obj
def to_xlsx(here: Path, source: Path, target: Path, *, yes: bool) -> None:
    source, target = here / source, here / target
    check_target(source, target, WORKBOOK, yes=yes)
    write(target, load_campaign(source), source.name)


@campaign.command("from-xlsx", help=texts.FROM_XLSX_HELP, options_metavar="[--yes]")
@path_argument("source", texts.BOOK_WORD)
@path_argument("target", texts.CAMPAIGN_FILE_MAYBE, required=False)
@yes_option
@click.pass_obj
def from_xlsx(here: Path, source: Path, target: Path | None, *, yes: bool) -> None:
    from campaign.workbook import read_workbook

    source = here / source
    target = here / target if target else source.with_suffix(".yaml")
    check_target(source, target, "", yes=yes)
    write(target, read_workbook(source), source.name)


@campaign.command("from-xlsform", help=texts.FROM_XLSFORM_HELP, options_metavar="[--base ФАЙЛ] [--yes]")
@path_argument("source", texts.FORM_WORD)
@path_argument("target", texts.CAMPAIGN_FILE_MAYBE, required=False)
@click.option("--base", type=click.Path(path_type=Path), metavar=texts.FILE_WORD, help=texts.FROM_XLSFORM_BASE_HELP)
@yes_option
@click.pass_obj
def from_xlsform(here: Path, source: Path, target: Path | None, base: Path | None, *, yes: bool) -> None:
    from campaign.workbook import from_xlsform

    source = here / source
    target = here / target if target else source.with_suffix(".yaml")
    check_target(source, target, "", yes=yes)
    taken_from = here / base if base else config_path(os.environ)
    carried = from_xlsform(source, load(taken_from))
    write(target, carried.campaign, source.name)
    if carried.left:
        lines = (f"  {one}" for one in carried.left)
        click.echo("\n".join((texts.FORM_LEFT.format(count=len(carried.left)), *lines)))
    click.echo(texts.FORM_FILL.format(base=taken_from, path=target))


@campaign.command("next", help=texts.NEXT_HELP, options_metavar="[--months 1|3|12] [--yes]")
@path_argument("source", texts.CAMPAIGN_FILE_WORD)
@path_argument("target", texts.CAMPAIGN_FILE_MAYBE, required=False)
@click.option("--months", type=click.Choice(["1", "3", "12"]), metavar="1|3|12", help=texts.NEXT_MONTHS_HELP)
@yes_option
@click.pass_obj
def next_file(here: Path, source: Path, target: Path | None, months: str | None, *, yes: bool) -> None:
    made = next_period(here / source, int(months) if months else None)
    target = here / target if target else (here / source).with_name(f"{made.id}.yaml")
    check_target(here / source, target, "", yes=yes)
    put(target, made.text.encode(), None)
    if made.named:
        lines = (f"  {number}: {line}" for number, line in made.named)
        click.echo("\n".join((texts.NEXT_NAMED.format(count=len(made.named)), *lines)))
    click.echo(texts.NEXT_THEN)


@campaign.command("check", help=texts.CAMPAIGN_CHECK_HELP, options_metavar="")
@path_argument("file", texts.FILE_WORD)
@click.pass_obj
def check(here: Path, file: Path) -> None:
    path = here / file
    if path.suffix.casefold() not in BOOKS:
        found = load_file(path)
        if isinstance(found, Rollup):
            click.echo(rollup_good(path, found))
            return
    click.echo(counted(texts.FILE_GOOD, path, load(path)))


def load(path: Path) -> Campaign:
    """Return the campaign of a YAML file or of a workbook. Raises CampaignError."""
    if path.suffix.casefold() not in BOOKS:
        return load_campaign(path)
    from campaign.workbook import read_workbook

    return read_workbook(path)


def check_target(source: Path, target: Path, suffix: str, *, yes: bool) -> None:
    """Raise CampaignFileRefusedError unless the file may be made. suffix: that its name must have; "" for any."""
    words = {"path": target, "suffix": suffix}
    if suffix and target.suffix.casefold() != suffix:
        raise CampaignFileRefusedError(texts.FILE_SUFFIX.format(**words))
    if not target.parent.is_dir():
        raise CampaignFileRefusedError(texts.FILE_NO_FOLDER.format(**words))
    if target.exists() and source.exists() and target.samefile(source):
        raise CampaignFileRefusedError(texts.FILE_SAME.format(**words))
    if os.path.lexists(target) and not yes:
        raise CampaignFileRefusedError(texts.FILE_EXISTS.format(**words))


def write(target: Path, made: Campaign, source: str) -> None:
    """Write the campaign as a workbook, or else as a YAML file, and say so.

    source: name of the file that it was made of. Raises CampaignError.
    """
    from campaign.workbook import workbook, yaml_text

    if target.suffix.casefold() == WORKBOOK:
        content = workbook(made)
    else:
        content = yaml_text(made, texts.YAML_HEADING.format(source=source, name=target.name)).encode()
    put(target, content, made)


def put(target: Path, content: bytes, made: Campaign | None) -> None:
    """Write the file whole, once it has been read back as a campaign, and say so. made: the one that it must be.

    Raises CampaignError.
    """
    from campaign.workbook import check_same

    try:
        with whole_file(target, content, mode=SHARED) as part:
            written = _read_back(part, target)
            if made is not None:
                check_same(target, made, written)
    except OSError as error:
        raise CampaignFileRefusedError(texts.FILE_UNWRITABLE.format(path=target, reason=reason(error))) from error
    click.echo(counted(texts.FILE_WRITTEN, target, written))


def _read_back(part: Path, target: Path) -> Campaign:
    """Return the campaign of the file just written. Raises CampaignError with the name that it was to have."""
    from campaign.workbook import WorkbookError

    try:
        return load(part)
    except CampaignFileError as error:
        raise CampaignFileError(target, error.mistakes) from error
    except WorkbookError as error:
        raise WorkbookError(target, error.mistakes) from error


def counted(words: str, path: Path, made: Campaign) -> str:
    """Return the sentence with the numbers of the campaign."""
    return words.format(
        path=path,
        questions=len(made.questions),
        rules=len(made.rule_texts),
        municipalities=len(made.municipalities),
    )
