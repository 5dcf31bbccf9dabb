"""Accounts, sessions, links and codes of staff, their acts, and what the roll-call reads; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from outbox import Outbox
from outbox.acts import KEPT
from outbox.leases import spreadsheet_lease
from outbox.records import JournalEntry, MunicipalityStatus, StaffAccount
from outbox.retention import Purged
from outbox.staff import CODE_LASTS, LINK_LASTS, SESSION_LASTS
from tests.outbox.factories import CAMPAIGN, SetClock, report


def added(outbox: Outbox, name: str = "Первый сотрудник") -> StaffAccount:
    account = outbox.staff.add(name, "work", "hash")
    assert account is not None
    return account


def test_a_name_is_given_once_in_any_case_and_a_number_never_again(outbox: Outbox) -> None:
    account = added(outbox)
    assert outbox.staff.add("  ПЕРВЫЙ   сотрудник", "read", None) is None
    assert outbox.staff.find("первый СОТРУДНИК") == account
    outbox.staff.remove(account.id)
    assert outbox.staff.all() == []
    assert added(outbox).id > account.id


def test_a_session_ends_by_time_and_with_what_it_rests_on(outbox: Outbox, now: SetClock) -> None:
    account = added(outbox)
    token = outbox.staff.begin(account)
    assert token is not None
    found = outbox.staff.session(token)
    assert found is not None
    assert (found.account, found.by_link) == (account, False)
    assert outbox.staff.session(token + "x") is None
    now.go(seconds=SESSION_LASTS.total_seconds() + 1)
    assert outbox.staff.session(token) is None
    endings: tuple[Callable[[], None], ...] = (
        lambda: outbox.staff.set_password(account.id, "other"),
        lambda: outbox.staff.set_totp(account.id, None, []),
        lambda: outbox.staff.remove(account.id),
    )
    for ending in endings:
        current = outbox.staff.find(account.name)
        assert current is not None
        token = outbox.staff.begin(current)
        assert token is not None
        link = outbox.staff.make_link(account.id)
        ending()
        assert outbox.staff.session(token) is None
        assert outbox.staff.begin_with_link(link) is None
    assert outbox.staff.begin(account) is None, "the account has gone meanwhile"


def test_a_password_that_was_changed_meanwhile_begins_nothing(outbox: Outbox) -> None:
    account = added(outbox)
    outbox.staff.set_password(account.id, "other")
    assert outbox.staff.begin(account) is None


def test_a_link_signs_in_once_and_for_a_day(outbox: Outbox, now: SetClock) -> None:
    account = added(outbox)
    first, second = outbox.staff.make_link(account.id), outbox.staff.make_link(account.id)
    assert outbox.staff.link_is_good(first)
    begun = outbox.staff.begin_with_link(first)
    assert begun is not None
    assert begun[1] is False
    session = outbox.staff.session(begun[0])
    assert session is not None
    assert session.by_link
    assert not outbox.staff.link_is_good(first)
    assert outbox.staff.begin_with_link(first) is None
    now.go(seconds=LINK_LASTS.total_seconds() + 1)
    assert not outbox.staff.link_is_good(second)
    assert outbox.staff.begin_with_link(second) is None


def test_a_code_completes_a_session_that_waits(outbox: Outbox, now: SetClock) -> None:
    outbox.staff.set_totp(added(outbox).id, "secret", ["recovery"])
    account = outbox.staff.find("первый сотрудник")
    assert account is not None
    assert account.second
    token = outbox.staff.begin(account)
    assert token is not None
    assert outbox.staff.session(token) is None
    assert outbox.staff.waiting(token) == account.id
    assert [outbox.staff.use_step(account.id, step) for step in (10, 10, 9, 11)] == [True, False, False, True]
    assert [outbox.staff.use_recovery(account.id, "recovery") for _ in range(2)] == [True, False]
    fresh = outbox.staff.complete(token)
    assert fresh is not None
    assert fresh != token
    assert outbox.staff.session(fresh) is not None
    assert outbox.staff.complete(token) is None
    late = outbox.staff.begin(account)
    assert late is not None
    now.go(seconds=CODE_LASTS.total_seconds() + 1)
    assert outbox.staff.waiting(late) is None


def test_acts_are_kept_for_three_years(outbox: Outbox, now: SetClock) -> None:
    account = added(outbox)
    outbox.acts.record(account, "contacts_seen", campaign=CAMPAIGN, oktmo="17605000", detail={"n": 1})
    now.go(days=KEPT.days - 1)
    outbox.acts.record(None, "account_removed")
    assert outbox.retention.purge_contacts(now()) == Purged(reports=0, drafts=0)
    now.go(days=2)
    assert outbox.retention.purge_contacts(now()) == Purged(reports=0, drafts=0, acts=1)
    ((number, act),) = outbox.acts.last(10)
    assert (act.who, act.account, act.act) == ("svod", None, "account_removed")
    assert outbox.acts.last(10, before=number) == []
    assert outbox.acts.last(10, campaign=CAMPAIGN, oktmo="17605000") == []


def test_the_roll_call_reads_the_newest_versions_and_what_changed(outbox: Outbox, now: SetClock) -> None:
    first = outbox.submissions.submit(report(oktmo="17605000", key="a")).submission
    outbox.submissions.submit(report(oktmo="17605000", key="b", base_version=1, contacts={"contact_name": "имя"}))
    outbox.submissions.submit(report(oktmo="17610000", key="c"))
    newest = outbox.roll_call.newest(CAMPAIGN)
    assert {oktmo: one.version for oktmo, one in newest.items()} == {"17605000": 2, "17610000": 1}
    assert outbox.roll_call.contacts(CAMPAIGN, ["17605000", "17625000"]) == {"17605000": {"contact_name": "имя"}}
    published = MunicipalityStatus("17605000", "on_time", first.receipt, 1, 1, False, {}, (), (), now())
    assert outbox.roll_call.published(CAMPAIGN).digests == {}
    outbox.statuses.publish(CAMPAIGN, [published])
    known = outbox.roll_call.published(CAMPAIGN)
    assert (known.as_of, set(known.digests)) == (now(), {"17605000"})
    assert outbox.roll_call.statuses(CAMPAIGN, ["17605000"]) == [(known.digests["17605000"], published)]
    outbox.roll_call.address_opened("default", "17605000")
    now.go(days=1)
    outbox.roll_call.address_opened("default", "17605000")
    assert outbox.roll_call.opened("default") == {"17605000": now()}


def test_until_when_a_worker_serves_a_campaign(outbox: Outbox, now: SetClock) -> None:
    assert outbox.roll_call.worker_until(CAMPAIGN) is None
    outbox.journal.add(CAMPAIGN, "sheet", JournalEntry(now(), "refresh", 0, 1, 1, "ok", ""))
    assert outbox.roll_call.worker_until(CAMPAIGN) is None
    lease = outbox.leases.acquire(spreadsheet_lease("sheet"), "worker", timedelta(seconds=10))
    assert lease is not None
    assert outbox.roll_call.worker_until(CAMPAIGN) == lease.expires_real
    assert outbox.roll_call.worker_until("other") is None
    outbox.bindings.remember("another sheet", "campaign", "other")
    later = outbox.leases.acquire(spreadsheet_lease("another sheet"), "worker", timedelta(seconds=10))
    assert later is not None
    assert outbox.roll_call.worker_until("other") == later.expires_real
