"""One campaign of the installation with its outbox, for commands about its reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import click

from campaign import Campaign, choose_campaign, load_campaigns
from outbox import Outbox, open_outbox
from outbox.clock import REHEARSAL
from svod import texts
from webform.environment import read_settings
from webform.tokens import Tokens

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class OneCampaign:
    """tokens: make the codes of its receipts. rehearsal: nothing here is real."""

    campaign: Campaign
    outbox: Outbox
    tokens: Tokens
    rehearsal: bool


def campaign_option(command: F) -> F:
    """Give a command the option `--campaign`, as `campaign_id`."""
    return click.option("--campaign", "campaign_id", metavar="ID", help=texts.CAMPAIGN_OPTION_HELP)(command)


@contextmanager
def open_campaign(
    environ: Mapping[str, str], campaign_id: str | None, receipt: str | None = None
) -> Iterator[OneCampaign]:
    """Open the campaign of this id, or of this receipt, until the block ends; without either the only one.

    Raises CampaignError, OutboxError, WebformError.
    """
    settings = read_settings(environ)
    chosen = choose_campaign(load_campaigns(settings.campaign_file), campaign_id, receipt)
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.look(environ)
        tokens = Tokens(settings.secrets, chosen.id)
        yield OneCampaign(chosen, outbox, tokens, outbox.kind.get() == REHEARSAL)
