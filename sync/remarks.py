"""A remark: one line of «Замечания», with all that a reader needs to act on it, and the key that it keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaign import Problem
from campaign.problems import Level
from outbox.records import Json

KEY_PREFIX = "З-"
KEY_SIGNS = 6
KEY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look alike."""
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


def remark_keys(remarks: Sequence[Remark]) -> list[str]:
    """The key of each remark, such as «З-7KQ2MD»: the same for the same problem of the same row at every refresh.

    Made of the code, the receipt (one submission has one) or the municipality of a manual row, and the question; equal
    ones are numbered in their order, since row numbers change when staff sort.
    """
    taken: set[str] = set()
    keys = []
    for remark in remarks:
        number = 0
        while (key := _key(remark, number)) in taken:
            number += 1
        taken.add(key)
        keys.append(key)
    return keys


def _key(remark: Remark, number: int) -> str:
    of_what = remark.receipt or f"{remark.oktmo or ''} {remark.municipality}"
    digest = hashlib.sha256(
        "\x1f".join((remark.code, of_what, remark.question or "", str(number))).encode(errors="replace")
    )
    value = int.from_bytes(digest.digest()[:8])
    signs = ""
    for _ in range(KEY_SIGNS):
        value, rest = divmod(value, len(KEY_LETTERS))
        signs += KEY_LETTERS[rest]
    return KEY_PREFIX + signs
