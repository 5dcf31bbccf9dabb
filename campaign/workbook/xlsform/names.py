"""Ids made of the names of a form: letters, digits and «_», unique, none that Svod needs itself."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable

from campaign.consistency import RESERVED_IDS
from campaign.model.base import LONGEST_ID
from campaign.model.repeats import COUNT

_ROOM = 6
"""Signs left for a number behind a repeated id."""


class Ids:
    """Gives each name an id of its own. prefix: before a name that begins with no letter, as choices «1», «2» do."""

    def __init__(self, prefix: str, *, reserved: bool = False) -> None:
        self._prefix = prefix
        self._taken = set(RESERVED_IDS) if reserved else set()

    def give(self, name: str) -> str:
        """Return the id: the name itself where it is one."""
        return self._unique(name, LONGEST_ID, lambda made: [made])

    def give_list(self, name: str) -> str:
        """Return the id of a list of entries, with `id_count` free; half as long, so that `id_question` has room."""
        return self._unique(name, LONGEST_ID // 2, lambda made: [made, f"{made}_{COUNT}"])

    def give_inside(self, of: str, name: str) -> str:
        """Return the id of a question of the list `of`, so that its sum, `of_id`, is free too."""
        longest = LONGEST_ID - len(of) - 1
        return self._unique(name if name != COUNT else f"{COUNT}_", longest, lambda made: [made, f"{of}_{made}"])

    def _unique(self, name: str, longest: int, names: Callable[[str], list[str]]) -> str:
        """Return an id of at most `longest` signs. names: all that it takes"""
        made = re.sub("[^A-Za-z0-9_]", "_", name)
        if not re.match("[A-Za-z]", made):
            made = self._prefix + made.strip("_")
        made = made[:longest] if len(made) <= longest else made[: longest - _ROOM]
        unique, number = made, 1
        while any(one in self._taken or keyword.iskeyword(one) for one in names(unique)):
            number += 1
            unique = f"{made[: longest - _ROOM]}_{number}"
        self._taken.update(names(unique))
        return unique


def campaign_id(name: str, default: str, other: str) -> str:
    """Return an id for the campaign: small letters, digits and «-», another one than `other`."""
    made = re.sub("[^a-z0-9]+", "-", name.casefold()).strip("-")[:50] or default
    return made if made != other else f"{made}-2"
