"""The wiring of the worker's process: one function puts everything together, for all campaigns or for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from campaign import Campaign, Files, Rollup, choose_campaign, config_path, load_files
from campaign.model import Schedule
from outbox import Outbox, open_outbox
from outbox.clock import CampaignClock
from sheets import CallBudget, GoogleSpreadsheet, open_client
from sheets.http import SheetsHttpClient
from sync.context import Context, RollupContext
from sync.errors import SettingsError
from sync.process.environment import Place, Settings, read_settings, rollup_spreadsheets, spreadsheets
from sync.publication.spreadsheet_owner import owner_of
from sync.texts import rollup as rollup_texts
from sync.texts import worker as texts

if TYPE_CHECKING:
    from sync.rollup.collect import Sources

SOURCE_SECONDS, MOST_BYTES = 30.0, 20_000_000
"""Of one read of a source: five thousand municipalities with forty figures are five megabytes."""


@dataclass(frozen=True)
class Wired:
    """The parts that serve one campaign, for one thread. place: where its spreadsheet is named, if that is known."""

    settings: Settings
    context: Context
    budget: CallBudget
    client: SheetsHttpClient
    place: Place | None = None


@dataclass(frozen=True)
class WiredRollup:
    """The parts that serve one roll-up, for one thread. host: where spreadsheets are opened in a browser"""

    settings: Settings
    context: RollupContext
    budget: CallBudget
    sources: Sources
    host: str


@dataclass(frozen=True)
class Installation:
    """The campaigns and roll-ups of an installation, and what they share. Safe to use from many threads."""

    settings: Settings
    files: Files
    outbox: Outbox
    clock: CampaignClock
    budget: CallBudget

    @property
    def campaigns(self) -> tuple[Campaign, ...]:
        return self.files.campaigns

    @property
    def rollups(self) -> tuple[Rollup, ...]:
        return self.files.rollups

    @property
    def owners(self) -> tuple[Campaign | Rollup, ...]:
        """All that have a spreadsheet of their own."""
        return self.files.owners

    def client(self, owner: Campaign | Rollup) -> tuple[SheetsHttpClient, CallBudget]:
        """Return a client of the campaign's or roll-up's own, and its share of the budget. Nothing is sent yet."""
        schedule = owner.schedule if isinstance(owner, Campaign) else Schedule()
        budget, timeout = self.budget.share(), schedule.call_timeout_seconds
        return open_client(self.settings.account, budget, base_url=self.settings.base_url, timeout=timeout), budget

    def places(self) -> dict[str, Place]:
        """Return the spreadsheet of each campaign and roll-up, by id, as the files name them. Raises SettingsError."""
        own = spreadsheets(self.settings, self.campaigns, lambda one: owner_of(self.outbox, one))
        return own | rollup_spreadsheets(self.settings, self.rollups)

    def wire(self, campaign: Campaign) -> Wired:
        """Return the parts that serve the campaign. Raises SettingsError where its spreadsheet is not made yet."""
        place = self.places()[campaign.id]
        if place.id is None:
            raise SettingsError(texts.NOT_MADE_YET.format(campaign=campaign.id))
        client, budget = self.client(campaign)
        spreadsheet, campaigns = GoogleSpreadsheet(client, place.id), {one.id: one for one in self.campaigns}
        context = Context(
            campaign,
            self.outbox,
            spreadsheet,
            self.clock,
            campaigns=campaigns,
            desk=self.settings.desk,
            host=self.settings.host,
        )
        return Wired(self.settings, context, budget, client, place)

    def wire_rollup(self, rollup: Rollup) -> WiredRollup:
        """Return the parts that serve the roll-up. Raises SettingsError where its spreadsheet is not made yet."""
        from sync.rollup.collect import Sources  # brings pandas, which most commands do without

        place = self.places()[rollup.id]
        if place.id is None:
            raise SettingsError(rollup_texts.NOT_MADE_YET.format(id=rollup.id))
        client, budget = self.client(rollup)
        campaigns = {one.id: one for one in self.campaigns}
        context = RollupContext(rollup, campaigns, self.outbox, GoogleSpreadsheet(client, place.id), self.clock)
        account, base_url = self.settings.account, self.settings.base_url
        readers = open_client(account, budget, base_url=base_url, timeout=SOURCE_SECONDS, most_bytes=MOST_BYTES)
        sources = Sources(context, lambda one: GoogleSpreadsheet(readers, one), account.email)
        return WiredRollup(self.settings, context, budget, sources, self.settings.host)

    def with_files(self, files: Files) -> Installation:
        """Return the same installation with what its files hold now. Raises SettingsError."""
        changed = replace(self, files=files)
        changed.places()
        return changed

    def chosen_owners(self, owner_id: str | None) -> tuple[Campaign | Rollup, ...]:
        """Return the campaign or roll-up of this id; all of them without an id. Raises CampaignNotChosenError."""
        if owner_id is None:
            return self.owners
        rollup = next((one for one in self.rollups if one.id == owner_id), None)
        return (rollup or self.chosen(owner_id),)

    def chosen(self, campaign_id: str | None) -> Campaign:
        """Return the campaign of this id; the only one without an id. Raises CampaignNotChosenError."""
        return choose_campaign(self.campaigns, campaign_id)


@contextmanager
def installation(environ: Mapping[str, str], *, starts: bool = False) -> Iterator[Installation]:
    """Everything that the environment names, until the block ends. starts: for the worker, not for a command beside it.

    Nothing is sent yet. Raises CampaignFileError, SettingsError, BadCredentials and OutboxError, all with one clear
    text for people.
    """
    files = load_files(config_path(environ))
    settings = read_settings(environ)
    with open_outbox(settings.database_url) as outbox:
        clock = outbox.kind.start(environ) if starts else outbox.kind.look(environ)
        found = Installation(settings, files, outbox, clock, CallBudget(*limits_of(files.campaigns)))
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
    """Return the reads and the writes a minute that no campaign file forbids; where there is none, the usual ones."""
    schedules = [one.schedule for one in campaigns] or [Schedule()]
    return min(one.reads_per_minute for one in schedules), min(one.writes_per_minute for one in schedules)


def context_for(parts: Wired, outbox: Outbox, spreadsheet_id: str) -> Context:
    """The same campaign and outbox with another spreadsheet."""
    return replace(parts.context, outbox=outbox, spreadsheet=GoogleSpreadsheet(parts.client, spreadsheet_id))
