"""«Не сдали» and «Замечания» once reception is closed; what a reminder says of an error."""

from __future__ import annotations

from datetime import datetime

import pytest

from campaign import Campaign
from sync.review.summary import Summary
from sync.tabs import pages
from sync.texts import problems as problem_texts
from sync.texts import tabs as texts
from tests.sync.factories import (
    ALEXANDROV,
    IDS,
    KOVROV,
    NOW,
    VLADIMIR,
    VYAZNIKI,
    Made,
    answers,
    at,
    busy,
    changed,
    the_campaign,
)

GOROKHOVETS, DRAFTED = "17615000", "17735000"
AFTER = at("2023-06-02 10:00")


def refusing(late: str = "refuse") -> Campaign:
    campaign = the_campaign()
    return changed(campaign, about=campaign.about.model_copy(update={"late": late}))


def silent(campaign: Campaign, summary: Summary) -> dict[object, str]:
    """OKTMO → the reminder; under "note", what stands above the table."""
    rows = pages(campaign, summary, IDS)["silent"].rows
    head = next(i for i, row in enumerate(rows) if row[0].value == texts.MUNICIPALITY)
    found: dict[object, str] = {row[1].value: str(row[6].value) for row in rows[head + 1 :]}
    return found | {"note": " ".join(str(row[0].value) for row in rows[2:head])}


def closing(late: str = "refuse") -> Made:
    made = busy()
    made.campaign = refusing(late)
    return made


def test_a_closed_form_is_not_asked_for_in_a_reminder() -> None:
    made = closing()
    said = silent(made.campaign, made.summary(AFTER))
    assert texts.SILENT_CLOSED in said["note"]
    for oktmo in (GOROKHOVETS, DRAFTED, KOVROV, VLADIMIR):
        assert "Приём отчётов закончен: " in said[oktmo]
        assert "обратитесь в министерство за продлением срока" in said[oktmo]
        assert "личн" not in said[oktmo]
        assert "безотлагательно" not in said[oktmo]


@pytest.mark.parametrize(("late", "now"), [("accept", AFTER), ("refuse", NOW)], ids=["late ones taken", "before"])
def test_an_open_form_is_asked_for_as_ever(late: str, now: datetime) -> None:
    made = closing(late)
    said = silent(made.campaign, made.summary(now))
    assert texts.SILENT_CLOSED not in said["note"]
    assert all("личн" in said[oktmo] for oktmo in (GOROKHOVETS, DRAFTED, KOVROV, VLADIMIR))


def test_a_municipality_with_an_extension_gets_the_usual_words() -> None:
    made = closing()
    made.extensions[GOROKHOVETS] = at("2023-06-05 18:00")
    said = silent(made.campaign, made.summary(AFTER))
    assert "до 5 июня 2023 г., 18:00" in said[GOROKHOVETS]
    assert "по личной ссылке" in said[GOROKHOVETS]
    assert "закончен" in said[DRAFTED]


def test_what_came_into_the_file_later_is_not_asked_for_once_reception_is_closed() -> None:
    made = Made(refusing())
    unasked = {question: value for question, value in answers(10).items() if question != "events"}
    for oktmo in (ALEXANDROV, VYAZNIKI):
        made.submit(oktmo, unasked)
    made.extensions[VYAZNIKI] = at("2023-06-05 18:00")
    advice = {r.oktmo: r.advice for r in made.summary(AFTER).problems if r.code == "asked_later"}
    assert advice == {
        ALEXANDROV: problem_texts.ASKED_LATER_CLOSED_ADVICE.format(oktmo=ALEXANDROV),
        VYAZNIKI: problem_texts.ASKED_LATER_ADVICE,
    }


def test_a_reminder_names_the_receipt_as_the_clerk_knows_it() -> None:
    made = busy()
    said = silent(made.campaign, made.summary())
    assert ", квитанция ФО-00004," in said[VLADIMIR]


def test_a_rules_own_sentence_is_quoted_unchanged() -> None:
    campaign = the_campaign()
    rules = tuple(
        rule.model_copy(update={"level": "error", "ask": None}) if rule.id == "registered_above_informed" else rule
        for rule in campaign.rule_texts
    )
    made = Made(changed(campaign, rule_texts=rules))
    made.submit(VYAZNIKI, answers(20, informed=5))
    (message,) = [r.message for r in made.summary().problems if r.level == "error"]
    assert (
        f"показатели не учтены: Сколько человек проинформировано: {message} Просим"
        in silent(made.campaign, made.summary())[VYAZNIKI]
    )
