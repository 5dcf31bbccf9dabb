"""How every page is rendered: what all templates know. Imports the services and `webform.texts`."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, g, render_template

from webform import texts
from webform.services import services


def received() -> datetime:
    """The moment at which this request came, campaign time in the campaign's zone."""
    moment: datetime | None = g.get("received")
    if moment is None:
        known = services()
        moment = g.received = known.clock.now().astimezone(known.campaign.about.zone)
    return moment


def local(moment: datetime) -> datetime:
    """The same moment in the campaign's zone."""
    return moment.astimezone(services().campaign.about.zone)


def page(template: str, **context: object) -> str:
    """The page; what every template knows is added."""
    known = services()
    return render_template(
        template,
        campaign=known.campaign,
        about=known.campaign.about,
        rehearsal=known.clock.rehearsal,
        now=received(),
        public_url=known.settings.public_url,
        **context,
    )


def problem_page(status: int) -> tuple[str, int]:
    """The page of a problem, with what to do."""
    title, advice = texts.PROBLEMS.get(status, texts.PROBLEMS[400 if status < 500 else 500])
    return page("problem.html", title=title, advice=advice), status


def register_words(app: Flask) -> None:
    """The filters and functions of the templates."""
    app.jinja_env.filters.update(
        moment=lambda moment: texts.moment(local(moment)),
        hour_first=lambda moment: texts.hour_first(local(moment)),
        clock=lambda moment: texts.clock(local(moment)),
        when=lambda moment, now: texts.when(local(moment), local(now)),
        zone=lambda moment: texts.zone(local(moment)),
        number=texts.number,
        left=texts.left,
        unbroken=texts.unbroken,
    )
    app.jinja_env.globals.update(
        asset=lambda name: services().assets.url(name),
        problems_found=texts.problems_found,
        states=texts.STATES,
    )
