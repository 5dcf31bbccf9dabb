"""Leases: one holder at a time, fences that only grow, nothing by a holder that slept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from outbox import Outbox
from outbox.errors import LeaseLost
from outbox.records import Lease
from tests.outbox.factories import SetClock

TTL = timedelta(seconds=15)


def acquire(outbox: Outbox, holder: str) -> Lease:
    lease = outbox.leases.acquire("worker", holder, TTL)
    assert lease is not None
    return lease


def test_one_holder_until_it_runs_out(outbox: Outbox, now: SetClock) -> None:
    first = acquire(outbox, "a")
    assert (first.fence, first.expires_real) == (1, now.time + TTL)
    assert outbox.leases.acquire("worker", "b", TTL) is None
    assert outbox.leases.acquire("another", "b", TTL) is not None
    now.go(seconds=14.9)
    assert outbox.leases.acquire("worker", "b", TTL) is None
    now.go(seconds=0.1)
    second = acquire(outbox, "b")
    assert second.fence == 2
    with pytest.raises(LeaseLost) as lost:
        outbox.leases.renew(first, TTL)
    assert "worker" in str(lost.value)


def test_renewing_prolongs_and_keeps_the_fence(outbox: Outbox, now: SetClock) -> None:
    lease = acquire(outbox, "a")
    for _ in range(3):
        now.go(seconds=10)
        lease = outbox.leases.renew(lease, TTL)
        assert (lease.fence, lease.expires_real) == (1, now.time + TTL)
    assert outbox.leases.acquire("worker", "b", TTL) is None
    now.go(seconds=15)
    with pytest.raises(LeaseLost):
        outbox.leases.renew(lease, TTL)


def test_the_same_holder_asking_again_gets_it_prolonged(outbox: Outbox, now: SetClock) -> None:
    acquire(outbox, "a")
    now.go(seconds=5)
    assert acquire(outbox, "a") == Lease("worker", "a", 1, now.time + TTL)
    now.go(seconds=20)
    assert acquire(outbox, "a").fence == 2


def test_releasing_lets_the_next_in_at_once_with_a_higher_fence(outbox: Outbox, now: SetClock) -> None:
    first = acquire(outbox, "a")
    outbox.leases.release(first)
    with pytest.raises(LeaseLost):
        outbox.leases.renew(first, TTL)
    second = acquire(outbox, "b")
    assert second.fence == 2
    outbox.leases.release(first)
    assert outbox.leases.renew(second, TTL).fence == 2


def test_the_holder_is_named_while_it_holds(outbox: Outbox, now: SetClock) -> None:
    assert outbox.leases.holder("worker") is None
    lease = acquire(outbox, "a")
    assert outbox.leases.holder("worker") == "a"
    now.go(seconds=15)
    assert outbox.leases.holder("worker") is None
    lease = acquire(outbox, "b")
    outbox.leases.release(lease)
    assert outbox.leases.holder("worker") is None


def test_of_many_who_ask_at_once_one_gets_it(opened: Callable[[], Outbox]) -> None:
    outboxes = [opened() for _ in range(4)]
    barrier = threading.Barrier(16)
    got: list[Lease | None] = []

    def ask(n: int) -> None:
        barrier.wait(10)
        got.append(outboxes[n % 4].leases.acquire("worker", f"holder-{n}", TTL))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 16
    assert [lease.fence for lease in got if lease is not None] == [1]
