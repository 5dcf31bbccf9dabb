"""A desk of a campaign with mail addresses, and what the worker does with its mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign import load_campaigns
from letters.mail.office import open_office
from letters.mail.sending import Sender
from outbox.mails import LEASE
from tests.desk.harness import add_staff, desk_site
from tests.webform.harness import ROOT, Site

WITH_ADDRESS = ("17605000", "17610000", "17615000")


def site_with_addresses(
    folder: Path, *, rehearsal: bool = True, roles: Sequence[str] = ("read", "work", "administer"), **environ: str
) -> Site:
    """A site with a mail address for WITH_ADDRESS, an account of each of the roles; of a real reception that ends in
    two days where it is no rehearsal. Started."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for oktmo in WITH_ADDRESS:
        text = text.replace(f'{{oktmo: "{oktmo}",', f'{{oktmo: "{oktmo}", email: m{oktmo}@example.org,')
    if not rehearsal:
        text = text.replace("2023-05-30 23:59", f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d} 23:59")
    config = folder / "config.yaml"
    config.write_text(text, encoding="utf-8")
    made = desk_site(folder / "data", config, **environ)
    if not rehearsal:
        (made.folder / "clock.json").unlink()
    made.start()
    for role in roles:
        add_staff(made, role, role)
    return made


def work(site: Site) -> None:
    """Do what the worker does with the mails that are due now, until none is."""
    (campaign,) = load_campaigns(Path(site.environ["SVOD_CONFIG"]))
    with site.outbox() as outbox:
        office = open_office(site.environ, outbox, outbox.kind.look(site.environ))
        lease = outbox.leases.acquire(LEASE, "worker", timedelta(minutes=5))
        assert lease is not None
        sender = Sender(office, lease, lambda _: None)
        sender.start()
        while sender.round({campaign.id: campaign}):
            assert not sender.held
        if sender.door is not None:
            sender.door.close()
        outbox.leases.release(lease)
