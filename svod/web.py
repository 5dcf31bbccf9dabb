"""The web process: the clerk's form, with the ministry's desk under `/desk` and the reading API under `/api/v1`.

gunicorn starts it as `svod.web:create_app()`; nothing is opened, read or timed at import.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from campaign import Campaign
from desk.api.wiring import create_app as create_api
from desk.services import Doors, Settings
from desk.wiring import create_app as create_desk
from letters.documents import OWN_TEMPLATES
from letters.errors import LettersError
from letters.mail.settings import read_mail_settings
from outbox.address_codes import personal_url
from outbox.environment import in_production
from outbox.records import Submission
from outbox.ticket_key import ticket_key_path
from webform.logs import log_package
from webform.services import NAME, Installation
from webform.wiring import create_app as create_form

DESK = "/desk"
API = "/api/v1"


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Return the form's application, which answers for desk and API too. Raises what `webform.create_app` raises."""
    form = create_form(environ)
    installation: Installation = form.extensions[NAME]
    log_package("desk")
    form.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        form.wsgi_app, {DESK: _desk(installation, os.environ if environ is None else environ), API: _api(installation)}
    )
    return form


def _desk(installation: Installation, environ: Mapping[str, str]) -> Flask:
    def address(campaign: str, oktmo: str) -> str | None:
        holder = installation.campaigns[campaign].holder(oktmo)
        version = installation.outbox.addresses.current(*holder)
        return personal_url(installation.settings.public_url, installation.codes, version)

    def receipt_code(submission: Submission) -> str:
        return installation.campaigns[submission.campaign].tokens.code(submission)

    doors = Doors(address, receipt_code)
    settings = _settings(installation)
    if not in_production(environ):
        settings = replace(settings, ticket_key=ticket_key_path(environ))
    try:
        settings = replace(settings, mail=read_mail_settings(environ))
    except LettersError as error:  # the desk says so; form and desk work without mails
        settings = replace(settings, mail_wrong=str(error))
    return create_desk(
        settings,
        _campaigns(installation),
        installation.outbox,
        installation.clock,
        installation.rates,
        doors,
    )


def _api(installation: Installation) -> Flask:
    return create_api(
        _settings(installation),
        _campaigns(installation),
        installation.outbox,
        installation.clock,
        installation.rates,
    )


def _settings(installation: Installation) -> Settings:
    settings = installation.settings
    return Settings(
        secrets=settings.secrets,
        public_url=settings.public_url,
        templates=settings.data_dir / OWN_TEMPLATES,
        proxies=settings.proxies,
        proxied_host=settings.proxied_host,
    )


def _campaigns(installation: Installation) -> dict[str, Campaign]:
    return {name: services.campaign for name, services in installation.campaigns.items()}
