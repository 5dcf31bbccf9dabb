"""Reading the campaign file: every mistake with its file, line, key and what is expected. Imported by `campaign`."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from campaign import consistency, texts
from campaign.errors import CampaignFileError, FileMistake
from campaign.mistakes import FileKey, expected_words
from campaign.model import QUESTION, TABLE, Campaign

CONFIG_VARIABLE = "SVOD_CONFIG"
DEFAULT_PATH = "config.yaml"
LARGEST_FILE = 5_000_000


def config_path(environ: Mapping[str, str]) -> Path:
    """Where the campaign file is: SVOD_CONFIG, else `config.yaml` in the working folder."""
    return Path(environ.get(CONFIG_VARIABLE) or DEFAULT_PATH)


def load_campaign(path: Path) -> Campaign:
    """The campaign of the file. Raises CampaignFileError with all mistakes that can be told at once."""
    document = _parse(path, _read(path))
    if not isinstance(document, CommentedMap):
        raise CampaignFileError(path, (FileMistake(1, 1, texts.WHOLE_FILE, texts.FILE_EMPTY),))
    try:
        campaign = Campaign.model_validate(_plain(document))
    except ValidationError as error:
        raise CampaignFileError(path, tuple(_mistake(document, details) for details in error.errors())) from error
    found = tuple(_at(document, mistake.location, mistake.expected) for mistake in consistency.mistakes(campaign))
    if found:
        raise CampaignFileError(path, found)
    return campaign


def _read(path: Path) -> str:
    def mistake(expected: str) -> CampaignFileError:
        return CampaignFileError(path, (FileMistake(1, 1, texts.WHOLE_FILE, expected),))

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE)
        return content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise mistake(texts.FILE_MISSING) from error
    except UnicodeDecodeError as error:
        raise mistake(texts.FILE_NOT_UTF8) from error
    except OSError as error:
        raise mistake(texts.FILE_UNREADABLE.format(why=error.strerror)) from error


class _PlainTimes(RoundTripConstructor):
    """Leaves dates as text: ruamel raises a bare ValueError on 2023-13-01, and we name the key instead."""

    def construct_day(self, node: ScalarNode) -> str:
        return str(self.construct_scalar(node))


_PlainTimes.add_constructor("tag:yaml.org,2002:timestamp", _PlainTimes.construct_day)


def _parse(path: Path, text: str) -> object:
    yaml = YAML(typ="rt")
    yaml.Constructor = _PlainTimes
    try:
        return yaml.load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        duplicate = isinstance(error, DuplicateKeyError)
        why = texts.YAML_DUPLICATE if duplicate else texts.YAML_BROKEN.format(why=error.problem or "")
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise CampaignFileError(path, (FileMistake(line, column, texts.WHOLE_FILE, why),)) from error
    except (YAMLError, ValueError, RecursionError) as error:
        why = texts.YAML_BROKEN.format(why=type(error).__name__)
        raise CampaignFileError(path, (FileMistake(1, 1, texts.WHOLE_FILE, why),)) from error


def _plain(node: object) -> object:
    """Plain dicts and tuples: pydantic's strict mode takes no lists for tuples and no ruamel scalars."""
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


def _mistake(document: CommentedMap, details: ErrorDetails) -> FileMistake:
    location: list[FileKey] = [part for part in details["loc"] if part not in (QUESTION, TABLE)]
    key = details.get("ctx", {}).get("key")
    if key is not None:
        location.append(str(key))
    return _at(document, tuple(location), expected_words(details))


def _at(document: CommentedMap, location: tuple[FileKey, ...], expected: str) -> FileMistake:
    """The mistake at its place: the deepest key of the location that the file really has."""
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
