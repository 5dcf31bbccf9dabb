"""Links to pages, one a line."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, strings
from campaign.errors import AnswerError
from campaign.values import Json, Typed, Value, WrittenCell

LINK_LENGTH = 2000
MOST_LINKS = 100
_HOST = re.compile(r"(?=.{1,253}$)[^\s.:@/\\\"<>]+(\.[^\s.:@/\\\"<>]+)+")
_BREAKS = re.compile(r"[\r\n]+")
_BLANK = re.compile(r"\s")
_SHOWN = 60


class Links(AnswerType):
    name = "links"
    accepts = frozenset({"max_items"})

    def parse(self, question: Question, text: str) -> Value:
        lines = [line.strip() for line in _BREAKS.split(text)]
        links = tuple(dict.fromkeys(check_link(line) for line in lines if line))
        limit = question.max_items or MOST_LINKS
        if len(links) > limit:
            raise AnswerError("too_many_items", *texts.too_many_items(len(links), limit))
        return links

    def write_cell(self, question: Question, value: Value) -> WrittenCell:
        return self.shown(question, value)

    def to_json(self, value: Value) -> Json:
        return list(value) if isinstance(value, tuple) else [str(value)]

    def read_json(self, stored: Json) -> Value:
        if isinstance(stored, list):
            return strings(stored)
        raise TypeError(f"{self.name} reads no {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        return self.shown(question, value)

    def shown(self, question: Question, value: Value) -> str:
        return "\n".join(value) if isinstance(value, tuple) else str(value)


def check_link(line: str) -> str:
    """The link itself, when it is the address of a page. Raises AnswerError."""
    if len(line) > LINK_LENGTH:
        raise AnswerError("link_too_long", *texts.link_too_long(len(line), LINK_LENGTH))
    try:
        parts = urlsplit(line)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise _refusal(line) from error
    if (
        parts.scheme.lower() not in ("http", "https")
        or not host
        or not _HOST.fullmatch(host)
        or _BLANK.search(line)
        or "@" in parts.netloc
    ):
        raise _refusal(line)
    return line


def _refusal(line: str) -> AnswerError:
    shown = line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
    return AnswerError("not_a_link", texts.NOT_A_LINK.format(shown=shown), texts.LINK_ADVICE)
