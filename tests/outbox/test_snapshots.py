"""A snapshot says in one statement what the stores say in four."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from outbox import Outbox
from outbox.snapshots import ReportSnapshot
from tests.outbox.factories import CAMPAIGN, LIST, OPENED, OUTLIER, report, status


def by_the_stores(outbox: Outbox, campaign: str, addressees: str, oktmo: str) -> ReportSnapshot:
    return ReportSnapshot(
        address=outbox.addresses.current(addressees, oktmo),
        extension=outbox.links.extension(campaign, oktmo),
        latest=outbox.submissions.latest(campaign, oktmo),
        status=outbox.statuses.get(campaign, oktmo),
    )


@pytest.mark.parametrize("steps", range(8))
def test_a_snapshot_agrees_with_the_stores_at_every_step(outbox: Outbox, steps: int) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: outbox.submissions.submit(report(previous={"a": 1}, late=True)),
        lambda: outbox.links.set_extension(CAMPAIGN, "17701000", OPENED + timedelta(days=9)),
        lambda: outbox.statuses.publish(CAMPAIGN, [status("17737000")]),
        lambda: outbox.submissions.submit(report(key="key-2", base_version=1)),
        lambda: outbox.addresses.reissue(LIST, "17701000"),
        lambda: outbox.statuses.publish(CAMPAIGN, [status(remarks=(OUTLIER,), counted={"a": "1.5"})]),
        lambda: outbox.addresses.revoke(LIST, "17701000"),
    ]
    for deed in deeds[:steps]:
        deed()
    for campaign, addressees in ((CAMPAIGN, LIST), ("other", LIST), (CAMPAIGN, "other")):
        for oktmo in ("17701000", "17737000", "00000000"):
            of = (campaign, addressees, oktmo)
            assert outbox.snapshots.at(*of) == by_the_stores(outbox, *of)
            together = outbox.snapshots.of_campaigns([CAMPAIGN, "other"], addressees, oktmo)
            assert together[campaign] == by_the_stores(outbox, *of)
