"""A problem: what is wrong with one answer, with a stable code. Imported by anyone."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]
Ask = Literal["reason", "confirm"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and what to do.

    code:     stable name of the check (`not_whole`, or the id of a rule of the campaign file)
    level:    an error stops the form and excludes the row; a warning asks and goes on
    question: id of the question where it is shown; None for the report as a whole
    message:  what is wrong, one Russian sentence
    advice:   what to do, one or two Russian sentences
    shown:    the value as the person wrote it, shortened; "" when blank
    rule:     key under which the clerk's reason is kept (rules only)
    ask:      what a warning asks for; None for an error
    tick:     what a confirmation has to say: the digest of what was found in a text; "" where any confirmation will do
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

    @property
    def text(self) -> str:
        """Message and advice as one text."""
        return f"{self.message} {self.advice}".strip()
