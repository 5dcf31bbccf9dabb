"""The wiring of the worker's process: one function puts everything together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from campaign import Campaign, config_path, load_campaign
from outbox import Outbox, open_outbox
from sheets import CallBudget, GoogleSpreadsheet, open_client
from sheets.http import SheetsHttpClient
from sync.context import Context
from sync.process.environment import Settings, read_settings


@dataclass(frozen=True)
class Wired:
    """The parts of one process."""

    settings: Settings
    context: Context
    budget: CallBudget
    client: SheetsHttpClient


@contextmanager
def wired(environ: Mapping[str, str], *, starts: bool = False) -> Iterator[Wired]:
    """Everything that the environment names, until the block ends. starts: for the worker, not for a command beside it.

    Nothing is sent yet. Raises CampaignFileError, SettingsError, BadCredentials and OutboxError, all with one clear
    text for people.
    """
    campaign = load_campaign(config_path(environ))
    settings = read_settings(environ)
    budget = budget_of(campaign)
    timeout = campaign.schedule.call_timeout_seconds
    client = open_client(settings.account, budget, base_url=settings.base_url, timeout=timeout)
    with open_outbox(settings.database_url) as outbox:
        clock = outbox.kind.start(environ) if starts else outbox.kind.look(environ)
        spreadsheet = GoogleSpreadsheet(client, settings.spreadsheet_id)
        yield Wired(settings, Context(campaign, outbox, spreadsheet, clock), budget, client)


def budget_of(campaign: Campaign) -> CallBudget:
    """The calls a minute that the campaign file allows."""
    return CallBudget(campaign.schedule.reads_per_minute, campaign.schedule.writes_per_minute)


def context_for(parts: Wired, outbox: Outbox, spreadsheet_id: str) -> Context:
    """The same campaign and outbox with another spreadsheet."""
    spreadsheet = GoogleSpreadsheet(parts.client, spreadsheet_id)
    return Context(parts.context.campaign, outbox, spreadsheet, parts.context.clock)
