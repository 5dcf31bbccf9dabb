"""Deliveries: what waits, the frozen flush, its outcomes, what is set aside, markers; all under the lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbox import Outbox
from outbox.errors import DeliveryConflict, LeaseLost, OutboxDataError
from outbox.records import Delivery, Lease, Submission
from tests.outbox.factories import CAMPAIGN, OPENED, SetClock, bodies, report

SHEET = "spreadsheet-1"


def submitted(outbox: Outbox, count: int, start: int = 0) -> list[Submission]:
    return [
        outbox.submissions.submit(report(f"{n:08d}", "key", accepted_at=OPENED + timedelta(minutes=n))).submission
        for n in range(start, start + count)
    ]


def freeze(outbox: Outbox, lease: Lease, submissions: list[Submission], sheet: str = SHEET) -> Delivery:
    ids = [submission.id for submission in submissions]
    return outbox.deliveries.freeze(lease, sheet, ids, lambda sequence, marker: f"{sequence} {marker}", ["ID", "Ё"])


def pending(outbox: Outbox, sheet: str = SHEET) -> list[Submission]:
    return outbox.deliveries.pending(CAMPAIGN, sheet, 1000)


def test_a_submission_goes_from_pending_through_open_to_delivered(outbox: Outbox, lease: Lease, now: SetClock) -> None:
    kept = submitted(outbox, 3)
    assert pending(outbox) == kept
    assert outbox.deliveries.pending(CAMPAIGN, SHEET, 2) == kept[:2]
    assert outbox.deliveries.open(SHEET) is None

    delivery = freeze(outbox, lease, kept[:2])
    assert (delivery.sequence, delivery.attempts, delivery.outcome, delivery.finished_real) == (1, 0, None, None)
    assert delivery.body == f"1 {delivery.marker}"
    assert delivery.header == ("ID", "Ё")
    assert delivery.submission_ids == tuple(submission.id for submission in kept[:2])
    assert delivery.created_real == now.time
    assert outbox.deliveries.open(SHEET) == delivery
    assert pending(outbox) == kept[2:]
    assert outbox.deliveries.delivered_ids(CAMPAIGN, SHEET) == {}

    assert outbox.deliveries.attempted(lease, delivery).attempts == 1
    assert outbox.deliveries.attempted(lease, delivery).attempts == 2
    now.go(seconds=2)
    finished = outbox.deliveries.finish(lease, delivery)
    assert (finished.outcome, finished.finished_real, finished.attempts) == ("delivered", now.time, 2)
    assert outbox.deliveries.open(SHEET) is None
    assert outbox.deliveries.delivered_ids(CAMPAIGN, SHEET) == {kept[0].id: 1, kept[1].id: 1}
    now.go(seconds=1)
    assert outbox.deliveries.old_markers(SHEET, keep_last=0, older_than=timedelta(0)) == [1]
    assert pending(outbox) == kept[2:]


def test_waiting_counts_what_is_not_in_the_spreadsheet_yet(outbox: Outbox, lease: Lease, now: SetClock) -> None:
    nothing = outbox.deliveries.waiting(CAMPAIGN, SHEET)
    assert (nothing.count, nothing.oldest_accepted_at, nothing.oldest_received_real) == (0, None, None)
    first = now.time
    kept = submitted(outbox, 2)
    now.go(minutes=1)
    kept += submitted(outbox, 2, start=2)
    delivery = freeze(outbox, lease, kept[:1])
    outbox.deliveries.set_aside(lease, SHEET, [kept[1].id], "ячейка длиннее 50 000 знаков")
    waiting = outbox.deliveries.waiting(CAMPAIGN, SHEET)
    assert waiting.count == 3
    assert waiting.oktmos == {kept[0].oktmo, kept[2].oktmo, kept[3].oktmo}
    assert (waiting.oldest_accepted_at, waiting.oldest_received_real) == (OPENED, first)
    outbox.deliveries.finish(lease, delivery)
    waiting = outbox.deliveries.waiting(CAMPAIGN, SHEET)
    assert (waiting.count, waiting.oldest_received_real) == (2, now.time)
    assert outbox.deliveries.waiting("other", SHEET).count == 0
    assert outbox.deliveries.waiting(CAMPAIGN, "another sheet").count == 4


def test_each_spreadsheet_has_its_own_queue_and_series(outbox: Outbox, lease: Lease) -> None:
    kept = submitted(outbox, 2)
    first = freeze(outbox, lease, kept)
    second = freeze(outbox, lease, kept, "rebuilt")
    assert first.sequence == second.sequence == 1
    assert first.marker != second.marker
    outbox.deliveries.finish(lease, second)
    assert pending(outbox, "third") == kept
    assert outbox.deliveries.open(SHEET) == first


def test_the_frozen_body_outlives_the_process(opened: Callable[[], Outbox], now: SetClock) -> None:
    before = opened()
    lease = before.leases.acquire("worker", "worker-1", timedelta(seconds=15))
    assert lease is not None
    delivery = before.deliveries.attempted(lease, freeze(before, lease, submitted(before, 2)))
    before.close()
    after = opened()
    assert after.deliveries.open(SHEET) == delivery


def test_an_abandoned_delivery_frees_its_submissions_and_keeps_its_sequence(outbox: Outbox, lease: Lease) -> None:
    kept = submitted(outbox, 3)
    refused = outbox.deliveries.abandon(lease, freeze(outbox, lease, kept), "400 INVALID_ARGUMENT")
    assert (refused.outcome, refused.reason) == ("abandoned", "400 INVALID_ARGUMENT")
    assert pending(outbox) == kept
    assert outbox.deliveries.waiting(CAMPAIGN, SHEET).count == 3
    outbox.deliveries.set_aside(lease, SHEET, [kept[1].id], "отказ")
    second = freeze(outbox, lease, [kept[0], kept[2]])
    assert second.sequence == 2
    outbox.deliveries.finish(lease, second)
    assert outbox.deliveries.delivered_ids(CAMPAIGN, SHEET) == {kept[0].id: 2, kept[2].id: 2}


def test_set_aside_and_requeued(outbox: Outbox, lease: Lease, now: SetClock) -> None:
    kept = submitted(outbox, 3)
    outbox.deliveries.set_aside(lease, SHEET, [kept[2].id, kept[0].id], "слишком длинный комментарий")
    assert pending(outbox) == [kept[1]]
    aside = outbox.deliveries.set_aside_list(CAMPAIGN, SHEET)
    assert aside == [(one, "слишком длинный комментарий", now.time) for one in (kept[0], kept[2])]
    assert outbox.deliveries.requeue(kept[0].id)
    assert not outbox.deliveries.requeue(kept[0].id)
    assert not outbox.deliveries.requeue(kept[2].id, "another sheet")
    assert outbox.deliveries.requeue(kept[2].id, SHEET)
    assert pending(outbox) == kept
    assert outbox.deliveries.set_aside_list(CAMPAIGN, SHEET) == []


def test_requeue_does_not_touch_what_is_delivered_or_being_sent(outbox: Outbox, lease: Lease) -> None:
    kept = submitted(outbox, 1)
    delivery = freeze(outbox, lease, kept)
    assert not outbox.deliveries.requeue(kept[0].id)
    outbox.deliveries.finish(lease, delivery)
    assert not outbox.deliveries.requeue(kept[0].id)
    assert pending(outbox) == []


def test_withdrawing_lets_delivered_submissions_alone_wait_again(outbox: Outbox, lease: Lease) -> None:
    kept = submitted(outbox, 4)
    outbox.deliveries.finish(lease, freeze(outbox, lease, kept[:2]))
    outbox.deliveries.set_aside(lease, SHEET, [kept[2].id], "отказ")
    ids = [submission.id for submission in kept]
    assert not outbox.deliveries.withdraw("another sheet", ids)
    assert outbox.deliveries.withdraw(SHEET, ids)
    assert not outbox.deliveries.withdraw(SHEET, ids)
    assert pending(outbox) == [kept[0], kept[1], kept[3]]
    assert outbox.deliveries.delivered_ids(CAMPAIGN, SHEET) == {}
    assert freeze(outbox, lease, [kept[0]]).sequence == 2


def test_only_one_delivery_is_open_and_only_pending_submissions_go_in(outbox: Outbox, lease: Lease) -> None:
    kept = submitted(outbox, 4)
    outbox.deliveries.set_aside(lease, SHEET, [kept[3].id], "отказ")
    delivery = freeze(outbox, lease, kept[:1])
    with pytest.raises(DeliveryConflict):
        freeze(outbox, lease, kept[1:2])
    outbox.deliveries.finish(lease, delivery)
    for wrong in ([kept[0]], [kept[1], kept[3]], [kept[1], kept[0]]):
        with pytest.raises(DeliveryConflict):
            freeze(outbox, lease, wrong)
        with pytest.raises(DeliveryConflict):
            outbox.deliveries.set_aside(lease, SHEET, [submission.id for submission in wrong], "x")
    for ids in ([], ["f" * 32], [kept[1].id, "f" * 32], [kept[1].id, kept[1].id]):
        with pytest.raises(OutboxDataError):
            outbox.deliveries.freeze(lease, SHEET, ids, lambda sequence, marker: "{}", [])
    assert pending(outbox) == kept[1:3]
    assert outbox.deliveries.open(SHEET) is None
    assert freeze(outbox, lease, kept[1:3]).sequence == 2


def test_a_closed_delivery_cannot_be_changed(url: str, outbox: Outbox, lease: Lease) -> None:
    delivery = freeze(outbox, lease, submitted(outbox, 1))
    outbox.deliveries.finish(lease, delivery)
    changes: list[Callable[[], object]] = [
        lambda: outbox.deliveries.attempted(lease, delivery),
        lambda: outbox.deliveries.finish(lease, delivery),
        lambda: outbox.deliveries.abandon(lease, delivery, "x"),
    ]
    for change in changes:
        with pytest.raises(DeliveryConflict):
            change()
    assert bodies(url) == {1: delivery.body}


def test_a_failing_build_leaves_nothing(outbox: Outbox, lease: Lease) -> None:
    kept = submitted(outbox, 1)

    def build(sequence: int, marker: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.deliveries.freeze(lease, SHEET, [kept[0].id], build, [])
    with pytest.raises(OutboxDataError):
        outbox.deliveries.freeze(lease, SHEET, [kept[0].id], lambda sequence, marker: "\ud800", [])
    assert pending(outbox) == kept
    assert freeze(outbox, lease, kept).sequence == 1


def test_a_worker_that_lost_its_lease_writes_nothing(outbox: Outbox, lease: Lease, now: SetClock) -> None:
    kept = submitted(outbox, 2)
    delivery = freeze(outbox, lease, kept[:1])
    now.go(hours=2)
    successor = outbox.leases.acquire("worker", "worker-2", timedelta(hours=1))
    assert successor is not None
    deliveries = outbox.deliveries
    writes: list[Callable[[], object]] = [
        lambda: freeze(outbox, lease, kept[1:]),
        lambda: deliveries.attempted(lease, delivery),
        lambda: deliveries.finish(lease, delivery),
        lambda: deliveries.abandon(lease, delivery, "x"),
        lambda: deliveries.set_aside(lease, SHEET, [kept[1].id], "x"),
        lambda: deliveries.marker_dropped(lease, SHEET, [1]),
        lambda: outbox.bindings.bind_tab(SHEET, "answers", 7, lease=lease),
        lambda: outbox.bindings.bind_headers(SHEET, {"q": "Вопрос"}, lease=lease),
        lambda: outbox.bindings.remember(SHEET, "x", 1, lease=lease),
        lambda: outbox.statuses.publish(CAMPAIGN, [], as_of=OPENED, lease=lease),
    ]
    for write in writes:
        with pytest.raises(LeaseLost):
            write()
    assert deliveries.open(SHEET) == delivery
    assert pending(outbox) == kept[1:]
    assert outbox.bindings.tabs(SHEET) == {}
    assert outbox.statuses.as_of(CAMPAIGN) is None
    assert deliveries.finish(successor, delivery).outcome == "delivered"


def test_markers_grow_old_by_age_and_by_number(url: str, outbox: Outbox, lease: Lease, now: SetClock) -> None:
    for submission in submitted(outbox, 6):
        delivery = freeze(outbox, lease, [submission])
        if delivery.sequence == 2:
            outbox.deliveries.abandon(lease, delivery, "отказ: метки в таблице нет")
        else:
            outbox.deliveries.finish(lease, delivery)
    day = timedelta(hours=24)
    assert outbox.deliveries.old_markers(SHEET, keep_last=2) == []
    now.go(hours=24, seconds=1)
    lease = outbox.leases.acquire("worker", "worker-1", day) or lease
    assert outbox.deliveries.old_markers(SHEET) == []
    assert outbox.deliveries.old_markers(SHEET, keep_last=2) == [1, 3, 4]
    assert outbox.deliveries.old_markers(SHEET, keep_last=2, older_than=2 * day) == []
    assert outbox.deliveries.old_markers("another sheet", keep_last=0) == []
    outbox.deliveries.marker_dropped(lease, SHEET, [1, 3])
    assert outbox.deliveries.old_markers(SHEET, keep_last=2) == [4]
    assert [bool(body) for _, body in sorted(bodies(url).items())] == [False, True, False, True, True, True]


_examples = count()
STEPS = st.lists(
    st.sampled_from(["submit", "freeze", "finish", "abandon", "aside", "back"]) | st.integers(0, 1000), max_size=40
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_course_of_events_agrees_with_a_simple_model(outbox: Outbox, lease: Lease, steps: list[str | int]) -> None:
    """A set each for pending, open, aside and delivered, moved by the same events."""
    sheet = f"sheet-{next(_examples)}"
    numbers = {s.number: s for s in outbox.submissions.all(CAMPAIGN)}
    waits, being_sent, aside, delivered = set(numbers), set[int](), set[int](), set[int]()
    pick = 0
    for step in steps:
        current = outbox.deliveries.open(sheet)
        some = sorted(waits)[pick % 3 :][: 1 + pick % 4]
        if isinstance(step, int):
            pick = step
        elif step == "submit":
            new = outbox.submissions.submit(report(f"{len(numbers):08d}", "key")).submission
            numbers[new.number] = new
            waits.add(new.number)
        elif step == "freeze" and some and current is None:
            freeze(outbox, lease, [numbers[n] for n in some], sheet)
            waits, being_sent = waits - set(some), set(some)
        elif step == "finish" and current is not None:
            outbox.deliveries.finish(lease, current)
            delivered, being_sent = delivered | being_sent, set()
        elif step == "abandon" and current is not None:
            outbox.deliveries.abandon(lease, current, "отказ")
            waits, being_sent = waits | being_sent, set()
        elif step == "aside" and some:
            outbox.deliveries.set_aside(lease, sheet, [numbers[n].id for n in some], "отказ")
            waits, aside = waits - set(some), aside | set(some)
        elif step == "back" and aside:
            one = sorted(aside)[pick % len(aside)]
            assert outbox.deliveries.requeue(numbers[one].id, sheet)
            waits, aside = waits | {one}, aside - {one}
        assert [s.number for s in pending(outbox, sheet)] == sorted(waits)
        assert outbox.deliveries.waiting(CAMPAIGN, sheet).count == len(waits) + len(being_sent)
    assert set(outbox.deliveries.delivered_ids(CAMPAIGN, sheet)) == {numbers[n].id for n in delivered}
    assert [one.submission.number for one in outbox.deliveries.set_aside_list(CAMPAIGN, sheet)] == sorted(aside)
