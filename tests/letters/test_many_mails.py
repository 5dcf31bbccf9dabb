"""Many municipalities, one mail each, with a server that puts off, refuses and hangs up.

TEST_MAILS=2500 tests as many as a country has; it takes some minutes.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from letters.mail import overview
from letters.mail.plan import Step
from outbox.mails import MailState
from tests.letters.mail_server import DROP, mail_server
from tests.letters.post import many, post

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
COUNT = int(os.environ.get("TEST_MAILS") or 80)


def test_many_mails_arrive_once(tmp_path: Path) -> None:
    with mail_server() as server, post(tmp_path / "data", server.settings(), many(COUNT)) as office:
        assert office.make() == COUNT
        assert office.make() == 0
        server.mailbox.answers |= {
            "RCPT": ["451 4.7.1 Greylisted"] * 40 + ["550 5.1.1 No such user"] * 2,
            "END": ["452 4.3.1 Out of disk"] * 3,
            "DATA": [DROP] * 3,
            "MAIL": ["421 4.3.2 Too many connections"],
            "POINT": [DROP] * 2,
        }
        for _ in range(6):
            office.send()
            office.go(minutes=10)
        states = Counter(office.states().values())
        assert states == {MailState.SENT: COUNT - 4, MailState.REFUSED: 2, MailState.UNKNOWN: 2}
        arrived = Counter(to for _, to, _ in server.mailbox.received)
        assert set(arrived.values()) == {1}
        assert len(arrived) == COUNT - 4
        links = {str(message["To"]): message for message in server.mailbox.messages}
        assert len(links) == COUNT - 4
        assert overview.send_step(office.office, office.campaign, Step.OPENING) == overview.Pressed(0, COUNT)
        view = overview.steps(office.office, office.campaign)[0]
        assert (view.concerned, view.counts[MailState.SENT]) == (COUNT, COUNT - 4)
