"""Rendering: the values, filters and functions that every template has."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, g, render_template

from campaign.answer_types.files import attached_files
from campaign.answers import unasked_places
from campaign.entries import entries_of
from campaign.zones import zone_words
from outbox.address_codes import Holder
from webform import texts
from webform.reports import Report
from webform.services import campaign_services, current_installation, current_services


def received() -> datetime:
    """Return when this request came: campaign time in the zone of `local`."""
    moment: datetime | None = g.get("received")
    if moment is None:
        moment = g.received = current_installation().clock.now()
    return local(moment)


def local(moment: datetime) -> datetime:
    """Return the same moment in the campaign's zone; on a page of no campaign in that of the first."""
    return moment.astimezone(_zone())


def page(template: str, **context: object) -> str:
    """Return the page of a template, with the values that every template has.

    campaign, about: None on a page of no campaign; ministry and contact are then those that all campaigns share, if any
    """
    installation, services = current_installation(), campaign_services()
    about = services.campaign.about if services else None
    return render_template(
        template,
        campaign=services.campaign if services else None,
        about=about,
        ministry=about.ministry if about else installation.ministry,
        contact_details=about.contact if about else installation.contact,
        rehearsal=installation.clock.rehearsal,
        now=received(),
        public_url=installation.settings.public_url,
        cabinet_of=_cabinet_of(context.get("report")),
        **context,
    )


def _cabinet_of(report: object) -> Holder | None:
    """Return the holder of the cabinet that a page leads back to; None where it would hold this report alone."""
    if not isinstance(report, Report):
        return None
    installation, holder = current_installation(), current_services().holder(report.oktmo)
    return holder if len(installation.of_holder(holder)) > 1 else None


def _zone() -> ZoneInfo:
    services = campaign_services() or next(iter(current_installation().campaigns.values()))
    return services.campaign.about.zone


def problem_page(status: int, words: tuple[str, str] | None = None) -> tuple[str, int]:
    """Return the page of a problem, with advice, and its status. words: title and advice in place of the usual ones."""
    title, advice = words or texts.PROBLEMS.get(status, texts.PROBLEMS[400 if status < 500 else 500])
    return page("problem.html", title=title, advice=advice), status


def register_words(app: Flask) -> None:
    """Give the templates their filters and functions."""
    app.jinja_env.filters.update(
        moment=lambda moment: texts.moment(local(moment)),
        hour_first=lambda moment: texts.hour_first(local(moment)),
        clock=lambda moment: texts.clock(local(moment)),
        when=lambda moment, now: texts.when(local(moment), local(now)),
        zone=lambda moment: zone_words(local(moment)),
        number=texts.number,
        left=texts.left,
        unbroken=texts.unbroken,
        dialled=texts.dialled,
        attached_files=attached_files,
        entries_of=entries_of,
        answers_count=texts.answers_count,
        unasked_places=unasked_places,
    )
    app.jinja_env.globals.update(
        script_words=json.dumps(texts.SCRIPT_WORDS, ensure_ascii=False),
        states=texts.STATES,
        site_title=texts.SITE_TITLE,
        cabinet_groups=texts.CABINET_GROUPS,
    )
