"""A municipality whose kind has a deadline of its own sees that one, and is late or in time by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.campaign.test_deadlines import ALEXANDROV, VLADIMIR, with_deadline
from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, Site


def test_each_is_told_and_judged_by_its_own_deadline(tmp_path: Path, make: Callable[..., Site]) -> None:
    with_deadline(tmp_path, "2023-05-26 18:00")
    site = make(config=str(tmp_path / "config.yaml"))
    site.start()
    site.read_links()
    for oktmo, words in ((VLADIMIR, "Срок истёк"), (ALEXANDROV, "Срок — до")):
        clerk = Clerk(site.address)
        form = clerk.enter(site.links[oktmo])
        assert words in form.text
        receipt = clerk.send(clerk.send(form, report()))
        assert "Квитанция" in receipt.text
    with site.outbox() as outbox:
        late = {oktmo: outbox.submissions.latest(CAMPAIGN, oktmo) for oktmo in (VLADIMIR, ALEXANDROV)}
    assert [one.late for one in late.values() if one is not None] == [True, False]
    early = site.command("extend", VLADIMIR, "2023-05-26T12:00", check=False)
    assert "18:00" in early.stderr, "an extension is later than the municipality's own deadline"
    site.command("extend", VLADIMIR, "2023-05-28T12:00")
    assert "продлён для вас" in Clerk(site.address).get(site.links[VLADIMIR]).text
