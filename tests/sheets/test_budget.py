"""The budget of calls as several campaigns share it: never over the limit, and nobody starves."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest

from sheets import BudgetSpent, CallBudget

POLL = 0.5


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Campaign:
    """Delivers and shows as fast as its own pace and the budget let it, as the worker's jobs do."""

    budget: CallBudget
    every: float = 0.0
    sent: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    _since: float | None = None

    def poll(self, now: float, *, wants: bool = True) -> None:
        if not wants or (self.sent and now - self.sent[-1] < self.every):
            return
        self._since = now if self._since is None else self._since
        if self.budget.wait("deliver", writes=1) == 0:
            self.budget.take("write")
            self.sent.append(now)
            self.waits.append(now - self._since)
            self._since = None
        self.budget.release()


def test_a_busy_campaign_does_not_starve_one_that_seldom_asks() -> None:
    clock = Clock()
    whole = CallBudget(30, 30, clock, burst=5)
    greedy, modest = Campaign(whole.share()), Campaign(whole.share())
    waiting = False
    for step in range(1200):  # ten minutes
        greedy.poll(clock.now)
        waiting = waiting or step % 41 == 40  # at any moment of the minute
        before = len(modest.sent)
        modest.poll(clock.now, wants=waiting)
        waiting = waiting and len(modest.sent) == before
        clock.now += POLL
    assert len(modest.sent) >= 1200 // 41 - 1
    assert max(modest.waits) <= 12
    both = sorted(greedy.sent + modest.sent)
    assert len(both) >= 10 * 29, "the budget is used"
    assert all(sum(at - 60 < one <= at for one in both) <= 30 for at in both)


def test_those_who_always_ask_get_equal_parts() -> None:
    clock = Clock()
    whole = CallBudget(30, 30, clock)
    crew, dice = [Campaign(whole.share()) for _ in range(7)], random.Random(7)
    for _ in range(2400):  # twenty minutes
        for one in dice.sample(crew, 7):  # as threads come
            one.poll(clock.now)
        clock.now += POLL
    counts = [len(one.sent) for one in crew]
    assert max(counts) - min(counts) <= 0.1 * max(counts), counts
    assert sum(counts) >= 20 * 29


def test_a_call_is_not_given_to_one_who_came_later() -> None:
    clock = Clock()
    whole = CallBudget(1, 1, clock)
    first, second, third = whole.share(), whole.share(), whole.share()
    first.take("write")
    clock.now += 1
    assert second.wait("deliver", writes=1) == 59
    clock.now += 57
    assert second.wait("deliver", writes=1) == 2
    assert third.wait("deliver", writes=1) > 0
    clock.now += 3  # the call is free again
    assert third.wait("deliver", writes=1) > 0, "the second one has waited longer"
    assert second.wait("deliver", writes=1) == 0
    second.take("write")
    clock.now += 60
    assert third.wait("deliver", writes=1) == 0


def test_one_who_asks_no_more_holds_nobody_up() -> None:
    clock = Clock()
    whole = CallBudget(1, 1, clock)
    first, stuck, third = whole.share(), whole.share(), whole.share()
    first.take("write")
    assert stuck.wait("deliver", writes=1) > 0
    clock.now += 60
    assert third.wait("deliver", writes=1) == 0


def test_a_delivery_goes_before_looks_that_have_waited_for_minutes() -> None:
    clock = Clock()
    whole = CallBudget(2, 2, clock)
    first, looking, delivering = whole.share(), whole.share(), whole.share()
    for _ in range(2):
        first.take("read")
    for _ in range(112):
        assert looking.wait("refresh", reads=2, writes=1, later=300) > 0
        clock.now += 0.5
    assert delivering.wait("prepare", reads=2) > 0
    clock.now += 4
    assert looking.wait("refresh", reads=2, writes=1, later=300) > 0
    assert delivering.wait("prepare", reads=2) == 0


def test_reads_and_writes_are_given_together_or_not_at_all() -> None:
    clock = Clock()
    whole = CallBudget(1, 1, clock)
    one, other = whole.share(), whole.share()
    one.take("write")
    assert one.wait("refresh", reads=1, writes=1) == 60
    assert other.wait("look", reads=1, later=1) > 0, "the read is wanted by one who came earlier"
    clock.now += 60
    assert one.wait("refresh", reads=1, writes=1) == 0
    with pytest.raises(BudgetSpent):
        other.take("read")  # held, though not yet sent
    one.release()
    other.take("read")


def test_threads_together_never_send_more_than_the_limit() -> None:
    whole = CallBudget(40, 40)
    taken: Counter[str] = Counter()
    lock = threading.Lock()

    def work(share: CallBudget) -> None:
        for _ in range(200):
            if share.wait("deliver", reads=1, writes=1) == 0:
                share.take("read")
                share.take("write")
                with lock:
                    taken.update(["read", "write"])
            share.release()

    threads = [threading.Thread(target=work, args=(whole.share(),)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == {"read": 40, "write": 40}
