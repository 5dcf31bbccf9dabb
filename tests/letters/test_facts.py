"""What the documents state: only what was published, contacts in one place alone."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import pytest

from campaign import read_json
from campaign.texts import number as number_text
from letters import texts
from letters.errors import LettersError
from letters.municipality import municipality_facts
from letters.published import REPORTED
from letters.receipt import receipt_facts
from letters.region import region_facts
from outbox import Outbox
from outbox.records import Correction
from sync.records.states import MunicipalitySummary, State
from sync.texts.tabs import STATES
from sync.totals.region import figure_totals, figures_frame, question_totals
from tests.letters.factories import (
    ALEXANDROV,
    CAMPAIGN,
    EMAIL,
    GOROKHOVETS,
    PERSON,
    PHONE,
    ROOT,
    VYAZNIKI,
    answers,
    publish,
    send,
    status,
)


def values(facts: object, kind: str) -> dict[str, str]:
    return {row["название"]: row["значение"] for row in cast("list[Any]", facts) if row["вид"] == kind}


def test_nothing_is_stated_before_the_worker_published(outbox: Outbox) -> None:
    send(outbox, ALEXANDROV, answers(5))
    with pytest.raises(LettersError, match="ещё не публиковал итогов"):
        region_facts(CAMPAIGN, outbox)
    with pytest.raises(LettersError, match="ещё не публиковал итогов"):
        municipality_facts(CAMPAIGN, outbox, ALEXANDROV)


def test_the_note_sums_what_counts_and_names_who_is_missing(outbox: Outbox) -> None:
    first, second = send(outbox, ALEXANDROV, answers(5)), send(outbox, VYAZNIKI, answers(700))
    excluded = send(outbox, GOROKHOVETS, answers(9000))
    publish(outbox, status(first), status(second, state="late"), status(excluded, state="excluded", counted={}))
    facts = cast("dict[str, Any]", region_facts(CAMPAIGN, outbox))
    assert facts["данные_на"] == "28\xa0мая 2023\xa0г., 13:00 (по московскому времени)"
    assert (facts["всего"], facts["отчитались"], facts["в_срок"], facts["с_опозданием"]) == ("21", "2", "1", "1")
    assert values(facts["итоги"], "группа")["Студенты"] == "1\xa0410"
    assert values(facts["итоги"], "итог") == {"Всего зарегистрировалось": "4\xa0230"}
    assert values(facts["итоги"], "ответ")["Встречи и мероприятия, ед."] == "705"
    assert facts["итого"] == ["1\xa0410", "1\xa0410", "1\xa0410", "4\xa0230"]
    assert [(bar["название"], bar["доля"]) for bar in facts["рейтинг"]] == [
        ("Вязниковский муниципальный район", 1000),
        ("Александровский муниципальный район", 7),
    ]
    missing = {one["название"]: one["состояние"] for one in facts["нет_отчёта"]}
    assert len(missing) == 19
    assert missing["Гороховецкий муниципальный район"] == "исключён (ошибка)"
    assert facts["муниципалитеты"][2]["значения"] == ["—"] * 4


def test_the_note_has_the_totals_and_words_of_the_spreadsheet(outbox: Outbox) -> None:
    sent = [send(outbox, one.oktmo, answers(7**number)) for number, one in enumerate(CAMPAIGN.municipalities[:4])]
    publish(outbox, *(status(one, state="late" if one.number == 2 else "on_time") for one in sent))
    facts = region_facts(CAMPAIGN, outbox)
    summaries = [
        MunicipalitySummary(CAMPAIGN.by_oktmo[one.oktmo], State.ON_TIME, values=read_json(CAMPAIGN, one.answers))
        for one in sent
    ]
    frame = figures_frame(CAMPAIGN, summaries)
    (total,) = figure_totals(CAMPAIGN, frame, summaries)
    assert total.total is not None
    assert values(facts["итоги"], "итог") == {total.total_title: number_text(total.total)}
    assert values(facts["итоги"], "группа") == {g.title: number_text(g.total or 0) for g in total.groups}
    assert values(facts["итоги"], "строка") == {
        line.title: number_text(line.total or 0) for group in total.groups for line in group.lines
    }
    questions = {q.title: number_text(q.total or 0) for q in question_totals(CAMPAIGN, frame, summaries)}
    assert list(values(facts["итоги"], "ответ").values()) == list(questions.values())
    assert {str(state): words for state, words in STATES.items()} == dict(texts.STATES)
    assert {str(state) for state in State if state.reported} == set(REPORTED)


def test_without_reports_a_total_is_unknown_and_not_nought(outbox: Outbox) -> None:
    publish(outbox)
    facts = cast("dict[str, Any]", region_facts(CAMPAIGN, outbox))
    assert set(facts["итого"]) == {"—"}
    assert facts["рейтинг"] == []


def test_the_note_says_which_newer_reports_are_not_in_it(outbox: Outbox) -> None:
    sent = send(outbox, ALEXANDROV, answers(5))
    publish(outbox, status(sent))
    send(outbox, ALEXANDROV, answers(6), version=2)
    send(outbox, VYAZNIKI, answers(7))
    facts = region_facts(CAMPAIGN, outbox)
    assert facts["ждут_учёта"] == ["Александровский муниципальный район", "Вязниковский муниципальный район"]


def test_contacts_stand_in_the_answer_of_the_municipality_alone(outbox: Outbox) -> None:
    sent = send(outbox, ALEXANDROV, answers(5))
    publish(outbox, status(sent))
    answer = json.dumps(municipality_facts(CAMPAIGN, outbox, ALEXANDROV), ensure_ascii=False)
    others = json.dumps([region_facts(CAMPAIGN, outbox), receipt_facts(CAMPAIGN, sent)], ensure_ascii=False)
    for contact in (PERSON, EMAIL):
        assert contact in answer
        assert contact not in others
    assert PHONE.replace(" ", "") in answer.replace(" ", "").replace("\xa0", "")


def test_the_answer_has_the_figures_that_count_and_says_what_the_ministry_changed(outbox: Outbox) -> None:
    sent = send(outbox, ALEXANDROV, answers(5))
    corrected = status(
        sent, counted={**sent.answers, "events": 8}, corrections=(Correction("events", submitted=5, sheet=8),)
    )
    publish(outbox, corrected)
    facts = cast("dict[str, Any]", municipality_facts(CAMPAIGN, outbox, ALEXANDROV))
    assert facts["муниципалитета"] == "Александровского муниципального района"
    assert values(facts["строки"], "ответ")["Встречи и мероприятия, ед."] == "8"
    assert facts["исправления"] == [{"название": "Встречи и мероприятия", "было": "5", "стало": "8"}]


def test_a_row_of_the_ministry_has_no_responsible_person(outbox: Outbox) -> None:
    sent = send(outbox, ALEXANDROV, answers(5))
    publish(outbox, status(sent, by_hand=True, receipt=None, version=None))
    facts = municipality_facts(CAMPAIGN, outbox, ALEXANDROV)
    assert (facts["исполнитель"], facts["квитанция"], facts["внесено_министерством"]) == ([], "", True)


@pytest.mark.parametrize(
    ("changes", "newer", "words"),
    [
        ({"state": "excluded", "counted": {}}, False, "не учтён в итогах .исключён"),
        ({}, True, "прислал новую версию .ФО-00002"),
    ],
)
def test_no_answer_is_made_of_figures_that_do_not_count(
    outbox: Outbox, changes: dict[str, Any], newer: bool, words: str
) -> None:
    sent = send(outbox, ALEXANDROV, answers(5))
    publish(outbox, status(sent, **changes))
    if newer:
        send(outbox, ALEXANDROV, answers(6), version=2)
    with pytest.raises(LettersError, match=words):
        municipality_facts(CAMPAIGN, outbox, ALEXANDROV)


def test_a_receipt_has_all_answers_and_the_explanations_where_they_belong(outbox: Outbox) -> None:
    sent = send(outbox, ALEXANDROV, answers(5), reasons={"publications_without_link": "Ссылок нет: газета."})
    facts = cast("dict[str, Any]", receipt_facts(CAMPAIGN, sent, "ABCD-EFGH-IJKL"))
    assert (facts["номер"], facts["код"], facts["опоздание"]) == ("ФО-00001", "ABCD-EFGH-IJKL", False)
    assert values(facts["строки"], "ответ")["Комментарий"] == "Провели собрание."
    explained = {row["название"]: row["пояснение"] for row in facts["строки"] if row["пояснение"]}
    assert explained == {"Ссылки на публикации": "Пояснение: Ссылок нет: газета."}


def test_every_name_that_templates_may_use_is_described(outbox: Outbox) -> None:
    guide = (ROOT / "docs" / "ru" / "specialist.md").read_text(encoding="utf-8")
    sent = send(outbox, ALEXANDROV, answers(5))
    publish(outbox, status(sent, corrections=(Correction("events", submitted=5, sheet=8),)))
    for facts in (region_facts(CAMPAIGN, outbox), municipality_facts(CAMPAIGN, outbox, ALEXANDROV)):
        names = set(facts)
        for value in facts.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                names |= set(value[0])
        assert {name for name in names if not re.search(rf"\b{name}\b", guide)} == set()
