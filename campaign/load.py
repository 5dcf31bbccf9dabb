"""Reads the file of a campaign or of a roll-up. Every mistake comes with file, line, key and what is expected there."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import Node, ScalarNode

from campaign import consistency, rollup_checks, texts
from campaign.answer_types.numbers import thousands_or_fraction
from campaign.errors import CampaignFileError, FileMistake
from campaign.mistakes import FileKey, expected_words, false_alarm
from campaign.model import ITEM_KINDS, ROLLUP_KEY, Campaign, Rollup
from campaign.model.base import LONGEST_NUMBER
from campaign.texts import rollup as rollup_texts
from campaign.yaml_mistakes import ALIASES, TOO_DEEP, strange_indent, yaml_mistake

CONFIG_VARIABLE = "SVOD_CONFIG"
DEFAULT_PATH = "config.yaml"
LARGEST_FILE = 5_000_000
DEEPEST = 30
"""Levels of brackets and indents; a campaign has seven."""


def config_path(environ: Mapping[str, str]) -> Path:
    """Return the path of the campaign file, or of a folder of them: SVOD_CONFIG, else `config.yaml` here."""
    return Path(environ.get(CONFIG_VARIABLE) or DEFAULT_PATH)


def load_campaign(path: Path) -> Campaign:
    """Return the campaign of the file. Raises CampaignFileError with all mistakes that can be found at once."""
    found = load_file(path)
    if not isinstance(found, Campaign):
        raise CampaignFileError(path, (mistake_at(path, (ROLLUP_KEY,), rollup_texts.ROLLUP_NOT_HERE),))
    return found


def load_file(path: Path) -> Campaign | Rollup:
    """Return the campaign or the roll-up of the file. Raises CampaignFileError, as `load_campaign`."""
    text = _read(path)
    document = _parse(path, text)
    if not isinstance(document, CommentedMap):
        words = {type(None): texts.FILE_EMPTY, CommentedSeq: texts.FILE_IS_LIST}.get(type(document), texts.FILE_IS_TEXT)
        raise CampaignFileError(path, (FileMistake(1, 1, texts.WHOLE_FILE, words),))
    model = Rollup if ROLLUP_KEY in document else Campaign
    try:
        made = model.model_validate(_plain(document))
    except ValidationError as error:
        indent = strange_indent(text)
        if indent is not None:  # the keys are at places where nobody meant them
            raise CampaignFileError(path, (indent,)) from error
        raise CampaignFileError(
            path, tuple(_mistake(document, d, model) for d in error.errors() if not false_alarm(d))
        ) from error
    disagreements = consistency.mistakes(made) if isinstance(made, Campaign) else rollup_checks.mistakes(made)
    found = tuple(_disagreement(document, mistake) for mistake in disagreements)
    if found:
        raise CampaignFileError(path, found)
    return made


def mistake_at(path: Path, key: tuple[FileKey, ...], expected: str) -> FileMistake:
    """Return the mistake at the place of this key in a file that was read before. Raises CampaignFileError."""
    document = _parse(path, _read(path))
    return _at(document if isinstance(document, CommentedMap) else CommentedMap(), key, expected)


def value_place(path: Path, key: tuple[FileKey, ...]) -> tuple[int, int] | None:
    """Return line and column, from 0, where the value of this key stands; None if the file has no such key."""
    node = _parse(path, _read(path))
    for part in key[:-1]:
        if not isinstance(node, CommentedMap | CommentedSeq):
            return None
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return None
    if not isinstance(node, CommentedMap) or key[-1] not in node:
        return None
    line, column = node.lc.value(key[-1])
    return line, column


def _read(path: Path) -> str:
    def mistake(expected: str) -> CampaignFileError:
        return CampaignFileError(path, (FileMistake(1, 1, texts.WHOLE_FILE, expected),))

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise mistake(texts.FILE_LARGE.format(most=LARGEST_FILE // 1_000_000))
        return content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise mistake(texts.FILE_MISSING) from error
    except UnicodeDecodeError as error:
        raise mistake(texts.FILE_NOT_UTF8) from error
    except OSError as error:
        raise mistake(texts.FILE_UNREADABLE.format(why=_why(error))) from error


def _why(error: OSError) -> str:
    match error:
        case IsADirectoryError():
            return texts.FILE_IS_FOLDER
        case PermissionError():
            return texts.FILE_FORBIDDEN
    return texts.FILE_OTHER_FAULT.format(code=error.errno)


class _Plain(RoundTripConstructor):
    """Leaves dates and endless numbers as text: ruamel raises a bare ValueError on them, which names no key.

    Numbers like «1.000» too: whoever wrote one is asked what is meant.
    """

    def construct_day(self, node: ScalarNode) -> str:
        return str(self.construct_scalar(node))

    def construct_whole(self, node: ScalarNode) -> object:
        text = str(self.construct_scalar(node))
        return text if len(text) > LONGEST_NUMBER else self.construct_yaml_int(node)

    def construct_fraction(self, node: ScalarNode) -> object:
        text = str(self.construct_scalar(node))
        return text if thousands_or_fraction(text) else self.construct_yaml_float(node)


class _Bounded(Composer):
    """Refuses aliases, which a few lines can multiply to millions of values, and deep nesting, at their place."""

    depth = 0

    def compose_node(self, parent: object, index: object) -> Node:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            raise ComposerError(problem=ALIASES, problem_mark=event.start_mark)
        if self.depth > DEEPEST:
            raise ComposerError(problem=TOO_DEEP, problem_mark=event.start_mark)
        self.depth += 1
        try:
            return cast("Node", super().compose_node(parent, index))
        finally:
            self.depth -= 1


_Plain.add_constructor("tag:yaml.org,2002:float", _Plain.construct_fraction)
_Plain.add_constructor("tag:yaml.org,2002:timestamp", _Plain.construct_day)
_Plain.add_constructor("tag:yaml.org,2002:int", _Plain.construct_whole)


def _parse(path: Path, text: str) -> object:
    yaml = YAML(typ="rt")
    yaml.Composer = _Bounded
    yaml.Constructor = _Plain
    try:
        return yaml.load(StringIO(text))
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The bare built-in errors are the reader's, about a value that does not fit its tag («!!bool абв»).
        raise CampaignFileError(path, (yaml_mistake(error, text),)) from error


def _plain(node: object) -> object:
    """Return plain dicts and tuples: pydantic's strict mode takes no lists for tuples and no ruamel scalars."""
    match node:
        case CommentedMap():
            return {str(key): _plain(value) for key, value in node.items()}
        case CommentedSeq():
            return tuple(_plain(item) for item in node)
        case bool() | None:
            return node
        case str():
            return str(node)
        case int():
            return int(node)
        case float():
            return float(node)
        case _:
            return node


def _mistake(document: CommentedMap, details: ErrorDetails, model: type[Campaign | Rollup]) -> FileMistake:
    location: list[FileKey] = [part for part in details["loc"] if part not in ITEM_KINDS]
    key = details.get("ctx", {}).get("key")
    if key is not None:
        location.append(str(key))
    return _at(document, tuple(location), expected_words(details, model))


def _disagreement(document: CommentedMap, mistake: consistency.Mistake) -> FileMistake:
    words = mistake.expected
    if mistake.other is not None:
        words = words.replace("{line}", str(_at(document, mistake.other, "").line))
    return _at(document, mistake.location, words)


def _at(document: CommentedMap, location: tuple[FileKey, ...], expected: str) -> FileMistake:
    """Return the mistake at the deepest key of the location that the file has."""
    node: object = document
    line, column = 0, 0
    for part in location:
        try:
            if isinstance(node, CommentedMap) and part in node:
                line, column = node.lc.key(part)
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int):
                line, column = node.lc.item(part)
                node = node[part]
            else:
                break
        except (KeyError, IndexError, TypeError):
            break
    return FileMistake(line + 1, column + 1, _dotted(location), expected)


def _dotted(location: tuple[FileKey, ...]) -> str:
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or texts.WHOLE_FILE
