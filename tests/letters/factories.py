"""A campaign in the middle: reports, their contacts, and what the worker published of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document

from campaign import Campaign, load_campaign
from outbox import Outbox
from outbox.records import Json, MunicipalityStatus, NewSubmission, Submission

ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN = load_campaign(ROOT / "config.yaml")
AS_OF = datetime(2023, 5, 28, 10, tzinfo=UTC)
PERSON = "Имярекова Ответственная"
PHONE = "8 (4922) 00-00-00"
EMAIL = "imyarek@example.org"
CONTACTS: Mapping[str, Json] = {
    "contact_name": PERSON,
    "contact_post": "главный специалист",
    "contact_phone": PHONE,
    "contact_email": EMAIL,
}
ALEXANDROV, VYAZNIKI, GOROKHOVETS = (one.oktmo for one in CAMPAIGN.municipalities[:3])


def answers(figure: int, **changes: Json) -> dict[str, Json]:
    """Return a report with this figure in every line and question."""
    numbers: dict[str, Json] = {q.id: figure for q in CAMPAIGN.sheet_questions if q.numeric}
    return numbers | {"audiences": ["parents", "teachers"], "comment": "Провели собрание."} | changes


def send(outbox: Outbox, oktmo: str, sent: Mapping[str, Json], version: int = 1, **changes: Any) -> Submission:
    """Keep a report of the municipality."""
    new = NewSubmission(
        campaign=CAMPAIGN.id,
        oktmo=oktmo,
        key=f"key-{version}",
        base_version=version - 1,
        answers=sent,
        contacts=CONTACTS,
        reasons={},
        previous=None,
        accepted_at=datetime(2023, 5, 20, 12, tzinfo=UTC),
        late=False,
        receipt_prefix=CAMPAIGN.about.receipt_prefix,
    )
    return outbox.submissions.submit(replace(new, **changes)).submission


def status(sent: Submission, **changes: Any) -> MunicipalityStatus:
    """Return what the worker publishes of a report that counts."""
    kept = MunicipalityStatus(
        oktmo=sent.oktmo,
        state="on_time",
        receipt=sent.receipt,
        version=sent.version,
        seen=sent.version,
        by_hand=False,
        counted=sent.answers,
        corrections=(),
        remarks=(),
        as_of=AS_OF,
    )
    return replace(kept, **changes)


def publish(outbox: Outbox, *statuses: MunicipalityStatus, campaign: Campaign = CAMPAIGN) -> None:
    outbox.statuses.publish(campaign.id, statuses, as_of=AS_OF)


def template(*paragraphs: str, change: Callable[[Any], None] | None = None) -> bytes:
    """Return a .docx with these paragraphs. change: does something more to it."""
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def words_of(letter: bytes) -> str:
    """Return all text of a .docx, tables and headers included, a line a paragraph."""
    opened = Document(io.BytesIO(letter))
    roots = [opened.element.body, *(section.header._element for section in opened.sections)]
    lines = []
    for root in roots:
        for paragraph in root.iter(f"{{{root.nsmap['w']}}}p"):
            nodes = paragraph.iter(f"{{{root.nsmap['w']}}}t", f"{{{root.nsmap['w']}}}br")
            lines.append("".join("\n" if node.tag.endswith("}br") else node.text or "" for node in nodes))
    return "\n".join(lines)
