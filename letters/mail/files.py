"""Mails as files, for those who send them by a program of their own: .eml, and a table for mail merge."""

from __future__ import annotations

import io
from collections.abc import Iterable
from csv import writer
from dataclasses import dataclass
from datetime import datetime

from campaign import Campaign
from letters.mail import texts
from letters.mail.composing import Ready
from letters.mail.message import build
from letters.mail.office import Office
from letters.mail.sending import reply_to
from letters.mail.templates import Filled

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class MailFile:
    """name: of the file. content: a draft that Outlook and Thunderbird open ready to send."""

    name: str
    content: bytes


def mail_files(
    office: Office, campaign: Campaign, mails: Iterable[tuple[str, Ready, Filled]], now: datetime
) -> list[MailFile]:
    """Return an .eml a mail, without a sender where none is set: the program that opens it puts its own. now: real."""
    sender = office.settings.sender if office.settings is not None else None
    found = []
    for oktmo, ready, text in mails:
        message = build(
            sender=sender,
            recipient=ready.recipient,
            subject=text.subject,
            text=text.text,
            html=text.html,
            mail_id=None,
            sent_at=now,
            reply_to=reply_to(campaign) if sender is not None else None,
        )
        message["X-Unsent"] = "1"  # Outlook opens it as a draft
        found.append(MailFile(f"{oktmo}.eml", message.as_bytes()))
    return found


def mail_table(campaign: Campaign, mails: Iterable[tuple[str, Ready, Filled]]) -> bytes:
    """Return the table for mail merge as Russian Excel reads it: semicolons, and a byte order mark."""
    out = io.StringIO(newline="")
    lines = writer(out, delimiter=";", lineterminator="\r\n")
    lines.writerow(texts.TABLE_COLUMNS)
    for oktmo, ready, text in mails:
        cells = (
            oktmo,
            campaign.by_oktmo[oktmo].name,
            ready.recipient,
            text.subject,
            str(ready.facts["ссылка"]),
            text.text.strip(),
        )
        lines.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")
