"""The wiring of the desk. Nothing is opened, read or timed at import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, g

from campaign import Campaign
from desk.access import register_access
from desk.addresses import allow_campaigns
from desk.logs import register_log
from desk.pages import register_pages
from desk.people.passwords import Passwords
from desk.published import PublishedBriefs
from desk.rendering import register_words
from desk.security import register_security
from desk.services import NAME, Desk, Doors, Rates, Settings
from desk.static_files import register_static_files
from letters.mail.office import Office
from outbox import Outbox
from outbox.clock import CampaignClock


def create_app(
    settings: Settings,
    campaigns: Mapping[str, Campaign],
    outbox: Outbox,
    clock: CampaignClock,
    rates: Rates,
    doors: Doors,
) -> Flask:
    """Return the application of the desk, to be served under `/desk`. campaigns: by id, at least one."""
    app = Flask("desk", root_path=str(Path(__file__).parent), static_folder=None)
    app.url_map.strict_slashes = False  # no redirect of its own, which would repeat the client's Host
    app.url_map.merge_slashes = False
    briefs = {name: PublishedBriefs(one, outbox) for name, one in campaigns.items()}
    office = Office(outbox, clock, settings.mail, settings.public_url, settings.secrets, settings.templates)
    app.extensions[NAME] = Desk(settings, campaigns, outbox, clock, rates, doors, Passwords(), briefs, office)
    allow_campaigns(app, campaigns)
    register_log(app, "/desk", lambda: {"account": g.person.account.id if "person" in g else None})
    register_access(app)
    register_security(app, settings)
    register_static_files(app)
    register_pages(app)
    register_words(app)
    return app
