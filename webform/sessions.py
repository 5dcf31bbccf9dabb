"""Which reports this browser may open: those whose links it exchanged, in Flask's signed cookie.

Imports the wiring's services. The link's version stands beside each, so that reissue and revoke work at once.
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
    """From now on this browser may open the municipality's report, by its link of this version."""
    reports: dict[str, int] = dict(session.get(_REPORTS) or {})
    reports.pop(oktmo, None)
    reports[oktmo] = version
    session.permanent = True
    session[_REPORTS] = dict(list(reports.items())[-MOST_REPORTS:])


def admitted(oktmo: str) -> bool:
    """Whether this browser may open the municipality's report: its link was exchanged and is still good."""
    version = (session.get(_REPORTS) or {}).get(oktmo)
    return isinstance(version, int) and link_is_good(oktmo, version)


def reports_here() -> list[str]:
    """The municipalities whose links this browser has exchanged, the latest last."""
    return list(session.get(_REPORTS) or {})


def link_is_good(oktmo: str, version: int) -> bool:
    """Whether the municipality's link of this version opens its report now."""
    services = current_services()
    if oktmo not in services.campaign.by_oktmo:
        return False
    link = snapshot(services, oktmo).link
    return not link.revoked and link.version == version


def link_version(oktmo: str) -> int:
    """The version of the link by which this browser opened the report; 0 when it did not."""
    return int((session.get(_REPORTS) or {}).get(oktmo, 0))
