"""A municipality's contacts: the answers that are kept at home, as people ring and write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign import Campaign, read_json
from desk import texts
from outbox import Outbox
from outbox.records import Json


@dataclass(frozen=True, slots=True)
class Contact:
    """One of the answers. address: of its link, `tel:` or `mailto:`; "" for neither."""

    title: str
    shown: str
    address: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """What is known of whom to ring and write to. source: a key of `texts.SOURCES`; "" where nothing is known."""

    items: tuple[Contact, ...] = ()
    source: str = ""


def contacts_for(campaign: Campaign, outbox: Outbox, oktmos: Sequence[str]) -> dict[str, Contacts]:
    """Return what is known of each of these municipalities of the campaign. Raises OutboxError.

    Of its newest version; of a silent one what it sent for the campaign of the period before, else the address of the
    campaign file.
    """
    found: dict[str, Contacts] = {}
    for source, name in (("report", campaign.id), ("before", campaign.about.follows)):
        left = [oktmo for oktmo in oktmos if oktmo not in found]
        for oktmo, stored in (outbox.roll_call.contacts(name, left) if name and left else {}).items():
            items = contacts_of(campaign, stored)
            if items:
                found[oktmo] = Contacts(tuple(items), source)
    for oktmo in oktmos:
        email = campaign.by_oktmo[oktmo].email
        if oktmo not in found and email:
            found[oktmo] = Contacts((Contact(texts.EMAIL, email, _address("email", email)),), "file")
    return found


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
