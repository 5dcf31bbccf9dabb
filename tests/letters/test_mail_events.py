"""Mails to the one who reported: the receipt with its PDF, corrections of the ministry, a report left out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from letters.mail import overview
from letters.mail.making import SETTLED
from letters.mail.plan import Step
from outbox.mails import MailState
from outbox.records import Correction, PublishedRemark, Submission
from tests.letters.factories import ALEXANDROV, EMAIL, PHONE, VYAZNIKI, answers, publish, send, status
from tests.letters.mail_server import Running, mail_server
from tests.letters.post import OPENING, Post, campaign_of, post, text_of, with_settings

pytestmark = pytest.mark.slow

NOW = datetime(2023, 5, 20, 15, tzinfo=campaign_of().about.zone)
"""Between the steps: what is sent now follows from reports alone."""
ERROR = PublishedRemark(
    "not_whole", "error", "informed", "Проинформировано", "12,5", "Нужно целое число.", "Исправьте."
)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running: Running) -> Running:
    running.mailbox.received.clear()
    return running


@pytest.fixture
def office(server: Running, tmp_path: Path) -> Iterator[Post]:
    with post(tmp_path / "data", server.settings(), now=NOW) as opened:
        opened.make()  # mails begin now
        yield opened


def report(office: Post, oktmo: str = ALEXANDROV, version: int = 1, **changes: object) -> Submission:
    return send(office.outbox, oktmo, answers(version), version, accepted_at=office.real[0], **changes)


def go(office: Post) -> None:
    """Let the worker make and send what is due."""
    office.make()
    office.send()


def test_the_receipt_comes_with_its_pdf_to_the_one_who_reported(office: Post, server: Running) -> None:
    sent = report(office)
    go(office)
    ((_, to, _),) = server.mailbox.received
    (message,) = server.mailbox.messages
    assert to == EMAIL
    assert sent.receipt in message["Subject"]
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == f"Квитанция {sent.receipt}.pdf"
    assert attached.get_content_type() == "application/pdf"
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(attached.get_content())).pages)
    assert sent.receipt in paper
    assert office.office.receipt_code(sent) in paper
    for words in (text_of(message), text_of(message, "html"), paper):
        assert PHONE not in words
        assert "/m/" not in words  # an address that somebody typed gets no personal address
    go(office)
    assert len(server.mailbox.received) == 1
    report(office, version=2)
    go(office)
    assert [one.about for one in office.mails(step=Step.RECEIPT)] == ["ФО-00002", "ФО-00001"]


def test_a_receipt_without_a_clerks_address_goes_to_the_municipality(office: Post, server: Running) -> None:
    report(office, contacts={"contact_name": "Имярек"})
    report(office, VYAZNIKI, contacts={"contact_email": "not an address"})
    go(office)
    assert [to for _, to, _ in server.mailbox.received] == ["m1@example.org"]
    assert office.one(oktmo=VYAZNIKI).state == MailState.NO_ADDRESS


def test_reports_from_before_mails_began_get_none(server: Running, tmp_path: Path) -> None:
    with post(tmp_path / "data", server.settings(), now=NOW) as office:
        without = with_settings(office, None)
        sent = report(office)
        assert without.make() == 0
        publish(office.outbox, status(sent, corrections=(Correction("informed", 12, 15),)), campaign=office.campaign)
        go(office)
        assert server.mailbox.received == []
        report(office, VYAZNIKI)
        go(office)
        assert len(server.mailbox.received) == 1


def test_receipts_of_days_ago_are_not_sent(office: Post, server: Running) -> None:
    report(office)
    office.go(days=2)  # the installation stood still
    go(office)
    assert server.mailbox.received == []


def test_a_correction_is_told_once_it_has_settled(office: Post, server: Running) -> None:
    office.change(mails=office.campaign.mails.model_copy(update={"receipt": False}))
    sent = report(office)
    publish(office.outbox, status(sent, corrections=(Correction("informed", 12, 15),)), campaign=office.campaign)
    go(office)
    assert server.mailbox.received == []
    both = (Correction("informed", 12, 15), Correction("events", 1, 2))
    publish(office.outbox, status(sent, corrections=both), campaign=office.campaign)  # the specialist goes on
    office.go(minutes=5)
    go(office)
    office.go(seconds=SETTLED.total_seconds())
    go(office)
    (message,) = server.mailbox.messages
    assert f"исправило отчёт {sent.receipt}" in message["Subject"]
    text = text_of(message)
    assert "- Сколько человек проинформировано: было 12, стало 15\n" in text
    assert "было 1, стало 2" in text
    assert sorted(one.state for one in office.mails()) == ["not_needed", "sent"]
    office.go(days=1)
    go(office)
    assert len(server.mailbox.received) == 1


def test_a_correction_taken_back_is_not_told(office: Post, server: Running) -> None:
    office.change(mails=office.campaign.mails.model_copy(update={"receipt": False}))
    sent = report(office)
    publish(office.outbox, status(sent, corrections=(Correction("informed", 12, 15),)), campaign=office.campaign)
    go(office)
    publish(office.outbox, status(sent), campaign=office.campaign)
    office.go(hours=1)
    go(office)
    assert server.mailbox.received == []
    assert office.one().reply == "с тех пор отчёт или исправления изменились"


def test_a_report_left_out_is_told_with_its_errors(office: Post, server: Running) -> None:
    office.change(mails=office.campaign.mails.model_copy(update={"receipt": False}))
    sent = report(office)
    theirs = PublishedRemark("x", "error", "events", "Встречи", "?", "Это не число.", "", asks=False)
    publish(office.outbox, status(sent, state="excluded", remarks=(ERROR, theirs)), campaign=office.campaign)
    go(office)
    office.go(seconds=SETTLED.total_seconds())
    go(office)
    (message,) = server.mailbox.messages
    assert message["Subject"] == f"Отчёт {sent.receipt} не учтён"
    assert "- Проинформировано (12,5): нужно целое число.\n" in text_of(message)
    assert "Встречи" not in text_of(message)  # the ministry's own mistake
    report(office, version=2)
    office.go(hours=1)
    go(office)
    assert len(server.mailbox.received) == 1


def test_what_the_file_turns_off_is_not_sent(office: Post, server: Running) -> None:
    off = {"receipt": False, "corrected": False, "excluded_report": False}
    office.change(mails=office.campaign.mails.model_copy(update=off))
    publish(office.outbox, status(report(office), state="excluded", remarks=(ERROR,)), campaign=office.campaign)
    sent = report(office, VYAZNIKI)
    publish(office.outbox, status(sent, corrections=(Correction("informed", 12, 15),)), campaign=office.campaign)
    go(office)
    office.go(hours=1)
    go(office)
    assert office.mails() == []
    office.change(mails=office.campaign.mails.model_copy(update={"send": False, "receipt": True}))
    report(office, version=2)
    go(office)
    assert office.mails() == []


def test_previews(office: Post) -> None:
    with pytest.raises(Exception, match="отчёта с этой квитанцией нет"):
        overview.preview(office.office, office.campaign, Step.RECEIPT, ALEXANDROV)
    with pytest.raises(Exception, match="исправлений и ошибок в его отчёте нет"):
        overview.preview(office.office, office.campaign, Step.CORRECTED, ALEXANDROV)
    report(office)
    made = overview.preview(office.office, office.campaign, Step.RECEIPT, ALEXANDROV)
    assert (made.recipient, "ФО-00001" in made.mail.subject) == (EMAIL, True)
    reminder = overview.preview(office.office, office.campaign, Step.REMINDER, ALEXANDROV)  # though it has reported
    assert reminder.recipient == "m1@example.org"
    assert office.mails() == []


def test_nobody_is_reminded_before_the_opening(server: Running, tmp_path: Path) -> None:
    with post(tmp_path / "data", server.settings(), now=OPENING - timedelta(days=2)) as office:
        lines = overview.dry_run(office.office, office.campaign, Step.REMINDER)
        assert {line.words for line in lines} == {"приём ещё не начался"}
        assert all(line.goes for line in overview.dry_run(office.office, office.campaign, Step.OPENING))
        opening = overview.preview(office.office, office.campaign, Step.OPENING, ALEXANDROV).mail.text
        assert "Приём откроется 27\xa0марта 2023 года в\xa000:00." in opening


def test_steps_with_their_counts(office: Post, server: Running) -> None:
    report(office)
    go(office)
    views = {view.step: view for view in overview.steps(office.office, office.campaign)}
    assert list(views) == list(Step)
    assert (views[Step.RECEIPT].counts, views[Step.RECEIPT].concerned) == ({MailState.SENT: 1}, None)
    assert (views[Step.HALFWAY].concerned, views[Step.OPENING].concerned) == (2, 3)
    assert views[Step.OPENING].begins == OPENING - timedelta(minutes=30)
    assert views[Step.REMINDER].begins is None


def test_a_mail_that_waited_past_its_time_is_not_sent(office: Post, server: Running) -> None:
    office.real[0] = OPENING.replace(month=5, day=29, hour=9)
    server.mailbox.answers["RCPT"] = ["451 4.7.1 later"] * 3
    office.make()
    office.send()
    assert set(office.states().values()) == {MailState.WAITING}
    office.go(days=1, hours=15)
    overview.send_step(office.office, office.campaign, Step.OPENING)
    office.send()
    assert {one.step for one in office.mails()} == {Step.ONE_DAY_BEFORE}, "the opening is over: none was made"
    assert {(one.state, one.reply.replace("\xa0", " ")) for one in office.mails()} == {
        (MailState.NOT_NEEDED, "срок прошёл: 30 мая 2023 года в 23:59")
    }
    views = {view.step: view for view in overview.steps(office.office, office.campaign)}
    assert (views[Step.OPENING].concerned, views[Step.DAY_AFTER].concerned) == (0, 3)
    until = office.campaign.about.deadline + timedelta(days=3)
    office.outbox.links.set_extension(office.campaign.id, ALEXANDROV, until)
    views = {view.step: view for view in overview.steps(office.office, office.campaign)}
    assert (views[Step.OPENING].concerned, views[Step.OPENING].untimely) == (1, "")
