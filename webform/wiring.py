"""The wiring of the web process. Nothing is opened, read or timed at import."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from campaign import Campaign, load_campaigns
from outbox import Outbox, open_outbox
from outbox.address_codes import AddressCodes
from outbox.clock import CampaignClock
from outbox.settings_file import load_settings
from webform.addressees import lists_of
from webform.addressing import allow_campaigns, register_addresses
from webform.bodies import register_bodies
from webform.calendars import CalendarTokens
from webform.environment import Settings, check_processes, read_settings
from webform.forms.plan import Plan
from webform.forms.steps import Steps
from webform.logs import configure_logs, register_log
from webform.pages import register_pages
from webform.pages.files import register_uploads
from webform.pages.rendering import register_words
from webform.rates import open_rates
from webform.security import register_security
from webform.services import NAME, Installation, Services
from webform.static_files import FOLDER, publish, register_static_files
from webform.tokens import Tokens

_checked: tuple[Campaign, ...] = ()
"""The campaigns that `check_start` has checked, in gunicorn's master and its forks."""


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Return the application over this environment (default: the process's own).

    Raises SettingsError, CampaignFileError and OutboxError; `str()` of each is Russian and meant to be shown.
    """
    if environ is None:
        environ = os.environ
        load_settings(os.environ)
    settings = read_settings(environ)
    campaigns = _checked or load_campaigns(settings.campaign_file)
    configure_logs()
    outbox = open_outbox(settings.database_url)
    atexit.register(outbox.close)
    app = Flask("webform", root_path=str(Path(__file__).parent), static_folder=None)
    installation = _installation(settings, campaigns, outbox, outbox.kind.start(environ))
    app.extensions[NAME] = installation
    register_log(app)
    register_bodies(app)
    register_uploads(app)
    allow_campaigns(app, installation)
    register_pages(app)
    register_addresses(app)
    register_words(app)
    register_static_files(app, settings)
    register_security(app, settings)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    return app


def _installation(
    settings: Settings, campaigns: tuple[Campaign, ...], outbox: Outbox, clock: CampaignClock
) -> Installation:
    rates = open_rates(settings.rates)
    services = {
        campaign.id: Services(
            settings=settings,
            campaign=campaign,
            plan=Plan(campaign),
            steps=Steps(campaign),
            outbox=outbox,
            clock=clock,
            tokens=Tokens(settings.secrets, campaign.id),
            rates=rates,
        )
        for campaign in campaigns
    }
    lists = lists_of(campaigns)
    codes, calendars = AddressCodes(settings.secrets, lists), CalendarTokens(settings.secrets)
    return Installation(settings, outbox, clock, rates, services, lists, codes, calendars)


def check_start(environ: Mapping[str, str], processes: int) -> Settings:
    """Find all that can keep the application from starting, before any worker process is made.

    Raises what `create_app` raises, and then changes nothing; brings the outbox's tables up to date. The worker
    processes that are made of this one serve the campaigns as they were checked here: one that starts while a file is
    being changed neither fails nor takes half of the change.
    """
    global _checked
    settings = read_settings(environ)
    check_processes(settings, processes)
    campaigns = load_campaigns(settings.campaign_file)
    publish(FOLDER, settings.data_dir)
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.start(environ)
    _checked = campaigns
    return settings
