"""Mails in the outbox, on both databases: made once, claimed once, and what became of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from outbox import Outbox
from outbox.errors import LeaseLost
from outbox.mails import Ending, Mail, MailState, NewMail, clipped
from outbox.records import Lease
from outbox.returned_mails import Fate
from tests.outbox.factories import CAMPAIGN, OPENED, SetClock

VLADIMIR, KOVROV = "17701000", "17725000"
DAY = timedelta(days=1)


def new(now: SetClock, oktmo: str = VLADIMIR, step: str = "opening", **changes: object) -> NewMail:
    made = NewMail(oktmo, step, "", urgent=False, made_by="schedule", made_at=OPENED, not_before=now())
    return replace(made, **changes)  # type: ignore[arg-type]


def made(outbox: Outbox, now: SetClock, *mails: NewMail) -> Mail:
    """Make the mails, and return the one that goes first."""
    outbox.mails.make(CAMPAIGN, mails or [new(now)])
    return outbox.mails.due([CAMPAIGN], now(), 1)[0]


def test_a_mail_is_made_once_a_municipality_and_step(outbox: Outbox, now: SetClock) -> None:
    both = [new(now), new(now, KOVROV), new(now)]
    assert outbox.mails.make(CAMPAIGN, both) == both[:2]
    assert outbox.mails.make(CAMPAIGN, [*both, new(now, step="receipt", about="ФО-00001")]) == [
        new(now, step="receipt", about="ФО-00001")
    ]
    assert outbox.mails.make("another", both[:1]) == both[:1]
    assert outbox.mails.made(CAMPAIGN, "opening") == {(VLADIMIR, ""), (KOVROV, "")}
    assert outbox.mails.make(CAMPAIGN, []) == []


def test_two_presses_at_once_make_one_mail(opened: Callable[[], Outbox], now: SetClock) -> None:
    outboxes = [opened(), opened()]
    counts: list[int] = []
    press = threading.Barrier(2)

    def make(outbox: Outbox) -> None:
        press.wait(30)
        counts.append(len(outbox.mails.make(CAMPAIGN, [new(now, f"177{n:02d}000") for n in range(40)])))

    threads = [threading.Thread(target=make, args=(one,)) for one in outboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 40
    assert len(outboxes[0].mails.of_campaign(CAMPAIGN)) == 40


def test_a_mail_is_claimed_once_and_only_under_the_lease(outbox: Outbox, now: SetClock, lease: Lease) -> None:
    mail = made(outbox, now)
    assert outbox.mails.claim(mail, lease)
    assert not outbox.mails.claim(mail, lease)
    assert outbox.mails.due([CAMPAIGN], now(), 9) == []
    outbox.mails.finish(mail, Ending(MailState.WAITING, "451 later", retry_at=now() + timedelta(minutes=5)))
    now.go(hours=2)  # the lease is over
    assert [one.attempts for one in outbox.mails.due([CAMPAIGN], now(), 9)] == [1]
    with pytest.raises(LeaseLost):
        outbox.mails.claim(mail, lease)


def test_a_mail_put_off_waits_for_its_moment(outbox: Outbox, now: SetClock, lease: Lease) -> None:
    mail = made(outbox, now)
    outbox.mails.claim(mail, lease)
    outbox.mails.finish(
        mail, Ending(MailState.WAITING, "451\r\nlater\0", "a@example.org", retry_at=now() + timedelta(minutes=5))
    )
    assert outbox.mails.due([CAMPAIGN], now(), 9) == []
    now.go(minutes=5)
    (again,) = outbox.mails.due([CAMPAIGN], now(), 9)
    assert (again.attempts, again.reply, again.finished_real) == (1, "451 later", None)
    assert outbox.mails.claim(again, lease)
    outbox.mails.finish(again, Ending(MailState.WAITING, "no server", retry_at=now(), counts=False))
    assert [one.attempts for one in outbox.mails.due([CAMPAIGN], now(), 9)] == [1]


def test_what_a_dead_worker_left_claimed_is_unknown_unless_it_speaks_after_all(
    outbox: Outbox, now: SetClock, lease: Lease
) -> None:
    first = made(outbox, now, new(now), new(now, KOVROV))
    outbox.mails.claim(first, lease)
    assert outbox.mails.settle_abandoned("stopped in the midst", lease) == 1
    assert outbox.mails.counts(CAMPAIGN) == {"opening": {MailState.UNKNOWN: 1, MailState.WAITING: 1}}
    outbox.mails.finish(first, Ending(MailState.SENT, "250 ok", "a@example.org", "Тема", "Текст"))
    found = outbox.mails.get(first.id[:8])
    assert found is not None
    assert (found.state, found.reply, found.body, found.finished_real) == (MailState.SENT, "250 ok", "Текст", now())
    outbox.mails.finish(first, Ending(MailState.REFUSED))  # settled for good
    assert outbox.mails.get(first.id) == found


def test_urgent_mails_go_first(outbox: Outbox, now: SetClock) -> None:
    earlier = now() - timedelta(minutes=1)
    mail = made(outbox, now, new(now, not_before=earlier), new(now, KOVROV, "receipt", about="ФО-00001", urgent=True))
    assert (mail.oktmo, mail.step) == (KOVROV, "receipt")
    assert outbox.mails.due(["another"], now(), 9) == []


def test_mails_that_came_back(outbox: Outbox, now: SetClock, lease: Lease) -> None:
    mail = made(outbox, now)
    assert outbox.mails.mark_bounced(CAMPAIGN, VLADIMIR, "by hand") == []  # nothing was sent yet
    outbox.mails.claim(mail, lease)
    outbox.mails.finish(mail, Ending(MailState.SENT, "250 ok", "Otdel@example.org"))
    assert [one.id for one in outbox.mails.mark_bounced(CAMPAIGN, VLADIMIR, "by hand")] == [mail.id]
    assert outbox.mails.bounced() == {"otdel@example.org"}
    assert outbox.mails.forgive_bounces(CAMPAIGN, VLADIMIR) == 1
    assert outbox.mails.bounced() == frozenset()


def test_refused_mails_are_sent_again_when_asked(outbox: Outbox, now: SetClock, lease: Lease) -> None:
    mail = made(outbox, now)
    outbox.mails.claim(mail, lease)
    outbox.mails.finish(mail, Ending(MailState.REFUSED, "550 relaying denied"))
    assert outbox.mails.again([mail.id], [MailState.SENT]) == 0
    assert outbox.mails.again([mail.id], [MailState.REFUSED]) == 1
    (again,) = outbox.mails.due([CAMPAIGN], now(), 9)
    assert (again.attempts, again.reply) == (0, "")


def test_lists(outbox: Outbox, now: SetClock) -> None:
    outbox.mails.make(CAMPAIGN, [new(now), new(now, KOVROV), new(now, KOVROV, "halfway")])
    assert [(one.oktmo, one.step) for one in outbox.mails.of_campaign(CAMPAIGN, oktmo=KOVROV)] == [
        (KOVROV, "halfway"),
        (KOVROV, "opening"),
    ]
    assert len(outbox.mails.of_campaign(CAMPAIGN, step="opening", state=MailState.WAITING)) == 2
    assert outbox.mails.of_campaign(CAMPAIGN, state=MailState.SENT) == []
    assert outbox.mails.get("0" * 32) is None
    assert outbox.mails.get("%") is None


def test_a_notification_is_taken_once_and_changes_sent_mails_alone(outbox: Outbox, now: SetClock, lease: Lease) -> None:
    def sent(oktmo: str, state: MailState = MailState.SENT) -> Mail:
        mail = made(outbox, now, new(now, oktmo))
        outbox.mails.finish(mail, Ending(state, "250 Ok", f"M{oktmo}@example.org"))
        return mail

    def taken(digest: str, mail: Mail, fate: Fate, reply: str) -> tuple[bool, str, str]:
        changed = outbox.returned_mails.take(digest, mail.id, fate, reply, lease)
        found = outbox.mails.get(mail.id)
        assert found is not None
        return changed, found.state, found.reply

    mail, refused = sent(VLADIMIR), sent(KOVROV, MailState.REFUSED)
    assert taken("a", mail, "delayed", "later") == (True, "sent", "later")
    assert taken("b", mail, "failed", "gone " * 200)[:2] == (True, "bounced")
    assert taken("c", mail, "delayed", "later") == (False, "bounced", clipped("gone " * 200))
    assert outbox.mails.returned() == {(VLADIMIR, f"m{VLADIMIR}@example.org")}
    assert outbox.mails.bounced() == {f"m{VLADIMIR}@example.org"}
    outbox.mails.forgive_bounces(CAMPAIGN, VLADIMIR)
    assert taken("b", mail, "failed", "gone") == (False, "sent", "")
    assert taken("d", refused, "failed", "gone") == (False, "refused", "250 Ok")
    now.go(hours=2)
    with pytest.raises(LeaseLost):
        outbox.returned_mails.take("e", mail.id, "failed", "gone", lease)
    assert outbox.mails.returned() == set()


def test_how_long_a_mail_has_been_waiting_and_which_was_the_last(outbox: Outbox, now: SetClock) -> None:
    assert outbox.mails.oldest_due(CAMPAIGN, now()) is None
    first, put_off = new(now), new(now, KOVROV, not_before=now() + timedelta(hours=1))
    outbox.mails.make(CAMPAIGN, [first, put_off, new(now, step="receipt", about="ФО-1", made_at=OPENED + DAY)])
    assert outbox.mails.oldest_due(CAMPAIGN, now() + timedelta(minutes=5)) == first.not_before
    assert outbox.mails.oldest_due(CAMPAIGN, now() - timedelta(minutes=5)) is None
    assert outbox.mails.oldest_due("another", now()) is None
    last = outbox.roll_call.last_mails(CAMPAIGN, [VLADIMIR, KOVROV])
    assert {oktmo: (one.step, one.state) for oktmo, one in last.items()} == {
        VLADIMIR: ("receipt", "waiting"),
        KOVROV: ("opening", "waiting"),
    }
