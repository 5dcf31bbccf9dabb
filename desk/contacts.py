"""A municipality's contacts: the answers that are kept at home, as people ring and write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from campaign import Campaign, read_json
from outbox.records import Json


@dataclass(frozen=True, slots=True)
class Contact:
    """One of the answers. address: of its link, `tel:` or `mailto:`; "" for neither."""

    title: str
    shown: str
    address: str


def contacts_of(campaign: Campaign, stored: Mapping[str, Json]) -> list[Contact]:
    """Return the contacts in the order of the form, without blank ones. stored: as the outbox keeps them."""
    values = read_json(campaign, stored)
    found = []
    for question in campaign.home_questions:
        if question.id in values:
            shown = " ".join(question.answer_type.shown(question, values[question.id]).split())
            found.append(Contact(question.title, shown, _address(question.type, shown)))
    return found


def _address(kind: str, shown: str) -> str:
    if kind == "phone":
        digits = re.sub(r"[^0-9+]", "", shown)
        return f"tel:{digits}" if digits else ""
    plain = re.fullmatch(r"[\w.+-]+@[\w.-]+", shown)  # what could add a header to the letter is no link
    return f"mailto:{shown}" if kind == "email" and plain else ""
