"""The web process: the clerk's form with the ministry's desk under `/desk`.

gunicorn starts it as `svod.web:create_app()`; nothing is opened, read or timed at import.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import desk
import webform
from desk.services import Doors, Settings
from outbox.records import Submission
from svod.letters import OWN_TEMPLATES
from webform.administration import personal_url
from webform.logs import log_package
from webform.services import NAME, Installation

DESK = "/desk"


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Return the form's application, which answers for the desk too. Raises what `webform.create_app` raises."""
    form = webform.create_app(environ)
    installation: Installation = form.extensions[NAME]
    log_package("desk")
    form.wsgi_app = DispatcherMiddleware(form.wsgi_app, {DESK: _desk(installation)})  # type: ignore[method-assign]
    return form


def _desk(installation: Installation) -> Flask:
    settings = installation.settings

    def address(campaign: str, oktmo: str) -> str | None:
        holder = installation.campaigns[campaign].holder(oktmo)
        version = installation.outbox.addresses.current(*holder)
        return personal_url(settings.public_url, installation.codes, version)

    def receipt_code(submission: Submission) -> str:
        return installation.campaigns[submission.campaign].tokens.code(submission)

    return desk.create_app(
        Settings(
            secrets=settings.secrets,
            public_url=settings.public_url,
            templates=settings.data_dir / OWN_TEMPLATES,
            proxies=settings.proxies,
            proxied_host=settings.proxied_host,
        ),
        {name: services.campaign for name, services in installation.campaigns.items()},
        installation.outbox,
        installation.clock,
        installation.rates,
        Doors(address, receipt_code),
    )
