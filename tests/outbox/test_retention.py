"""Personal data that is no longer needed goes for good; reports stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from outbox import Outbox, open_outbox
from outbox.records import Draft
from outbox.retention import Purged
from tests.outbox.factories import CAMPAIGN, SetClock, report

NAME = "Ответственное лицо отдела"


def test_contacts_and_drafts_older_than_a_moment_go(outbox: Outbox, now: SetClock) -> None:
    old = outbox.submissions.submit(report(contacts={"contact_name": NAME})).submission
    outbox.drafts.save(Draft(CAMPAIGN, "17610000", "k1", {"contact_name": NAME}, 0, now()))
    edge = now() + timedelta(days=1)
    now.go(days=30)
    kept = outbox.submissions.submit(report(contacts={"contact_name": NAME}, oktmo="17615000", key="k2")).submission
    assert outbox.retention.purge_contacts(edge) == Purged(reports=1, drafts=1)
    found = {one.id: one for one in outbox.submissions.all(CAMPAIGN)}
    assert found[old.id].contacts == {}
    assert (found[old.id].answers, found[old.id].receipt) == (old.answers, old.receipt)
    assert found[kept.id].contacts == {"contact_name": NAME}
    assert outbox.drafts.all(CAMPAIGN) == []
    assert outbox.retention.purge_contacts(edge) == Purged(0, 0), "a second time there is nothing"


def test_nothing_of_them_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with open_outbox(f"sqlite:///{path}") as outbox:
        one = outbox.submissions.submit(report(contacts={"contact_name": NAME})).submission
        outbox.retention.purge_contacts(one.received_real + timedelta(days=1))
    left = [file.name for file in tmp_path.iterdir() if NAME.encode() in file.read_bytes()]
    assert left == []
