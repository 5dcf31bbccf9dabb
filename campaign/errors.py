"""Errors of the campaign boundary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.codes import AnswerCode
from campaign.problems import Problem


class CampaignError(Exception):
    """Base of all errors that `campaign` raises."""


@dataclass(frozen=True, slots=True)
class FileMistake:
    """One mistake in the campaign file: 1-based line and column, key, and what is expected there (Russian)."""

    line: int
    column: int
    key: str
    expected: str


class CampaignFileError(CampaignError):
    """The campaign file cannot be used. `str()` gives one line a mistake: `file:line:column: key: expected`."""

    def __init__(self, path: Path, mistakes: tuple[FileMistake, ...]) -> None:
        self.path = path
        self.mistakes = mistakes
        super().__init__("\n".join(f"{path}:{m.line}:{m.column}: {m.key}: {m.expected}" for m in self.mistakes))

    @classmethod
    def of(cls, several: Sequence[CampaignFileError]) -> CampaignFileError:
        """Return one error with the lines of several, at least one; `path` and `mistakes` are the first one's."""
        made = cls(several[0].path, several[0].mistakes)
        made.args = ("\n".join(str(one) for one in several),)
        return made


class CampaignNotChosenError(CampaignError):
    """A command is about one campaign, and it is not clear which. `str()` is Russian and lists them."""


class AnswerError(CampaignError):
    """An answer that cannot be read, or is outside its limits. Message and advice are Russian sentences."""

    def __init__(self, code: AnswerCode, message: str, advice: str = "") -> None:
        self.code = code
        self.message = message
        self.advice = advice
        super().__init__(f"{message} {advice}".strip())


class EntriesError(CampaignError):
    """A list in the form with problems of its own or of its entries; without any, a figure made of such a list."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.text for problem in problems))


class ExpressionError(CampaignError):
    """An expression of a rule that cannot be parsed; `str()` is a Russian sentence with what is expected."""
