"""«Выйти»: what leaving does, and the end of this browser's session."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for

from webform.pages.rendering import page
from webform.sessions import holders_here, leave

pages = Blueprint("leaving", __name__)


@pages.get("/leave")
def ask() -> str:
    """Say what leaving does. Without an open report, say that there is nothing to leave."""
    return page("leave.html", reports=bool(holders_here()))


@pages.post("/leave")
def end() -> Response:
    """End the session and lead to the page that says so."""
    leave()
    return redirect(url_for("leaving.ask"), 303)  # type: ignore[return-value]
