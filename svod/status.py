"""`svod status`: what waits, and whether all is well; for people and, by its exit code, for monitoring."""

from __future__ import annotations

from collections.abc import Mapping

import click

from campaign import CampaignError
from outbox.errors import OutboxError
from sheets import SheetsError
from svod import looks, texts
from sync.errors import WorkerError
from sync.process import commands, logs
from sync.process.health import checks_of_all
from sync.process.wiring import installation
from webform.environment import read_settings
from webform.errors import WebformError

WELL, NOT_WELL, UNKNOWN = 0, 1, 2


def run(environ: Mapping[str, str], *, form: bool) -> int:
    """Print what waits and each check; return the exit code. form: whether the form is asked for its health too."""
    logs.configure(silent=True)
    try:
        with installation(environ) as found:
            words = commands.status_of_all(found)
            checks = list(checks_of_all(found))
        if form:
            checks.append(looks.form(environ, read_settings(environ)))
        checks.append(looks.disk(found.settings.data_dir))
    except (CampaignError, OutboxError, SheetsError, WebformError, WorkerError) as error:
        click.echo(texts.UNKNOWN.format(reason=error), err=True)
        return UNKNOWN
    click.echo(f"{words}\n\n{looks.lines(checks)}")
    return NOT_WELL if any(check.good is False for check in checks) else WELL
