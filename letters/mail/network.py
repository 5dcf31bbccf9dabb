"""What the doors to the servers of mail share: a limit for a whole exchange, and why a server could not be used."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from letters.mail import texts
from outbox.mails import clipped
from outbox.texts import reason


@contextmanager
def bounded(client: object, seconds: float) -> Iterator[None]:
    """End the connection of a client of the standard library if the block takes longer.

    A slow trickle never times out by itself. The client has `sock` once it is connected.
    """

    def cut() -> None:
        sock = getattr(client, "sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def why_unreached(error: OSError, host: str, port: int, prefix: str) -> str:
    """Return in Russian why the server could not be reached. prefix: of the settings' names, SMTP or IMAP."""
    where = f"{host}:{port}"
    match error:
        case ssl.SSLCertVerificationError():
            return texts.CERTIFICATE.format(where=where, reason=clipped(error.verify_message))
        case ssl.SSLError():
            return texts.NO_TLS[prefix].format(where=where)
        case TimeoutError():
            return texts.SILENT.format(where=where)
        case socket.gaierror():
            return texts.NO_HOST.format(host=host)
        case OSError() if error.errno is not None:
            return texts.NOT_REACHED.format(where=where, reason=reason(error))
    return texts.HUNG_UP.format(where=where)
