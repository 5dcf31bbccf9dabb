"""What mails are made with: the outbox, the form's address, the mail server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from campaign import Campaign
from letters.documents import OWN_TEMPLATES
from letters.mail.settings import MailSettings, read_mail_settings
from outbox import Outbox
from outbox.address_codes import AddressCodes, personal_url
from outbox.clock import CampaignClock
from outbox.environment import data_dir
from outbox.form_address import public_url, secrets_of
from outbox.receipt_codes import receipt_codes
from outbox.records import Submission


@dataclass(frozen=True)
class Office:
    """settings: None where no mail server is named. templates: the folder of the staff's own, which need not exist."""

    outbox: Outbox
    clock: CampaignClock
    settings: MailSettings | None
    public_url: str
    secrets: tuple[str, ...]
    templates: Path

    @property
    def sends(self) -> bool:
        """False in a rehearsal, and without a mail server."""
        return self.settings is not None and not self.clock.rehearsal

    @property
    def makes(self) -> bool:
        """True if mails are made by the schedule: to be sent, or in a rehearsal to be read."""
        return self.settings is not None or self.clock.rehearsal

    @cached_property
    def _codes(self) -> AddressCodes:
        return AddressCodes(self.secrets, {})

    def now(self, campaign: Campaign) -> datetime:
        """Campaign time, in the campaign's zone."""
        return self.clock.now().astimezone(campaign.about.zone)

    def url(self, campaign: Campaign, oktmo: str) -> str | None:
        """Return the municipality's personal address; None if it is revoked."""
        address = self.outbox.addresses.current(campaign.about.addressees, oktmo)
        return personal_url(self.public_url, self._codes, address)

    def receipt_code(self, submission: Submission) -> str:
        return next(receipt_codes(submission, self.secrets))


def open_office(environ: Mapping[str, str], outbox: Outbox, clock: CampaignClock) -> Office:
    """Return the office of an installation. Raises MailSettingsError, OutboxSettingsError."""
    port = (environ.get("PORT") or "").strip()
    return Office(
        outbox,
        clock,
        read_mail_settings(environ),
        public_url(environ, int(port)) if port.isascii() and port.isdigit() else public_url(environ),
        secrets_of(environ),
        data_dir(environ) / OWN_TEMPLATES,
    )
