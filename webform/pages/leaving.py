"""«Выйти»: what leaving does, and the end of this browser's session."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, session, url_for

from webform.pages.rendering import page
from webform.sessions import holders_here, leave

pages = Blueprint("leaving", __name__)
_LEFT = "left"
"""In the session between leaving and the page that says so."""


@pages.get("/leave")
def ask() -> str:
    """Say what leaving does; that the person has just left; or that there is nothing to leave."""
    return page("leave.html", reports=bool(holders_here()), left=session.pop(_LEFT, False))


@pages.post("/leave")
def end() -> Response:
    """End the session and lead to the page that says so."""
    left = bool(holders_here())
    leave()
    if left:
        session[_LEFT] = True
    return redirect(url_for("leaving.ask"), 303)  # type: ignore[return-value]
