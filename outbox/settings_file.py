"""The settings of an installation as a file: `NAME=value` a line, read by every process and command at its start.

It is the file that SVOD_ENV names, else `svod.env` in the folder of the program, else the one of the units of
`deploy/`, so that a command typed in any session acts on the installation that runs. A variable that the environment
has wins. Since secrets stand in the file, it is refused if others may read it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from outbox import texts
from outbox.errors import OutboxSettingsError

VARIABLE = "SVOD_ENV"
FOLDER = Path(__file__).resolve().parents[1]
DEFAULTS = (FOLDER / "svod.env", Path("/etc/svod/svod.env"))
MAX_BYTES = 100_000
PATHS = ("DATA_DIR", "SVOD_CONFIG", "GOOGLE_APPLICATION_CREDENTIALS")
"""In the file a relative path begins at the file's folder, wherever the command is typed."""

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_QUOTED = re.compile(r"""(["'])(.*)\1""")


def settings_path(environ: Mapping[str, str]) -> Path | None:
    """Return the path of the settings file; None if there is none. An empty SVOD_ENV means none."""
    given = environ.get(VARIABLE)
    if given is not None:
        return Path(given) if given else None
    return next((path for path in DEFAULTS if os.path.lexists(path)), None)


def load_settings(environ: MutableMapping[str, str]) -> None:
    """Add the variables of the settings file that the environment lacks. Raises OutboxSettingsError."""
    path = settings_path(environ)
    if path is None:
        return
    for name, value in read_settings_file(path).items():
        environ.setdefault(name, value)
    environ[VARIABLE] = str(path.absolute())  # processes that are started from here read the same one


def read_settings_file(path: Path) -> dict[str, str]:
    """Return the names and values of the file. Raises OutboxSettingsError."""
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            if stat.st_mode & 0o077:
                raise OutboxSettingsError(texts.SETTINGS_OPEN.format(path=path))
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise OutboxSettingsError(texts.SETTINGS_UNREADABLE.format(path=path, reason=texts.reason(error))) from error
    if len(content) > MAX_BYTES:
        raise OutboxSettingsError(texts.SETTINGS_TOO_LONG.format(path=path, limit=MAX_BYTES))
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise OutboxSettingsError(texts.SETTINGS_NO_TEXT.format(path=path)) from error
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        matched = _LINE.fullmatch(line)
        if matched is None:
            raise OutboxSettingsError(texts.SETTINGS_LINE.format(path=path, line=number))
        name, value = matched.groups()
        quoted = _QUOTED.fullmatch(value)
        value = quoted[2] if quoted else value
        found[name] = str(path.absolute().parent / value) if name in PATHS and value else value
    return found
