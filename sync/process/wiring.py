"""The wiring of the worker's process: one function puts everything together, for all campaigns or for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from campaign import Campaign, choose_campaign, config_path, load_campaigns
from outbox import Outbox, open_outbox
from outbox.clock import CampaignClock
from sheets import CallBudget, GoogleSpreadsheet, open_client
from sheets.http import SheetsHttpClient
from sync.context import Context
from sync.errors import SettingsError
from sync.process.environment import Place, Settings, read_settings, spreadsheets
from sync.publication.spreadsheet_owner import owner_of
from sync.texts import worker as texts


@dataclass(frozen=True)
class Wired:
    """The parts that serve one campaign, for one thread. place: where its spreadsheet is named, if that is known."""

    settings: Settings
    context: Context
    budget: CallBudget
    client: SheetsHttpClient
    place: Place | None = None


@dataclass(frozen=True)
class Installation:
    """The campaigns of an installation, and what they share. Safe to use from many threads."""

    settings: Settings
    campaigns: tuple[Campaign, ...]
    outbox: Outbox
    clock: CampaignClock
    budget: CallBudget

    def client(self, campaign: Campaign) -> tuple[SheetsHttpClient, CallBudget]:
        """Return a client of the campaign's own, and its share of the budget. Nothing is sent yet."""
        budget, timeout = self.budget.share(), campaign.schedule.call_timeout_seconds
        return open_client(self.settings.account, budget, base_url=self.settings.base_url, timeout=timeout), budget

    def places(self) -> dict[str, Place]:
        """Return the spreadsheet of each campaign, by campaign id, as the files name them now. Raises SettingsError."""
        return spreadsheets(self.settings, self.campaigns, lambda one: owner_of(self.outbox, one))

    def wire(self, campaign: Campaign) -> Wired:
        """Return the parts that serve the campaign. Raises SettingsError where its spreadsheet is not made yet."""
        place = self.places()[campaign.id]
        if place.id is None:
            raise SettingsError(texts.NOT_MADE_YET.format(campaign=campaign.id))
        client, budget = self.client(campaign)
        context = Context(campaign, self.outbox, GoogleSpreadsheet(client, place.id), self.clock)
        return Wired(self.settings, context, budget, client, place)

    def with_campaigns(self, campaigns: Sequence[Campaign]) -> Installation:
        """Return the same installation with the campaigns that its files hold now. Raises SettingsError."""
        changed = replace(self, campaigns=tuple(campaigns))
        changed.places()
        return changed

    def chosen(self, campaign_id: str | None) -> Campaign:
        """Return the campaign of this id; the only one without an id. Raises CampaignNotChosenError."""
        return choose_campaign(self.campaigns, campaign_id)


@contextmanager
def installation(environ: Mapping[str, str], *, starts: bool = False) -> Iterator[Installation]:
    """Everything that the environment names, until the block ends. starts: for the worker, not for a command beside it.

    Nothing is sent yet. Raises CampaignFileError, SettingsError, BadCredentials and OutboxError, all with one clear
    text for people.
    """
    campaigns = load_campaigns(config_path(environ))
    settings = read_settings(environ)
    with open_outbox(settings.database_url) as outbox:
        clock = outbox.kind.start(environ) if starts else outbox.kind.look(environ)
        found = Installation(settings, campaigns, outbox, clock, CallBudget(*limits_of(campaigns)))
        found.places()
        yield found


@contextmanager
def wired(environ: Mapping[str, str], campaign_id: str | None = None, receipt: str | None = None) -> Iterator[Wired]:
    """The parts of one campaign, for a command beside the worker. Raises as `installation` and `chosen`.

    receipt: a receipt tells its campaign, too
    """
    with installation(environ) as found:
        yield found.wire(choose_campaign(found.campaigns, campaign_id, receipt))


def limits_of(campaigns: Sequence[Campaign]) -> tuple[int, int]:
    """Return the reads and the writes a minute that no campaign file forbids."""
    reads = min(one.schedule.reads_per_minute for one in campaigns)
    return reads, min(one.schedule.writes_per_minute for one in campaigns)


def context_for(parts: Wired, outbox: Outbox, spreadsheet_id: str) -> Context:
    """The same campaign and outbox with another spreadsheet."""
    spreadsheet = GoogleSpreadsheet(parts.client, spreadsheet_id)
    return Context(parts.context.campaign, outbox, spreadsheet, parts.context.clock)
