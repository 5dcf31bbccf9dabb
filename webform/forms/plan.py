"""The names of the form's fields, worked out once a campaign.

A field is named by the question's id; the answer to a prompt by `reason:KEY` or `confirm:KEY`; `asked` repeats the keys
of the prompts that the page shows, `visible` the places with a condition (`campaign.rules.Condition`) that it shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from campaign import Campaign, Question
from campaign.answers import PERSONAL_DATA

REASON = "reason:"
CONFIRM = "confirm:"
ASKED = "asked"
CHECKED = "checked"
VISIBLE = "visible"
TAKEN_AWAY = "-"
"""Before the key of the entry of a list that was taken away last."""
TICKED = "yes"
"""Value of a checked confirmation box that is not bound to specific content."""


ENTRY_PARTS = 3
"""Of the name of an entry's field: list, key, question."""


class Plan:
    """The field names of a campaign's form.

    home:    ids of the questions with answers that never reach the spreadsheet
    figures: the numeric questions among the others
    uploads: ids of the questions with files, which no field of the form holds
    single:  names that are sent once
    several: names that are repeated, once a value
    lists:   id of a list → the questions of an entry; True for those with repeated names
    keys:    keys of everything that a clerk may explain or confirm
    places:  the places that are asked under a condition
    """

    def __init__(self, campaign: Campaign) -> None:
        reasons = [rule.key for rule in campaign.rules if rule.ask == "reason"]
        ticks = [rule.key for rule in campaign.rules if rule.ask == "confirm"]
        free = ("text", "long_text")
        texts = [q.id for q in campaign.sheet_questions if q.type in free]
        texts += [
            q.id for q in campaign.questions if q.entries and any(one.type in free for one in q.entries.questions)
        ]
        ticks += [personal_key(name) for name in (*texts, *(REASON + key for key in reasons))]
        self.uploads = frozenset(q.id for q in campaign.questions if q.answer_type.uploaded)
        self.several = frozenset(q.id for q in campaign.questions if q.answer_type.many)
        self.lists: Mapping[str, Mapping[str, bool]] = {
            q.id: {one.id: one.answer_type.many for one in q.entries.questions}
            for q in campaign.questions
            if q.entries is not None
        }
        self.single = frozenset(
            (
                *(q.id for q in campaign.questions if q.id not in self.several | self.uploads and q.asked),
                *(REASON + key for key in reasons),
                *(CONFIRM + key for key in ticks),
            )
        )
        self.keys = frozenset((*reasons, *ticks))
        self.places = frozenset(one.place for conditions in campaign.conditions.values() for one in conditions)
        self.questions: Mapping[str, Question] = campaign.by_id
        self.home = frozenset(q.id for q in campaign.home_questions)
        self.figures = tuple(q for q in campaign.sheet_questions if q.numeric)

    def is_repeated(self, name: str, keys: Mapping[str, Collection[str]]) -> bool | None:
        """Return True for a repeated name, False for one that is sent once, None for one that the form does not have.

        keys: id of a list → the keys of its entries
        """
        if name in self.single:
            return False
        if name in self.several:
            return True
        parts = name.split(".")
        if len(parts) != ENTRY_PARTS or parts[1] not in keys.get(parts[0], ()):
            return None
        return self.lists[parts[0]].get(parts[2])


def personal_key(field: str) -> str:
    """Return the key of the confirmation that a field holds no personal data."""
    return f"{PERSONAL_DATA}:{field}"
