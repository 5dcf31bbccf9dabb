"""The municipality's official answer to the ministry: the figures that count, actions, the responsible person."""

from __future__ import annotations

from collections.abc import Iterator

from campaign import Campaign, read_json
from campaign.answers import shown_value
from letters import texts
from letters.errors import LettersError
from letters.facts import Facts, about, moment, printable, report_rows, shown
from letters.published import REPORTED, published
from outbox import Outbox
from outbox.records import Json, MunicipalityStatus, Submission


def municipality_facts(campaign: Campaign, outbox: Outbox, oktmo: str, *, rehearsal: bool = False) -> Facts:
    """Return what the answer says.

    Raises LettersError for an unknown code, and where no figures of the municipality count now or a newer version of
    its report waits: the letter would be signed with other figures.
    """
    municipality = campaign.by_oktmo.get(oktmo)
    if municipality is None:
        raise LettersError(texts.UNKNOWN_OKTMO.format(oktmo=oktmo))
    as_of, statuses = published(campaign, outbox)
    status = statuses.get(oktmo)
    if status is None:
        raise LettersError(texts.NOT_PUBLISHED.format(name=municipality.name))
    latest = outbox.submissions.latest(campaign.id, oktmo)
    if latest is not None and latest.version > status.seen:
        raise LettersError(texts.NOT_SEEN.format(name=municipality.name, receipt=latest.receipt))
    if status.state not in REPORTED:
        state = texts.STATES.get(status.state, status.state)
        raise LettersError(texts.NOT_COUNTED.format(name=municipality.name, state=state))
    counted = outbox.submissions.by_receipt(campaign.id, status.receipt) if status.receipt else None
    if status.by_hand or (counted is not None and counted.oktmo != oktmo):
        counted = None
    return about(campaign, rehearsal=rehearsal) | {
        "муниципалитет": printable(municipality.name),
        "муниципалитета": printable(municipality.genitive),
        "октмо": oktmo,
        "данные_на": moment(campaign, as_of),
        "состояние": texts.STATES[status.state],
        "квитанция": counted.receipt if counted else "",
        "версия": counted.version if counted else 0,
        "принято": moment(campaign, counted.accepted_at) if counted else "",
        "внесено_министерством": status.by_hand,
        "строки": report_rows(campaign, read_json(campaign, status.counted), counted.reasons if counted else {}),
        "исправления": list(_corrections(campaign, status)),
        "исполнитель": list(_responsible(campaign, counted)),
    }


def _corrections(campaign: Campaign, status: MunicipalityStatus) -> Iterator[Json]:
    """Yield what the ministry changed in the figures that count: they are not what the municipality sent."""
    for one in status.corrections:
        question = campaign.by_id.get(one.question)
        if question is None:
            continue
        was, now = (
            shown_value(question, read_json(campaign, {question.id: answer}).get(question.id)) or texts.BLANK
            for answer in (one.submitted, one.sheet)
        )
        yield {"название": printable(question.header), "было": printable(was), "стало": printable(now)}


def _responsible(campaign: Campaign, counted: Submission | None) -> Iterator[Json]:
    """Yield the answers that are kept at home, of the version that counts; none once they are erased."""
    contacts = read_json(campaign, counted.contacts) if counted else {}
    for question in campaign.home_questions:
        if question.id in contacts:
            yield {"название": printable(question.title), "значение": shown(question, contacts[question.id])}
