"""The worker as a process sends mails, and never one twice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from letters.mail.plan import Step
from outbox.mails import MailState, NewMail
from tests.letters.dovecot import PASSWORD, USER, dovecot
from tests.letters.factories import answers, send
from tests.letters.mail_server import HANG, Running, mail_server
from tests.letters.notifications import postfix
from tests.sync.conftest import free_port
from tests.sync.harness import Desk
from tests.sync.test_processes import ALEXANDROV, VYAZNIKI, Workers, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def mailing(desk: Desk, campaign_file: Path, tmp_path: Path) -> Iterator[tuple[Workers, Running]]:
    """Workers of a real reception with a mail server, in a campaign with two known addresses."""
    file = tmp_path / "with-addresses.yaml"
    text = campaign_file.read_text(encoding="utf-8")
    for oktmo in (ALEXANDROV, VYAZNIKI):
        text = text.replace(f'{{oktmo: "{oktmo}",', f'{{oktmo: "{oktmo}", email: m{oktmo}@example.org,')
    file.write_text(text, encoding="utf-8")
    workers = Workers(desk, file)
    with mail_server() as server:
        workers.environ |= {
            "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "MAIL_FROM": "svod@example.org",
            "SECRET_KEY": "k" * 40,
            "PUBLIC_URL": "https://svod.example.org",
        }
        yield workers, server
        workers.end()


def remind(desk: Desk, *oktmos: str) -> None:
    now = datetime.now(UTC)
    wanted = [NewMail(oktmo, Step.REMINDER, now.date().isoformat(), False, "staff", now, now) for oktmo in oktmos]
    desk.outbox.mails.make(desk.campaign.id, wanted)


def test_a_worker_killed_at_the_point_sends_nothing_twice(mailing: tuple[Workers, Running], desk: Desk) -> None:
    workers, server = mailing
    server.mailbox.answers["POINT"] = [HANG]
    remind(desk, ALEXANDROV, VYAZNIKI)
    first = workers.start()
    wait_for(lambda: bool(desk.outbox.mails.of_campaign(desk.campaign.id, state=MailState.SENDING)), first)
    wait_for(lambda: server.mailbox.answers["POINT"] == [], first)
    first.kill()
    first.wait()
    second = workers.start()
    wait_for(lambda: len(server.mailbox.received) == 1, second)
    wait_for(lambda: len(desk.outbox.mails.of_campaign(desk.campaign.id, state=MailState.SENT)) == 1, second)
    (unknown,) = desk.outbox.mails.of_campaign(desk.campaign.id, state=MailState.UNKNOWN)
    (sent,) = desk.outbox.mails.of_campaign(desk.campaign.id, state=MailState.SENT)
    assert {unknown.oktmo, sent.oktmo} == {ALEXANDROV, VYAZNIKI}
    assert "Дошло ли письмо, неизвестно" in unknown.reply
    report = send(desk.outbox, ALEXANDROV, answers(3), accepted_at=datetime.now(UTC))
    wait_for(lambda: len(server.mailbox.received) == 2, second)
    receipt = server.mailbox.messages[1]
    assert report.receipt in receipt["Subject"]
    assert [one.get_content_type() for one in receipt.iter_attachments()] == ["application/pdf"]
    second.terminate()
    assert second.wait(60) == 0
    log = (desk.folder / "log").read_text(encoding="utf-8")
    assert "example.org" not in log.replace("svod.example.org", "")  # no personal data in the log
    shutil.rmtree(desk.folder / "run", ignore_errors=True)


def test_a_slow_mail_server_delays_no_delivery(mailing: tuple[Workers, Running], desk: Desk) -> None:
    workers, server = mailing
    server.mailbox.answers["CONNECT"] = [HANG] * 5
    remind(desk, ALEXANDROV)
    process = workers.start()
    wait_for(lambda: len(server.mailbox.answers["CONNECT"]) < 5, process)
    send(desk.outbox, VYAZNIKI, answers(3))
    wait_for(lambda: desk.outbox.deliveries.waiting(desk.campaign.id, desk.spreadsheet.id).count == 0, process)
    assert len(server.mailbox.received) == 0


def test_a_wrong_setting_is_said_by_status(mailing: tuple[Workers, Running], desk: Desk) -> None:
    workers, _ = mailing
    process = workers.start(MAIL_FROM="none")
    wait_for(lambda: "MAIL_FROM не подходит" in str(desk.outbox.meta.recall("mails trouble")), process)


def test_once_sends_what_is_due_and_says_what_became_of_it(mailing: tuple[Workers, Running], desk: Desk) -> None:
    workers, server = mailing
    workers.environ |= {"MAILS_PER_MINUTE": "6000"}
    remind(desk, ALEXANDROV, VYAZNIKI)
    server.mailbox.answers["RCPT"] = ["451 4.7.1 later"]
    done = workers.call("--once")
    assert (done.returncode, "Письма: отправлено — 1, ждут — 1." in done.stdout) == (0, True), done.stderr
    assert len(server.mailbox.received) == 1
    again = workers.call("--once")
    assert "Письма: отправлено — 0, ждут — 1." in again.stdout
    status = workers.call("status").stdout
    assert re.search(r"Письма ждут: +1, дольше всего 0 мин", status)
    assert re.search(r"Письма отправлены: +1\n", status)
    assert re.search(r"Письма не дошли: +сервер не принял 0, без адреса \d+, вернулись 0", status)
    refused = workers.call("--once", MAIL_FROM="none")
    assert (refused.returncode, "Письмам мешает: MAIL_FROM не подходит" in refused.stderr) == (1, True)
    assert "Письм" not in workers.call("--once", SMTP_URL="").stdout


def test_the_worker_measures_its_mails(mailing: tuple[Workers, Running], desk: Desk) -> None:
    workers, server = mailing
    server.mailbox.answers["RCPT"] = ["550 5.1.1 no"]
    remind(desk, ALEXANDROV, VYAZNIKI)
    port = free_port()
    process = workers.start(METRICS_PORT=str(port), MAILS_PER_MINUTE="6000")

    def metrics() -> str:
        try:
            return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        except requests.ConnectionError:
            return ""

    def value(name: str) -> float | None:
        found = re.search(rf"^{re.escape(name)} (\S+)$", metrics(), re.M)
        return float(found[1]) if found else None

    campaign = f'campaign="{desk.campaign.id}"'
    wait_for(lambda: value(f'svod_mails{{{campaign},state="sent"}}') == 1, process)
    assert value(f'svod_mails{{{campaign},state="failed"}}') == 1
    assert value(f'svod_mails{{{campaign},state="waiting"}}') == 0
    assert value(f"svod_oldest_waiting_mail_seconds{{{campaign}}}") == 0
    assert value('svod_mail_trouble{what="sending"}') == 0


@pytest.mark.dovecot
def test_what_comes_back_is_marked_by_the_number_in_the_mail_that_was_sent(
    mailing: tuple[Workers, Running], desk: Desk
) -> None:
    workers, server = mailing
    remind(desk, ALEXANDROV)
    with dovecot() as box:
        given = {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": str(box.plain), "IMAP_USER": USER, "IMAP_PASSWORD": PASSWORD}
        first = workers.start(**given)
        wait_for(lambda: len(server.mailbox.received) == 1, first)
        number = str(server.mailbox.messages[0]["Message-ID"]).strip("<>").partition("@")[0]
        first.terminate()
        assert first.wait(60) == 0
        box.put(postfix(number, f"m{ALEXANDROV}@example.org"))
        second = workers.start(**given)
        wait_for(lambda: bool(desk.outbox.mails.of_campaign(desk.campaign.id, state=MailState.BOUNCED)), second)
        wait_for(lambda: not box.unread(), second)
        second.terminate()
        assert second.wait(60) == 0
    log = (desk.folder / "log").read_text(encoding="utf-8")
    assert f"m{ALEXANDROV}" not in log
