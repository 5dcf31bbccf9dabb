"""Flask's signed session cookie, whose signature is verified once and not at each request. Imports Flask alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

REMEMBERED = 4096
LONGEST = 1024


class RememberingSessions(SecureCookieSessionInterface):
    """The same cookies were verified before: the session is known, only its age is looked at again.

    A form is sent many times with one cookie; the verification costs as much as reading all of the form.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[float, dict[str, object]]] = OrderedDict()
        self._lock = Lock()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        sent = request.environ.get("HTTP_COOKIE", "")
        if not sent:
            return self.session_class()
        with self._lock:
            known = self._known.get(sent)
            if known is not None:
                self._known.move_to_end(sent)
        if known is not None:
            good_until, content = known
            return self.session_class(content) if time.time() <= good_until else self.session_class()
        opened = super().open_session(app, request)
        if opened and len(sent) <= LONGEST:
            self._remember(app, request, sent, dict(opened))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.setdefault("Vary", "Cookie")

    def _remember(self, app: Flask, request: Request, sent: str, content: dict[str, object]) -> None:
        value = request.cookies.get(self.get_cookie_name(app))
        serializer = self.get_signing_serializer(app)
        if serializer is None or value is None:
            return
        _, signed = serializer.loads(value, return_timestamp=True)
        with self._lock:
            self._known[sent] = (signed.timestamp() + app.permanent_session_lifetime.total_seconds(), content)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
