"""What notifications say, and that nothing else says anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.mail.notifications import LONGEST_WORDS, Notification, UnreadableError, is_notification, read_notification
from tests.letters.notifications import CLERK, OURS, auto_reply, exchange, postfix


def test_a_final_failure_names_our_mail_the_address_and_the_servers_words() -> None:
    found = read_notification(postfix())
    (one,) = found.recipients
    assert (found.mail_id, one.action, set(one.addresses)) == (OURS, "failed", {CLERK})
    assert one.words == "550 5.1.1 <…@…>: Recipient address rejected: User unknown"


def test_exchanges_with_parts_within_parts_and_the_whole_message() -> None:
    found = read_notification(exchange())
    (one,) = found.recipients
    assert (found.mail_id, one.action, set(one.addresses)) == (OURS, "failed", {CLERK})
    assert one.words.startswith("554 5.2.2 mailbox full; STOREDRV")


@pytest.mark.parametrize(("said", "action"), [("delayed", "delayed"), ("FAILED ", "failed"), ("relayed", "other")])
def test_what_is_delayed_is_told_apart(said: str, action: str) -> None:
    (one,) = read_notification(postfix(action=said, status="4.4.1", words="connect to mx: timed out")).recipients
    assert (one.action, one.words) == (action, "4.4.1 connect to mx: timed out")


def test_the_envelope_id_names_the_mail_where_nothing_came_back() -> None:
    assert read_notification(postfix(returned="Subject: x\n", envelope=OURS)).mail_id == OURS
    assert read_notification(postfix(envelope=OURS)).mail_id == OURS
    with pytest.raises(UnreadableError, match="several"):
        read_notification(postfix(envelope="f" * 32))


@pytest.mark.parametrize(
    "message_id",
    [
        "<20230530@example.org>",
        f"<{OURS[:31]}@example.org>",
        f"<{OURS.upper()}@example.org>",
        f"x <{OURS}@example.org>",
        f"<test-{OURS}@example.org>",
        f"<{OURS}@example.org> <{OURS}@example.org>",
        "=?utf-8?q?x?=",
    ],
)
def test_what_is_not_our_number_to_the_letter_is_not_ours(message_id: str) -> None:
    assert read_notification(postfix(returned=f"Message-ID: {message_id}\n")).mail_id == ""


def test_our_number_anywhere_else_is_no_key() -> None:
    returned = f"Subject: <{OURS}@example.org>\nReferences: <{OURS}@example.org>\n\nMessage-ID: <{OURS}@example.org>\n"
    assert read_notification(postfix(returned=returned, words=f"550 <{OURS}@example.org>")).mail_id == ""
    nested = postfix(returned="Subject: x\n").replace(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed; boundary=in", 1
    )
    inside = f"--in\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{OURS}@x.org>\r\n\r\n--in--\r\n".encode()
    assert read_notification(nested.replace(b"This is the mail system", inside, 1)).mail_id == ""


def test_words_are_bounded_one_line_and_without_addresses() -> None:
    words = "550 \x1b[31m<script>\t ivanov@example.org, petrov@пример.рф " + "а" * 5000
    (one,) = read_notification(postfix(words=words)).recipients
    assert len(one.words) <= LONGEST_WORDS + 10
    assert one.words.isprintable()
    assert "ivanov" not in one.words
    assert "petrov" not in one.words


@pytest.mark.parametrize(
    ("content_type", "is_one"),
    [
        ('multipart/report; report-type=delivery-status; boundary="x"', True),
        ('MULTIPART/Report;\r\n boundary="x";\r\n Report-Type="delivery-status"', True),
        ("multipart/report; report-type=disposition-notification; boundary=x", False),
        ("multipart/report; boundary=x", False),
        ("multipart/mixed; report-type=delivery-status", False),
        ("text/plain", False),
        ("", False),
        ("multipart/report; report-type=delivery-status; " + ";" * 100_000, False),
    ],
)
def test_the_type_alone_makes_a_notification(content_type: str, is_one: bool) -> None:
    assert is_notification(content_type) is is_one


HOSTILE = {
    "an automatic answer": auto_reply(),
    "nothing": b"",
    "a long header": postfix().replace(b"Subject:", b"X: " + b"x" * 200_000 + b"\r\nSubject:", 1),
    "two types": postfix().replace(b"MIME-Version: 1.0\r\n", b"Content-Type: text/plain\r\n", 1),
    "no boundary": postfix().replace(b"boundary=", b"bound=", 1),
    "no report": postfix().replace(b"message/delivery-status", b"text/plain", 1),
    "an encoded report": postfix().replace(
        b"message/delivery-status", b"message/delivery-status\r\nContent-Transfer-Encoding: base64", 1
    ),
    "many parts": postfix().replace(
        b"This is a MIME", b"--4B0C27F.1685430000/mail.example.org\r\n\r\nx\r\n" * 5000 + b"x", 1
    ),
    "many recipients": postfix().replace(
        b"Final-Recipient", b"Final-Recipient: rfc822; a@b.org\r\n\r\n" * 5000 + b"Final-Recipient", 1
    ),
    "two actions": postfix().replace(b"Action: failed", b"Action: failed\r\nAction: delivered", 1),
    "two numbers": postfix(returned=f"Message-ID: <{OURS}@a.org>\nMessage-ID: <{'f' * 32}@a.org>\n"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_notification_is_not_read(name: str) -> None:
    with pytest.raises(UnreadableError):
        read_notification(HOSTILE[name])


def test_thousands_of_nested_parts_cost_nothing() -> None:
    deep = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(10_000))
    assert read_notification(postfix().replace(b"This is the mail system", deep, 1)).mail_id == OURS


@given(st.data())
def test_any_bytes_are_read_or_refused(data: st.DataObject) -> None:
    whole = postfix()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 60)))
    middle = data.draw(
        st.one_of(st.binary(max_size=40), st.sampled_from([b"\r\n\r\n", b"\n", b"\xff\xfe", b"=?utf-8?b?/w==?="]))
    )
    try:
        found = read_notification(whole[:start] + middle + whole[end:])
    except UnreadableError:
        return
    assert isinstance(found, Notification)
    assert found.mail_id in ("", OURS)
