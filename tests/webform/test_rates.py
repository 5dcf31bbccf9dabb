"""Rates while their common store does not answer: counted alone for a while, then together again."""

from __future__ import annotations

import pytest
from limits import parse
from limits.storage import MemoryStorage

from webform import rates as rates_module
from webform.counters import ProcessCounters
from webform.rates import FALLBACK_SECONDS, Rates

TWO = parse("2 per hour")


class Store(MemoryStorage):
    """The common store; `asked`: how often."""

    STORAGE_SCHEME = ["rates-of-a-test"]  # noqa: RUF012 - the library's own name and kind

    def __init__(self) -> None:
        super().__init__()
        self.answers = True
        self.asked = 0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        self.asked += 1
        if not self.answers:
            raise ValueError  # of its `base_exceptions`
        return super().incr(key, expiry, amount)


class Log:
    """What was said; another test of the process may have sent the log elsewhere."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def error(self, event: str, **_: object) -> None:
        self.events.append(event)


def test_a_store_that_does_not_answer_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    store, now, log = Store(), [0.0], Log()
    monkeypatch.setattr(rates_module, "_log", log)
    rates = Rates(store, lambda: now[0])
    assert rates.hit(TWO, "drafts", "17701000")
    store.answers = False
    assert [rates.hit(TWO, "drafts", "17701000") for _ in range(3)] == [True, True, False]
    assert store.asked == 2
    now[0] += FALLBACK_SECONDS
    assert not rates.hit(TWO, "drafts", "17701000")
    assert store.asked == 3
    store.answers = True
    now[0] += FALLBACK_SECONDS - 1
    assert not rates.hit(TWO, "drafts", "17701000")
    now[0] += 1
    assert rates.hit(TWO, "drafts", "17701000"), "the store's own count goes on where it was"
    assert not rates.hit(TWO, "drafts", "17701000")
    assert rates.hit(TWO, "drafts", "17720000")
    assert log.events == ["rates_counted_alone"] * 2


def test_a_fault_of_another_kind_is_not_hidden() -> None:
    class Broken(Store):
        STORAGE_SCHEME = ["broken-rates-of-a-test"]  # noqa: RUF012 - the library's own name and kind

        def incr(self, key: str, expiry: float, amount: int = 1) -> int:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Rates(Broken()).hit(TWO, "drafts", "17701000")


def test_counters_in_memory_begin_anew_after_their_window_and_forget_the_others() -> None:
    now = [1_000.0]
    counters = ProcessCounters(lambda: now[0])
    rates = Rates(counters)
    assert [rates.hit(TWO, "drafts", "17701000") for _ in range(3)] == [True, True, False]
    for address in range(5_000):
        assert rates.hit(TWO, "links", f"192.0.2.{address}")
    assert not rates.hit(TWO, "drafts", "17701000")
    now[0] += 3_600
    assert [rates.hit(TWO, "drafts", "17701000") for _ in range(3)] == [True, True, False]
    for address in range(5_000, 10_000):
        assert rates.hit(TWO, "links", f"192.0.2.{address}")
    assert len(counters) < 6_000, "expired counters are forgotten"
