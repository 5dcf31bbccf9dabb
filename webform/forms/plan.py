"""What the campaign's form consists of, worked out once. Imports campaign alone.

Names of fields: a question's id; `reason:KEY` and `confirm:KEY` for what a rule asks; `asked` for the keys shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from campaign import Campaign, Question
from campaign.answers import PERSONAL_DATA

REASON = "reason:"
CONFIRM = "confirm:"
ASKED = "asked"
CHECKED = "checked"
TICKED = "yes"
"""What a set tick says, where it does not have to say for what it was set."""


class Plan:
    """The names that the form of a campaign knows.

    home: questions whose answers stay at home; figures: the numeric ones of the others
    single: fields that are sent once; several: repeated names; keys: whatever a reason or a tick may be given for
    """

    def __init__(self, campaign: Campaign) -> None:
        reasons = [rule.key for rule in campaign.rules if rule.ask == "reason"]
        ticks = [rule.key for rule in campaign.rules if rule.ask == "confirm"]
        texts = [q.id for q in campaign.sheet_questions if q.type in ("text", "long_text")]
        ticks += [personal_key(name) for name in (*texts, *(REASON + key for key in reasons))]
        self.several = frozenset(q.id for q in campaign.questions if q.answer_type.many)
        self.single = frozenset(
            (
                *(q.id for q in campaign.questions if q.id not in self.several),
                *(REASON + key for key in reasons),
                *(CONFIRM + key for key in ticks),
            )
        )
        self.keys = frozenset((*reasons, *ticks))
        self.questions: Mapping[str, Question] = campaign.by_id
        self.home = frozenset(q.id for q in campaign.home_questions)
        self.figures = tuple(q for q in campaign.sheet_questions if q.numeric)


def personal_key(field: str) -> str:
    """The key under which it is confirmed that a field holds no personal data."""
    return f"{PERSONAL_DATA}:{field}"
