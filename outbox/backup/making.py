"""`python -m outbox backup FILE`: one archive with database, secret key and ids of the spreadsheets, verified."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy.engine import make_url

from outbox.backup import archive, postgresql, sqlite, texts
from outbox.backup.archive import DATABASES, FOLDERS, SECRET_KEY, SPREADSHEET_ID, SPREADSHEETS, Manifest
from outbox.backup.contents import Contents
from outbox.backup.errors import BackupError
from outbox.environment import data_dir, database_url
from outbox.texts import reason as reason_of

_ADDRESS = re.compile(r".*/spreadsheets/d/([A-Za-z0-9_-]+).*")
"""A whole address, which the worker takes for the spreadsheet's id too."""


def write_backup(environ: Mapping[str, str], target: Path) -> str:
    """Write the archive to a file, or to a dated one in a folder; return what is in it. Raises OutboxError.

    The file appears when it has been read again: there is never half of one.
    """
    url = existing_database(environ)
    try:
        if target.is_dir():
            target = target / f"svod-{datetime.now():%Y-%m-%d-%H%M%S}.zip"  # noqa: DTZ005 - a name for people
        if target.exists():
            raise BackupError(texts.EXISTS.format(path=target))
        manifest = write_archive(environ, url, target)
    except OSError as error:
        raise BackupError(texts.NOT_WRITTEN.format(path=target, reason=reason_of(error))) from error
    lines = [texts.WRITTEN.format(path=target, size=f"{target.stat().st_size / 1e6:.1f}".replace(".", ","))]
    lines.append(texts.WRITTEN_FROM.format(where=where(url)))
    lines += [texts.CAMPAIGN.format(campaign=name, **had.model_dump()) for name, had in manifest.campaigns.items()]
    lines += [] if manifest.campaigns else [texts.NO_REPORTS]
    lines.append(texts.WITH_KEY if SECRET_KEY in manifest.members else texts.WITHOUT_KEY)
    if manifest.spreadsheets:
        lines.append(texts.WITH_SPREADSHEETS.format(ids=", ".join(manifest.spreadsheets)))
    return "\n".join([*lines, texts.LEFT_OUT, texts.PERSONAL_DATA])


def write_archive(environ: Mapping[str, str], url: str, target: Path) -> Manifest:
    """Write the archive of an installation and read it again. Raises BackupError, OSError."""
    kind, folder = kind_of(url), data_dir(environ)
    name = DATABASES[kind]
    with archive.written_file(target) as part, scratch(target.parent) as room:
        copy = room / name
        copy.touch(mode=0o600)
        contents, revision = sqlite.dump(file_of(url), copy) if kind == "sqlite" else postgresql.dump(url, copy)
        members = {name: copy, **_settings(environ, folder, room), **_files(folder)}
        given = (environ.get("SPREADSHEET_ID") or "").strip()
        ids = {*contents.spreadsheets, _ADDRESS.sub(r"\1", given)}
        named = [file for one, file in members.items() if one == SPREADSHEET_ID or one.startswith(f"{SPREADSHEETS}/")]
        ids |= {file.read_text(encoding="utf-8").strip() for file in named}
        manifest = Manifest(
            svod=program_version(),
            revision=revision,
            database="sqlite" if kind == "sqlite" else "postgresql",
            made_at=datetime.now(UTC),
            campaigns=dict(contents.campaigns),
            spreadsheets=sorted(ids - {""}),
        )
        with part.open("r+b") as file:
            manifest = archive.pack(file, manifest, members)
        _verify(part, contents, room / "again")
    return manifest


def existing_database(environ: Mapping[str, str]) -> str:
    """Return the address of the database. Raises BackupError where there is none, and makes nothing."""
    if not (environ.get("DATABASE_URL") or "").strip():
        path = Path(environ.get("DATA_DIR") or "var") / "outbox.db"
        if not path.exists():
            raise BackupError(texts.NO_DATABASE.format(where=path.absolute()))
    url = database_url(environ)
    if kind_of(url) == "sqlite" and not file_of(url).exists():
        raise BackupError(texts.NO_DATABASE.format(where=file_of(url)))
    return url


def kind_of(url: str) -> str:
    """Return `sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def file_of(url: str) -> Path:
    """Return the path of a SQLite database."""
    return Path(make_url(url).database or "").absolute()


def where(url: str) -> str:
    """Return the database's place for people, without a password."""
    return str(file_of(url)) if kind_of(url) == "sqlite" else postgresql.shown(url)


def program_version() -> str:
    """Return the version of Svod that is installed."""
    try:
        return version("svod")
    except PackageNotFoundError:
        return "?"


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """Give a folder of mode 700 on the same file system, until the block ends."""
    with tempfile.TemporaryDirectory(prefix=".svod-", dir=beside) as folder:
        yield Path(folder)


def give_to_owner(path: Path, folder: Path) -> None:
    """Give a file that root made to the owner of the folder: the services could not open it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _verify(part: Path, contents: Contents, copy: Path) -> None:
    """Raise BackupError unless the archive can be read and its database holds what was counted."""
    with archive.open_archive(part) as made:
        made.verify()
        made.extract(DATABASES[made.manifest.database], copy)
    if made.manifest.database == "postgresql":
        postgresql.check(copy, contents)
    elif sqlite.check(copy)[0] != contents:
        raise BackupError(texts.DATABASE_DAMAGED)


def _settings(environ: Mapping[str, str], folder: Path, room: Path) -> dict[str, Path]:
    """Return the files with the secret key and the embedded server's spreadsheets, as far as there are any."""
    several = (path for path in sorted((folder / SPREADSHEETS).glob("*")) if not path.name.startswith("."))
    names = [SECRET_KEY, SPREADSHEET_ID, *(f"{SPREADSHEETS}/{path.name}" for path in several)]
    found = {name: folder / name for name in names if (folder / name).is_file()}
    given = (environ.get("SECRET_KEY") or "").strip()
    if given:
        found[SECRET_KEY] = room / SECRET_KEY
        found[SECRET_KEY].touch(mode=0o600)
        found[SECRET_KEY].write_text(given, encoding="utf-8")
    return found


def _files(folder: Path) -> dict[str, Path]:
    """Return the files of the data folder's FOLDERS, by their names in the archive."""
    found = (path for name in FOLDERS for path in (folder / name).rglob("*"))
    paths = (path for path in found if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path for path in sorted(paths)}
