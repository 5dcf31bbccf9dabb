"""Flask's signed cookie: the municipalities for which this browser may answer, because it exchanged their addresses.

The cookie holds the version of each address, so that reissue and revoke work at once, and an id, so that a session that
a person has ended stays ended for every copy of the cookie. It names no campaign: an address is one for its list.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import g, session

from outbox.address_codes import Holder
from outbox.clock import real_now
from webform.reports import snapshot
from webform.services import Services, current_installation, current_services

LIFETIME = timedelta(hours=12)
MOST_REPORTS = 40
_REPORTS = "reports"
_ID = "id"


def admit(holder: Holder, version: int) -> None:
    """Let this browser open the municipality's reports, by its address of this version."""
    held = _held()
    if not held:
        session.clear()
        session[_ID] = secrets.token_hex(16)
        g.pop("held", None)
    held.pop(holder, None)
    held[holder] = version
    session.permanent = True
    session[_REPORTS] = {"/".join(one): held[one] for one in list(held)[-MOST_REPORTS:]}


def leave() -> None:
    """End this browser's session, and every copy of its cookie. Raises OutboxError; the session then goes on."""
    if _ID in session:
        current_installation().outbox.ended_sessions.end(session[_ID], real_now() + LIFETIME)
    session.clear()
    g.pop("held", None)


def holder_of(oktmo: str) -> Holder:
    """Return the holder of the address that opens this municipality's report of the request's campaign."""
    return current_services().holder(oktmo)


def admitted(oktmo: str) -> bool:
    """Return True if this browser exchanged the municipality's address and that address is still good."""
    version = _held().get(holder_of(oktmo))
    return version is not None and opens_report(oktmo, version)


def opens_report(oktmo: str, version: int) -> bool:
    """Return True if an address of this version opens the municipality's report now. Raises OutboxError."""
    services = current_services()
    if oktmo not in services.campaign.by_oktmo:
        return False
    address = snapshot(services, oktmo).address
    return not address.revoked and address.version == version


def held_version(holder: Holder) -> int | None:
    """Return the version of this address by which this browser was admitted, None if it was not, or is no more.

    Raises OutboxError.
    """
    version = _held().get(holder)
    return version if version is not None and address_is_good(holder, version) else None


def address_is_good(holder: Holder, version: int) -> bool:
    """Return True if the address of this version opens the municipality's reports now. Raises OutboxError."""
    address = current_installation().outbox.addresses.current(*holder)
    return not address.revoked and address.version == version


def link_is_good(services: Services, oktmo: str, version: int) -> bool:
    """Return True if an old link, of one campaign, counts as version 1 of the address. Raises OutboxError.

    It does until the address is reissued or revoked.
    """
    if oktmo not in services.campaign.by_oktmo:
        return False
    link = services.outbox.links.current(services.campaign.id, oktmo)
    return not link.revoked and link.version == version


def holders_here() -> list[Holder]:
    """Return the holders of the addresses that this browser exchanged, the latest last."""
    return list(_held())


def address_version(oktmo: str) -> int:
    """Return the version of the address by which this browser opened the report; 0 if it did not."""
    return _held().get(holder_of(oktmo), 0)


def _held() -> dict[Holder, int]:
    """Return holder → version of the address, of a session that nobody has ended. Looked up once a request."""
    if "held" not in g:
        one, reports = session.get(_ID), session.get(_REPORTS)
        ended = not one or current_installation().outbox.ended_sessions.is_ended(str(one))
        g.held = {} if ended or not reports else _read(dict(reports))
    return dict(g.held)


def _read(reports: dict[str, int]) -> dict[Holder, int]:
    """Return the session's content. An older version's holds ОКТМО → version of a link, for some hours more."""
    held = {}
    for name, version in reports.items():
        addressees, slash, oktmo = name.partition("/")
        if slash:
            held[Holder(addressees, oktmo)] = version
            continue
        for services in current_installation().asking(name):
            if link_is_good(services, name, version):
                held[services.holder(name)] = 1
    return held
