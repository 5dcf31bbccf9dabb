"""The page of a municipality, and what staff do there: contacts, link, extension, documents. Each act is journalled."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from limits import parse
from werkzeug import Response as Redirect

from campaign import Campaign
from campaign.personal_data import find as find_personal_data
from desk import mail_texts, texts
from desk.access import allowed, needs, person
from desk.contacts import Contacts, contacts_for
from desk.letters import TYPES, made
from desk.mails import mails_of, steps_for, title
from desk.municipality import place_of
from desk.pages.typed import typed
from desk.people.errors import StaffError
from desk.rendering import now, page
from desk.services import campaign_of, current_desk
from letters.documents import Document
from letters.errors import LettersError
from letters.municipality import municipality_facts
from letters.receipt import receipt_facts
from outbox.clock import real_now
from outbox.deadlines import NONE, DeadlineError, extend
from outbox.records import Json

pages = Blueprint("municipality", __name__)
PLACE = "/<campaign:campaign>/<oktmo>/"
_LETTERS = parse("30 per minute")
KEY_LENGTH, COMMENT_LENGTH = 20, 300
ACTS = 10
"""Acts of the journal that the page shows."""

Page = str | tuple[str, int]


@pages.get(PLACE)
@needs("read")
def show(campaign: str, oktmo: str) -> Page:
    """Show the municipality's report in all versions, remarks, corrections, and what can be done."""
    return _page(_campaign(campaign, oktmo), oktmo)


@pages.get(f"{PLACE}contacts")
@pages.get(f"{PLACE}link")
@pages.get(f"{PLACE}deadline")
@pages.get(f"{PLACE}remarks")
@pages.get(f"{PLACE}remarks/back")
@needs("read")
def opened_anew(campaign: str, oktmo: str) -> Redirect:
    """Lead from the address of a page that answered a press to the municipality's own."""
    return redirect(url_for("municipality.show", campaign=campaign, oktmo=oktmo), 303)


@pages.post(f"{PLACE}contacts")
@needs("work")
def contacts(campaign: str, oktmo: str) -> Page:
    """Show the page with the contacts of the newest version, once that look is journalled."""
    chosen = _campaign(campaign, oktmo)
    found = contacts_for(chosen, current_desk().outbox, [oktmo]).get(oktmo, Contacts())
    _record("contacts_seen", campaign, oktmo)
    return _page(chosen, oktmo, contacts=found)


@pages.post(f"{PLACE}link")
@needs("work")
def link(campaign: str, oktmo: str) -> Page:
    """Show the page with the personal address, once that look is journalled."""
    chosen = _campaign(campaign, oktmo)
    _record("link_seen", campaign, oktmo)
    return _page(chosen, oktmo, address=current_desk().doors.address(campaign, oktmo))


@pages.post(f"{PLACE}reissue")
@needs("work")
def reissue(campaign: str, oktmo: str) -> Redirect:
    """Make a new personal address; the one before stops working."""
    chosen = _campaign(campaign, oktmo)
    current_desk().outbox.addresses.reissue(chosen.about.addressees, oktmo)
    return _done("reissued", campaign, oktmo)


@pages.post(f"{PLACE}revoke")
@needs("work")
def revoke(campaign: str, oktmo: str) -> Redirect:
    """Revoke the personal address."""
    chosen = _campaign(campaign, oktmo)
    current_desk().outbox.addresses.revoke(chosen.about.addressees, oktmo)
    return _done("revoked", campaign, oktmo)


@pages.post(f"{PLACE}deadline")
@needs("work")
def deadline(campaign: str, oktmo: str) -> Page | Redirect:
    """Extend the deadline of this municipality, or take that back."""
    chosen, until = _campaign(campaign, oktmo), typed("until", 50)
    if not until:
        return _page(chosen, oktmo, wrong=texts.UNTIL_BLANK), 400
    try:
        moment = extend(current_desk().outbox.links, chosen, oktmo, until)
    except DeadlineError as error:
        return _page(chosen, oktmo, wrong=str(error), until=until), 400
    if moment is None:
        return _done("extension_over", campaign, oktmo)
    return _done("extended", campaign, oktmo, {"until": moment.isoformat(timespec="minutes")})


@pages.post(f"{PLACE}deadline/over")
@needs("work")
def deadline_over(campaign: str, oktmo: str) -> Redirect:
    """Take the extension back."""
    extend(current_desk().outbox.links, _campaign(campaign, oktmo), oktmo, NONE)
    return _done("extension_over", campaign, oktmo)


@pages.post(f"{PLACE}remarks")
@needs("work")
def accept(campaign: str, oktmo: str) -> Page | Redirect:
    """Accept a remark, with a comment that the spreadsheet shows."""
    chosen, remark, comment = _campaign(campaign, oktmo), typed("remark", KEY_LENGTH), typed("comment", COMMENT_LENGTH)
    desk = current_desk()
    status = desk.outbox.statuses.get(campaign, oktmo)
    if not any(one.key == remark for one in (status.remarks if status else ()) if one.key):
        return _page(chosen, oktmo, wrong_remark=texts.REMARK_GONE), 409
    personal = find_personal_data(comment)
    if personal:
        words = texts.PERSONAL_IN_COMMENT.format(found=personal.named)
        return _page(chosen, oktmo, wrong_remark=words, typed_for=remark, comment=comment), 400
    who = person().account.name
    desk.outbox.remark_decisions.accept(campaign, oktmo, remark, comment=comment, who=who, at=now())
    return _done("remark_accepted", campaign, oktmo, {"remark": remark, "comment": comment})


@pages.post(f"{PLACE}remarks/back")
@needs("work")
def take_back(campaign: str, oktmo: str) -> Page | Redirect:
    """Take the acceptance of a remark back."""
    chosen, remark = _campaign(campaign, oktmo), typed("remark", KEY_LENGTH)
    decisions = current_desk().outbox.remark_decisions
    found = decisions.accepted(campaign).get(remark)
    if found is None or found.oktmo != oktmo:
        return _page(chosen, oktmo, wrong_remark=texts.REMARK_NOT_ACCEPTED), 409
    decisions.take_back(campaign, oktmo, remark, who=person().account.name, at=now())
    return _done("remark_taken_back", campaign, oktmo, {"remark": remark})


@pages.get(f"{PLACE}receipts/<int:version>.pdf")
@needs("read")
def receipt(campaign: str, oktmo: str, version: int) -> Page | Response:
    """Return the receipt of a version; it names nobody."""
    chosen, desk = _campaign(campaign, oktmo), current_desk()
    found = next((one for one in desk.outbox.submissions.versions(campaign, oktmo) if one.version == version), None)
    if found is None:
        abort(404)
    facts = receipt_facts(chosen, found, desk.doors.receipt_code(found), rehearsal=desk.clock.rehearsal)
    return _file(chosen, oktmo, Document("receipt", facts), ".pdf", found.receipt)


@pages.post(f"{PLACE}answer/<any('docx', 'pdf'):kind>")
@needs("work")
def answer(campaign: str, oktmo: str, kind: str) -> Page | Response:
    """Return the municipality's official answer, which names the responsible person; journalled."""
    chosen, desk = _campaign(campaign, oktmo), current_desk()
    try:
        facts = municipality_facts(chosen, desk.outbox, oktmo, rehearsal=desk.clock.rehearsal)
    except LettersError as error:
        return _page(chosen, oktmo, wrong_letter=str(error)), 409
    name = texts.ANSWER_NAME.format(oktmo=oktmo)
    return _file(chosen, oktmo, Document("municipality", facts), f".{kind}", name, act="answer_made")


def _campaign(name: str, oktmo: str) -> Campaign:
    """Return the campaign of the address. Abort with 404 where it does not ask this municipality."""
    chosen = campaign_of(name)
    if oktmo not in chosen.by_oktmo:
        abort(404)
    return chosen


def _file(
    chosen: Campaign, oktmo: str, document: Document, ending: str, name: str, *, act: str = ""
) -> Page | Response:
    """Return the document as a file to keep; the page with the reason where it cannot be made. act: to journal."""
    desk = current_desk()
    if not desk.rates.hit(_LETTERS, "desk", "letters", str(person().account.id)):
        abort(429)
    try:
        content = made(document, ending, desk.settings.templates)
    except (LettersError, StaffError) as error:
        return _page(chosen, oktmo, wrong_letter=str(error)), 409
    if act:
        _record(act, chosen.id, oktmo)
    return send_file(BytesIO(content), TYPES[ending], as_attachment=True, download_name=f"{name}{ending}")


def _record(act: str, campaign: str, oktmo: str, detail: dict[str, Json] | None = None) -> None:
    current_desk().outbox.acts.record(person().account, act, campaign=campaign, oktmo=oktmo, detail=detail)


def _done(act: str, campaign: str, oktmo: str, detail: dict[str, Json] | None = None) -> Redirect:
    """Journal what was done, and lead back to the page, which says so."""
    _record(act, campaign, oktmo, detail)
    flash(texts.DONE[act], "place")
    return redirect(url_for("municipality.show", campaign=campaign, oktmo=oktmo, _anchor="main"), 303)


def _page(chosen: Campaign, oktmo: str, **shown: object) -> str:
    desk = current_desk()
    every = "all" in request.args
    rehearsal = desk.clock.rehearsal
    place = place_of(chosen, desk.outbox, oktmo, now(), rehearsal=rehearsal, every_version=every)
    acts = desk.outbox.acts.last(ACTS, campaign=chosen.id, oktmo=oktmo) if allowed("work") else []
    mails = mails_of(desk.office, chosen, oktmo)
    address = shown.get("address")
    drawn = segno.make(str(address), error="m").svg_inline(omitsize=True, border=2) if address else ""
    return page(
        "municipality.html",
        campaign=chosen,
        place=place,
        acts=[act for _, act in acts],
        words_of=lambda act: texts.act_words(act, desk.campaigns),
        levels=texts.LEVELS,
        sources=texts.SOURCES,
        mails=mails,
        steps=steps_for(desk.office, chosen, oktmo, mails) if allowed("work") else [],
        title_of=title,
        mail_states=mail_texts.STATES,
        qr=drawn,
        real_now=real_now(),
        **shown,
    )
