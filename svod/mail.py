"""`svod mail`: what is sent to municipalities, a look at it beforehand, and sending by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

import click

from campaign import Campaign
from letters.errors import LettersError
from letters.mail import overview
from letters.mail import texts as words
from letters.mail.addresses import checked_address
from letters.mail.files import mail_files, mail_table
from letters.mail.message import build
from letters.mail.office import Office, open_office
from letters.mail.overview import BY_STEP, NOT_SENT
from letters.mail.plan import Step
from letters.mail.returns import RETURNS_TROUBLE
from letters.mail.sending import TROUBLE
from letters.mail.settings import read_mail_settings
from letters.mail.smtp import SmtpDoor
from outbox import usage
from outbox.clock import real_now
from outbox.mails import Mail, MailState
from outbox.texts import reason
from svod.letters import put
from svod.one_campaign import campaign_option, open_campaign
from svod.texts import mail as texts

MOST_RETURNED = 20
"""Mails that came back and are named one by one."""


@click.group()
def commands() -> None:
    """The group in which `svod` finds the command."""


@commands.group(help=texts.HELP, subcommand_metavar="ЧТО [ДАННЫЕ]…", options_metavar="")
def mail() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Opened:
    """The campaign of a command, and the office of its mails."""

    office: Office
    campaign: Campaign

    def name(self, oktmo: str) -> str:
        found = self.campaign.by_oktmo.get(oktmo)
        return found.name if found else oktmo


@contextmanager
def opened(campaign_id: str | None) -> Iterator[Opened]:
    """Open the campaign of this id, or the only one. Raises CampaignError, OutboxError, WebformError, LettersError."""
    with open_campaign(os.environ, campaign_id) as found:
        clock = found.outbox.kind.look(os.environ)
        yield Opened(open_office(os.environ, found.outbox, clock), found.campaign)


_step = click.option("--step", "step_name", metavar=texts.STEP_WORD, help=texts.STEP_HELP)
_chosen = click.argument("oktmos", metavar="[ОКТМО]…", nargs=-1)


@mail.command("list", help=texts.LIST_HELP, options_metavar="[--step ПИСЬМО] [--campaign ID]")
@click.argument("oktmo", metavar="[ОКТМО]", required=False)
@_step
@campaign_option
def list_(oktmo: str | None, step_name: str | None, campaign_id: str | None) -> None:
    with opened(campaign_id) as found:
        outbox, office = found.office.outbox, found.office
        if oktmo is None and step_name is None:
            click.echo(_steps(found))
        else:
            step = overview.step_of(step_name) if step_name else None
            mails = outbox.mails.of_campaign(found.campaign.id, step=step, oktmo=oktmo)
            click.echo("\n".join(_line(found, one) for one in mails) or texts.NOTHING)
        for note, said in ((TROUBLE, texts.TROUBLE), (RETURNS_TROUBLE, texts.RETURNS_TROUBLE)):
            trouble = outbox.meta.recall(note)
            if trouble and office.sends:
                click.echo(said.format(words=trouble))


@mail.command(help=texts.SHOW_HELP, options_metavar="")
@click.argument("number", metavar=texts.NUMBER_WORD)
@campaign_option
def show(number: str, campaign_id: str | None) -> None:
    with opened(campaign_id) as found:
        one = _mail(found, number)
        click.echo(_line(found, one))
        for moment in filter(None, (one.finished_real, one.not_before if one.state is MailState.WAITING else None)):
            click.echo(texts.SHOWN_AT.format(moment=moment.astimezone(found.campaign.about.zone)))
        click.echo("")
        click.echo(texts.SHOWN.format(subject=one.subject, body=one.body) if one.body else texts.NO_TEXT)


@mail.command(help=texts.PREVIEW_HELP, options_metavar="[--html ФАЙЛ] [--campaign ID]")
@click.argument("step_name", metavar=texts.STEP_WORD)
@click.argument("oktmo", metavar="ОКТМО")
@click.option("--html", "file", type=click.Path(path_type=Path), metavar="ФАЙЛ", help=texts.HTML_HELP)
@campaign_option
def preview(step_name: str, oktmo: str, file: Path | None, campaign_id: str | None) -> None:
    with opened(campaign_id) as found:
        made = overview.preview(found.office, found.campaign, overview.step_of(step_name), oktmo)
    if file is not None:
        put(file, made.mail.html.encode("utf-8"), yes=True, private=True)
        click.echo(texts.WRITTEN.format(path=file))
        return
    recipient = made.recipient or words.ADDRESS_MISSING
    click.echo(texts.PREVIEW.format(recipient=recipient, subject=made.mail.subject, body=made.mail.text))


@mail.command(help=texts.SEND_HELP, options_metavar="--step ПИСЬМО [--dry-run] [--yes] [--campaign ID]")
@_chosen
@click.option("--step", "step_name", metavar=texts.STEP_WORD, help=texts.STEP_HELP, required=True)
@click.option("--dry-run", is_flag=True, help=texts.DRY_HELP)
@click.option("--yes", is_flag=True, help=texts.YES_HELP)
@campaign_option
def send(oktmos: tuple[str, ...], step_name: str, campaign_id: str | None, *, dry_run: bool, yes: bool) -> None:
    with opened(campaign_id) as found:
        step = overview.step_of(step_name)
        lines = overview.dry_run(found.office, found.campaign, step, oktmos or None)
        going = [one for one in lines if one.goes]
        if dry_run:
            shown = [texts.GOES if one.goes else texts.STAYS for one in lines]
            click.echo("\n".join(text.format(line=one) for text, one in zip(shown, lines, strict=True)))
            click.echo(texts.DRY.format(count=len(going), all=len(lines)))
            return
        if going:  # a mistaken template is found now, and nothing is made
            overview.preview(found.office, found.campaign, step, going[0].oktmo)
        question = texts.QUESTION.format(title=words.STEPS[step], count=len(going))
        if not yes and going and not usage.confirm(question):
            click.echo(texts.LEFT)
            return
        reasons = {one.words for one in lines}
        if not going and len(reasons) == 1 and not any(one.nowhere for one in lines):
            click.echo(texts.NOBODY.format(words=reasons.pop()))
            return
        pressed = overview.send_step(found.office, found.campaign, step, oktmos or None)
        said = texts.MADE_REHEARSAL if found.office.clock.rehearsal else texts.MADE
        click.echo(said.format(made=pressed.made, without=pressed.without, there=pressed.there))


@mail.command(help=texts.EXPORT_HELP, options_metavar="--step ПИСЬМО [--campaign ID]")
@click.argument("folder", type=click.Path(path_type=Path), metavar="ПАПКА")
@_chosen
@click.option("--step", "step_name", metavar=texts.STEP_WORD, help=texts.STEP_HELP, required=True)
@campaign_option
def export(folder: Path, oktmos: tuple[str, ...], step_name: str, campaign_id: str | None) -> None:
    with opened(campaign_id) as found:
        step = overview.step_of(step_name)
        mails = overview.ready_mails(found.office, found.campaign, step, oktmos or None)
        files = mail_files(found.office, found.campaign, mails, real_now())
        table = mail_table(found.campaign, mails)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise LettersError(texts.FOLDER_EXISTS.format(path=folder)) from error
    except OSError as error:
        raise LettersError(texts.FOLDER_UNWRITABLE.format(path=folder, reason=reason(error))) from error
    for one in files:
        put(folder / one.name, one.content, yes=False, private=True)
    put(folder / words.TABLE_NAME, table, yes=False, private=True)
    click.echo(texts.EXPORTED.format(path=folder, count=len(files), table=words.TABLE_NAME))


@mail.command(help=texts.TEST_HELP, options_metavar="")
@click.argument("address", metavar=texts.ADDRESS_WORD)
def test(address: str) -> None:
    settings = read_mail_settings(os.environ)
    if settings is None:
        raise LettersError(words.NO_SERVER.format(step="opening"))
    recipient = checked_address(address)
    message = build(
        sender=settings.sender,
        recipient=recipient,
        subject=words.TEST_SUBJECT,
        text=words.TEST_TEXT,
        html=f"<html lang='ru'><body><p>{escape(words.TEST_TEXT)}</p></body></html>",
        mail_id=f"test-{os.urandom(8).hex()}",
        sent_at=real_now(),
    )
    door = SmtpDoor(settings)
    outcome = door.send(recipient, message.as_bytes())
    door.close()
    if outcome.kind != "sent":
        raise LettersError(texts.TEST_FAILED.format(words=outcome.words))
    click.echo(texts.TESTED.format(address=recipient, words=outcome.words))


@mail.command(help=texts.BOUNCED_HELP, options_metavar="[--undo] [--campaign ID]")
@click.argument("oktmo", metavar="ОКТМО")
@click.option("--undo", is_flag=True, help=texts.UNDO_HELP)
@campaign_option
def bounced(oktmo: str, campaign_id: str | None, *, undo: bool) -> None:
    with opened(campaign_id) as found:
        mails, campaign = found.office.outbox.mails, found.campaign.id
        if undo:
            click.echo(texts.FORGIVEN.format(count=mails.forgive_bounces(campaign, oktmo)))
            return
        marked = mails.mark_bounced(campaign, oktmo, words.BOUNCED_BY_HAND)
        if not marked:
            raise LettersError(texts.NONE_SENT.format(oktmo=oktmo))
        click.echo(texts.BOUNCED.format(address=marked[0].recipient, oktmo=oktmo))


@mail.command(help=texts.AGAIN_HELP, options_metavar="[--step ПИСЬМО] [--campaign ID]")
@click.argument("numbers", metavar=f"[{texts.NUMBER_WORD}]…", nargs=-1)
@_step
@campaign_option
def again(numbers: tuple[str, ...], step_name: str | None, campaign_id: str | None) -> None:
    if bool(numbers) == bool(step_name):
        raise LettersError(texts.AGAIN_WHAT)
    with opened(campaign_id) as found:
        mails = found.office.outbox.mails
        if step_name:
            step = overview.step_of(step_name)
            chosen = mails.of_campaign(found.campaign.id, step=step)
            count = mails.again([one.id for one in chosen], BY_STEP)
        else:
            count = mails.again([_mail(found, number).id for number in numbers], NOT_SENT)
        click.echo(texts.AGAIN.format(count=count))


def _mail(found: Opened, number: str) -> Mail:
    one = found.office.outbox.mails.get(number)
    if one is None or one.campaign != found.campaign.id:
        raise LettersError(texts.UNKNOWN_NUMBER.format(number=number))
    return one


def _line(found: Opened, one: Mail) -> str:
    shown = texts.LINE.format(
        number=one.id[:8],
        oktmo=one.oktmo,
        name=found.name(one.oktmo),
        title=words.STEPS[Step(one.step)],
        about=f" {one.about.split()[0]}" if one.about and one.step != Step.CORRECTED else "",
        state=words.STATES[one.state],
        recipient=f" → {one.recipient}" if one.recipient else "",
    )
    return f"{shown}\n          {one.reply}" if one.reply else shown


def _steps(found: Opened) -> str:
    office, lines = found.office, [texts.STEPS_HEAD]
    for view in overview.steps(office, found.campaign):
        waiting = sum(view.counts.get(state, 0) for state in (MailState.WAITING, MailState.SENDING))
        sent = view.counts.get(MailState.KEPT if office.clock.rehearsal else MailState.SENT, 0)
        failed = sum(view.counts.get(state, 0) for state in NOT_SENT)
        lines.append(
            texts.STEPS_LINE.format(
                step=view.step,
                title=view.title,
                to=words.GROUPS[view.to] if view.to else "",
                begins=f"{view.begins:%d.%m.%Y %H:%M}" if view.begins else "—",
                concerned="—" if view.concerned is None else view.concerned,
                sent=sent,
                waiting=waiting,
                failed=failed,
                untimely=view.untimely,
            ).rstrip()
        )
    returned = office.outbox.mails.of_campaign(found.campaign.id, state=MailState.BOUNCED)
    if returned:
        lines.append(texts.RETURNED)
        lines += [_line(found, one) for one in returned[:MOST_RETURNED]]
        if len(returned) > MOST_RETURNED:
            lines.append(texts.RETURNED_MORE.format(count=len(returned) - MOST_RETURNED))
        lines.append(texts.RETURNED_DO)
    if office.clock.rehearsal:
        lines.append(texts.REHEARSAL)
    elif office.settings is None:
        lines.append(texts.OFF)
    return "\n".join(lines)
