"""A mail as bytes: text, HTML, attachments.

Whatever stands in a field, it stays in its field: a subject is one line without control characters, addresses are
checked, and `email.policy` refuses a line break in a header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from letters.facts import printable
from letters.mail.addresses import checked_address

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """name: of the file, with its ending."""

    name: str
    content: bytes
    subtype: str = "pdf"


def one_line(text: str, longest: int = LONGEST_SUBJECT) -> str:
    """Return the text as a header takes it: one line, printable, of bounded length."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in printable(text)).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def build(
    *,
    sender: Address | None,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    mail_id: str | None,
    sent_at: datetime,
    reply_to: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """Return the message. Raises AddressError.

    sender, mail_id: None for a draft. mail_id: the same at every attempt, so that a mailbox can tell a repetition
    sent_at:         real time
    """
    message = EmailMessage(policy=SMTP)
    if sender is not None:
        message["From"] = sender
    local, _, domain = checked_address(recipient).rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    if reply_to is not None:
        local, _, domain = checked_address(reply_to).rpartition("@")
        message["Reply-To"] = Address(username=local, domain=domain)
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(sent_at)
    if mail_id is not None and sender is not None:
        message["Message-ID"] = f"<{mail_id}@{sender.domain}>"
    message["Content-Language"] = "ru"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer, please
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for one in attachments:
        message.add_attachment(one.content, maintype="application", subtype=one.subtype, filename=one_line(one.name))
    return message
