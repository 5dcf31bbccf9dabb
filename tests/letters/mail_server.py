"""A real mail server on a free port, which does at each command what a test wants."""

# ruff: noqa: N802 - aiosmtpd names its methods after the commands
from __future__ import annotations

import asyncio
import datetime
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from letters.mail.settings import MailSettings, Security

SENDER = Address("Министерство образования", "svod", "example.org")
DROP, HANG, TRICKLE = "drop", "hang", "trickle"
"""Instead of an answer: close the connection; say nothing; say a digit a second and never come to an end."""


@dataclass
class Mailbox:
    """What came, and what the server answers. answers: command → what it does the next times, then all is well."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    received: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: int = 0
    asked: list[str] | None = None
    """What of MAIL and RCPT asks for notifications (RFC 3461); None where the server knows nothing of them."""

    @property
    def messages(self) -> list[EmailMessage]:
        return [BytesParser(policy=default).parsebytes(body) for _, _, body in self.received]

    async def handle_EHLO(
        self, _server: Any, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        """Called by aiosmtpd for what it says to EHLO."""
        session.host_name = hostname
        return answers if self.asked is None else [*answers[:-1], "250-DSN", *answers[-1:]]

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd when the line with the point has come."""
        if await server.does("POINT"):
            return "250 never said"
        answer = self.next("END")
        if answer is None or answer.startswith("2"):
            content = cast("bytes", envelope.original_content)
            self.received.append((str(envelope.mail_from), envelope.rcpt_tos[0], content))
        return answer or "250 2.0.0 Ok: queued as 4711"

    def next(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else None


class Server(SMTP):
    """aiosmtpd's, with a look at the mailbox's answers before each command."""

    def __init__(self, mailbox: Mailbox, **rest: Any) -> None:
        self.mailbox = mailbox
        super().__init__(mailbox, **rest)

    async def _handle_client(self) -> None:
        self.mailbox.connections += 1
        if await self.does("CONNECT"):
            return
        await super()._handle_client()

    async def smtp_EHLO(self, arg: str) -> None:
        if not await self.does("EHLO"):
            await super().smtp_EHLO(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self.does("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self.does("MAIL"):
            await super().smtp_MAIL(self.without_notifications(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self.does("RCPT"):
            await super().smtp_RCPT(self.without_notifications(arg))

    def without_notifications(self, arg: str | None) -> str | None:
        """Keep what asks for notifications, and return the rest, which is all that aiosmtpd knows."""
        if self.mailbox.asked is None or arg is None:
            return arg
        words = arg.split()
        asking = [word for word in words if word.startswith(("RET=", "ENVID=", "ORCPT="))]
        self.mailbox.asked += asking
        return " ".join(word for word in words if word not in asking)

    async def smtp_RSET(self, arg: str | None) -> None:
        if not await self.does("RSET"):
            await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if await self.does("DATA"):
            return
        if self.mailbox.answers.get("BODY"):
            await self.push("354 go on")
            await self.does("BODY")
            return
        await super().smtp_DATA(arg)

    async def does(self, command: str) -> bool:
        answer = self.mailbox.next(command)
        if answer is None:
            return False
        if answer == DROP:
            cast("asyncio.Transport", self.transport).abort()
        elif answer == HANG:
            await asyncio.sleep(3600)
        elif answer == TRICKLE:
            while True:
                self._writer.write(b"2")
                await asyncio.sleep(0.05)
        else:
            await self.push(answer)
        return True


@dataclass
class Running:
    """A mail server that answers at this port."""

    mailbox: Mailbox
    port: int

    def settings(self, security: Security = "none", **changes: Any) -> MailSettings:
        given: dict[str, Any] = {"user": "", "password": "", "sender": SENDER, "per_minute": 6000}
        return MailSettings("127.0.0.1", self.port, security=security, **given | changes)


@contextmanager
def mail_server(
    *, login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[Running]:
    """A server until the block ends. login: the only name and password that it takes, and then none may be missing."""

    def authenticator(_server: Any, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login.decode(), data.password.decode()) == login
        return AuthResult(success=good, handled=good)

    options: dict[str, Any] = {"tls_context": starttls}
    if login is not None:
        options |= {"authenticator": authenticator, "auth_required": True, "auth_require_tls": False}
    mailbox, loop = Mailbox(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def protocol() -> Server:
        return Server(mailbox, hostname="mail.example.org", data_size_limit=2**25, loop=loop, **options)

    async def end() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    listening = loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(30)
    try:
        yield Running(mailbox, server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a certificate of 127.0.0.1 that signs itself, and the server's context with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
