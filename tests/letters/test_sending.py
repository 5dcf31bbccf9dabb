"""Mails on their way: a real outbox, a real mail server, and what each of its answers leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from letters.mail import overview
from letters.mail.plan import Step
from letters.mail.retrying import MOST_ATTEMPTS, next_attempt
from letters.mail.sending import TROUBLE
from outbox.mails import MailState
from tests.letters.factories import ALEXANDROV, GOROKHOVETS, VYAZNIKI, answers, publish, send, status
from tests.letters.mail_server import DROP, Running, mail_server
from tests.letters.post import OPENING, Post, campaign_of, post, text_of, with_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running: Running) -> Running:
    running.mailbox.received.clear()
    running.mailbox.answers.clear()
    return running


@pytest.fixture
def office(server: Running, tmp_path: Path) -> Iterator[Post]:
    with post(tmp_path / "data", server.settings()) as opened:
        yield opened


def recipients(server: Running) -> list[str]:
    return [to for _, to, _ in server.mailbox.received]


def test_the_opening_brings_each_municipality_its_own_address(office: Post, server: Running) -> None:
    assert office.make() == 3
    assert office.make() == 0
    office.send()
    assert recipients(server) == ["m1@example.org", "m2@example.org", "m3@example.org"]
    urls = set()
    for message, municipality in zip(server.mailbox.messages, office.campaign.municipalities, strict=True):
        url = office.office.url(office.campaign, municipality.oktmo)
        assert url is not None
        assert url in text_of(message)
        assert f'href="{url}"' in text_of(message, "html")
        assert municipality.genitive in text_of(message)
        # read as mail programs do: Python's own new parser puts a blank between the parts of a long name
        raw = message_from_bytes(server.mailbox.received[0][2])["From"]
        assert str(make_header(decode_header(raw))) == "Министерство образования <svod@example.org>"
        assert message["Reply-To"] == "coordinator@example.org"
        assert "ждём отчёт до 30 мая" in message["Subject"]
        assert message["Auto-Submitted"] == "auto-generated"
        urls.add(url)
    assert len(urls) == 3
    kept = office.outbox.mails.get(office.mails()[0].id)
    assert kept is not None
    assert (kept.state, kept.reply, kept.attempts) == (MailState.SENT, "250 2.0.0 Ok: queued as 4711", 1)
    assert "https://svod.example.org/m/…" in kept.body
    assert not any(url in kept.body for url in urls)  # who reads the database opens nobody's report
    office.send()
    assert len(server.mailbox.received) == 3


def test_nobody_is_reminded_who_reported_meanwhile(office: Post, server: Running) -> None:
    office.go(days=61)  # three days before the deadline
    assert office.make() == 3
    send(office.outbox, VYAZNIKI, answers(3))
    office.send()
    assert recipients(server) == ["m1@example.org", "m3@example.org"]
    kept = office.one(oktmo=VYAZNIKI)
    assert (kept.state, kept.reply) == (MailState.NOT_NEEDED, "отчёт уже есть")
    assert "Осталось 3 дня" in server.mailbox.messages[0]["Subject"]


def test_a_report_that_comes_while_the_mail_is_composed_stops_it(office: Post, server: Running) -> None:
    """The second look, just before sending."""
    office.go(days=61)
    office.make()
    pauses = office.paused.append

    def report(seconds: float) -> None:  # while the sender pauses after the first mail
        if not office.paused:
            send(office.outbox, VYAZNIKI, answers(3))
            send(office.outbox, GOROKHOVETS, answers(3))
        pauses(seconds)

    sender = office.sender
    sender.pause = report
    office.send(sender)
    assert recipients(server) == ["m1@example.org"]
    assert list(office.states().values()) == ["sent", "not_needed", "not_needed"]


def test_a_greylisted_mail_is_sent_at_the_second_attempt(office: Post, server: Running) -> None:
    office.change(municipalities=office.campaign.municipalities[:1])
    server.mailbox.answers["RCPT"] = ["451 4.7.1 Greylisted"]
    office.make()
    office.send()
    waiting = office.one()
    assert (waiting.state, waiting.attempts, waiting.reply) == (MailState.WAITING, 1, "451 4.7.1 Greylisted")
    office.go(minutes=4)
    office.send()
    assert server.mailbox.received == []
    office.go(minutes=2)
    office.send()
    assert (office.one().state, office.one().attempts) == (MailState.SENT, 2)
    assert len(server.mailbox.received) == 1


def test_a_mailbox_that_is_full_for_a_day_gets_its_mail(office: Post, server: Running) -> None:
    office.change(municipalities=office.campaign.municipalities[:1])
    office.make()
    server.mailbox.answers["RCPT"] = ["452 4.2.2 Mailbox full"] * 100
    for _ in range(24 * 4):
        office.go(minutes=15)
        office.send()
    assert 8 <= office.one().attempts <= 14  # ever more rarely
    server.mailbox.answers.clear()
    office.go(hours=5)
    office.send()
    assert office.one().state == MailState.SENT
    assert len(server.mailbox.received) == 1


def test_attempts_end(office: Post, server: Running) -> None:
    office.change(municipalities=office.campaign.municipalities[:1])
    office.make()
    server.mailbox.answers["RCPT"] = ["452 4.2.2 Mailbox full"] * 100
    for _ in range(MOST_ATTEMPTS + 2):
        office.go(hours=5)
        office.send()
    kept = office.one()
    assert (kept.state, kept.attempts) == (MailState.GAVE_UP, MOST_ATTEMPTS)
    assert "452 4.2.2 Mailbox full" in kept.reply


def test_the_waits_double_up_to_a_limit_and_then_end() -> None:
    waits = [next_attempt(n, OPENING, 0.5) for n in range(1, MOST_ATTEMPTS + 1)]
    assert waits[-1] is None
    minutes = [(one - OPENING) / timedelta(minutes=1) for one in waits if one is not None]
    assert minutes[:7] == [5, 10, 20, 40, 80, 160, 240]
    assert set(minutes[6:]) == {240}
    for chance, minutes_wanted in ((0.0, 3.75), (1.0, 6.25)):
        first = next_attempt(1, OPENING, chance)
        assert first is not None
        assert (first - OPENING) / timedelta(minutes=1) == minutes_wanted


def test_a_refused_mail_is_not_tried_again(office: Post, server: Running) -> None:
    server.mailbox.answers["RCPT"] = ["550 5.1.1 No such user"]
    office.make()
    office.send()
    assert recipients(server) == ["m2@example.org", "m3@example.org"]
    refused = office.mails(state=MailState.REFUSED)
    assert [(one.oktmo, one.reply, one.recipient) for one in refused] == [
        (ALEXANDROV, "550 5.1.1 No such user", "m1@example.org")
    ]
    office.go(days=10)
    office.send()
    assert len(server.mailbox.received) == 2


def test_many_refusals_in_a_row_are_a_setting(server: Running, tmp_path: Path) -> None:
    with post(tmp_path / "data", server.settings(), campaign_of(12)) as office:
        server.mailbox.answers["RCPT"] = ["554 5.7.1 Relaying denied"] * 5
        office.make()
        sender = office.sender
        office.send(sender)
        assert sorted(office.states().values()) == ["refused"] * 5 + ["waiting"] * 7
        assert "Похоже, дело в настройке" in str(office.outbox.meta.recall(TROUBLE))
        office.go(minutes=59)
        assert sender.round({office.campaign.id: office.campaign}) == 0
        office.go(minutes=2)
        office.send(sender)
        assert len(server.mailbox.received) == 7
        assert office.outbox.meta.recall(TROUBLE) is None
        ids = [one.id for one in office.mails(state=MailState.REFUSED)]
        assert office.outbox.mails.again(ids, [MailState.REFUSED]) == 5
        office.send(sender)
        assert len(set(recipients(server))) == 12


def test_an_unknown_outcome_is_said_and_the_mail_not_sent_twice(office: Post, server: Running) -> None:
    server.mailbox.answers["POINT"] = [DROP]
    office.make()
    office.send()
    unknown = office.one(state=MailState.UNKNOWN)
    assert "Дошло ли оно, неизвестно" in unknown.reply
    assert unknown.oktmo == ALEXANDROV
    office.go(days=1)
    office.send()
    assert recipients(server) == ["m2@example.org", "m3@example.org"]


def test_a_worker_that_died_in_the_midst_leaves_an_unknown_outcome(office: Post, server: Running) -> None:
    office.make()
    first = office.outbox.mails.due([office.campaign.id], office.real[0], 1)[0]
    assert office.outbox.mails.claim(first, office.lease)
    office.send()  # another worker begins
    assert office.one(state=MailState.UNKNOWN).id == first.id
    assert len(server.mailbox.received) == 2


def test_a_server_in_trouble_costs_no_attempt(office: Post, server: Running) -> None:
    server.mailbox.answers["MAIL"] = ["451 4.3.0 Too many", "451 4.3.0 Too many"]
    office.make()
    sender = office.sender
    office.send(sender)
    assert {one.attempts for one in office.mails()} == {0}
    assert "Too many" in str(office.outbox.meta.recall(TROUBLE))
    office.go(seconds=10)
    assert sender.round({office.campaign.id: office.campaign}) == 0  # 15 s, then 30 s
    office.go(seconds=10)
    office.send(sender)
    office.go(seconds=40)
    office.send(sender)
    assert len(server.mailbox.received) == 3
    assert office.outbox.meta.recall(TROUBLE) is None


def test_a_connection_that_breaks_at_one_mail_holds_up_no_other(office: Post, server: Running) -> None:
    server.mailbox.answers["DATA"] = [DROP]
    office.make()
    office.send()
    assert recipients(server) == ["m2@example.org", "m3@example.org"]
    office.go(minutes=6)
    office.send()
    assert recipients(server)[-1] == "m1@example.org"


def test_a_rehearsal_sends_nothing_and_keeps_the_mails(server: Running, tmp_path: Path) -> None:
    with post(tmp_path / "data", server.settings(), rehearsal=True) as office:
        assert office.make() == 3
        office.send()
        assert server.mailbox.received == []
        assert server.mailbox.connections == 0 or not recipients(server)
        kept = office.one(oktmo=VYAZNIKI)
        assert (kept.state, kept.recipient) == (MailState.KEPT, "m2@example.org")
        assert "Это репетиция" in kept.body
        assert "/m/…" in kept.body


def test_without_a_mail_server_nothing_is_made(office: Post) -> None:
    without = with_settings(office, None)
    assert without.make() == 0
    with pytest.raises(Exception, match="svod mail export"):
        overview.send_step(without.office, without.campaign, Step.OPENING)


def test_two_presses_make_one_mail(office: Post, server: Running) -> None:
    assert overview.send_step(office.office, office.campaign, Step.REMINDER) == overview.Pressed(3, 0)
    assert overview.send_step(office.office, office.campaign, Step.REMINDER) == overview.Pressed(0, 3)
    office.send()
    assert len(server.mailbox.received) == 3
    office.go(days=1)
    assert overview.send_step(office.office, office.campaign, Step.REMINDER).made == 3


def test_addresses_that_are_none(server: Running, tmp_path: Path) -> None:
    wrong = ("a@b..ru", "x@y.ru, z@y.ru", "имя@example.org", "a@example.org\nBcc: all@example.org", None)
    campaign = campaign_of(6)
    municipalities = [
        one.model_copy(update={"email": address})
        for one, address in zip(campaign.municipalities, (*wrong, "otdel@край.рф"), strict=True)
    ]
    with post(
        tmp_path / "data", server.settings(), campaign.model_copy(update={"municipalities": tuple(municipalities)})
    ) as office:
        office.make()
        office.send()
        assert recipients(server) == ["otdel@xn--80asby.xn--p1ai"]
        told = {one.oktmo: one.reply for one in office.mails(state=MailState.NO_ADDRESS)}
        assert [told[one.oktmo].split(". ")[0] for one in municipalities[:5]] == [
            "«a@b..ru» — не адрес электронной почты",
            "«x@y.ru, z@y.ru» — не адрес электронной почты",
            "«имя@example.org»: до знака @ должны быть латинские буквы и цифры, иначе письмо не примет ни один сервер.",
            "«a@example.org�Bcc: all@example.org» — не адрес электронной почты",
            "нет адреса: впишите email муниципалитета в файл кампании (ключ email); исполнитель своего ещё не указал",
        ]


def test_mails_that_came_back_are_not_sent_there_again(office: Post, server: Running) -> None:
    office.make()
    office.send()
    office.outbox.mails.mark_bounced(office.campaign.id, VYAZNIKI, "вернулось")
    overview.send_step(office.office, office.campaign, Step.REMINDER)
    office.send()
    assert recipients(server)[3:] == ["m1@example.org", "m3@example.org"]
    assert "письмо вернулось" in office.one(oktmo=VYAZNIKI, step=Step.REMINDER).reply
    office.outbox.mails.forgive_bounces(office.campaign.id, VYAZNIKI)
    office.go(days=1)
    overview.send_step(office.office, office.campaign, Step.REMINDER, [VYAZNIKI])
    office.send()
    assert recipients(server)[5:] == ["m2@example.org"]


def test_a_restored_outbox_sends_nothing_a_second_time(office: Post, server: Running) -> None:
    """Its backup was made when two mails had been made and not sent, and before a receipt."""
    office.change(municipalities=office.campaign.municipalities[:2])
    office.make()
    office.change(municipalities=campaign_of(3).municipalities)
    send(office.outbox, VYAZNIKI, answers(3), accepted_at=office.real[0])
    office.outbox.mails.stop_after_restore()
    assert office.make() == 0
    office.send()
    assert server.mailbox.received == []
    assert set(office.states().values()) == {"unknown"}
    assert "восстановлено из копии" in office.mails()[0].reply
    office.go(days=61)  # later steps go on
    assert office.make() == 2
    send(office.outbox, ALEXANDROV, answers(3), accepted_at=office.real[0])
    office.make()
    office.send()
    assert sorted(recipients(server)) == ["imyarek@example.org", "m3@example.org"]


def test_a_revoked_address_is_not_sent(office: Post, server: Running) -> None:
    office.make()
    office.outbox.addresses.revoke(office.campaign.about.addressees, ALEXANDROV)
    office.send()
    assert len(server.mailbox.received) == 2
    assert "личная ссылка отозвана" in office.one(oktmo=ALEXANDROV).reply


def test_a_closed_campaign_reminds_nobody(office: Post, server: Running) -> None:
    office.make()
    office.change(about=office.campaign.about.model_copy(update={"closed": True}))
    office.send()
    assert server.mailbox.received == []
    assert {one.reply for one in office.mails()} == {"кампания окончена"}


def test_status_of_worker_decides_who_is_reminded(office: Post, server: Running) -> None:
    sent = send(office.outbox, VYAZNIKI, answers(3))
    publish(office.outbox, status(sent, state="deleted"), campaign=office.campaign)
    assert [one.goes for one in overview.dry_run(office.office, office.campaign, Step.REMINDER)] == [True, False, True]
