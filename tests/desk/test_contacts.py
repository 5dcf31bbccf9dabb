"""Whom to ring: from the report, from that of the period before, from the campaign file."""

from __future__ import annotations

from pathlib import Path

from campaign import load_campaign
from desk.contacts import contacts_for, contacts_of
from outbox import open_outbox
from outbox.records import NewSubmission
from tests.desk.factories import ANSWERS, CONTACTS, SENT_AT
from tests.webform.harness import CAMPAIGN, ROOT

OWN, BEFORE, OF_FILE, UNKNOWN = "17605000", "17610000", "17615000", "17620000"


def test_the_newest_source_that_knows_something_is_taken(tmp_path: Path) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    text = text.replace("\n  title:", "\n  follows: earlier\n  title:", 1)
    text = text.replace(f'oktmo: "{OF_FILE}"', f'oktmo: "{OF_FILE}", email: uno@example.org', 1)
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    campaign = load_campaign(file)
    with open_outbox(f"sqlite:///{tmp_path / 'outbox.db'}") as outbox:
        for name, oktmo, contacts in (
            (CAMPAIGN, OWN, CONTACTS),
            ("earlier", OWN, {"contact_name": "Прежний исполнитель"}),
            ("earlier", BEFORE, {"contact_name": "Прежний исполнитель"}),
            (CAMPAIGN, OF_FILE, {}),
        ):
            outbox.submissions.submit(
                NewSubmission(name, oktmo, "key", 0, ANSWERS, contacts, {}, None, SENT_AT, False, "ФО")
            )
        found = contacts_for(campaign, outbox, [OWN, BEFORE, OF_FILE, UNKNOWN])
    assert {oktmo: (one.source, one.items[-1].shown) for oktmo, one in found.items()} == {
        OWN: ("report", "otdel@example.org"),
        BEFORE: ("before", "Прежний исполнитель"),
        OF_FILE: ("file", "uno@example.org"),
    }


def test_what_could_add_to_a_letter_or_call_is_no_link() -> None:
    campaign = load_campaign(ROOT / "config.yaml")
    stored = {"contact_phone": "нет", "contact_email": "uno@example.org?bcc=duo@example.org"}
    assert [(one.shown, one.address) for one in contacts_of(campaign, stored)] == [
        ("нет", ""),
        ("uno@example.org?bcc=duo@example.org", ""),
    ]
