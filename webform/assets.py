"""The form's own style, script and icon: read once, packed once, named by their content. Imports nothing of ours."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PACKED_FROM = 200
"""Bytes from which packing is worth its header."""


@dataclass(frozen=True, slots=True)
class Asset:
    name: str
    type: str
    digest: str
    content: bytes
    packed: bytes | None


class Assets:
    """All files of the static folder by name."""

    def __init__(self, files: dict[str, Asset]) -> None:
        self.files = files

    def url(self, name: str) -> str:
        """The address of an asset; changes with its content, so that it may be kept for ever."""
        return f"/static/{name}?v={self.files[name].digest}"


def read_assets(folder: Path = FOLDER) -> Assets:
    """Every file of a known type in the folder, packed. Raises OSError."""
    files: dict[str, Asset] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in TYPES:
            content = path.read_bytes()
            packed = gzip.compress(content, 9, mtime=0) if len(content) >= PACKED_FROM else None
            digest = hashlib.sha256(content).hexdigest()[:12]
            files[path.name] = Asset(path.name, TYPES[path.suffix], digest, content, packed)
    return Assets(files)
