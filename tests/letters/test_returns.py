"""Mails that come back, through a real Dovecot: which of its messages change what, and that nothing is lost there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import structlog

from letters.mail import mailbox as door
from letters.mail.mailbox import MailboxError, check, open_mailbox
from letters.mail.notifications import LONGEST
from letters.mail.plan import Step
from letters.mail.returns import BREAKS, MOST, RETURNS_TROUBLE, Returns
from letters.mail.settings import MailboxSettings, Security
from outbox.mails import Ending, Mail, MailState, NewMail
from tests.letters.dovecot import Dovecot, dovecot
from tests.letters.notifications import CLERK, auto_reply, exchange, postfix
from tests.letters.post import Post, post

pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def box(server: Dovecot) -> Dovecot:
    server.empty()
    return server


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Post]:
    with post(tmp_path / "data", None) as opened:
        yield opened


def sent(office: Post, number: int = 0, step: Step = Step.OPENING) -> Mail:
    """A mail that went out to `m1@example.org` and so on."""
    oktmo = office.campaign.municipalities[number].oktmo
    real = office.real[0]
    office.outbox.mails.make(
        office.campaign.id, [NewMail(oktmo, step, "", urgent=False, made_by="staff", made_at=real, not_before=real)]
    )
    (mail,) = office.mails(oktmo=oktmo, step=step)
    recipient = f"m{number + 1}@example.org"
    office.outbox.mails.finish(mail, Ending(MailState.SENT, "250 Ok", recipient, "Тема", "Текст"))
    return mail


def reader(office: Post, settings: MailboxSettings) -> Returns:
    """The worker's reader, just begun."""
    return Returns(office.outbox, settings, office.lease, lambda: office.real[0], lambda: 0.5)


def read(office: Post, settings: MailboxSettings, returns: Returns | None = None) -> list[dict[str, object]]:
    """Look into the mailbox once; return what was logged."""
    office.go(hours=1)
    with structlog.testing.capture_logs() as logs:
        (returns or reader(office, settings)).round()
    return [dict(one) for one in logs]


def state(office: Post, mail: Mail) -> tuple[str, str]:
    found = office.outbox.mails.get(mail.id)
    assert found is not None
    return found.state, found.reply


def test_a_final_failure_marks_the_mail_with_the_servers_words_once(office: Post, box: Dovecot) -> None:
    mail, other = sent(office), sent(office, 1)
    uid = box.put(postfix(mail.id))
    read(office, box.settings())
    words = "не доставлено: «550 5.1.1 <…@…>: Recipient address rejected: User unknown»"
    assert state(office, mail) == (MailState.BOUNCED, words)
    assert state(office, other)[0] == MailState.SENT
    assert office.outbox.mails.bounced() == {CLERK}
    assert rb"\Seen" in box.flags()[uid]
    office.outbox.mails.forgive_bounces(office.campaign.id, mail.oktmo)
    read(office, box.settings())
    assert state(office, mail) == (MailState.SENT, ""), "staff took the mark back"
    box.forget_uids()
    logs = read(office, box.settings())
    assert [one["changed"] for one in logs if one["event"] == "notification"] == [False], "read again, and taken once"
    assert state(office, mail) == (MailState.SENT, "")


def test_a_delay_is_no_failure(office: Post, box: Dovecot) -> None:
    mail = sent(office)
    box.put(postfix(mail.id, action="delayed", status="4.4.1", words="connect to mx: timed out"))
    read(office, box.settings())
    words = "сервер получателя пока не принял, попытки продолжаются: «4.4.1 connect to mx: timed out»"
    assert state(office, mail) == (MailState.SENT, words)
    assert office.outbox.mails.bounced() == set()
    box.put(exchange(mail.id))
    read(office, box.settings())
    assert state(office, mail)[0] == MailState.BOUNCED
    box.put(postfix(mail.id, action="delayed"))
    read(office, box.settings())
    assert state(office, mail)[1].startswith("не доставлено: «554 5.2.2 mailbox full")


def test_what_is_not_ours_or_cannot_be_read_changes_nothing_and_stays_unread(office: Post, box: Dovecot) -> None:
    mail = sent(office)
    put = {
        "a letter": b"Subject: x\r\n\r\nx\r\n",
        "an automatic answer": auto_reply(mail.id),
        "somebody else's": postfix("f" * 32),
        "forged, without our number": postfix(returned="Message-ID: <1@example.org>\n"),
        "of another address": postfix(mail.id, "stranger@example.org"),
        "broken": postfix(mail.id).replace(b"Action: failed", b"Action: failed\r\nAction: delayed", 1),
        "too large": postfix(mail.id) + b"x" * LONGEST,
        "huge headers": b"X: " + b"x" * 500_000 + b"\r\n" + postfix(mail.id),
        "no headers": b"\r\n\r\n\r\n",
        "a long type": b"Content-Type: multipart/report; report-type=delivery-status; " + b";" * 400_000 + b"\r\n\r\n",
    }
    uids = {name: box.put(content) for name, content in put.items()}
    logs = read(office, box.settings())
    assert state(office, mail) == (MailState.SENT, "250 Ok")
    assert box.unread() == sorted(uids.values())
    named = {one["uid"]: one["reason"] for one in logs if one["event"] == "notification left unread"}
    assert named == {
        uids["somebody else's"]: "about no mail of ours",
        uids["forged, without our number"]: "about no mail of ours",
        uids["of another address"]: "about another address",
        uids["broken"]: "Action twice",
        uids["too large"]: "too large",
        uids["huge headers"]: "headers too long",
    }
    assert "example.org" not in str(logs), "no addresses in the log"
    assert read(office, box.settings()) == [], "each is looked at once"
    forwarded = box.put(postfix(mail.id, "private@example.org", original=CLERK))
    read(office, box.settings())
    assert state(office, mail)[0] == MailState.BOUNCED, "forwarded, and the address is ours"
    assert forwarded not in box.unread()


def test_a_mail_that_was_sent_again_to_a_mended_address_is_not_hit_by_the_old_notification(
    office: Post, box: Dovecot
) -> None:
    mail = sent(office)
    office.outbox.mails.mark_bounced(office.campaign.id, mail.oktmo, "вернулось; отметил сотрудник")
    office.outbox.mails.again([mail.id], [MailState.BOUNCED])
    office.outbox.mails.finish(mail, Ending(MailState.SENT, "250 Ok", "new@example.org", "Тема", "Текст"))
    box.put(postfix(mail.id))
    read(office, box.settings())
    assert state(office, mail) == (MailState.SENT, "250 Ok")


def test_many_messages_are_read_in_rounds_and_read_ones_are_moved_where_asked(office: Post, box: Dovecot) -> None:
    first, last = sent(office), sent(office, 1)
    settings = box.settings(move_to="Возвраты & отказы")
    box.make(door._folder("Возвраты & отказы"))
    assert check(settings) is None
    box.put(postfix(first.id))
    with box.client() as client:
        for n in range(MOST):
            client.append("INBOX", "", "", b"Subject: %d\r\n\r\nx\r\n" % n)
    box.put(postfix(last.id, "m2@example.org"))
    returns = reader(office, settings)
    read(office, settings, returns)
    assert (state(office, first)[0], state(office, last)[0]) == (MailState.BOUNCED, MailState.SENT)
    returns.round()
    assert state(office, last)[0] == MailState.BOUNCED, "more is read at once"
    assert len(box.flags()) == MOST
    assert len(box.flags(door._folder("Возвраты & отказы"))) == 2


def test_a_message_that_the_mailbox_does_not_give_holds_nothing_up_for_ever(office: Post, box: Dovecot) -> None:
    first, last = sent(office), sent(office, 1)
    box.put(postfix(first.id))
    box.put(postfix(last.id, "m2@example.org"))
    settings = box.settings(move_to="Нет такой")
    returns = reader(office, settings)
    for _ in range(BREAKS):
        read(office, settings, returns)
        assert "отказал (MOVE)" in str(office.outbox.meta.recall(RETURNS_TROUBLE))
    read(office, settings, returns)
    assert state(office, last)[0] == MailState.BOUNCED


def test_encryption_sign_in_and_folder_are_checked(box: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "сертификат 127.0.0.1" in str(check(box.settings("tls")))
    assert "сертификат 127.0.0.1" in str(check(box.settings("starttls")))
    monkeypatch.setenv("SSL_CERT_FILE", str(box.authority))
    for security in get_args(Security):
        assert check(box.settings(security)) is None
    assert "не отвечает по TLS" in str(check(replace(box.settings("tls"), port=box.plain)))
    assert "не принял имя и пароль: «[AUTHENTICATIONFAILED]" in str(check(box.settings(password="other")))
    assert "папки «Нет» в ящике нет" in str(check(box.settings(folder="Нет")))
    assert "папки «Нет» в ящике нет" in str(check(box.settings(move_to="Нет")))
    with dovecot(encryption=False) as plain:
        assert "не предлагает шифрования (STARTTLS)" in str(check(plain.settings("starttls")))


@contextmanager
def talker(*lines: bytes, endless: bytes = b"") -> Iterator[MailboxSettings]:
    """A server that says these lines, one an answer, and then the endless one for ever, or nothing."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"* OK [CAPABILITY IMAP4REV1] ready\r\n")
                for line in lines:
                    tag = connection.recv(10_000).partition(b" ")[0]
                    connection.sendall(line.replace(b"TAG", tag))
                while endless:
                    connection.sendall(endless)
                connection.recv(10_000)
                connection.recv(10_000)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield MailboxSettings("127.0.0.1", listening.getsockname()[1], "svod", "password", "none")
    listening.close()


CAPABILITY = b"* CAPABILITY IMAP4REV1\r\nTAG OK\r\n"
HOSTILE = {
    "silence": ((), b""),
    "lines without end": ((CAPABILITY,), b"* 1 EXISTS\r\n" * 10_000),
    "a line without end": ((CAPABILITY,), b"x" * 100_000),
    "a literal of a gigabyte": ((CAPABILITY, b"* 1 FETCH {1000000000}\r\n"), b"x" * 100_000),
    "no numbers": ((CAPABILITY, b"TAG OK\r\n", b"* 1 EXISTS\r\nTAG OK\r\n"), b""),
    "no words": ((b"TAG OK\r\n",), b""),
    "bytes": ((CAPABILITY, b"\xff\xfe\xff\r\n"), b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_server_cannot_hold_us_or_fill_the_memory(name: str) -> None:
    lines, endless = HOSTILE[name]
    with (
        talker(*lines, endless=endless) as settings,
        pytest.raises(MailboxError, match=r"127\.0\.0\.1|сервер не называет"),
        open_mailbox(settings, seconds=2, whole_seconds=10),
    ):
        pass


def test_nobody_there_is_said_once_and_tried_less_and_less_often(office: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = MailboxSettings("127.0.0.1", port, "svod", "password", "none")
    returns = reader(office, settings)
    returns.round()
    assert "недоступен" in str(office.outbox.meta.recall(RETURNS_TROUBLE))
    returns.round()
    assert returns._failures == 1, "it waits"
    office.go(hours=1)
    returns.round()
    assert returns._failures == 2
