"""The mails of a campaign: what of each step was made and sent, the list, one mail and what can be done about it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug import Response

from campaign import Campaign
from desk import mail_texts
from desk.access import needs, person
from desk.mails import hidden, mail_page, sending, title
from desk.pages.typed import asked
from desk.rendering import page
from desk.services import campaign_of, current_desk
from letters.errors import LettersError
from letters.mail import overview, texts
from letters.mail.overview import BY_STEP, NOT_SENT, step_of
from letters.mail.plan import BY_HAND, EVENTS, Step
from outbox.mails import Mail, MailState
from outbox.records import Json

pages = Blueprint("mails", __name__)
ONE = "/<campaign:campaign>/mails/<mail>"


@pages.get("/<campaign:campaign>/mails")
@needs("read")
def show(campaign: str) -> str:
    """Show the steps with their counts, what hinders sending, and a page of the mails."""
    chosen, desk = campaign_of(campaign), current_desk()
    step, chip, number = _step(asked("step")), asked("state"), asked("page")
    chip = chip if chip in mail_texts.CHIPS else ""
    listed = mail_page(
        desk.office, chosen, chip, step, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    )
    query = {name: value for name, value in (("step", step or ""), ("state", chip)) if value}
    counts = desk.outbox.mails.counts(chosen.id).get(step or "", {})
    return page(
        "mails.html",
        campaign=chosen,
        sending=sending(desk.office, desk.settings.mail_wrong),
        steps=[(view, _to(chosen, view)) for view in overview.steps(desk.office, chosen)],
        listed=listed,
        step=step,
        chip=chip,
        query=query,
        again=sum(counts.get(state, 0) for state in BY_STEP),
        chips=mail_texts.CHIPS,
        states=mail_texts.STATES,
        title_of=title,
        failed=NOT_SENT,
        by_hand=BY_HAND,
    )


@pages.get(ONE)
@needs("read")
def one(campaign: str, mail: str) -> str:
    """Show one mail: its text, what became of it, the server's words."""
    return _page(campaign_of(campaign), _mail(campaign, mail))


@pages.get(f"{ONE}/address")
@needs("read")
def opened_anew(campaign: str, mail: str) -> Response:
    """Lead from the address of a page that answered a press to the mail's own."""
    return redirect(url_for("mails.one", campaign=campaign, mail=mail), 303)


@pages.post(f"{ONE}/address")
@needs("work")
def address(campaign: str, mail: str) -> str:
    """Show the mail with the address to which it went, once that look is journalled."""
    found = _mail(campaign, mail)
    _record("contacts_seen", found, {})
    return _page(campaign_of(campaign), found, with_address=True)


@pages.post(f"{ONE}/bounced")
@needs("work")
def bounced(campaign: str, mail: str) -> Response:
    """Mark that the mail came back: its address gets nothing more."""
    found = _mail(campaign, mail)
    marked = current_desk().outbox.mails.mark_bounced(campaign, found.oktmo, texts.BOUNCED_BY_HAND, found.id)
    if marked:
        _record("mail_bounced", found)
    return _done(found, mail_texts.BOUNCED if marked else mail_texts.CHANGED)


@pages.post(f"{ONE}/forgive")
@needs("work")
def forgive(campaign: str, mail: str) -> Response:
    """Take back that mails of this municipality came back."""
    found = _mail(campaign, mail)
    count = current_desk().outbox.mails.forgive_bounces(campaign, found.oktmo)
    if count:
        _record("mail_forgiven", found, {})
    return _done(found, mail_texts.FORGIVEN if count else mail_texts.CHANGED)


@pages.post(f"{ONE}/again")
@needs("work")
def again(campaign: str, mail: str) -> Response:
    """Let a mail that did not go out be sent after all."""
    found, desk = _mail(campaign, mail), current_desk()
    if not desk.office.makes:
        abort(409)
    count = desk.outbox.mails.again([found.id], NOT_SENT)
    if count:
        _record("mails_again", found, {"step": found.step, "count": count})
    return _done(found, mail_texts.again(count, rehearsal=desk.clock.rehearsal))


def _mail(campaign: str, mail: str) -> Mail:
    """Return the mail of this id with its text. Abort with 404 where the campaign has none."""
    found = current_desk().outbox.mails.get(mail)
    if found is None or found.id != mail or found.campaign != campaign:
        abort(404)
    return found


def _record(act: str, mail: Mail, detail: dict[str, Json] | None = None) -> None:
    said = {"step": mail.step} if detail is None else detail
    current_desk().outbox.acts.record(
        person().account, act, campaign=mail.campaign, oktmo=mail.oktmo, detail={**said, "mail": mail.id[:8]}
    )


def _done(mail: Mail, said: str) -> Response:
    flash(said)
    return redirect(url_for("mails.one", campaign=mail.campaign, mail=mail.id), 303)


def _page(chosen: Campaign, found: Mail, *, with_address: bool = False) -> str:
    desk = current_desk()
    municipality = chosen.by_oktmo.get(found.oktmo)
    return page(
        "mail.html",
        campaign=chosen,
        mail=found if with_address else hidden(found),
        has_address=bool(found.recipient),
        with_address=with_address,
        name=municipality.name if municipality else found.oktmo,
        here={"campaign": chosen.id, "mail": found.id},
        known=municipality is not None,
        sending=sending(desk.office, desk.settings.mail_wrong),
        title=title(found.step),
        states=mail_texts.STATES,
        made_by=mail_texts.MADE_BY,
        may_bounce=found.state in (MailState.SENT, MailState.UNKNOWN),
        may_again=found.state in NOT_SENT and desk.office.makes,
        by_hand=BY_HAND,
    )


def _step(name: str) -> Step | None:
    try:
        return step_of(name)
    except LettersError:
        return None


def _to(campaign: Campaign, view: overview.StepView) -> str:
    """Return whom a step is for, in words."""
    if view.step in EVENTS:
        on: bool = getattr(campaign.mails, view.step)
        return mail_texts.TO[view.step] if on else mail_texts.OFF
    return texts.GROUPS[view.to] if view.to and view.to != "nobody" else mail_texts.OFF
