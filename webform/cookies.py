"""Flask's signed session cookie, whose signature is verified once and not at each request. Imports Flask alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

REMEMBERED = 4096


class RememberingSessions(SecureCookieSessionInterface):
    """The same cookie text was verified before: its content is known, only its age is looked at again.

    A form is sent many times with one cookie; the verification costs as much as reading all of the form.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[float, dict[str, object]]] = OrderedDict()
        self._lock = Lock()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class()
        now = time.time()
        with self._lock:
            known = self._known.get(value)
            if known is not None:
                self._known.move_to_end(value)
        if known is not None:
            good_until, content = known
            return self.session_class(content) if now <= good_until else self.session_class()
        opened = super().open_session(app, request)
        if opened:
            self._remember(app, value, dict(opened))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.setdefault("Vary", "Cookie")

    def _remember(self, app: Flask, value: str, content: dict[str, object]) -> None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return
        _, signed = serializer.loads(value, return_timestamp=True)
        with self._lock:
            self._known[value] = (signed.timestamp() + app.permanent_session_lifetime.total_seconds(), content)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
