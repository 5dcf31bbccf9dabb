"""On PostgreSQL the form may be several processes: any of them answers any request."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from outbox import open_outbox
from tests.outbox.conftest import cluster, postgresql_url, ready_postgresql  # noqa: F401 - fixtures
from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, REPORTS, Site

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]


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
        assert list(pool.map(whole_job, oktmos)) == [f"{REPORTS}/{oktmo}/receipts/1" for oktmo in oktmos]
    with open_outbox(postgresql_url, migrate=False) as store:
        assert [s.number for s in store.submissions.all(CAMPAIGN)] == list(range(1, 9))
    site.stop()
    said = site.log.read_text()
    assert said.count("RATELIMIT_STORAGE_URI не задан") == 1
    assert "Traceback" not in said


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    """A real Redis on a free port, for one test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    try:
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.1)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        client.close()
        server.terminate()
        server.wait(30)


@pytest.mark.redis
def test_several_processes_count_together_in_redis(
    make: Callable[..., Site],
    postgresql_url: str,  # noqa: F811
    redis_address: str,
) -> None:
    site = make(
        DATABASE_URL=postgresql_url,
        WEB_CONCURRENCY="2",
        RATELIMIT_STORAGE_URI=redis_address,
        SUBMISSIONS_RATE="6 per hour",
    )
    site.start()
    site.read_links()
    oktmo, other = list(site.links)[:2]
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    statuses = [clerk.send(form, report()).status for _ in range(8)]
    assert statuses == [200] * 6 + [429] * 2  # two processes that counted alone would take up to twelve
    neighbour = Clerk(site.address)
    assert neighbour.send(neighbour.enter(site.links[other]), report()).status == 200
    site.stop()
    assert "RATELIMIT_STORAGE_URI не задан" not in site.log.read_text()


@pytest.mark.redis
@pytest.mark.parametrize("trouble", ["gone", "silent"])
def test_the_form_goes_on_while_redis_does_not_answer(
    make: Callable[..., Site],
    postgresql_url: str,  # noqa: F811
    redis_address: str,
    trouble: str,
) -> None:
    site = make(
        DATABASE_URL=postgresql_url,
        WEB_CONCURRENCY="2",
        RATELIMIT_STORAGE_URI=redis_address,
        SUBMISSIONS_RATE="6 per hour",
    )
    site.start()
    site.read_links()
    oktmo, other = list(site.links)[:2]
    clerk, neighbour = Clerk(site.address), Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    assert clerk.send(form, report()).status == 200
    with redis.Redis.from_url(redis_address) as client:
        server = int(client.info()["process_id"])
        if trouble == "gone":
            client.shutdown(nosave=True)
        else:
            os.kill(server, signal.SIGSTOP)
    try:
        assert Clerk(site.address).get("/r/nothing").status == 404
        check = clerk.send(clerk.send(form, report(comment="Сохранили"), button="Сохранить черновик"))
        assert "Осталось отправить" in check.title
        assert clerk.send(check).path == f"{REPORTS}/{oktmo}/receipts/1"
        statuses = [neighbour.send(neighbour.enter(site.links[other]), report()).status for _ in range(14)]
        assert statuses[:6] == [200] * 6
        assert 429 in statuses, "each process goes on counting"
    finally:
        if trouble == "silent":
            os.kill(server, signal.SIGCONT)
    site.stop()
    said = site.log.read_text()
    assert 1 <= said.count("rates_counted_alone") < 10, "once a minute in each process, not at each of the requests"
    assert "Traceback" not in said
    assert '"fault"' not in said
