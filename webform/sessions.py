"""Flask's signed cookie: the reports that this browser may open, because it exchanged their links.

The cookie holds the version of each link, so that reissue and revoke work at once.
"""

from __future__ import annotations

from datetime import timedelta

from flask import session

from webform.reports import snapshot
from webform.services import current_services

LIFETIME = timedelta(hours=12)
MOST_REPORTS = 40
_REPORTS = "reports"


def admit(oktmo: str, version: int) -> None:
    """Let this browser open the municipality's report, by its link of this version."""
    reports: dict[str, int] = dict(session.get(_REPORTS) or {})
    reports.pop(oktmo, None)
    reports[oktmo] = version
    session.permanent = True
    session[_REPORTS] = dict(list(reports.items())[-MOST_REPORTS:])


def admitted(oktmo: str) -> bool:
    """Return True if this browser exchanged the municipality's link and that link is still good."""
    version = (session.get(_REPORTS) or {}).get(oktmo)
    return isinstance(version, int) and link_is_good(oktmo, version)


def reports_here() -> list[str]:
    """Return the OKTMO of each link that this browser exchanged, the latest last."""
    return list(session.get(_REPORTS) or {})


def link_is_good(oktmo: str, version: int) -> bool:
    """Return True if the municipality's link of this version opens its report now. Raises OutboxError."""
    services = current_services()
    if oktmo not in services.campaign.by_oktmo:
        return False
    link = snapshot(services, oktmo).link
    return not link.revoked and link.version == version


def link_version(oktmo: str) -> int:
    """Return the version of the link by which this browser opened the report; 0 if it did not."""
    return int((session.get(_REPORTS) or {}).get(oktmo, 0))
