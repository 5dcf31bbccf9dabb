"""Submissions: numbering, versions, idempotency, conflicts, what comes back is what went in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outbox import Outbox
from outbox.errors import OutboxDataError, VersionConflict
from outbox.payload import canonical, parsed_mapping
from outbox.records import Json, NewSubmission
from tests.outbox.factories import CAMPAIGN, OPENED, SetClock, draft, report

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(CHARACTERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(CHARACTERS), inner, max_size=4),
    max_leaves=12,
)
TIMES = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)).flatmap(  # noqa: DTZ001
    lambda naive: st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    )
)


def test_a_report_comes_back_as_it_went_in(outbox: Outbox, now: SetClock) -> None:
    new = report(previous={"students_college": 3}, late=True)
    kept = outbox.submissions.submit(new)
    assert not kept.repeated
    submission = kept.submission
    for field in fields(NewSubmission):
        if field.name not in ("receipt_prefix", "attachments"):
            assert getattr(submission, field.name) == getattr(new, field.name), field.name
    assert (submission.number, submission.receipt, submission.version) == (1, "ФО-00001", 1)
    assert submission.received_real == now.time
    assert len(submission.id) == 32
    assert outbox.submissions.latest(CAMPAIGN, new.oktmo) == submission
    assert outbox.submissions.by_receipt(CAMPAIGN, "ФО-00001") == submission
    assert outbox.submissions.by_key(CAMPAIGN, new.oktmo, new.key) == submission


def test_contacts_are_corrected_in_the_newest_version_alone(outbox: Outbox) -> None:
    first = outbox.submissions.submit(report()).submission
    second = outbox.submissions.submit(report(key="key-2", base_version=1)).submission
    outbox.drafts.save(draft(key="key-3"))
    with pytest.raises(VersionConflict) as conflict:
        outbox.submissions.correct_contacts(CAMPAIGN, first.oktmo, 1, "key-3", {"name": "Другой"})
    assert conflict.value.current == second
    with pytest.raises(KeyError):
        outbox.submissions.correct_contacts(CAMPAIGN, "17737000", 1, "key-3", {"name": "Другой"})
    assert outbox.drafts.get(CAMPAIGN, first.oktmo) is not None
    outbox.submissions.correct_contacts(CAMPAIGN, first.oktmo, 2, "key-3", {"name": "Другой"})
    corrected = second._replace(contacts={"name": "Другой"})
    assert outbox.submissions.versions(CAMPAIGN, first.oktmo) == [first, corrected]
    assert outbox.drafts.get(CAMPAIGN, first.oktmo) is None


def test_the_digest_is_of_the_answers_alone_and_anyone_can_recompute_it(outbox: Outbox) -> None:
    answers: dict[str, Json] = {"б": 1, "а": ["«", None, True]}
    one = outbox.submissions.submit(report(answers=answers)).submission
    other = outbox.submissions.submit(report("17737000", "key-2", answers=answers, contacts={}, reasons={})).submission
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert one.digest == other.digest == hashlib.sha256(text.encode()).hexdigest()


def test_numbers_have_no_gaps_in_a_campaign_and_versions_none_in_a_municipality(outbox: Outbox) -> None:
    outbox.submissions.submit(report(key="a"))
    outbox.submissions.submit(report("17737000", "b"))
    with pytest.raises(VersionConflict):
        outbox.submissions.submit(report(key="c"))
    outbox.submissions.submit(report(key="d", base_version=1))
    outbox.submissions.submit(report(key="a"))
    outbox.submissions.submit(report(campaign="other", receipt_prefix="ДР"))
    everything = outbox.submissions.all(CAMPAIGN)
    assert [(s.number, s.oktmo, s.version, s.receipt) for s in everything] == [
        (1, "17701000", 1, "ФО-00001"),
        (2, "17737000", 1, "ФО-00002"),
        (3, "17701000", 2, "ФО-00003"),
    ]
    assert [s.receipt for s in outbox.submissions.all("other")] == ["ДР-00001"]
    assert [s.version for s in outbox.submissions.versions(CAMPAIGN, "17701000")] == [1, 2]
    latest = outbox.submissions.latest(CAMPAIGN, "17701000")
    assert latest is not None
    assert latest.version == 2


def test_the_same_key_gives_the_first_submission_whatever_else_is_in_it(outbox: Outbox) -> None:
    first = outbox.submissions.submit(report()).submission
    outbox.submissions.submit(report(key="key-2", base_version=1))
    again = outbox.submissions.submit(report(answers={"students_college": 99}, base_version=7))
    assert again.repeated
    assert again.submission == first
    assert len(outbox.submissions.all(CAMPAIGN)) == 2


def test_one_key_may_be_used_by_two_municipalities(outbox: Outbox) -> None:
    outbox.submissions.submit(report())
    assert not outbox.submissions.submit(report("17737000")).repeated


@pytest.mark.parametrize("base_version", [0, 1, 3])
def test_a_form_that_had_not_seen_the_newest_version_gets_it(outbox: Outbox, base_version: int) -> None:
    outbox.submissions.submit(report(key="a"))
    newest = outbox.submissions.submit(report(key="b", base_version=1)).submission
    with pytest.raises(VersionConflict) as conflict:
        outbox.submissions.submit(report(key="c", base_version=base_version))
    assert conflict.value.current == newest
    assert newest.receipt in str(conflict.value)
    assert len(outbox.submissions.all(CAMPAIGN)) == 2


def test_a_base_version_without_any_version_is_no_conflict(outbox: Outbox) -> None:
    """Nothing would be overwritten; so after a restored backup a clerk who had seen version 2 can send."""
    assert outbox.submissions.submit(report(base_version=2)).submission.version == 1


def test_sending_deletes_the_draft_of_this_form_alone(outbox: Outbox) -> None:
    outbox.drafts.save(draft())
    outbox.drafts.save(draft("17737000"))
    outbox.drafts.save(draft(campaign="other"))
    with pytest.raises(OutboxDataError):
        outbox.submissions.submit(report(answers={"x": "\0"}))
    assert outbox.drafts.get(CAMPAIGN, "17701000") is not None
    outbox.submissions.submit(report())
    assert [one.oktmo for one in outbox.drafts.all(CAMPAIGN)] == ["17737000"]
    assert [one.oktmo for one in outbox.drafts.all("other")] == ["17701000"]


def test_sending_leaves_the_draft_of_another_form(outbox: Outbox) -> None:
    """A colleague's, saved while the report that is sent now was being checked."""
    outbox.drafts.save(draft())
    colleagues = draft(key="key-2", typed={"students_college": "999"}, saved_at=OPENED + timedelta(minutes=1))
    outbox.drafts.save(colleagues)
    assert outbox.submissions.submit(report()).submission.version == 1
    assert outbox.drafts.get(CAMPAIGN, "17701000") == colleagues
    assert outbox.submissions.submit(report()).repeated
    assert outbox.drafts.get(CAMPAIGN, "17701000") == colleagues
    with pytest.raises(VersionConflict):
        outbox.submissions.submit(report(key="key-2"))
    assert outbox.drafts.get(CAMPAIGN, "17701000") == colleagues
    outbox.submissions.submit(report(key="key-2", base_version=1))
    assert outbox.drafts.get(CAMPAIGN, "17701000") is None


def test_digests_tell_identity_without_payload(outbox: Outbox) -> None:
    for number, oktmo in enumerate(["17701000", "17737000"]):
        outbox.submissions.submit(report(oktmo, f"key-{number}", late=bool(number)))
    everything = outbox.submissions.all(CAMPAIGN)
    for identity, submission in zip(outbox.submissions.digests(CAMPAIGN), everything, strict=True):
        fields = identity._asdict() | {"reasons": json.loads(identity.reasons)}
        assert fields == {name: getattr(submission, name) for name in identity._fields}


def test_a_receipt_is_found_as_people_type_it(outbox: Outbox) -> None:
    kept = outbox.submissions.submit(report("17701000", "key")).submission
    prefix, number = kept.receipt.split("-")
    for typed in (kept.receipt, f"  {kept.receipt}\n", number, "1", f"№ {kept.number}", f"{prefix.lower()}-{number}"):
        assert outbox.submissions.by_words(CAMPAIGN, prefix, typed) == kept, typed
    for typed in ("", " ", prefix, "2", "9" * 100, f"{kept.receipt} копия"):
        assert outbox.submissions.by_words(CAMPAIGN, prefix, typed) is None, typed


def test_get_many_takes_any_number_of_ids_and_leaves_out_unknown_ones(outbox: Outbox) -> None:
    kept = [outbox.submissions.submit(report(f"{n:08d}", "key")).submission for n in range(7)]
    ids = [submission.id for submission in reversed(kept)] + ["f" * 32] * 2 + [f"{n:032d}" for n in range(1200)]
    assert outbox.submissions.get_many(ids) == kept
    assert outbox.submissions.get_many([]) == []


def test_nothing_is_found_where_nothing_is(outbox: Outbox) -> None:
    assert outbox.submissions.latest(CAMPAIGN, "17701000") is None
    assert outbox.submissions.versions(CAMPAIGN, "17701000") == []
    assert outbox.submissions.by_receipt(CAMPAIGN, "ФО-00001") is None
    assert outbox.submissions.by_key(CAMPAIGN, "17701000", "key") is None
    assert outbox.submissions.all(CAMPAIGN) == []
    assert outbox.submissions.digests(CAMPAIGN) == []


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"x": "a\0b"}},
        {"answers": {"x": ["\ud800"]}},
        {"answers": {"a\0": 1}},
        {"answers": {"x": 1.5}},
        {"answers": {"x": float("nan")}},
        {"answers": {1: "x"}},
        {"answers": {"x": ("a",)}},
        {"answers": {"x": b"a"}},
        {"answers": {"x": 10**5000}},
        {"contacts": {"name": "\udfff"}},
        {"reasons": {"rule": "\0"}},
        {"previous": {"x": 0.0}},
        {"key": ""},
        {"key": "k" * 65},
        {"key": "\0"},
        {"oktmo": "1770\x001000"},
        {"campaign": "\ud800"},
        {"receipt_prefix": "\0"},
        {"accepted_at": datetime(2023, 5, 30, 12)},  # noqa: DTZ001
    ],
)
def test_what_cannot_be_kept_is_refused_whole(outbox: Outbox, change: dict[str, Any]) -> None:
    with pytest.raises(OutboxDataError) as refusal:
        outbox.submissions.submit(report(**change))
    assert any("а" <= letter <= "я" for letter in str(refusal.value))
    assert outbox.submissions.all(CAMPAIGN) == []


def test_what_is_nested_without_end_is_refused(outbox: Outbox) -> None:
    deep: Json = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(OutboxDataError):
        outbox.submissions.submit(report(answers={"x": deep}))


def test_a_read_only_mapping_and_another_zone_are_fine(outbox: Outbox) -> None:
    moscow = timezone(timedelta(hours=3))
    new = report(answers=MappingProxyType({"x": 1}), accepted_at=datetime(2023, 5, 30, 23, 59, 59, 999999, moscow))
    kept = outbox.submissions.submit(new).submission
    assert kept == outbox.submissions.latest(CAMPAIGN, new.oktmo)
    assert kept.accepted_at == datetime(2023, 5, 30, 20, 59, 59, 999999, UTC)
    assert kept.accepted_at.utcoffset() == timedelta(0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.dictionaries(st.text(CHARACTERS), JSON, max_size=5), accepted_at=TIMES)
def test_any_json_and_any_time_survive(outbox: Outbox, answers: dict[str, Json], accepted_at: datetime) -> None:
    key = f"{len(outbox.submissions.all(CAMPAIGN))}"
    new = report(key=key, answers=answers, contacts=answers, accepted_at=accepted_at, base_version=int(key))
    kept = outbox.submissions.submit(new).submission
    read = outbox.submissions.latest(CAMPAIGN, new.oktmo)
    assert read == kept
    # Strictly: 1 and True are equal in Python and not in JSON.
    assert json.dumps(kept.answers, sort_keys=True) == json.dumps(answers, sort_keys=True)
    assert kept.contacts == answers
    assert kept.accepted_at == accepted_at


@given(value=st.dictionaries(st.text(CHARACTERS, max_size=8), JSON, max_size=8))
@example({"a": "\x00"})
@example({"a": "\\u0000", "b": ["\x7f\x1f\u2028</script>"], "\U0001f600": -(10**30)})
@example({"a": "ы" * 5000, "я": 1, "b": True, "c": None})
def test_the_kept_text_is_json_that_anyone_can_write_again(value: dict[str, Json]) -> None:
    """Keys sorted, no spaces, characters as they are: else a digest could not be recomputed."""
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        text = canonical(value, "answers")
    except OutboxDataError:
        assert "\\u0000" in again
    else:
        assert text == again
        assert parsed_mapping(text) == value


def test_another_process_sees_it_at_once(opened: Callable[[], Outbox]) -> None:
    web, worker = opened(), opened()
    for number in range(5):
        kept = web.submissions.submit(report(key=f"{number}", base_version=number)).submission
        assert worker.submissions.latest(CAMPAIGN, kept.oktmo) == kept
