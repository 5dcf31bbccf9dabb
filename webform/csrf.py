"""Flask-WTF's protection against foreign pages, its signature verified once a form. Imports Flask-WTF alone."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import cast

from flask import Flask, Request, g, request, session
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

REMEMBERED = 4096


class RememberingProtection(CSRFProtect):  # type: ignore[misc]
    """The same token of the same session was good before, so it is now: both last as long as the session.

    Under TLS nothing is remembered: there Flask-WTF looks at the referrer of each request too.
    """

    def __init__(self) -> None:
        super().__init__()
        self._good: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = Lock()

    def init_app(self, app: Flask) -> None:
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False
        super().init_app(app)
        app.before_request(self._protect)

    def _protect(self) -> None:
        sent = cast("Request", request._get_current_object())  # type: ignore[attr-defined]
        if sent.method != "POST" or not sent.endpoint:
            return
        pair = (str(session.get("csrf_token")), sent.form.get("csrf_token", ""))
        if pair in self._good and not sent.is_secure:
            g.csrf_valid = True
            return
        if self._is_exempt():
            return
        self.protect()
        if not pair[1]:  # the token came in a header
            return
        with self._lock:
            self._good[pair] = None
            while len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
