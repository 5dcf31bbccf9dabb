"""A step of the mails by button: whom it would go to and how it reads, then «Отправить»; or the mails as files."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from io import BytesIO

from flask import Blueprint, Response, abort, flash, redirect, send_file, url_for
from limits import parse
from werkzeug import Response as Redirect

from campaign import Campaign
from desk import mail_texts
from desk.access import needs, person
from desk.mails import DryRun, chosen_of, dry_run, preview, sending, title, turn
from desk.pages.typed import asked, typed
from desk.people.errors import BusyError
from desk.rendering import page
from desk.services import campaign_of, current_desk
from desk.texts import plural
from letters.errors import LettersError
from letters.mail import overview
from letters.mail.addresses import without_addresses
from letters.mail.files import mail_files, mail_table
from letters.mail.overview import BY_STEP, step_of
from letters.mail.plan import BY_HAND, Step
from letters.mail.texts import TABLE_NAME
from outbox.clock import real_now
from outbox.records import Json

pages = Blueprint("mail_steps", __name__)
STEP = "/<campaign:campaign>/mails/steps/<step>"
_RATE = parse("30 per minute")
SHOWN = 300
"""Names of one group that the page shows; the others are counted."""

PART = 1000
"""Municipalities of one archive: as many mails are written within some seconds, and no proxy gives up waiting."""

Page = str | tuple[str, int]


@pages.get(STEP)
@needs("work")
def show(campaign: str, step: str) -> Page:
    """Show whom the step would go to now, and the first mail; nothing is sent."""
    chosen, kind = campaign_of(campaign), _step(step)
    return _page(chosen, kind, *_chosen(chosen, asked("to"), asked("oktmo")))


@pages.get(f"{STEP}/files")
@needs("work")
def opened_anew(campaign: str, step: str) -> Redirect:
    """Lead from the address of a page that answered a press to the step's own."""
    return redirect(url_for("mail_steps.show", campaign=campaign, step=step), 303)


@pages.post(STEP)
@needs("work")
def send(campaign: str, step: str) -> Page | Redirect:
    """Make the mails of the step for those whom it concerns now; the worker sends them. Pressed twice it makes one."""
    chosen, kind, desk = campaign_of(campaign), _step(step), current_desk()
    to, oktmo = _chosen(chosen, typed("to"), typed("oktmo"))
    if not desk.office.makes:
        return _page(chosen, kind, to, oktmo), 409
    try:
        with turn():
            oktmos = chosen_of(desk.office, chosen, to, oktmo)
            found = dry_run(desk.office, chosen, kind, oktmos)
            if found.going:  # a mistaken template is shown now, and nothing is made
                preview(desk.office, chosen, kind, found.going[0].oktmo)
            pressed = overview.send_step(desk.office, chosen, kind, oktmos)
    except (LettersError, BusyError) as error:
        return _page(chosen, kind, to, oktmo, wrong=str(error)), 409
    counted: dict[str, Json] = {"made": pressed.made, "there": pressed.there, "without": pressed.without}
    _record("mails_sent", chosen, kind, oktmo, {"to": to, **counted})
    flash(mail_texts.pressed(pressed, rehearsal=desk.clock.rehearsal))
    if oktmo:
        return redirect(url_for("municipality.show", campaign=campaign, oktmo=oktmo, _anchor="mails"), 303)
    return redirect(url_for("mails.show", campaign=campaign, step=kind), 303)


@pages.post(f"{STEP}/again")
@needs("work")
def again(campaign: str, step: str) -> Redirect:
    """Let all mails of the step that reached nobody be sent after all."""
    chosen, desk = campaign_of(campaign), current_desk()
    try:
        kind = step_of(step)
    except LettersError:
        abort(404)
    if not desk.office.makes:
        abort(409)
    mails = desk.outbox.mails
    count = mails.again([one.id for one in mails.of_campaign(campaign, step=kind, states=BY_STEP)], BY_STEP)
    if count:
        _record("mails_again", chosen, kind, "", {"count": count})
    flash(mail_texts.again(count, rehearsal=desk.clock.rehearsal))
    return redirect(url_for("mails.show", campaign=campaign, step=kind), 303)


@pages.post(f"{STEP}/files")
@needs("work")
def files(campaign: str, step: str) -> Page | Response:
    """Return the mails as .eml files and a table for mail merge, in one zip; nothing is sent or marked. Journalled."""
    chosen, kind, desk = campaign_of(campaign), _step(step), current_desk()
    to, oktmo = _chosen(chosen, typed("to"), typed("oktmo"))
    _limit()
    try:
        with turn():
            wanted = chosen_of(desk.office, chosen, to, oktmo)
            mails = overview.ready_mails(desk.office, chosen, kind, wanted if oktmo else _part(chosen, wanted))
    except (LettersError, BusyError) as error:
        return _page(chosen, kind, to, oktmo, wrong=str(error)), 409
    if not mails:
        return _page(chosen, kind, to, oktmo, wrong=mail_texts.NOBODY), 409
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in mail_files(desk.office, chosen, mails, real_now()):
            archive.writestr(one.name, one.content)
        archive.writestr(TABLE_NAME, mail_table(chosen, mails))
    packed.seek(0)
    _record("mails_exported", chosen, kind, oktmo, {"to": to, "count": len(mails)})
    name = mail_texts.FILES_NAME.format(campaign=chosen.id, step=kind)
    return send_file(packed, "application/zip", as_attachment=True, download_name=name)


def _step(name: str) -> Step:
    """Return the step of the address. Abort with 404 where staff cannot send it."""
    if name not in BY_HAND:
        abort(404)
    return Step(name)


def _chosen(campaign: Campaign, to: str, oktmo: str) -> tuple[str, str]:
    """Return the state and the municipality that a request names. Abort with 404 for a municipality of no concern."""
    if oktmo and oktmo not in campaign.by_oktmo:
        abort(404)
    return (to if to in mail_texts.GROUPS and not oktmo else ""), oktmo


def _part(campaign: Campaign, wanted: Collection[str] | None) -> list[str]:
    """Return those of the wanted municipalities that are in the part of the campaign that the request names.

    Parts follow the campaign file, so that a report that comes between two archives moves nobody from one to another.
    """
    given = typed("part")
    start = (int(given) - 1) * PART if given in [str(number) for number in _parts(campaign)] else 0
    some = [one.oktmo for one in campaign.municipalities[start : start + PART]]
    return [one for one in some if wanted is None or one in wanted]


def _parts(campaign: Campaign) -> range:
    return range(1, -(-len(campaign.municipalities) // PART) + 1)


def _limit() -> None:
    if not current_desk().rates.hit(_RATE, "desk", "mails", str(person().account.id)):
        abort(429)


def _record(act: str, campaign: Campaign, step: Step, oktmo: str, detail: dict[str, Json]) -> None:
    current_desk().outbox.acts.record(
        person().account, act, campaign=campaign.id, oktmo=oktmo, detail={"step": step.value, **detail}
    )


def _page(chosen: Campaign, step: Step, to: str, oktmo: str, wrong: str = "") -> str:
    _limit()
    desk = current_desk()
    found, first = DryRun((), {}, {}, {}), None
    try:
        with turn():
            found = dry_run(desk.office, chosen, step, chosen_of(desk.office, chosen, to, oktmo))
            shown = next((one for lines in (found.going, *found.without.values()) for one in lines), None)
            first = preview(desk.office, chosen, step, shown.oktmo) if shown and not wrong else None
    except (LettersError, BusyError) as error:
        wrong = str(error)
    return page(
        "mail_step.html",
        campaign=chosen,
        step=step,
        title=title(step),
        to=to,
        municipality=chosen.by_oktmo.get(oktmo),
        chosen={name: value for name, value in (("to", to), ("oktmo", oktmo)) if value},
        found=found,
        first=first,
        first_name=shown.name if first and shown else "",
        wrong=without_addresses(wrong),
        sending=sending(desk.office, desk.settings.mail_wrong),
        groups=mail_texts.GROUPS,
        shown=SHOWN,
        parts=_parts(chosen),
        plural=plural,
    )
