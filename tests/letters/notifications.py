"""Notifications as mail servers send them, about a mail of this number."""

from __future__ import annotations

OURS = "0123456789abcdef0123456789abcdef"
CLERK = "m1@example.org"


def postfix(
    mail_id: str = OURS,
    address: str = CLERK,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 <m1@example.org>: Recipient address rejected: User unknown",
    original: str = "",
    returned: str | None = None,
    envelope: str = "",
) -> bytes:
    """Return Postfix's. original: the address as it was before it was forwarded. returned: instead of our headers."""
    ours = f"From: svod@example.org\nTo: {address}\nMessage-ID: <{mail_id}@example.org>\nSubject: =?utf-8?b?0KQ=?=\n"
    text = f"""\
Date: Tue, 30 May 2023 10:00:00 +0300 (MSK)
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: svod@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4B0C27F.1685430000/mail.example.org"
Content-Transfer-Encoding: 8bit
Message-Id: <20230530070000.5D2E480@mail.example.org>

This is a MIME-encapsulated message.

--4B0C27F.1685430000/mail.example.org
Content-Description: Notification
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail system at host mail.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

--4B0C27F.1685430000/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
{f"Original-Envelope-Id: {envelope}" if envelope else "X-Postfix-Queue-ID: 4B0C27F"}
X-Postfix-Sender: rfc822; svod@example.org
Arrival-Date: Tue, 30 May 2023 09:59:58 +0300 (MSK)

Final-Recipient: rfc822; {address}
{f"Original-Recipient: rfc822;{original}" if original else f"Original-Recipient: rfc822;{address}"}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {words}

--4B0C27F.1685430000/mail.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 8bit

{ours if returned is None else returned}
--4B0C27F.1685430000/mail.example.org--
"""
    return text.replace("\n", "\r\n").encode()


def exchange(mail_id: str = OURS, address: str = CLERK) -> bytes:
    """Return Exchange's: parts within parts, the whole message came back, the sign `;` has no blank after it."""
    return f"""\
From: <postmaster@example.org>
To: <svod@example.org>
Date: Tue, 30 May 2023 07:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="d5b1f6a3-0d0f-4b5d-8a38-f1b1c2d3e4f5"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: ru-RU
Subject: =?utf-8?B?0J3QtSDRg9C00LDQtdGC0YHRjyDQtNC+0YHRgtCw0LLQuNGC0Yw=?=
Auto-Submitted: auto-replied
MIME-Version: 1.0

--d5b1f6a3-0d0f-4b5d-8a38-f1b1c2d3e4f5
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="8f1e5a70"

--8f1e5a70
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

=D0=9D=D0=B5 =D1=83=D0=B4=D0=B0=D0=BB=D0=BE=D1=81=D1=8C
--8f1e5a70
Content-Type: text/html; charset="utf-8"

<p>x</p>
--8f1e5a70--

--d5b1f6a3-0d0f-4b5d-8a38-f1b1c2d3e4f5
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.org
Received-From-MTA: dns;mail.example.org
Arrival-Date: Tue, 30 May 2023 06:59:58 +0000

Original-Recipient: rfc822;{address}
Final-Recipient: rfc822;{address}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full;
 STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded
X-Display-Name: otdel

--d5b1f6a3-0d0f-4b5d-8a38-f1b1c2d3e4f5
Content-Type: message/rfc822

Received: from mail.example.org (192.0.2.1) by EX01.example.org
From: <svod@example.org>
To: {address}
Message-ID: <{mail_id}@example.org>
Content-Type: multipart/mixed; boundary="ours"

--ours
Content-Type: text/plain

text
--ours--

--d5b1f6a3-0d0f-4b5d-8a38-f1b1c2d3e4f5--
""".replace("\n", "\r\n").encode()


def auto_reply(mail_id: str = OURS) -> bytes:
    """Return an answer of somebody on holiday, which quotes everything that a notification has."""
    return (
        "From: m1@example.org\r\nTo: svod@example.org\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Auto-Submitted: auto-replied\r\nIn-Reply-To: <{mail_id}@example.org>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nЯ в отпуске.\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Final-Recipient: rfc822; m1@example.org\r\nMessage-ID: <{mail_id}@example.org>\r\n"
    ).encode()
