"""The door to the mail server: one message at a time, each with one of five outcomes.

`smtplib` as it comes, but for the DATA phase, which is spelled out: a message is the server's from the moment when the
line with the single point went out, so only a failure after that leaves the outcome unknown.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from letters.mail import texts
from letters.mail.network import bounded, why_unreached
from letters.mail.settings import MailSettings
from outbox.mails import clipped

CONNECT_SECONDS = 20.0
COMMAND_SECONDS = 60.0
"""Of silence in a command."""
WHOLE_SECONDS = 120.0
"""Of a whole message or sign-in, however slowly the server speaks."""
PER_CONNECTION = 100
"""Messages; many servers allow no more."""

OK, FORWARDED, NOT_VERIFIED, GO_ON = 250, 251, 252, 354

Kind: TypeAlias = Literal["sent", "later", "refused", "unknown", "trouble"]
_POINT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. words: the server's, or ours in Russian.

    later: put off by the server; refused: for good; unknown: perhaps sent; trouble: the server or its settings, no
    fault of this message, and nothing of it was sent
    """

    kind: Kind
    words: str


class _TroubleError(Exception):
    """The server cannot be used now; the message says why, in Russian."""


class _Limited(smtplib.SMTP):
    """A client with a limit for the whole greeting: a slow trickle never times out by itself."""

    def __init__(self, whole_seconds: float, host: str, port: int, local_hostname: str, **rest: Any) -> None:
        self._whole_seconds = whole_seconds
        super().__init__(host, port, local_hostname, **rest)

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        with bounded(self, self._whole_seconds):
            return super().connect(host, port, source_address)


class _LimitedTls(_Limited, smtplib.SMTP_SSL):
    """The same, under TLS from the first byte on."""


class SmtpDoor:
    """A connection that is opened when it is needed and serves many messages. One thread."""

    def __init__(
        self,
        settings: MailSettings,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._settings = settings
        self._seconds = (connect_seconds, command_seconds, whole_seconds)
        self._smtp: smtplib.SMTP | None = None
        self._used = 0

    def send(self, recipient: str, message: bytes, mail_id: str = "") -> Outcome:
        """Send a message (lines end with CR LF) to one checked address. Never raises for what the server does.

        mail_id: by which a notification shall name the mail, letters and digits; "" for none
        """
        try:
            smtp = self._opened()
        except _TroubleError as error:
            self.close()
            return Outcome("trouble", str(error))
        self._used += 1
        with bounded(smtp, self._seconds[2]):
            outcome = self._send(smtp, recipient, message, mail_id)
        if outcome.kind != "sent":
            self.close()  # what the connection is worth is not known
        return outcome

    def check(self) -> str | None:
        """Connect, encrypt and sign in; return what is wrong, None when all is well. Sends nothing."""
        try:
            self._opened()
        except _TroubleError as error:
            return str(error)
        finally:
            self.close()
        return None

    def close(self) -> None:
        """End the connection; the next message opens another one."""
        smtp, self._smtp, self._used = self._smtp, None, 0
        if smtp is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            if smtp.sock is not None:
                smtp.sock.settimeout(min(5.0, self._seconds[1]))
                smtp.quit()
        smtp.close()

    def _send(self, smtp: smtplib.SMTP, recipient: str, message: bytes, mail_id: str) -> Outcome:
        of_mail: list[str] = []
        of_recipient: list[str] = []
        if mail_id and smtp.has_extn("dsn"):  # RFC 3461: our number comes back, and the personal address does not
            of_mail, of_recipient = ["RET=HDRS", f"ENVID={mail_id}"], [f"ORCPT=rfc822;{_xtext(recipient)}"]
        try:
            code, words = smtp.mail(self._settings.sender.addr_spec, of_mail)
            if code != OK:  # it is the same for every mail
                return Outcome("trouble", texts.SENDER_REFUSED.format(words=_said(code, words)))
            code, words = smtp.rcpt(recipient, of_recipient)
            if code not in (OK, FORWARDED, NOT_VERIFIED):
                return _refusal(code, words)
            code, words = smtp.docmd("DATA")
            if code != GO_ON:
                return _refusal(code, words)
            smtp.send(_POINT.sub(b"..", message.rstrip(b"\r\n") + b"\r\n"))
        except (OSError, smtplib.SMTPException) as error:
            # Put off and no trouble of all: a message by which a server falls must not hold up the others.
            return Outcome("later", _why(error, self._settings))
        try:
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Outcome("unknown", texts.UNKNOWN.format(reason=_why(error, self._settings)))
        if code == OK or 400 <= code < 600:
            return Outcome("sent", _said(code, words)) if code == OK else _refusal(code, words)
        return Outcome("unknown", texts.UNKNOWN.format(reason=_said(code, words)))

    def _opened(self) -> smtplib.SMTP:
        """Return a connection on which a message may begin. Raises _TroubleError."""
        if self._smtp is not None and (self._used >= PER_CONNECTION or not self._alive(self._smtp)):
            self.close()
        if self._smtp is None:
            try:
                self._smtp = self._connected()
                with bounded(self._smtp, self._seconds[2]):
                    self._introduce(self._smtp)
            except smtplib.SMTPAuthenticationError as error:
                words = _said(error.smtp_code, error.smtp_error)
                raise _TroubleError(texts.NOT_SIGNED_IN.format(words=words)) from error
            except (OSError, smtplib.SMTPException) as error:
                raise _TroubleError(_why(error, self._settings)) from error
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        settings, (connect_seconds, command_seconds, whole_seconds) = self._settings, self._seconds
        name = socket.gethostname()
        local = name if "." in name and name.isascii() else "[127.0.0.1]"
        smtp: smtplib.SMTP
        where = (whole_seconds, settings.host, settings.port, local)
        if settings.security == "tls":
            smtp = _LimitedTls(*where, timeout=connect_seconds, context=ssl.create_default_context())
        else:
            smtp = _Limited(*where, timeout=connect_seconds)
        if smtp.sock is not None:
            smtp.sock.settimeout(command_seconds)
            # The point is a packet of its own, which would wait for the acknowledgement of the message.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._settings.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if self._settings.user:
            smtp.login(self._settings.user, self._settings.password)

    def _alive(self, smtp: smtplib.SMTP) -> bool:
        """Return True if the connection still serves; a server may end one that is idle."""
        try:
            with bounded(smtp, self._seconds[2]):
                return smtp.rset()[0] == OK
        except (OSError, smtplib.SMTPException):
            return False


def _xtext(text: str) -> str:
    """Return the text as a parameter holds it (RFC 3461, 4)."""
    return "".join(sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}" for sign in text)


def _refusal(code: int, words: bytes | str) -> Outcome:
    """5xx refuses for good, everything else puts off (RFC 5321, 4.2.1)."""
    return Outcome("refused" if 500 <= code < 600 else "later", _said(code, words))


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return clipped(f"{code} {text}")


def _why(error: Exception, settings: MailSettings) -> str:
    """Return in Russian why the server could not be used."""
    where = f"{settings.host}:{settings.port}"
    match error:
        case smtplib.SMTPNotSupportedError() if settings.security == "starttls":
            return texts.NO_STARTTLS["SMTP"].format(where=where)
        case smtplib.SMTPNotSupportedError():
            return texts.NO_LOGIN.format(where=where)
        case smtplib.SMTPResponseException():
            return texts.NOT_READY.format(words=_said(error.smtp_code, error.smtp_error))
        case smtplib.SMTPException():
            return texts.HUNG_UP.format(where=where)
        case OSError():
            return why_unreached(error, settings.host, settings.port, "SMTP")
    return texts.HUNG_UP.format(where=where)
