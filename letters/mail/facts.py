"""What a mail can say: the names that the staff's templates use. Every text is one line without control characters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from campaign import Campaign, Value, read_json
from letters.facts import Facts, about, moment, printable, shown
from letters.mail import texts
from letters.mail.concern import Situation
from outbox.records import Correction, Json, PublishedRemark, Submission

MOST_LISTED = 30
"""Errors and corrections in a mail; the others stand in the form."""


def mail_facts(
    campaign: Campaign,
    situation: Situation,
    now: datetime,
    *,
    url: str | None,
    form: str,
    rehearsal: bool,
    submission: Submission | None = None,
) -> Facts:
    """Return the facts of a mail to a municipality.

    url:        its personal address; None in a mail that may not bear it
    form:       the form's address, of which nobody's report opens
    submission: of which the mail speaks
    """
    deadline, contact = situation.deadline, campaign.about.contact
    closed = campaign.about.closed or (campaign.about.late == "refuse" and now > deadline)
    facts = about(campaign, rehearsal=rehearsal) | {
        "предмет_строчная": texts.small(campaign.about.subject),
        "письмо": campaign.about.letter,
        "цель": campaign.about.purpose,
        "муниципалитет": situation.municipality.name,
        "муниципалитета": situation.municipality.genitive,
        "октмо": situation.municipality.oktmo,
        "начало": texts.moment(campaign.about.opens),
        "не_начато": now < campaign.about.opens,
        "срок": texts.moment(deadline),
        "срок_до": texts.hour_first(deadline),
        "срок_день": texts.day(deadline),
        "срок_продлён": situation.extended,
        "осталось": texts.left(deadline, now),
        "осталось_прописная": texts.capital(texts.left(deadline, now)),
        "просрочено": now > deadline,
        "закрыто": closed,
        "состояние": situation.state,
        "ссылка": url or "",
        "форма": form,
        "контакт": contact.who,
        "контакт_телефон": contact.phone or "",
        "контакт_почта": contact.email or "",
        "ошибки": _errors(situation.errors),
        "исправления": _corrections(campaign, situation.status.corrections if situation.status else ()),
    }
    if submission is not None:
        facts |= {
            "квитанция": submission.receipt,
            "версия": submission.version,
            "принято": moment(campaign, submission.accepted_at),
            "опоздание": submission.late,
        }
    return {name: _one_line(value) for name, value in facts.items()}


def _errors(errors: Iterable[PublishedRemark]) -> list[Json]:
    return [
        {"вопрос": one.title, "ответ": one.shown, "ошибка": texts.small(one.body)} for one in list(errors)[:MOST_LISTED]
    ]


def _corrections(campaign: Campaign, corrections: Iterable[Correction]) -> list[Json]:
    rows: list[Json] = []
    for one in list(corrections)[:MOST_LISTED]:
        question = campaign.by_id.get(one.question)
        if question is None or question.kept_at_home:
            continue

        def words(stored: Json, name: str = question.id) -> str:
            value: Value | None = read_json(campaign, {name: stored}).get(name)
            return shown(campaign.by_id[name], value)

        title = question.title if question.place is None else question.header
        rows.append({"вопрос": title, "прислано": words(one.submitted), "стало": words(one.sheet)})
    return rows


def _one_line(value: Json) -> Json:
    match value:
        case str():
            text = printable(value)  # each kind of line break is «\n» now
            return " ".join(text.split()) if "\n" in text or "\t" in value else text
        case list():
            return [_one_line(one) for one in value]
        case dict():
            return {key: _one_line(one) for key, one in value.items()}
    return value
