"""A remark: one line of «Замечания», with all that a reader needs to act on it, and the key that it keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from campaign import Problem
from campaign.codes import RowCode
from campaign.problems import Level
from outbox.records import PublishedRemark

KEY_PREFIX = "З-"
KEY_SIGNS = 6
KEY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look alike."""
OUTLIERS = frozenset({RowCode.OUTLIER, RowCode.GROUP_OUTLIER, RowCode.OWN_OUTLIER})
"""Codes of figures that only look unusual: if they are right, nothing is to be done."""
_ROW_CODES = frozenset(RowCode)

Origin = Literal["submitted", "spreadsheet"]
"""Where a mistake was made: by the municipality, which submitted it so, or in the spreadsheet."""


class Remark(NamedTuple):
    """A problem of one row or municipality, as «Замечания» shows it. A tuple, because there may be thousands.

    code:         stable name of the check: an answer's own error, a rule of the campaign file, or a name of `sync`
    level:        an error keeps figures out of the totals; a warning does not
    oktmo:        code of the municipality; None where it is not known
    municipality: its name, or the text of the row's cell where it is not known
    receipt:      number of the receipt; "" for a manual row
    question:     question id; None for the row or the municipality as a whole
    title:        the figure or question that the remark is about; "" without one
    shown:        the content of the cell, shortened
    message:      what is wrong, Russian; does not repeat title and shown
    advice:       what to do, Russian
    reason:       the clerk's explanation, "" without one
    row:          1-based row of «Ответы» as of this read; None where there is no row
    subject:      submission ID, or the key of a manual row (`sync.counting.manual_rows`); "" where the remark is about
                  neither
    origin:       whether the municipality submitted it so, or it was made in the spreadsheet
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
    subject: str = ""
    origin: Origin = "spreadsheet"

    @property
    def asks_clerk(self) -> bool:
        """True if the municipality has something to do about it: answer, correct, or ask the ministry.

        A figure that only looks unusual asks for nothing, nor does a problem of answers that the ministry wrote.
        """
        if self.code in OUTLIERS:
            return False
        return self.origin == "submitted" or self.code in _ROW_CODES

    @property
    def identity(self) -> tuple[str, str, str]:
        """Code, subject, and question (or column): equal at every refresh that finds the same problem.

        Two remarks of one refresh may share it only where a rule of the campaign file has the name of a built-in check.
        """
        return self.code, self.subject, self.question or self.title

    def published(self, key: str, accepted: frozenset[str]) -> PublishedRemark:
        """Return the remark as a status carries it to form and desk. accepted: keys of those that staff accepted"""
        return PublishedRemark(
            code=self.code,
            level=self.level,
            question=self.question,
            title=self.title,
            shown=self.shown,
            body=self.message,
            advice=self.advice,
            reason=self.reason,
            asks=self.asks_clerk,
            key=key,
            accepted=key in accepted,
        )


@dataclass(frozen=True, slots=True)
class RowRef:
    """The row that a remark is about: its municipality, receipt, number and key. Fields as those of `Remark`."""

    oktmo: str | None
    municipality: str
    receipt: str = ""
    row: int | None = None
    subject: str = ""

    def remark(self, problem: Problem, title: str = "", reason: str = "", origin: Origin = "spreadsheet") -> Remark:
        """Return the problem as a line of «Замечания»."""
        return Remark(
            code=str(problem.code),
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
            subject=self.subject,
            origin=origin,
        )


def remark_keys(remarks: Sequence[Remark]) -> list[str]:
    """Return the key of each remark, such as «З-7KQ2MD»: the same for one problem of one row at every refresh.

    Made of `Remark.identity`, or of the municipality where the remark is about no row. Equal ones are numbered in their
    order.
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
    code, subject, question = remark.identity
    words = (code, subject or remark.oktmo or remark.municipality, question, str(number))
    digest = hashlib.sha256("\x1f".join(words).encode(errors="replace"))
    value = int.from_bytes(digest.digest()[:8])
    signs = ""
    for _ in range(KEY_SIGNS):
        value, rest = divmod(value, len(KEY_LETTERS))
        signs += KEY_LETTERS[rest]
    return KEY_PREFIX + signs
