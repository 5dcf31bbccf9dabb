"""The log of access: `access.log` beside the database, one event a line, JSON, mode 600.

The server and the commands append to the same file, each line in one write. An event has the account's id and the kind
of address (this machine, the local network, elsewhere), and never a name, password, code or token.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

LOG = "access.log"
MOST_BYTES = 5_000_000  # then the file becomes access.log.1, in place of the one before


def record(database: Path, event: str, **facts: str | int | None) -> None:
    """Append an event to the log beside a database. Raises OSError."""
    path = database.with_name(LOG)
    if path.exists() and path.stat().st_size > MOST_BYTES:
        path.replace(path.with_name(f"{LOG}.1"))
    line: dict[str, str | int] = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "event": event}
    line.update({name: value for name, value in facts.items() if value is not None})
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, json.dumps(line).encode() + b"\n")
    finally:
        os.close(file)
