"""Ids made of the names of a form: letters, digits and «_», unique, none that Svod needs itself."""

from __future__ import annotations

import keyword
import re

from campaign.consistency import RESERVED_IDS
from campaign.model.base import LONGEST_ID

_ROOM = 6
"""Signs left for a number behind a repeated id."""


class Ids:
    """Gives each name an id of its own. prefix: before a name that begins with no letter, as choices «1», «2» do."""

    def __init__(self, prefix: str, *, reserved: bool = False) -> None:
        self._prefix = prefix
        self._taken = set(RESERVED_IDS) if reserved else set()

    def give(self, name: str) -> str:
        """Return the id: the name itself where it is one."""
        made = re.sub("[^A-Za-z0-9_]", "_", name)
        if not re.match("[A-Za-z]", made):
            made = self._prefix + made.strip("_")
        made = made[:LONGEST_ID] if len(made) <= LONGEST_ID else made[: LONGEST_ID - _ROOM]
        unique, number = made, 1
        while unique in self._taken or keyword.iskeyword(unique):
            number += 1
            unique = f"{made[: LONGEST_ID - _ROOM]}_{number}"
        self._taken.add(unique)
        return unique


def campaign_id(name: str, default: str, other: str) -> str:
    """Return an id for the campaign: small letters, digits and «-», another one than `other`."""
    made = re.sub("[^a-z0-9]+", "-", name.casefold()).strip("-")[:50] or default
    return made if made != other else f"{made}-2"
