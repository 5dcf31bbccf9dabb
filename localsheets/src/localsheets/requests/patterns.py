"""Regular expressions from requests, with bounded running time.

Google uses RE2, which is linear in time and knows neither look-around nor references. Python's engine backtracks, so
everything unknown to RE2 is refused as by Google, and a repeat within a repeat, which can run for ever, is refused as
well.
"""

import re
from re import _constants as opcodes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

from localsheets.errors import RequestFailed

_REPEATS = {opcodes.MAX_REPEAT, opcodes.MIN_REPEAT}
_UNKNOWN_TO_RE2 = {opcodes.ASSERT, opcodes.ASSERT_NOT, opcodes.GROUPREF, opcodes.GROUPREF_EXISTS}
MAX_PATTERN = 1000
_MANY = 10  # a repeat with a lower bound than this cannot run away by itself


def safe_pattern(source: str, flags: int) -> re.Pattern[str]:
    """Compile an expression. Raises RequestFailed if it is wrong, too long or too complex."""
    if len(source) > MAX_PATTERN:
        raise RequestFailed(f"find is longer than {MAX_PATTERN} characters")
    try:
        tree = parser.parse(source, flags)
        compiled = re.compile(source, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise RequestFailed(f"find is not a valid regular expression: {error}") from error
    _check(tree, inside=False)
    return compiled


def _check(tree: object, *, inside: bool) -> None:
    if not isinstance(tree, parser.SubPattern):
        return
    for opcode, argument in tree:
        if opcode in _UNKNOWN_TO_RE2:
            raise RequestFailed("find is not a valid regular expression: look-around and references are not known")
        if opcode in _REPEATS:
            _least, most, part = argument
            endless = most > _MANY
            if endless and inside:
                raise RequestFailed("find has a repeat within a repeat; this server does not run such expressions")
            _check(part, inside=inside or endless)
        else:
            for part in _parts(argument):
                _check(part, inside=inside)


def _parts(argument: object) -> list[object]:
    if isinstance(argument, parser.SubPattern):
        return [argument]
    if isinstance(argument, list | tuple):
        return [part for item in argument for part in _parts(item)]
    return []
