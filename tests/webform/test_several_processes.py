"""On PostgreSQL the form may be several processes: any of them answers any request."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from outbox import open_outbox
from tests.outbox.conftest import cluster, postgresql_url, ready_postgresql  # noqa: F401 - fixtures
from tests.webform.client import Clerk, report
from tests.webform.sites import CAMPAIGN, Site

pytestmark = pytest.mark.postgresql


def test_two_processes_share_everything_but_their_counters(
    make: Callable[..., Site],
    postgresql_url: str,  # noqa: F811
) -> None:
    site = make(DATABASE_URL=postgresql_url, WEB_CONCURRENCY="2")
    site.start()
    site.read_links()

    def whole_job(oktmo: str) -> str:
        clerk = Clerk(site.address)
        check = clerk.send(clerk.enter(site.links[oktmo]), report())
        pages = [clerk.send(check) for _ in range(2)]
        assert pages[0].path == pages[1].path
        return pages[0].path

    oktmos = list(site.links)[:8]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(whole_job, oktmos)) == [f"/reports/{oktmo}/receipts/1" for oktmo in oktmos]
    with open_outbox(postgresql_url, migrate=False) as store:
        assert [s.number for s in store.submissions.all(CAMPAIGN)] == list(range(1, 9))
    site.stop()
    said = site.log.read_text()
    assert said.count("RATELIMIT_STORAGE_URI не задан") == 1
    assert "Traceback" not in said
