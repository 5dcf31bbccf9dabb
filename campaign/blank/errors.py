"""Errors of blanks, in words for the clerk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.errors import CampaignError


@dataclass(frozen=True, slots=True)
class BlankMistake:
    """What is wrong with one cell. cell: «D7»; "" for the file as a whole; words: Russian, with what to do."""

    cell: str
    words: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.words}" if self.cell else self.words


class BlankError(CampaignError):
    """A blank cannot be made, or a file is not taken. `mistakes` holds at least one."""

    def __init__(self, mistakes: Sequence[BlankMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def refused(words: str) -> BlankError:
    """Return the error of a file that is refused as a whole."""
    return BlankError([BlankMistake("", words)])
