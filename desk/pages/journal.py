"""The journal of what staff did on the desk: who, when, what."""

from __future__ import annotations

from flask import Blueprint

from desk import texts
from desk.access import needs
from desk.pages.typed import asked
from desk.rendering import page
from desk.services import current_desk
from outbox.acts import KEPT

pages = Blueprint("journal", __name__)
PAGE = 100


@pages.get("/journal")
@needs("administer")
def show() -> str:
    """Show the latest acts, or those before the one of this number."""
    number = asked("before", 18)
    before = int(number) if number.isascii() and number.isdigit() else None
    desk = current_desk()
    found = desk.outbox.acts.last(PAGE + 1, before=before)
    names = {name: campaign.about.title for name, campaign in desk.campaigns.items()}
    places = {
        (name, one.oktmo): one.name for name, campaign in desk.campaigns.items() for one in campaign.municipalities
    }
    return page(
        "journal.html",
        acts=[act for _, act in found[:PAGE]],
        older=found[PAGE - 1][0] if len(found) > PAGE else None,
        newest=before is None,
        names=names,
        places=places,
        words_of=lambda act: texts.act_words(act, desk.campaigns),
        years=KEPT.days // 365,
    )
