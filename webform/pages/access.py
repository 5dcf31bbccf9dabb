"""Who may open a report, and what happens to the text that a browser without access has sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import request

from webform.drafting import NotSaved, other_draft, save_draft
from webform.limits import may_draft
from webform.pages.rendering import page
from webform.pages.sent import sent_form, typed_input
from webform.services import current_services
from webform.sessions import admitted, holder_of, link_is_good, opens_report

P = ParamSpec("P")
T = TypeVar("T")


def for_admitted(view: Callable[P, T]) -> Callable[P, T | tuple[str, int]]:
    """Open the view only to browsers that exchanged the municipality's link; save what others typed as a draft."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T | tuple[str, int]:
        oktmo = str(kwargs["oktmo"])
        if admitted(oktmo):
            return view(*args, **kwargs)
        return session_over(oktmo)

    return wrapper


def session_over(oktmo: str) -> tuple[str, int]:
    """Return the page for a session that ended. Nothing is submitted; a form with a good ticket is saved as a draft."""
    posted = request.method == "POST"
    saved = posted and save_by_ticket(oktmo)
    return page("session_over.html", saved=saved, typed=posted and not typed_input().blank), 403


def save_by_ticket(oktmo: str) -> bool:
    """Save the form of this request as a draft. Return False without a good ticket or room for it."""
    if not holds_ticket(oktmo) or not may_draft(oktmo):
        return False
    sent, services = sent_form(oktmo), current_services()
    if other_draft(services, sent) is not None:
        return False
    return not isinstance(save_draft(services, sent), NotSaved)


def holds_ticket(oktmo: str) -> bool:
    """Return True if the form of this request was served to a holder of an address that is still good."""
    services = current_services()
    ticket = services.tokens.read_ticket(request.form.get("ticket", ""), holder_of(oktmo))
    if ticket is None or (ticket.of_link and not link_is_good(services, oktmo, ticket.version)):
        return False
    return opens_report(oktmo, 1 if ticket.of_link else ticket.version)
