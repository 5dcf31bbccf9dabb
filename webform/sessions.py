"""Flask's signed cookie: the reports that this browser may open, because it exchanged their links.

The cookie holds the version of each link, so that reissue and revoke work at once, and an id, so that a session that a
person has ended stays ended for every copy of the cookie.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import g, session

from outbox.clock import real_now
from webform.reports import snapshot
from webform.services import current_services

LIFETIME = timedelta(hours=12)
MOST_REPORTS = 40
_REPORTS = "reports"
_ID = "id"


def admit(oktmo: str, version: int) -> None:
    """Let this browser open the municipality's report, by its link of this version."""
    reports = _reports()
    if not reports:
        session.clear()
        session[_ID] = secrets.token_hex(16)
        g.pop("reports", None)
    reports.pop(oktmo, None)
    reports[oktmo] = version
    session.permanent = True
    session[_REPORTS] = dict(list(reports.items())[-MOST_REPORTS:])


def leave() -> None:
    """End this browser's session, and every copy of its cookie. Raises OutboxError; the session then goes on."""
    if _ID in session:
        current_services().outbox.ended_sessions.end(session[_ID], real_now() + LIFETIME)
    session.clear()
    g.pop("reports", None)


def admitted(oktmo: str) -> bool:
    """Return True if this browser exchanged the municipality's link and that link is still good."""
    version = _reports().get(oktmo)
    return isinstance(version, int) and link_is_good(oktmo, version)


def reports_here() -> list[str]:
    """Return the OKTMO of each link that this browser exchanged, the latest last."""
    return list(_reports())


def link_is_good(oktmo: str, version: int) -> bool:
    """Return True if the municipality's link of this version opens its report now. Raises OutboxError."""
    services = current_services()
    if oktmo not in services.campaign.by_oktmo:
        return False
    link = snapshot(services, oktmo).link
    return not link.revoked and link.version == version


def link_version(oktmo: str) -> int:
    """Return the version of the link by which this browser opened the report; 0 if it did not."""
    return _reports().get(oktmo, 0)


def _reports() -> dict[str, int]:
    """Return OKTMO → version of the link, of a session that nobody has ended. Looked up once a request."""
    if "reports" not in g:
        one, held = session.get(_ID), session.get(_REPORTS)
        ended = not one or current_services().outbox.ended_sessions.is_ended(str(one))
        g.reports = {} if ended or not held else dict(held)
    return dict(g.reports)
