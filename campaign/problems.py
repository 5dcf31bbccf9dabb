"""A problem: what a check found, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]
Ask = Literal["reason", "confirm"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a report or of a row.

    code:     stable name of the check: one of `campaign.codes`, or the id of a rule of the campaign file
    level:    an error stops the form and keeps the row out of the totals; a warning asks and goes on
    question: id of the question where it is shown; None for the report as a whole
    message:  what is wrong, one Russian sentence
    advice:   what to do, one or two Russian sentences
    shown:    the value as typed, shortened; "" when blank
    rule:     key of the clerk's reason or confirmation; None where nothing is asked
    ask:      what a warning asks for; None for an error
    tick:     the value that a confirmation must have: a digest of the personal data found; "" where any will do
    field:    the form's field that is wrong, of an entry of a list; "" for the question's own
    title:    entry and question of that field, for people
    """

    code: str
    level: Level
    question: str | None
    message: str
    advice: str
    shown: str = ""
    rule: str | None = None
    ask: Ask | None = None
    tick: str = ""
    field: str = ""
    title: str = ""

    @property
    def text(self) -> str:
        """Message and advice as one text."""
        return f"{self.message} {self.advice}".strip()
