"""Rendering: the values, filters and functions that every template has."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask, g, render_template

from campaign import Campaign
from campaign.texts import number
from desk import texts
from desk.access import allowed
from desk.services import current_desk
from desk.tickets import has_key


def now() -> datetime:
    """Return when this request came: campaign time."""
    moment: datetime | None = g.get("received")
    if moment is None:
        moment = g.received = current_desk().clock.now()
    return moment


def page(template: str, **context: object) -> str:
    """Return the page of a template, with the values that every template has.

    campaign: of the page, if it is about one; moments are shown in its zone
    """
    desk = current_desk()
    campaign = context.get("campaign")
    g.zone = (campaign if isinstance(campaign, Campaign) else next(iter(desk.campaigns.values()))).about.zone
    signed = g.get("person")
    return render_template(
        template, **{"account": signed.account if signed else None, "rehearsal": desk.clock.rehearsal, **context}
    )


def problem_page(status: int, advice: str = "") -> tuple[str, int]:
    """Return the page of a problem, with advice, and its status."""
    title, usual = texts.PROBLEMS.get(status, texts.PROBLEMS[400 if status < 500 else 500])
    return page("problem.html", title=title, advice=advice or usual), status


def register_words(app: Flask) -> None:
    """Give the templates their filters and functions."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        moment=lambda moment: texts.moment(_local(moment)),
        short=lambda moment: texts.short_moment(_local(moment), _local(now())),
        left=texts.left,
        ago=texts.ago,
        example=lambda moment: texts.example(_local(moment) + timedelta(days=3)),
        number=number,
    )
    app.jinja_env.globals.update(
        now=now,
        allowed=allowed,
        states=texts.STATES,
        roles=texts.ROLES,
        by_ticket=lambda: has_key(current_desk().settings.ticket_key),
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(g.zone)
