"""Copies of the outbox that a purge of its tables does not reach: archives of `backup`, outboxes that were put aside.

All of them hold contacts: one that was made before a purge holds also those which the purge destroyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outbox.backup import texts
from outbox.backup.archive import open_archive
from outbox.backup.errors import BackupError
from outbox.texts import reason

USUAL_FOLDER = Path("/var/backups/svod")
"""Where the timer of `deploy/` puts archives."""
_DATED = re.compile(r"(?:svod|outbox-before-restore|outbox-copied)-(\d{4}-\d\d-\d\d-\d{6})(?:-\d+)?\.(?:db|zip)")


@dataclass(frozen=True, slots=True)
class OldCopy:
    """made_at: aware, from the name that our commands gave it, else from its manifest."""

    path: Path
    made_at: datetime

    def delete(self) -> None:
        """Delete it, with what SQLite keeps beside it. Raises OSError."""
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.path.unlink()


def old_copies(folders: Iterable[Path]) -> list[OldCopy]:
    """Return the copies in these folders, oldest first. Raises BackupError for a folder that cannot be read."""
    found: dict[Path, OldCopy] = {}
    for folder in folders:
        try:
            paths = sorted(folder.resolve().iterdir())
        except OSError as error:
            raise BackupError(texts.FOLDER_UNREAD.format(path=folder, reason=reason(error))) from error
        for path in paths:
            made_at = _made_at(path) if path.is_file() and not path.is_symlink() else None
            if made_at is not None:
                found[path] = OldCopy(path, made_at)
    return sorted(found.values(), key=lambda copy: copy.made_at)


def _made_at(path: Path) -> datetime | None:
    """Return when a copy was made, None for a file that is none."""
    named = _DATED.fullmatch(path.name)
    if named:
        try:
            return datetime.strptime(named[1], "%Y-%m-%d-%H%M%S").astimezone()
        except ValueError:
            return None
    if path.suffix != ".zip":
        return None
    try:
        with open_archive(path) as archive:
            return archive.manifest.made_at
    except BackupError:
        return None
