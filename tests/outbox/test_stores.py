"""The small stores: drafts, links, extensions, statuses, bindings, notes, staff edits, journal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest
from sqlalchemy import create_engine, select, update

from outbox import Outbox
from outbox import journal as outbox_journal
from outbox.errors import OutboxDataError
from outbox.records import Address, Correction, JournalEntry, Json, Link
from outbox.schema import statuses
from tests.outbox.factories import CAMPAIGN, LIST, OPENED, OUTLIER, draft, report, staff_edit, status

VLADIMIR, GUS = "17701000", "17720000"


# Drafts


def test_the_last_draft_wins(outbox: Outbox) -> None:
    assert outbox.drafts.get(CAMPAIGN, VLADIMIR) is None
    assert outbox.drafts.save(draft())
    later = draft(key="key-2", typed={"a": "1,5", "b": ["x"]}, base_version=3, saved_at=OPENED + timedelta(hours=1))
    assert outbox.drafts.save(later)
    assert outbox.drafts.get(CAMPAIGN, VLADIMIR) == later
    outbox.drafts.save(draft(GUS))
    outbox.drafts.save(draft(campaign="other"))
    assert outbox.drafts.all(CAMPAIGN) == [(VLADIMIR, later.saved_at), (GUS, OPENED)]
    both = outbox.drafts.of_campaigns([CAMPAIGN, "other", "third"], VLADIMIR)
    assert both == {CAMPAIGN: later, "other": draft(campaign="other")}
    assert outbox.drafts.delete(CAMPAIGN, VLADIMIR)
    assert not outbox.drafts.delete(CAMPAIGN, VLADIMIR)
    assert [one.oktmo for one in outbox.drafts.all(CAMPAIGN)] == [GUS]


def test_only_the_draft_that_was_seen_is_deleted(outbox: Outbox) -> None:
    seen = draft(saved_at=OPENED + timedelta(microseconds=1))
    later = draft(saved_at=OPENED + timedelta(microseconds=2))
    outbox.drafts.save(later)
    assert not outbox.drafts.delete(CAMPAIGN, VLADIMIR, seen.key, seen.saved_at)
    assert not outbox.drafts.delete(CAMPAIGN, VLADIMIR, "key-2")
    assert not outbox.drafts.delete(CAMPAIGN, VLADIMIR, "key-2", later.saved_at)
    assert not outbox.drafts.delete(CAMPAIGN, GUS, later.key, later.saved_at)
    assert outbox.drafts.get(CAMPAIGN, VLADIMIR) == later
    moscow = timezone(timedelta(hours=3))
    assert outbox.drafts.delete(CAMPAIGN, VLADIMIR, later.key, later.saved_at.astimezone(moscow))
    outbox.drafts.save(later)
    assert outbox.drafts.delete(CAMPAIGN, VLADIMIR, later.key)
    assert outbox.drafts.get(CAMPAIGN, VLADIMIR) is None


def test_a_draft_saved_too_late_does_not_come_back(outbox: Outbox) -> None:
    outbox.submissions.submit(report(key="key-1"))
    assert not outbox.drafts.save(draft(key="key-1"))
    assert outbox.drafts.get(CAMPAIGN, VLADIMIR) is None
    assert outbox.drafts.save(draft(key="key-2", base_version=1))


@pytest.mark.parametrize("typed", [{"a": "\0"}, {"a": "\ud800"}, {"a": 1.5}])
def test_a_draft_that_cannot_be_kept_leaves_the_old_one(outbox: Outbox, typed: dict[str, Json]) -> None:
    outbox.drafts.save(draft())
    with pytest.raises(OutboxDataError):
        outbox.drafts.save(draft(typed=typed))
    assert outbox.drafts.get(CAMPAIGN, VLADIMIR) == draft()


# Links


def test_links_are_good_until_reissued_or_revoked(outbox: Outbox) -> None:
    links = outbox.links
    assert links.current(CAMPAIGN, VLADIMIR) == Link(CAMPAIGN, VLADIMIR, 1, revoked=False)
    assert links.reissue(CAMPAIGN, VLADIMIR) == Link(CAMPAIGN, VLADIMIR, 2, revoked=False)
    assert links.revoke(CAMPAIGN, VLADIMIR) == Link(CAMPAIGN, VLADIMIR, 2, revoked=True)
    assert links.current(CAMPAIGN, VLADIMIR).revoked
    assert links.reissue(CAMPAIGN, VLADIMIR) == Link(CAMPAIGN, VLADIMIR, 3, revoked=False)
    assert links.current(CAMPAIGN, VLADIMIR) == Link(CAMPAIGN, VLADIMIR, 3, revoked=False)
    assert links.revoke(CAMPAIGN, GUS) == Link(CAMPAIGN, GUS, 1, revoked=True)
    assert links.current("other", VLADIMIR).version == 1


def test_addresses_are_good_until_reissued_or_revoked(outbox: Outbox) -> None:
    addresses = outbox.addresses
    assert addresses.current(LIST, VLADIMIR) == Address(LIST, VLADIMIR, 1, revoked=False)
    assert addresses.changed() == []
    assert addresses.reissue(LIST, VLADIMIR) == Address(LIST, VLADIMIR, 2, revoked=False)
    assert addresses.revoke(LIST, VLADIMIR) == Address(LIST, VLADIMIR, 2, revoked=True)
    assert addresses.current(LIST, VLADIMIR).revoked
    assert addresses.reissue(LIST, VLADIMIR) == Address(LIST, VLADIMIR, 3, revoked=False)
    assert addresses.revoke(LIST, GUS) == Address(LIST, GUS, 1, revoked=True)
    assert addresses.current("other", VLADIMIR).version == 1
    assert {one.oktmo: one.version for one in addresses.changed()} == {VLADIMIR: 3, GUS: 1}


def test_extensions(outbox: Outbox) -> None:
    assert outbox.links.extension(CAMPAIGN, VLADIMIR) is None
    until = datetime(2023, 6, 2, 23, 59, tzinfo=timezone(timedelta(hours=3)))
    outbox.links.set_extension(CAMPAIGN, VLADIMIR, until)
    outbox.links.set_extension(CAMPAIGN, GUS, until)
    outbox.links.set_extension(CAMPAIGN, GUS, until + timedelta(days=1))
    assert outbox.links.extension(CAMPAIGN, VLADIMIR) == until
    assert outbox.links.extensions(CAMPAIGN) == {VLADIMIR: until, GUS: until + timedelta(days=1)}
    outbox.links.set_extension(CAMPAIGN, VLADIMIR, None)
    assert outbox.links.extensions(CAMPAIGN) == {GUS: until + timedelta(days=1)}
    assert outbox.links.extensions("other") == {}
    with pytest.raises(OutboxDataError):
        outbox.links.set_extension(CAMPAIGN, GUS, datetime(2023, 6, 2))  # noqa: DTZ001


# MunicipalityStatuses


def test_a_publication_replaces_the_one_before(outbox: Outbox) -> None:
    assert outbox.statuses.as_of(CAMPAIGN) is None
    assert outbox.statuses.get(CAMPAIGN, VLADIMIR) is None
    full = status(
        corrections=(Correction("students_college", 12, "15"), Correction("comment", None, "")),
        remarks=(OUTLIER, replace(OUTLIER, question=None, reason="Узнали сами")),
        counted={"students_college": "12.5", "links": ["https://example.org"]},
    )
    silent = status(GUS, state="не сдан", receipt=None, version=None, seen=0, by_hand=True, counted={})
    outbox.statuses.publish(CAMPAIGN, [full, silent])
    assert outbox.statuses.get(CAMPAIGN, VLADIMIR) == full
    assert outbox.statuses.all(CAMPAIGN) == [full, silent]
    assert outbox.statuses.all("other") == []

    later = OPENED + timedelta(seconds=6)
    outbox.statuses.publish(CAMPAIGN, [status(GUS, as_of=later)])
    assert outbox.statuses.all(CAMPAIGN) == [status(GUS, as_of=later)]
    assert outbox.statuses.as_of(CAMPAIGN) == later
    outbox.statuses.publish(CAMPAIGN, [status(GUS, as_of=later + timedelta(minutes=10))])
    assert outbox.statuses.all(CAMPAIGN) == [status(GUS, as_of=later + timedelta(minutes=10))]
    outbox.statuses.publish(CAMPAIGN, [], as_of=later + timedelta(hours=1))
    assert outbox.statuses.all(CAMPAIGN) == []
    assert outbox.statuses.as_of(CAMPAIGN) == later + timedelta(hours=1)


def test_a_publication_is_of_one_moment(outbox: Outbox) -> None:
    outbox.statuses.publish(CAMPAIGN, [status()])
    for wrong in ([status(), status(GUS, as_of=OPENED + timedelta(seconds=1))], []):
        with pytest.raises(OutboxDataError):
            outbox.statuses.publish(CAMPAIGN, wrong)
    assert outbox.statuses.all(CAMPAIGN) == [status()]


@pytest.mark.parametrize("version", [2, None])
def test_a_status_from_before_its_newer_fields_is_read(outbox: Outbox, url: str, version: int | None) -> None:
    """A form that is newer than the worker's last publication still shows it."""
    outbox.statuses.publish(CAMPAIGN, [status(version=version, seen=7, by_hand=True)])
    engine = create_engine(url)
    with engine.begin() as connection:
        body = json.loads(connection.execute(select(statuses.c.body)).scalar_one())
        older = {name: kept for name, kept in body.items() if name not in ("seen", "by_hand")}
        assert len(older) == len(body) - 2
        connection.execute(update(statuses).values(body=json.dumps(older)))
    engine.dispose()
    expected = status(version=version, seen=version or 0, by_hand=False)
    assert outbox.statuses.get(CAMPAIGN, VLADIMIR) == expected
    assert outbox.snapshots.at(CAMPAIGN, LIST, VLADIMIR).status == expected


# Bindings and notes


def test_bindings_are_kept_by_spreadsheet(outbox: Outbox) -> None:
    bindings = outbox.bindings
    assert bindings.tab("s", "answers") is None
    bindings.bind_tab("s", "answers", 0)
    bindings.bind_tab("s", "summary", 2_147_483_647)
    bindings.bind_tab("s", "answers", 5)
    assert bindings.tabs("s") == {"answers": 5, "summary": 2_147_483_647}
    assert bindings.tab("s", "answers") == 5
    assert bindings.tabs("t") == {}

    bindings.bind_headers("s", {"a": "Студенты", "b": "Учителя"})
    bindings.bind_headers("s", {"a": "Студенты колледжей", "c": "Ссылки"})
    assert bindings.headers("s") == {"a": "Студенты колледжей", "b": "Учителя", "c": "Ссылки"}
    assert bindings.headers("t") == {}


def test_notes_of_a_spreadsheet_and_of_the_outbox_do_not_meet(outbox: Outbox) -> None:
    values: list[Json] = [None, False, 0, "", "12.50", 10**30, ["a", {"b": None}], {"ё": "\u2028\ufeff\x01"}]
    for value in values:
        outbox.meta.remember("x", value)
        outbox.bindings.remember("s", "x", [value])
        assert outbox.meta.recall("x") == value
        assert outbox.bindings.recall("s", "x") == [value]
    assert outbox.bindings.recall("t", "x") is None
    assert outbox.meta.recall("y") is None
    with pytest.raises(OutboxDataError):
        outbox.meta.remember("x", cast("Json", 0.5))
    with pytest.raises(OutboxDataError):
        outbox.meta.remember("\0", 1)


# Staff edits


def test_the_same_difference_seen_at_every_look_is_recorded_once(outbox: Outbox) -> None:
    edits = outbox.staff_edits
    changed = staff_edit()
    deleted = staff_edit(row_key="b" * 32, question=None, kind="deleted", was=None, now=None)
    assert edits.record([changed, deleted]) == [changed, deleted]
    assert edits.record([staff_edit(seen_at=OPENED + timedelta(minutes=1)), deleted]) == []
    restored = staff_edit(kind="restored", was=15, now=12)
    again = staff_edit(seen_at=OPENED + timedelta(minutes=3))
    assert edits.record([restored]) == [restored]
    assert edits.record([again]) == [again]
    assert edits.all("sheet") == [changed, deleted, restored, again]
    assert edits.current("sheet") == {("a" * 32, "students_college"): again, ("b" * 32, None): deleted}
    assert edits.all("t") == []
    assert edits.current("t") == {}


def test_an_edit_from_true_to_one_is_an_edit(outbox: Outbox) -> None:
    """Equal in Python, not in a spreadsheet."""
    assert len(outbox.staff_edits.record([staff_edit(now=True), staff_edit(now=1), staff_edit(now="1")])) == 3


def test_spreadsheets_do_not_hide_each_others_edits(outbox: Outbox) -> None:
    both = [staff_edit(), staff_edit(spreadsheet_id="t")]
    assert outbox.staff_edits.record(both) == both


def test_an_edit_that_cannot_be_kept_keeps_none_of_its_list(outbox: Outbox) -> None:
    with pytest.raises(OutboxDataError):
        outbox.staff_edits.record([staff_edit(), staff_edit(row_key="\0")])
    assert outbox.staff_edits.all("sheet") == []


# Journal


def entry(n: int) -> JournalEntry:
    return JournalEntry(datetime(2023, 5, 27, tzinfo=UTC) + timedelta(seconds=n), "delivery", n, 1, 120, "ок", "")


def test_the_journal_gives_the_newest_first(outbox: Outbox) -> None:
    for n in range(5):
        outbox.journal.add(CAMPAIGN, "s", entry(n))
    outbox.journal.add(CAMPAIGN, "t", entry(77))
    assert outbox.journal.last(CAMPAIGN, "s", 3) == [entry(4), entry(3), entry(2)]
    assert outbox.journal.last(CAMPAIGN, "t") == [entry(77)]
    assert outbox.journal.last("other", "s") == []


def test_the_journal_does_not_grow_for_ever(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_journal, "KEPT", 20)
    outbox.journal.add(CAMPAIGN, "t", entry(0))
    for n in range(30):
        outbox.journal.add(CAMPAIGN, "s", entry(n))
    assert outbox.journal.last(CAMPAIGN, "s", 1000) == [entry(n) for n in range(29, 9, -1)]
    assert outbox.journal.last(CAMPAIGN, "t") == [entry(0)]
