"""What an administrator does with personal addresses and deadlines, for the commands of `webform` and of `svod`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from campaign import Campaign, Municipality, load_campaigns
from outbox import Outbox, open_outbox
from outbox.address_codes import AddressCodes, personal_url
from outbox.deadlines import extend
from webform import texts
from webform.addressees import lists_of
from webform.environment import Settings, read_settings
from webform.errors import WebformError


@dataclass(frozen=True, slots=True)
class Administration:
    """The campaigns of one addressee list with their outbox, and what makes the addresses.

    municipalities: of the list, by ОКТМО
    """

    settings: Settings
    campaigns: tuple[Campaign, ...]
    addressees: str
    municipalities: Mapping[str, Municipality]
    outbox: Outbox
    codes: AddressCodes

    @property
    def campaign(self) -> Campaign:
        """The campaign of the list that opens last."""
        return max(self.campaigns, key=lambda one: one.about.opens)

    def municipality(self, oktmo: str) -> Municipality:
        """Raises WebformError for an unknown code."""
        found = self.municipalities.get(oktmo)
        if found is None:
            raise WebformError(texts.UNKNOWN_OKTMO.format(oktmo=oktmo))
        return found

    def url(self, oktmo: str) -> str | None:
        """Return the municipality's personal address, None if it is revoked. Raises OutboxError."""
        address = self.outbox.addresses.current(self.addressees, oktmo)
        return personal_url(self.settings.public_url, self.codes, address)

    def reissue(self, oktmo: str) -> str:
        """Make a new personal address, and return it."""
        self.municipality(oktmo)
        self.outbox.addresses.reissue(self.addressees, oktmo)
        return str(self.url(oktmo))

    def revoke(self, oktmo: str) -> str:
        """Revoke the personal address, and return words about it."""
        name = self.municipality(oktmo).name
        self.outbox.addresses.revoke(self.addressees, oktmo)
        return texts.REVOKED.format(name=name, oktmo=oktmo)

    def extend(self, oktmo: str, until: str, campaign: str | None = None) -> str:
        """Extend the deadline of a municipality, or take that back for `none`; return words about it.

        campaign: its id; needed where several ask the municipality

        Raises DeadlineError, OutboxError, WebformError.
        """
        name, chosen = self.municipality(oktmo).name, self._asking(oktmo, campaign)
        moment = extend(self.outbox.links, chosen, oktmo, until)
        if moment is None:
            return texts.EXTENSION_OVER.format(name=name, until=texts.moment(chosen.deadline_of(oktmo)))
        return texts.EXTENDED.format(name=name, until=texts.hour_first(moment))

    def _asking(self, oktmo: str, chosen: str | None) -> Campaign:
        asking = {one.id: one for one in self.campaigns if oktmo in one.by_oktmo}
        if chosen is None and len(asking) == 1:
            return next(iter(asking.values()))
        if chosen not in asking:
            raise WebformError(texts.WHICH_CAMPAIGN.format(campaigns=", ".join(asking)))
        return asking[chosen]


@contextmanager
def open_installation(environ: Mapping[str, str], addressees: str | None = None) -> Iterator[Administration]:
    """Open what the environment names, until the block ends. addressees: a list; needed where there are several.

    Raises CampaignError, OutboxError, WebformError.
    """
    settings = read_settings(environ)
    campaigns = load_campaigns(settings.campaign_file)
    lists = lists_of(campaigns)
    if addressees is None and len(lists) == 1:
        addressees = next(iter(lists))
    if addressees not in lists:
        raise WebformError(texts.WHICH_LIST.format(lists=", ".join(sorted(lists))))
    of_list = tuple(one for one in campaigns if one.about.addressees == addressees)
    codes = AddressCodes(settings.secrets, {})
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.look(environ)
        yield Administration(settings, of_list, addressees, lists[addressees], outbox, codes)
