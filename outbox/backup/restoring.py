"""`python -m outbox restore-backup FILE`: the archive takes the place of the present outbox, which is kept beside.

All is checked before anything changes; then SQLite's file is replaced in one step, PostgreSQL's tables in one
transaction. Numbering goes on above all that is known and a margin, since the reports after the backup are not known.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from campaign import config_path, load_files
from outbox.backup import postgresql, sqlite, texts
from outbox.backup.archive import (
    DATABASES,
    FILES,
    SECRET_KEY,
    SPREADSHEET_ID,
    SPREADSHEETS,
    Archive,
    Manifest,
    open_archive,
    sync_folder,
)
from outbox.backup.contents import EMPTY, Contents, read_contents
from outbox.backup.errors import BackupError
from outbox.backup.making import file_of, give_to_owner, kind_of, scratch, where, write_archive
from outbox.clock import real_now
from outbox.environment import data_dir, database_url, pid_path
from outbox.mails import stop_after_restore
from outbox.migrations import HEAD
from outbox.submissions import MARGIN, number_above
from outbox.texts import reason as reason_of
from outbox.wiring import open_outbox


@dataclass(frozen=True)
class Restored:
    """present: what the replaced database held, None if it cannot be read; kept: where it is now"""

    archived: Contents
    present: Contents | None
    kept: Path | None
    next_numbers: Mapping[str, int]


def restore_backup(environ: Mapping[str, str], file: Path, *, replace: bool = False) -> str:
    """Put the archive in the place of the outbox; return what was done and what to do next.

    replace: even if the present outbox holds reports that the archive doesn't. Raises OutboxError, CampaignError; then
    nothing was changed.
    """
    url, folder = database_url(environ), data_dir(environ)
    campaigns = [one.id for one in load_files(config_path(environ)).campaigns]
    refuse_running(environ)
    try:
        with open_archive(file) as archive:
            _check(archive.manifest, file, url, campaigns)
            archive.verify()
            done = _replace(environ, archive, url, campaigns, replace=replace)
            settings = _put_rest(environ, archive, folder)
    except OSError as error:
        raise BackupError(texts.NOT_RESTORED.format(reason=reason_of(error))) from error
    return "\n".join([*_report(done, archive.manifest, file, url), *settings, *_next(archive.manifest, environ)])


def refuse_running(environ: Mapping[str, str]) -> None:
    """Raise BackupError if the form or the worker of this data folder runs.

    The database's own look (`alone`) finds those that run elsewhere; this one also finds those of a damaged database.
    """
    for name, title in texts.PROCESSES.items():
        path = pid_path(environ, name)
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            number = int(path.read_text(encoding="ascii"))
            with suppress(PermissionError):  # another user's process lives too
                os.kill(number, 0)
            raise BackupError(texts.RUNS.format(title=title, number=number, path=path))


def _check(manifest: Manifest, file: Path, url: str, campaigns: Sequence[str]) -> None:
    if manifest.revision > HEAD:
        raise BackupError(texts.NEWER.format(path=file, svod=manifest.svod, found=manifest.revision, known=HEAD))
    if manifest.database != kind_of(url):
        words = texts.OTHER_DATABASE_SQLITE if manifest.database == "sqlite" else texts.OTHER_DATABASE_POSTGRESQL
        raise BackupError(words.format(where=where(url)))
    if manifest.campaigns and not set(campaigns) & set(manifest.campaigns):
        found, own = ", ".join(manifest.campaigns), ", ".join(campaigns)
        raise BackupError(texts.OTHER_CAMPAIGN.format(found=found, campaign=own))


def _replace(
    environ: Mapping[str, str], archive: Archive, url: str, campaigns: Sequence[str], *, replace: bool
) -> Restored:
    def decide(archived: Contents, present: Contents) -> dict[str, int]:
        """Return the number above which each campaign goes on. Raises BackupError for reports that would be lost."""
        if archived.campaigns != archive.manifest.campaigns:
            raise BackupError(texts.DATABASE_DAMAGED)
        lost = present.ids - archived.ids
        if lost and not replace:
            raise BackupError(texts.WOULD_LOSE.format(where=where(url), count=len(lost)))
        names = {*campaigns, *archived.highest, *present.highest}
        return {one: max(archived.highest.get(one, 0), present.highest.get(one, 0)) + MARGIN for one in sorted(names)}

    if kind_of(url) == "sqlite":
        return _replace_file(archive, file_of(url), decide)
    return _replace_tables(environ, archive, url, decide)


def _replace_file(archive: Archive, target: Path, decide: Callable[[Contents, Contents], dict[str, int]]) -> Restored:
    with scratch(target.parent) as room, sqlite.alone(target) as engine:
        copy = room / "outbox.db"
        archive.extract(DATABASES["sqlite"], copy)
        archived, _ = sqlite.check(copy)
        present = sqlite.contents_if_readable(engine) if target.exists() else EMPTY
        numbers = decide(archived, present or EMPTY)
        with open_outbox(f"sqlite:///{copy}") as outbox:
            for campaign, number in numbers.items():
                outbox.submissions.raise_numbering(campaign, number)
            outbox.mails.stop_after_restore()
        kept = None
        if target.exists():
            kept = _kept(target.parent, ".db")
            sqlite.move_aside(target, kept)
        give_to_owner(copy, target.parent)
        copy.replace(target)
        sync_folder(target.parent)
    return Restored(archived, present, kept, numbers)


def _replace_tables(
    environ: Mapping[str, str], archive: Archive, url: str, decide: Callable[[Contents, Contents], dict[str, int]]
) -> Restored:
    folder = data_dir(environ)
    with scratch(folder) as room:
        copy = room / "outbox.dump"
        archive.extract(DATABASES["postgresql"], copy)
        with postgresql.alone(url) as connection:
            present = read_contents(connection)
            kept = _kept(folder, ".zip") if present != EMPTY else None
            if kept is not None:
                write_archive(environ, url, kept)
                give_to_owner(kept, folder)
            try:
                archived, numbers = _load(connection, copy, archive.manifest, present, decide)
            except BaseException:
                if kept is not None:
                    kept.unlink()
                raise
    return Restored(archived, present, kept, numbers)


def _load(
    connection: Connection,
    copy: Path,
    manifest: Manifest,
    present: Contents,
    decide: Callable[[Contents, Contents], dict[str, int]],
) -> tuple[Contents, dict[str, int]]:
    postgresql.load(connection, copy, manifest.revision)
    archived = read_contents(connection)
    numbers = decide(archived, present)
    for campaign, number in numbers.items():
        number_above(connection, campaign, number)
    stop_after_restore(connection, real_now())
    return archived, numbers


def _kept(folder: Path, suffix: str) -> Path:
    moment = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")  # noqa: DTZ005 - a name for people
    return folder / f"outbox-before-restore-{moment}{suffix}"


def _put_rest(environ: Mapping[str, str], archive: Archive, folder: Path) -> list[str]:
    """Write what belongs beside the database where it is missing; return what was done."""
    try:
        return [*_put_settings(environ, archive, folder), *_put_files(archive, folder)]
    except OSError as error:
        return [texts.REST_FAILED.format(reason=reason_of(error))]


def _put_settings(environ: Mapping[str, str], archive: Archive, folder: Path) -> Iterable[str]:
    """Write the secret key and the spreadsheets' ids where they are missing; yield what was done."""
    several = sorted(name for name in archive.manifest.members if name.startswith(f"{SPREADSHEETS}/"))
    for name, variable in (
        (SECRET_KEY, "SECRET_KEY"),
        (SPREADSHEET_ID, "SPREADSHEET_ID"),
        *((one, "") for one in several),
    ):
        if name not in archive.manifest.members:
            if name == SECRET_KEY:
                yield texts.KEY_MISSING
            continue
        given = (environ.get(variable) or "").strip()
        target, words = folder / name, SPREADSHEET_ID if name in several else name
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700)
            give_to_owner(target.parent, folder)
        with scratch(folder) as room:
            fresh = room / target.name
            archive.extract(name, fresh)
            if not given and not target.exists():
                give_to_owner(fresh, folder)
                fresh.replace(target)
                yield texts.PUT[words].format(path=target)
            elif (given or target.read_text("utf-8").strip()) != fresh.read_text("utf-8").strip():
                yield texts.DIFFERS[words].format(path=variable if given else target)


def _put_files(archive: Archive, folder: Path) -> Iterable[str]:
    names = [name for name in archive.manifest.members if name.startswith(f"{FILES}/")]
    count = 0
    for name in names:
        target = folder / name
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with scratch(folder) as room:
                archive.extract(name, room / "file")
                give_to_owner(room / "file", folder)
                (room / "file").replace(target)
            count += 1
    if names:
        yield texts.FILES_PUT.format(count=count, there=len(names) - count)


def _report(done: Restored, manifest: Manifest, file: Path, url: str) -> list[str]:
    made = manifest.made_at.astimezone().strftime("%d.%m.%Y %H:%M")
    lines = [texts.RESTORED.format(path=file, made=made, svod=manifest.svod, where=where(url))]
    lines += [texts.CAMPAIGN.format(campaign=name, **had.model_dump()) for name, had in manifest.campaigns.items()]
    if done.kept is not None:
        lines.append(texts.KEPT.format(path=done.kept))
    if done.present is None:
        lines.append(texts.PRESENT_UNREADABLE)
    lines += [
        texts.NUMBERING.format(campaign=name, number=number + 1, margin=MARGIN)
        for name, number in done.next_numbers.items()
    ]
    lines.append(texts.UNDONE)
    present = done.present or EMPTY
    changed_links = {row[1] for row in present.links ^ done.archived.links}
    changed_extensions = {row[1] for row in present.extensions ^ done.archived.extensions}
    for words, changed in ((texts.UNDONE_LINKS, changed_links), (texts.UNDONE_EXTENSIONS, changed_extensions)):
        if changed and done.present:
            lines.append(words.format(oktmos=", ".join(sorted(changed))))
    return lines


def _next(manifest: Manifest, environ: Mapping[str, str]) -> list[str]:
    lines = [texts.NEXT]
    if manifest.spreadsheets and not (environ.get("SPREADSHEET_ID") or "").strip():
        lines.append(texts.NEXT_SPREADSHEET.format(ids=", ".join(manifest.spreadsheets)))
    return lines
