"""`svod files`: the attached files of the newest versions, in a folder for each municipality."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

import click

from campaign import Campaign, read_json
from campaign.answer_types.files import attached_files
from campaign.words import CONTROL
from letters.errors import LettersError
from outbox.attachments import Attachment
from outbox.records import Submission
from outbox.texts import reason
from svod import texts
from svod.one_campaign import OneCampaign, campaign_option, open_campaign

LONGEST_FOLDER = 80


@click.group()
def commands() -> None:
    """The group in which `svod` finds the command."""


@commands.command(help=texts.FILES_HELP, options_metavar="[--campaign ID]")
@click.argument("folder", type=click.Path(path_type=Path), metavar=texts.FOLDER_WORD)
@campaign_option
def files(folder: Path, campaign_id: str | None) -> None:
    """Write the files into a folder that does not exist yet: all of them, or none. Raises LettersError."""
    if folder.exists():
        raise LettersError(texts.FILES_EXISTS.format(path=folder))
    with open_campaign(os.environ, campaign_id) as opened:
        if not any(question.answer_type.uploaded for question in opened.campaign.questions):
            raise LettersError(texts.FILES_NOT_ASKED)
        try:
            count, gone = _write_all(opened, folder)
        except OSError as error:
            raise LettersError(texts.LETTER_UNWRITABLE.format(path=folder, reason=reason(error))) from error
    click.echo(texts.FILES_WRITTEN.format(path=folder, count=count))
    if gone:
        click.echo(texts.FILES_GONE.format(count=gone), err=True)


def _write_all(opened: OneCampaign, folder: Path) -> tuple[int, int]:
    """Return how many files were written, and how many the outbox no longer has."""
    count = gone = 0
    with tempfile.TemporaryDirectory(prefix=f".{folder.name[:40]}.", dir=folder.parent) as room:  # mode 700
        made = Path(room) / "made"
        made.mkdir(mode=0o700)
        for place, number, attachment_id, oktmo in _wanted(opened):
            attachment = opened.outbox.attachments.get(opened.campaign.id, oktmo, attachment_id)
            content = opened.outbox.attachments.content(attachment) if attachment else None
            if attachment is None or content is None:
                gone += 1
                continue
            _write(made / place, number, attachment, content)
            count += 1
        made.rename(folder)
    return count, gone


def _write(place: Path, number: int, attachment: Attachment, content: bytes) -> None:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = place / f"{number} {attachment.name}"
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _wanted(opened: OneCampaign) -> Iterator[tuple[PurePath, int, str, str]]:
    """Yield folder, number in it, id and OKTMO of each file of the newest version of each municipality."""
    newest: dict[str, Submission] = {one.oktmo: one for one in opened.outbox.submissions.all(opened.campaign.id)}
    for oktmo, submission in sorted(newest.items()):
        values = read_json(opened.campaign, submission.answers)
        for question in opened.campaign.questions:
            place = PurePath(_folder(f"{oktmo} {_name_of(opened.campaign, oktmo)}"), _folder(question.header))
            for number, file in enumerate(attached_files(values.get(question.id)), 1):
                yield place, number, file.id, oktmo


def _name_of(campaign: Campaign, oktmo: str) -> str:
    municipality = campaign.by_oktmo.get(oktmo)
    return municipality.name if municipality else ""


def _folder(text: str) -> str:
    """Return the text as the name of one folder, on any system."""
    plain = "".join(" " if sign in '/\\:*?"<>|' else sign for sign in CONTROL.sub(" ", text))
    return " ".join(plain.split())[:LONGEST_FOLDER].rstrip(" .") or "_"
