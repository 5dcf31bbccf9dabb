"""The cabinet: everything that a municipality is asked, on one page."""

from __future__ import annotations

from flask import Blueprint

from webform.addressees import Holder
from webform.cabinet import open_cabinet
from webform.pages.rendering import page
from webform.services import current_installation
from webform.sessions import holds

pages = Blueprint("cabinet", __name__, url_prefix="/cabinet/<addressees>/<oktmo>")


@pages.get("/")
def show(addressees: str, oktmo: str) -> str | tuple[str, int]:
    """Show the municipality's reports: what is overdue, what is due, what was accepted, what is over."""
    holder = Holder(addressees, oktmo)
    municipality = current_installation().municipality(holder)
    if municipality is None or not holds(holder):
        return page("session_over.html", saved=False, typed=False), 403
    return page("cabinet.html", municipality=municipality, cabinet=open_cabinet(holder))
