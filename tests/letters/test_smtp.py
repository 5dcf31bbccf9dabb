"""The SMTP door against a real server: each answer, each broken connection, encryption and sign-in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from letters.mail.smtp import PER_CONNECTION, Outcome, SmtpDoor
from tests.letters.mail_server import DROP, HANG, TRICKLE, Running, certificate, mail_server

MESSAGE = "Subject: test\r\n\r\n.Начинается с точки\r\n.\r\nконец\r\n".encode()
TO = "otdel@example.org"
SILENCE = {"connect_seconds": 5.0, "command_seconds": 2.0}
TRICKLING = {"whole_seconds": 2.5}
"""Time limits that a test waits for; all others are those of life, because a busy computer is no slow server."""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running: Running) -> Running:
    running.mailbox.received.clear()
    running.mailbox.answers.clear()
    running.mailbox.connections = 0
    running.mailbox.asked = None
    return running


def send(server: Running, **limits: float) -> Outcome:
    door = SmtpDoor(server.settings(), **limits)
    try:
        return door.send(TO, MESSAGE)
    finally:
        door.close()


def test_a_message_arrives_as_it_was_and_the_servers_words_are_kept(server: Running) -> None:
    outcome = send(server)
    assert outcome == Outcome("sent", "250 2.0.0 Ok: queued as 4711")
    ((sender, to, content),) = server.mailbox.received
    assert (sender, to) == ("svod@example.org", TO)
    assert content == MESSAGE  # the lines with points among them


def test_notifications_shall_bring_our_number_and_no_text_of_the_mail(server: Running) -> None:
    door = SmtpDoor(server.settings())
    assert door.send("otdel+svod@example.org", MESSAGE, "0123abcd").kind == "sent"
    door.close()
    server.mailbox.asked = []
    assert door.send("otdel+svod@example.org", MESSAGE, "0123abcd").kind == "sent"
    assert door.send(TO, MESSAGE).kind == "sent"
    door.close()
    assert server.mailbox.asked == ["RET=HDRS", "ENVID=0123abcd", "ORCPT=rfc822;otdel+2Bsvod@example.org"]
    assert [to for _, to, _ in server.mailbox.received] == ["otdel+svod@example.org"] * 2 + [TO]


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("RCPT", "451 4.7.1 Greylisted, try again later", "later"),
        ("RCPT", "450 4.2.2 Mailbox full", "later"),
        ("RCPT", "550 5.1.1 No such user here", "refused"),
        ("DATA", "451 4.3.0 Busy", "later"),
        ("DATA", "554 5.7.1 Refused", "refused"),
        ("END", "452 4.3.1 Out of disk", "later"),
        ("END", "554 5.7.1 Looks like spam", "refused"),
        ("MAIL", "451 4.3.0 Too many mails", "trouble"),
        ("MAIL", "553 5.7.1 Sender refused", "trouble"),
        ("CONNECT", "554 5.7.1 Go away", "trouble"),
        ("RCPT", "421 4.3.2 Going down", "later"),
        ("RCPT", "what is this", "later"),
    ],
)
def test_what_the_server_refuses(server: Running, command: str, answer: str, kind: str) -> None:
    server.mailbox.answers[command] = [answer]
    outcome = send(server)
    assert outcome.kind == kind
    if answer[:3].isdigit():
        assert answer in outcome.words
    assert server.mailbox.received == []
    assert send(server).kind == "sent"


@pytest.mark.parametrize("how", [DROP, pytest.param(HANG, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("CONNECT", "trouble"),
        ("EHLO", "trouble"),
        ("MAIL", "later"),
        ("RCPT", "later"),
        ("DATA", "later"),
        ("POINT", "unknown"),
    ],
)
def test_a_connection_that_breaks_or_falls_silent(server: Running, command: str, kind: str, how: str) -> None:
    """Only after the line with the point the message may have arrived."""
    server.mailbox.answers[command] = [how]
    outcome = send(server, **(SILENCE if how == HANG else {}))
    assert outcome.kind == kind
    assert f"127.0.0.1:{server.port}" in outcome.words
    assert send(server).kind == "sent"


def test_a_connection_that_breaks_in_the_midst_of_a_message(server: Running) -> None:
    """The point never went out, so nothing arrived. The message is larger than what lies under way."""
    server.mailbox.answers["BODY"] = [DROP]
    door = SmtpDoor(server.settings())
    assert door.send(TO, b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 2_000_000).kind == "later"
    door.close()


@pytest.mark.slow
@pytest.mark.parametrize(("command", "kind"), [("CONNECT", "trouble"), ("RCPT", "later"), ("POINT", "unknown")])
def test_a_server_that_trickles_is_left_after_the_whole_limit(server: Running, command: str, kind: str) -> None:
    server.mailbox.answers[command] = [TRICKLE]
    assert send(server, **TRICKLING).kind == kind


def test_one_connection_serves_many_and_is_replaced(server: Running) -> None:
    door = SmtpDoor(server.settings())
    assert [door.send(TO, MESSAGE).kind for _ in range(PER_CONNECTION)] == ["sent"] * PER_CONNECTION
    assert server.mailbox.connections == 1
    assert door.send(TO, MESSAGE).kind == "sent"
    assert server.mailbox.connections == 2
    server.mailbox.answers["RSET"] = [DROP]  # an idle connection that the server has ended
    assert door.send(TO, MESSAGE).kind == "sent"
    assert server.mailbox.connections == 3
    door.close()


def test_nobody_answers() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        outcome = SmtpDoor(Running(None, port).settings()).send(TO, MESSAGE)  # type: ignore[arg-type]
    assert outcome.kind == "trouble"
    assert outcome.words == f"127.0.0.1:{port} недоступен: там никто не отвечает"


def test_a_name_that_leads_nowhere() -> None:
    named = replace(Running(None, 25).settings(), host="mail.invalid")  # type: ignore[arg-type]
    assert SmtpDoor(named).check() == "узел mail.invalid не найден. Проверьте имя почтового сервера."


def test_sign_in() -> None:
    with mail_server(login=("svod", "s3cret: @/%")) as server:
        assert SmtpDoor(server.settings(user="svod", password="s3cret: @/%")).check() is None
        wrong = SmtpDoor(server.settings(user="svod", password="other")).send(TO, MESSAGE)
        assert wrong.kind == "trouble"
        assert "Проверьте SMTP_USER и SMTP_PASSWORD" in wrong.words
        assert "other" not in wrong.words
        without = SmtpDoor(server.settings()).send(TO, MESSAGE)
        assert (without.kind, "Authentication required" in without.words) == ("trouble", True)
        assert server.mailbox.received == []


def test_login_where_none_is_offered(server: Running) -> None:
    outcome = SmtpDoor(server.settings(user="svod", password="x")).send(TO, MESSAGE)
    assert (outcome.kind, "не предлагает входа" in outcome.words) == ("trouble", True)


def test_encryption_and_its_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public, context = certificate(tmp_path)
    with mail_server(starttls=context) as by_command, mail_server(tls=context) as from_the_start:
        for server, security in ((by_command, "starttls"), (from_the_start, "tls")):
            unknown = SmtpDoor(server.settings(security)).send(TO, MESSAGE)  # type: ignore[arg-type]
            assert (unknown.kind, "сертификат" in unknown.words) == ("trouble", True)
            assert server.mailbox.received == []
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        for server, security in ((by_command, "starttls"), (from_the_start, "tls")):
            assert SmtpDoor(server.settings(security)).send(TO, MESSAGE).kind == "sent"  # type: ignore[arg-type]
        wrong = SmtpDoor(by_command.settings("tls")).send(TO, MESSAGE)
        assert (wrong.kind, "не отвечает по TLS" in wrong.words) == ("trouble", True)


def test_nothing_is_said_where_encryption_is_wanted_and_not_offered(server: Running) -> None:
    outcome = SmtpDoor(server.settings("starttls", user="svod", password="x")).send(TO, MESSAGE)
    assert (outcome.kind, "не предлагает шифрования" in outcome.words) == ("trouble", True)
    assert server.mailbox.received == []
