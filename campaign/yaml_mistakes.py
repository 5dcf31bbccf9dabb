"""The YAML reader's complaints in Russian words, at the place to be mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.tokens import TagToken

from campaign import texts
from campaign.errors import FileMistake

ALIASES, TOO_DEEP = "an alias", "nested too deep"
"""The complaints of our own reading of the file, beside those of the library."""

# The reader's words, what to do, and where the mistake is: True for the beginning of what it was reading (a bracket, a
# quotation mark, a key), False for the place where it gave up.
_COMPLAINTS: tuple[tuple[re.Pattern[str], str, bool], ...] = tuple(
    (re.compile(complaint), words, at_the_beginning)
    for complaint, words, at_the_beginning in (
        (r"found duplicate key", texts.YAML_DUPLICATE, False),
        (r"found character '\\t'", texts.YAML_TAB, False),
        (r"could not find expected ':'", texts.YAML_COLON, True),
        (r"quoted scalar\|found unexpected", texts.YAML_QUOTE, True),
        (r"found unknown escape|expected escape sequence", texts.YAML_ESCAPE, False),
        (r"expected ',' or|flow node\|expected the node content", texts.YAML_BRACKET, True),
        (r"mapping values are not allowed", texts.YAML_MAPPING, False),
        (r"sequence entries are not allowed", texts.YAML_DASH, False),
        (r"expected <block end>", texts.YAML_INDENT, False),
        (TOO_DEEP, texts.YAML_DEPTH, False),
        (r"found character|alias|anchor|tag\b", texts.YAML_SIGN, False),
        (r"single document|document start|document separator", texts.YAML_DOCUMENTS, False),
    )
)
_MAYBE_A_QUOTE = frozenset(
    (texts.YAML_COLON, texts.YAML_QUOTE, texts.YAML_BRACKET, texts.YAML_MAPPING, texts.YAML_INDENT, texts.YAML_OTHER)
)
_OPENING = re.compile(r"""(?:^|[:,\[{]|^\s*-)\s*(["'])|(?:^|\s)#""")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'(?:[^']|'')*'")
# Before a key or an item of a list; further lines of a text may begin with anything.
_STRANGE_INDENT = re.compile(
    r"""^[ ]*([\u00a0\u2000-\u200a\u202f\u205f\u3000])\s*(?:-\s|[\w"'<]+\s*:(?:\s|$))""", re.MULTILINE
)
_KEY = re.compile(r'found duplicate key "(.*?)"(?: with value|$)', re.DOTALL)


def yaml_mistake(error: Exception, text: str) -> FileMistake:
    """Return the mistake behind the reader's error. text: of the file."""
    indent = strange_indent(text)
    if indent is not None:
        return indent
    if isinstance(error, ReaderError) and isinstance(error.position, int):
        before = text[: error.position]
        return _mistake(before.count("\n") + 1, len(before) - before.rfind("\n"), texts.YAML_CHARACTER)
    if isinstance(error, RecursionError):
        return _mistake(1, 1, texts.YAML_DEPTH)
    if not isinstance(error, MarkedYAMLError):
        return _mistaken_tag(text)
    complaint_text = f"{error.context or ''}|{error.problem or ''}"
    words, at_the_beginning = next(
        ((words, there) for complaint, words, there in _COMPLAINTS if complaint.search(complaint_text)),
        (texts.YAML_OTHER, False),
    )
    if words in _MAYBE_A_QUOTE:
        # The reader takes everything up to the next quotation mark for one text, and stumbles over the rest.
        last = (error.problem_mark or error.context_mark).line
        opened = _open_quote(text.splitlines()[: last + 1])
        if opened is not None:
            return _mistake(*opened, texts.YAML_QUOTE)
    if words == texts.YAML_INDENT and _follows_quote(text, error.problem_mark):
        words = texts.YAML_AFTER_QUOTE
    mark = error.context_mark if at_the_beginning and error.context_mark else error.problem_mark or error.context_mark
    if words == texts.YAML_DUPLICATE:
        key = _KEY.search(error.problem or "")
        words = words.format(key=key[1] if key else "")
    elif words == texts.YAML_SIGN:
        words = words.format(sign=_sign_at(text, mark))
    return _mistake(mark.line + 1, mark.column + 1, words) if mark else _mistake(1, 1, words)


def strange_indent(text: str) -> FileMistake | None:
    """Return the first blank before a key that only looks like a space, as text editors make them; None without one."""
    found = _STRANGE_INDENT.search(text)
    if found is None:
        return None
    sign = texts.YAML_SPACES.get(found[1], texts.YAML_SPACE_OTHER)
    line = text.count("\n", 0, found.start(1)) + 1
    column = found.start(1) - text.rfind("\n", 0, found.start(1))
    return _mistake(line, column, texts.YAML_SPACE.format(sign=sign))


def _open_quote(lines: Sequence[str]) -> tuple[int, int] | None:
    """Return line and column, from 1, of the first text in quotation marks that does not end in its line."""
    for number, line in enumerate(lines, 1):
        place = 0
        while (opened := _OPENING.search(line, place)) and opened[1]:  # a comment has no texts
            text = (_DOUBLE if opened[1] == '"' else _SINGLE).match(line, opened.start(1))
            if text is None:
                return number, opened.start(1) + 1
            place = text.end()
    return None


def _follows_quote(text: str, mark: StringMark | None) -> bool:
    """Return True if a text in quotation marks has ended in the same line before this place."""
    lines = text.splitlines()
    return mark is not None and mark.line < len(lines) and lines[mark.line][: mark.column].rstrip()[-1:] in ("'", '"')


def _mistaken_tag(text: str) -> FileMistake:
    """Return a mistake at the first tag of the file: for a value that does not fit its tag the reader has no place."""
    tag = next((token for token in YAML(typ="rt").scan(StringIO(text)) if isinstance(token, TagToken)), None)
    if tag is None:
        return _mistake(1, 1, texts.YAML_OTHER)
    return _mistake(tag.start_mark.line + 1, tag.start_mark.column + 1, texts.YAML_SIGN.format(sign="!"))


def _sign_at(text: str, mark: StringMark | None) -> str:
    """Return the sign that YAML reads as its own."""
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return ""
    here = lines[mark.line][: mark.column + 1]
    # The reader's mark for an anchor or a tag is behind its sign.
    return here[-2] if here[-2:-1] in ("!", "&") else here[-1:]


def _mistake(line: int, column: int, why: str) -> FileMistake:
    return FileMistake(line, column, texts.WHOLE_FILE, texts.YAML_BROKEN.format(why=why))
