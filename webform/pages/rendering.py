"""Rendering: the values, filters and functions that every template has."""

from __future__ import annotations

import json
from datetime import datetime

from flask import Flask, g, render_template

from campaign.answers import unasked_places
from campaign.zones import zone_words
from webform import texts
from webform.services import current_services


def received() -> datetime:
    """Return when this request came: campaign time in the campaign's zone."""
    moment: datetime | None = g.get("received")
    if moment is None:
        services = current_services()
        moment = g.received = services.clock.now().astimezone(services.campaign.about.zone)
    return moment


def local(moment: datetime) -> datetime:
    """Return the same moment in the campaign's zone."""
    return moment.astimezone(current_services().campaign.about.zone)


def page(template: str, **context: object) -> str:
    """Return the page of a template, with the values that every template has."""
    services = current_services()
    return render_template(
        template,
        campaign=services.campaign,
        about=services.campaign.about,
        rehearsal=services.clock.rehearsal,
        now=received(),
        public_url=services.settings.public_url,
        **context,
    )


def problem_page(status: int) -> tuple[str, int]:
    """Return the page of a problem, with advice, and its status."""
    title, advice = texts.PROBLEMS.get(status, texts.PROBLEMS[400 if status < 500 else 500])
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
        answers_count=texts.answers_count,
        unasked_places=unasked_places,
    )
    app.jinja_env.globals.update(
        script_words=json.dumps(texts.SCRIPT_WORDS, ensure_ascii=False),
        states=texts.STATES,
    )
