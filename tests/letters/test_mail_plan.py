"""When the steps are due, and whom they concern."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from campaign import Campaign
from campaign.model import MailSteps, MailTo
from letters.mail import texts
from letters.mail.concern import State, concerns, situations, untimely
from letters.mail.plan import EVENTS, SCHEDULED, Step, due, moments
from outbox import Outbox
from outbox.mails import MailState
from outbox.records import Draft
from tests.letters.factories import ALEXANDROV, CAMPAIGN, answers, publish, send, status

ZONE = CAMPAIGN.about.zone


def campaign(opens: str, deadline: str, **mails: Any) -> Campaign:
    about = CAMPAIGN.about.model_copy(update={"opens_text": opens, "deadline_text": deadline})
    for name in ("opens", "deadline"):
        about.__dict__.pop(name, None)
    return CAMPAIGN.model_copy(update={"about": about, "mails": MailSteps(**mails)})


def planned(opens: str, deadline: str, **mails: Any) -> dict[str, str]:
    of = campaign(opens, deadline, **mails)
    return {step.value: f"{moment:%d.%m %H:%M}" for step, moment in moments(of, of.about.deadline).items()}


def test_a_long_campaign_has_all_steps() -> None:
    assert planned("2023-03-27 00:00", "2023-05-30 23:59") == {
        "opening": "27.03 09:00",
        "halfway": "28.04 09:00",
        "three_days_before": "27.05 09:00",
        "one_day_before": "29.05 09:00",
        "day_after": "31.05 09:00",
    }


def test_a_short_campaign_leaves_out_what_it_has_no_time_for() -> None:
    assert planned("2023-05-26 12:00", "2023-05-30 18:00", hour=10) == {
        "opening": "26.05 12:00",
        "three_days_before": "27.05 10:00",
        "one_day_before": "29.05 10:00",
        "day_after": "31.05 10:00",
    }
    assert list(planned("2023-05-30 08:00", "2023-05-30 18:00")) == ["opening", "day_after"]


def test_a_step_is_due_for_a_day_and_the_later_one_wins() -> None:
    of = campaign("2023-05-26 12:00", "2023-05-30 18:00")
    plan = moments(of, of.about.deadline)

    def at(text: str) -> Step | None:
        return due(plan, datetime.fromisoformat(text).replace(tzinfo=ZONE))

    assert at("2023-05-26T11:59") is None
    assert at("2023-05-26T12:00") is Step.OPENING
    assert at("2023-05-27T09:00") is Step.THREE_DAYS_BEFORE
    assert at("2023-05-28T09:00") is None
    assert at("2023-05-31T20:00") is Step.DAY_AFTER
    assert at("2023-06-01T09:00") is None


@pytest.mark.parametrize(
    ("at", "sensible"),
    [
        ("2023-03-27T09:00", {"opening", "halfway", "three_days_before", "one_day_before"}),
        ("2023-05-27T08:59", {"opening", "halfway", "three_days_before", "one_day_before"}),
        ("2023-05-27T09:00", {"opening", "three_days_before", "one_day_before"}),
        ("2023-05-29T09:00", {"opening", "one_day_before"}),
        ("2023-05-30T23:59", {"opening", "one_day_before"}),
        ("2023-05-31T00:00", {"day_after"}),
        ("2023-07-31T00:00", {"day_after"}),
    ],
)
def test_a_step_has_its_time(at: str, sensible: set[str]) -> None:
    of = campaign("2023-03-27 00:00", "2023-05-30 23:59")
    now = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    always = {"reminder", "receipt", "corrected", "excluded_report"}
    assert {step.value for step in Step if untimely(of, of.about.deadline, step, now) is None} == sensible | always


def test_a_step_without_its_time_says_why() -> None:
    short = campaign("2023-05-30 08:00", "2023-05-30 18:00")

    def words(step: Step, at: str, of: Campaign = short) -> str | None:
        now = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        found = untimely(of, of.about.deadline, step, now)
        return found and found.replace("\xa0", " ")

    assert words(Step.HALFWAY, "2023-05-30T12:00") == "для него приём слишком короткий"
    assert words(Step.OPENING, "2023-05-30T18:01") == "срок прошёл 30 мая 2023 года в 18:00"
    assert words(Step.DAY_AFTER, "2023-05-30T12:00") == "срок ещё не прошёл"
    assert words(Step.REMINDER, "2023-05-30T07:00") == "приём ещё не начался"
    closed = short.model_copy(update={"about": short.about.model_copy(update={"closed": True})})
    assert words(Step.REMINDER, "2023-05-30T12:00", closed) == "кампания окончена"


def test_moments_follow_the_municipalitys_own_deadline(outbox: Outbox) -> None:
    until = CAMPAIGN.about.deadline + timedelta(days=10)
    outbox.links.set_extension(CAMPAIGN.id, ALEXANDROV, until)
    found = situations(CAMPAIGN, outbox)
    assert (found[ALEXANDROV].deadline, found[ALEXANDROV].extended) == (until, True)
    assert found == {one.oktmo: situations(CAMPAIGN, outbox, [one.oktmo])[one.oktmo] for one in CAMPAIGN.municipalities}


def test_states(outbox: Outbox) -> None:
    def state() -> State:
        few = situations(CAMPAIGN, outbox, [ALEXANDROV])[ALEXANDROV]
        assert few == situations(CAMPAIGN, outbox)[ALEXANDROV]
        return few.state

    assert state() == "silent"
    outbox.drafts.save(Draft(CAMPAIGN.id, ALEXANDROV, "key", {}, 0, CAMPAIGN.about.opens))
    assert state() == "draft"
    sent = send(outbox, ALEXANDROV, answers(3))
    assert state() == "reported"  # before the worker has seen it
    publish(outbox, status(sent))
    assert state() == "reported"
    publish(outbox, status(sent, state="excluded"))
    assert state() == "ministry"  # no error of the municipality's own
    publish(outbox, status(sent, state="deleted"))
    assert state() == "ministry"
    send(outbox, ALEXANDROV, answers(4), 2)
    assert state() == "reported"  # a newer version than the one that was excluded


@pytest.mark.parametrize(
    ("to", "concerned"),
    [
        ("all", {"reported", "silent", "draft", "excluded", "ministry"}),
        ("unreported", {"silent", "draft", "excluded"}),
        ("silent", {"silent"}),
        ("draft", {"draft"}),
        ("excluded", {"excluded"}),
        ("nobody", set()),
    ],
)
def test_groups(to: MailTo, concerned: set[str]) -> None:
    assert {state for state in get_args(State) if concerns(to, state)} == concerned


def test_everything_has_its_words() -> None:
    assert set(texts.STEPS) == set(Step)
    assert set(texts.GROUPS) == set(get_args(MailTo))
    assert set(texts.STATES) == set(MailState)
    assert set(texts.NOT_CONCERNED) == set(get_args(State))
    assert {*SCHEDULED, *EVENTS} | {"send", "hour"} == set(MailSteps.model_fields)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "срок сегодня"),
        (1, "остался 1 день"),
        (2, "осталось 2 дня"),
        (5, "осталось 5 дней"),
        (11, "осталось 11 дней"),
        (21, "остался 21 день"),
        (-1, "срок прошёл"),
    ],
)
def test_days_left(days: int, words: str) -> None:
    deadline = CAMPAIGN.about.deadline
    assert texts.left(deadline, deadline - timedelta(days=days)).replace("\xa0", " ") == words
