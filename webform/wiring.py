"""The wiring of the web process. Nothing is opened, read or timed at import."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from campaign import load_campaign
from outbox import open_outbox
from outbox.settings_file import load_settings
from webform.bodies import register_bodies
from webform.environment import Settings, check_processes, read_settings
from webform.forms.plan import Plan
from webform.logs import configure_logs, register_log
from webform.pages import register_pages
from webform.pages.rendering import register_words
from webform.rates import open_rates
from webform.security import register_security
from webform.services import NAME, Services
from webform.static_files import FOLDER, publish, register_static_files
from webform.tokens import Tokens


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Return the application over this environment (default: the process's own).

    Raises SettingsError, CampaignFileError and OutboxError; `str()` of each is Russian and meant to be shown.
    """
    if environ is None:
        environ = os.environ
        load_settings(os.environ)
    settings = read_settings(environ)
    campaign = load_campaign(settings.campaign_file)
    configure_logs()
    outbox = open_outbox(settings.database_url)
    atexit.register(outbox.close)
    app = Flask("webform", root_path=str(Path(__file__).parent), static_folder=None)
    app.extensions[NAME] = Services(
        settings=settings,
        campaign=campaign,
        plan=Plan(campaign),
        outbox=outbox,
        clock=outbox.kind.start(environ),
        tokens=Tokens(settings.secrets, campaign.id),
        rates=open_rates(settings.rates),
    )
    register_log(app)
    register_bodies(app)
    register_pages(app)
    register_words(app)
    register_static_files(app, settings)
    register_security(app, settings)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    return app


def check_start(environ: Mapping[str, str], processes: int) -> Settings:
    """Find all that can keep the application from starting, before any worker process is made.

    Raises what `create_app` raises; brings the outbox's tables up to date.
    """
    settings = read_settings(environ)
    check_processes(settings, processes)
    load_campaign(settings.campaign_file)
    publish(FOLDER, settings.data_dir)
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.start(environ)
    return settings
