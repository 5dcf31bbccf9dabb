"""Regular expressions from outside, run by RE2 as at Google: linear in time; look-around and references are unknown."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

import re2  # type: ignore[import-untyped]

from localsheets.errors import RequestFailed

MAX_PATTERN = 2000
MAX_SECONDS = 5.0
"""Processor time of one replacement: each search is linear, but each further match of a cell begins a new one."""


class Match(Protocol):
    """The part of a match that is used."""

    def start(self) -> int: ...
    def end(self) -> int: ...
    def __getitem__(self, group: int) -> str | None: ...


class Pattern(Protocol):
    """The part of a compiled expression that is used."""

    @property
    def pattern(self) -> str: ...
    @property
    def groups(self) -> int: ...
    def search(self, text: str) -> Match | None: ...
    def finditer(self, text: str) -> Iterator[Match]: ...


def compiled(source: str, *, match_case: bool = True) -> Pattern:
    """Compile an expression. Raises RequestFailed with a sentence if RE2 does not know it or it is too long."""
    if len(source) > MAX_PATTERN:
        raise RequestFailed(f"a pattern has at most {MAX_PATTERN} characters")
    options = re2.Options()
    options.case_sensitive = match_case
    options.log_errors = False
    try:
        return cast(Pattern, re2.compile(source, options))
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0]
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise RequestFailed(f"this is not a valid regular expression (RE2): {reason}") from error


def literal(text: str) -> str:
    """Return the expression that matches a text as it is."""
    return str(re2.escape(text))


class Replacer:
    """Replaces all matches of a pattern. The template names groups as Google does: `$1`."""

    def __init__(self, pattern: Pattern, template: Sequence[str | int], most: int) -> None:
        self._pattern, self._template, self._most = pattern, template, most
        self._until = time.thread_time() + MAX_SECONDS

    def replace(self, text: str) -> tuple[str, int]:
        """Return (the text with every match replaced, number of matches).

        Raises RequestFailed for a result of more than `most` characters, and when all texts together take too long.
        """
        parts: list[str] = []
        end = count = length = 0
        for found in self._pattern.finditer(text):
            count += 1
            parts.append(text[end : found.start()])
            parts += [part if isinstance(part, str) else found[part] or "" for part in self._template]
            length += sum(map(len, parts[-len(self._template) - 1 :]))
            end = found.end()
            if length > self._most:
                raise RequestFailed(f"a replaced text would have more than {self._most} characters")
            if time.thread_time() > self._until:
                raise RequestFailed(f"find matches too often in long texts: it took more than {MAX_SECONDS:g} seconds")
        return "".join([*parts, text[end:]]), count


def template_of(replacement: str, groups: int) -> list[str | int]:
    """Split `a$1b` into `["a", 1, "b"]`. Raises RequestFailed for a group that the pattern does not have."""
    template: list[str | int] = []
    for at, part in enumerate(re.split(r"\$(\d)", replacement)):
        template.append(int(part) if at % 2 else part)
        if at % 2 and int(part) > groups:
            raise RequestFailed(f"replacement names the group ${part}, which find does not have")
    return template
