"""The archive: a ZIP file. Its first member, `manifest.json`, names all others with size and SHA-256.

Its bytes are not trusted: the file's size comes first, then the number of members, then the manifest, and nothing is
unpacked that the manifest doesn't name or beyond the size it states. No member decides where it is written.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints, ValidationError

from campaign.zip_files import DAMAGED
from outbox.backup import texts
from outbox.backup.contents import Counts
from outbox.backup.errors import BackupError
from outbox.texts import reason as reason_of

MANIFEST = "manifest.json"
SECRET_KEY = "secret_key"  # noqa: S105 - a file's name
SPREADSHEET_ID = "spreadsheet_id"
SPREADSHEETS = "spreadsheets"
FOLDERS = ("files", "templates")
"""Folders of the data folder that go along with all that is in them; `templates`: those of the staff's own."""
DATABASES: Mapping[str, str] = {"sqlite": "outbox.db", "postgresql": "outbox.dump"}
"""The member with the database, by its kind."""

FORMAT = 1
MAX_BYTES = 2**31 - 1
"""Of the archive and of a member; a ZIP file without the 64-bit extension holds no more."""
MAX_UNPACKED = 2**32
MAX_MEMBERS = 10_000
MAX_MANIFEST = 1_000_000
MAX_SMALL = 10_000
"""Bytes of the secret key and of the spreadsheet's id."""

_CHUNK = 1 << 20
_END = struct.Struct("<4s4H2LH")
_NAMED = re.compile(rf"{SPREADSHEETS}/[a-z0-9][a-z0-9-]{{0,62}}")
"""Of several campaigns: a file with the id of the spreadsheet that the embedded server made for one."""
_FILE = re.compile(rf"(?:{'|'.join(FOLDERS)})(/[^/\\\x00-\x1f]{{1,200}}){{1,8}}")


Line = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A text that may be printed on a terminal."""


class Member(BaseModel):
    """A file of the archive."""

    model_config = ConfigDict(frozen=True)

    size: NonNegativeInt
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What the archive holds, in its own words.

    svod: version of the program; revision: of the tables; spreadsheets: ids of all that were filled or are set
    """

    model_config = ConfigDict(frozen=True)

    format: Literal["svod-backup"] = "svod-backup"
    format_version: int = FORMAT
    svod: Line
    revision: Annotated[str, StringConstraints(pattern="^[0-9]{4}$")]
    database: Literal["sqlite", "postgresql"]
    made_at: Annotated[AwareDatetime, Field(gt=datetime(2020, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
    campaigns: dict[Line, Counts]
    spreadsheets: list[Line]
    members: dict[str, Member] = {}


class Archive:
    """An archive that was opened and agrees with its manifest."""

    def __init__(self, path: Path, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._path = path
        self._file = file

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a new file of mode 600. Raises BackupError unless size and hash are the manifest's."""
        wanted, digest, size = self.manifest.members[name], hashlib.sha256(), 0
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            for chunk in self._chunks(name):
                digest.update(chunk)
                size += len(chunk)
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        self._compare(name, wanted, size, digest.hexdigest())

    def verify(self) -> None:
        """Read every member. Raises BackupError unless size and hash are the manifest's."""
        for name, wanted in self.manifest.members.items():
            digest, size = hashlib.sha256(), 0
            for chunk in self._chunks(name):
                digest.update(chunk)
                size += len(chunk)
            self._compare(name, wanted, size, digest.hexdigest())

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._file.open(name) as member:
                while chunk := member.read(_CHUNK):
                    yield chunk
        except DAMAGED as error:
            raise BackupError(texts.DAMAGED.format(path=self._path, what=name)) from error

    def _compare(self, name: str, wanted: Member, size: int, digest: str) -> None:
        if (size, digest) != (wanted.size, wanted.sha256):
            raise BackupError(texts.DAMAGED.format(path=self._path, what=name))


def pack(file: IO[bytes], manifest: Manifest, members: Mapping[str, Path]) -> Manifest:
    """Write the archive; return the manifest with its members. Raises BackupError for too large or too many files."""
    described = {name: _described(path) for name, path in members.items()}
    full = manifest.model_copy(update={"members": described})
    too_large = any(member.size > MAX_BYTES for member in described.values())
    if too_large or len(described) >= MAX_MEMBERS or sum(one.size for one in described.values()) > MAX_UNPACKED:
        raise BackupError(texts.TOO_LARGE_TO_PACK)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive:
            archive.writestr(MANIFEST, full.model_dump_json(indent=1))
            for name, path in members.items():
                archive.write(path, name)
    except zipfile.LargeZipFile as error:
        raise BackupError(texts.TOO_LARGE_TO_PACK) from error
    return full


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an archive until the block ends. Raises BackupError for any other, too large, newer or damaged file."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # reading from a pipe would wait for ever
            raise BackupError(texts.NOT_A_FILE.format(path=path))
        if found.st_size > MAX_BYTES:
            raise BackupError(texts.TOO_LARGE.format(path=path))
        opened = path.open("rb")
    except OSError as error:
        raise BackupError(texts.UNREADABLE.format(path=path, reason=reason_of(error))) from error
    with opened:
        try:
            _check_end(opened, found.st_size)
            archive = zipfile.ZipFile(opened)
            manifest = _manifest(archive)
        except DAMAGED as error:
            raise BackupError(texts.NO_BACKUP.format(path=path)) from error
        if manifest.format_version > FORMAT:
            raise BackupError(texts.NEWER_FORMAT.format(path=path, svod=manifest.svod))
        if not _agrees(archive, manifest):
            raise BackupError(texts.DISAGREES.format(path=path))
        yield Archive(path, archive, manifest)


@contextmanager
def written_file(target: Path) -> Iterator[Path]:
    """Give the name of a new, empty file of mode 600 that becomes `target` when the block ends without an exception."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in the folder last through a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _described(path: Path) -> Member:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Member(size=file.tell(), sha256=digest)


def _check_end(file: IO[bytes], size: int) -> None:
    """Raise BadZipFile unless the file ends as `pack` ends it, with no more members than the limit.

    `zipfile` makes an object of each member at once, so their number is checked before.
    """
    before = 20  # bytes of a locator of the 64-bit extension, which would override what is looked at here
    file.seek(max(0, size - _END.size - before))
    tail = file.read()
    if len(tail) < _END.size or tail[: -_END.size].startswith(b"PK\x06\x07"):
        raise zipfile.BadZipFile
    signature, disk, first, here, members, directory, _, comment = _END.unpack(tail[-_END.size :])
    if signature != b"PK\x05\x06" or disk or first or here != members or comment or members > MAX_MEMBERS:
        raise zipfile.BadZipFile
    if directory > members * 4000:
        raise zipfile.BadZipFile
    file.seek(0)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    info = archive.getinfo(MANIFEST) if MANIFEST in archive.namelist() else None
    if info is None or info.file_size > MAX_MANIFEST or not _plain(info):
        raise zipfile.BadZipFile
    try:
        return Manifest.model_validate_json(archive.read(info))
    except ValidationError as error:
        raise zipfile.BadZipFile from error


def _agrees(archive: zipfile.ZipFile, manifest: Manifest) -> bool:
    infos = [info for info in archive.infolist() if info.filename != MANIFEST]
    sizes = {info.filename: info.file_size for info in infos}
    return (
        len(sizes) == len(infos) == len(archive.infolist()) - 1
        and all(map(_plain, infos))
        and sizes == {name: member.size for name, member in manifest.members.items()}
        and sum(sizes.values()) <= MAX_UNPACKED
        and DATABASES[manifest.database] in sizes
        and all(_known(name, size, manifest) for name, size in sizes.items())
    )


def _plain(info: zipfile.ZipInfo) -> bool:
    """Return True for a member that is neither encrypted nor packed in an unusual way."""
    return not info.flag_bits & 1 and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def _known(name: str, size: int, manifest: Manifest) -> bool:
    if name in (SECRET_KEY, SPREADSHEET_ID) or _NAMED.fullmatch(name):
        return size <= MAX_SMALL
    if name == DATABASES[manifest.database]:
        return True
    return bool(_FILE.fullmatch(name)) and not {".", ".."} & set(name.split("/"))
