"""A remark: one line of «Замечания», with all that a reader needs to act on it. Imported by `sync` alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from campaign import Problem
from campaign.problems import Level
from outbox.records import Json

MOVED_ROW = "moved_row"
"""Code of a row that the worker wrote anew elsewhere: nobody's, and nobody added it."""


class Remark(NamedTuple):
    """What is wrong in the spreadsheet, of whom, and what to do. A tuple, because there may be thousands.

    code:         stable name of the check: an answer's own error, a rule of the campaign file, or a name of `sync`
    level:        an error keeps figures out of the totals; a warning does not
    oktmo:        whose; None where the municipality is not known
    municipality: its name, or what stands in the row where it is not known
    receipt:      number of the receipt; "" for a row added by hand
    question:     question id; None for the row or the municipality as a whole
    title:        the question as the column names it; "" without one
    shown:        the value as it stands in the cell, shortened
    message:      what is wrong, Russian
    advice:       what to do, Russian
    reason:       the clerk's explanation, "" without one
    row:          1-based row of «Ответы» as of this read; None where there is no row
    """

    code: str
    level: Level
    oktmo: str | None
    municipality: str
    receipt: str
    question: str | None
    title: str
    shown: str
    message: str
    advice: str
    reason: str = ""
    row: int | None = None

    def to_json(self) -> dict[str, Json]:
        """As a status carries it to the form: code, level, question, title, shown, message, advice, reason."""
        return {
            "code": self.code,
            "level": self.level,
            "question": self.question,
            "title": self.title,
            "shown": self.shown,
            "message": self.message,
            "advice": self.advice,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose row a remark is about."""

    oktmo: str | None
    municipality: str
    receipt: str = ""
    row: int | None = None

    def remark(self, problem: Problem, title: str = "", reason: str = "") -> Remark:
        """The problem as a line of «Замечания»."""
        return Remark(
            code=problem.code,
            level=problem.level,
            oktmo=self.oktmo,
            municipality=self.municipality,
            receipt=self.receipt,
            question=problem.question,
            title=title,
            shown=problem.shown,
            message=problem.message,
            advice=problem.advice,
            reason=reason,
            row=self.row,
        )
