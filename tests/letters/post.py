"""The office of an installation with a real outbox and a real mail server, and a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from campaign import Campaign, Municipality
from letters.mail.making import make_due
from letters.mail.office import Office
from letters.mail.sending import Sender
from letters.mail.settings import MailSettings
from letters.mail.smtp import SmtpDoor
from outbox import Outbox, open_outbox
from outbox.clock import CampaignClock, start_rehearsal
from outbox.mails import Mail
from outbox.records import Lease
from tests.letters.factories import CAMPAIGN

SECRET = "s" * 40
OPENING = datetime(2023, 3, 27, 9, 30, tzinfo=CAMPAIGN.about.zone)


def campaign_of(count: int = 3, **changes: Any) -> Campaign:
    """Return the campaign with so many municipalities, each with an address, `m1@example.org` and so on."""
    municipalities = tuple(
        one.model_copy(update={"email": f"m{number}@example.org"})
        for number, one in enumerate(CAMPAIGN.municipalities[:count], 1)
    )
    return CAMPAIGN.model_copy(update={"municipalities": municipalities, **changes})


def many(count: int) -> Campaign:
    """Return the campaign with as many municipalities as a country has."""
    one = CAMPAIGN.municipalities[0]
    made = (
        Municipality(
            oktmo=f"{10_000_000 + n}",
            name=f"Округ {n}",
            genitive=f"Округа {n}",
            kind=one.kind,
            email=f"m{n}@example.org",
        )
        for n in range(count)
    )
    return CAMPAIGN.model_copy(update={"municipalities": tuple(made)})


@dataclass
class Post:
    """What the worker has: an office, and a sender that holds the lease."""

    office: Office
    campaign: Campaign
    lease: Lease
    door: SmtpDoor | None
    real: list[datetime]
    paused: list[float] = field(default_factory=list)

    @property
    def outbox(self) -> Outbox:
        return self.office.outbox

    @property
    def sender(self) -> Sender:
        """A worker that has just begun."""
        sender = Sender(self.office, self.lease, self.paused.append, chance=lambda: 0.5, door=self.door)
        sender.start()
        return sender

    def go(self, **step: float) -> None:
        """Let time pass, the campaign's and the real one."""
        self.real[0] += timedelta(**step)

    def make(self) -> int:
        return make_due(self.office, self.campaign)

    def send(self, sender: Sender | None = None) -> None:
        """Send until nothing is due."""
        sender = sender or self.sender
        while sender.round({self.campaign.id: self.campaign}):
            if sender.held:
                break

    def mails(self, **wanted: Any) -> Sequence[Mail]:
        return self.outbox.mails.of_campaign(self.campaign.id, **wanted)

    def states(self) -> dict[str, str]:
        """Return OKTMO → state, of a campaign with one mail a municipality."""
        return {mail.oktmo: mail.state for mail in self.mails()}

    def one(self, **wanted: Any) -> Mail:
        (found,) = self.mails(**wanted)
        whole = self.outbox.mails.get(found.id)
        assert whole is not None
        return whole

    def change(self, **changes: Any) -> None:
        """Change the campaign's file."""
        self.campaign = self.campaign.model_copy(update=changes)


@contextmanager
def post(
    folder: Path,
    settings: MailSettings | None,
    campaign: Campaign | None = None,
    now: datetime = OPENING,
    *,
    rehearsal: bool = False,
    url: str = "",
) -> Iterator[Post]:
    """An office at which campaign time and real time are `now`. url: of an outbox; "" for one of its own."""
    real = [now.astimezone(UTC)]
    folder.mkdir(exist_ok=True)
    clock = CampaignClock(None, lambda: real[0])
    if rehearsal:
        start_rehearsal(folder, now, lambda: real[0])
        clock = CampaignClock(folder / "clock.json", lambda: real[0])
    with open_outbox(url or f"sqlite:///{folder / 'outbox.db'}", now=lambda: real[0]) as outbox:
        lease = outbox.leases.acquire("mails", "test", timedelta(days=400))
        assert lease is not None
        office = Office(outbox, clock, settings, "https://svod.example.org", (SECRET,), folder / "templates")
        door = SmtpDoor(settings) if settings is not None else None
        yield Post(office, campaign or campaign_of(), lease, door, real)
        if door is not None:
            door.close()


def with_settings(post: Post, settings: MailSettings | None) -> Post:
    """Return the same installation with another mail server, or none."""
    return replace(post, office=replace(post.office, settings=settings), door=None)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
