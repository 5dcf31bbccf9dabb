"""PostgreSQL: its own client makes the dump; of a dump only rows are taken, into tables that the migrations make.

So nothing that a foreign dump holds is ever executed, and a restore is one transaction.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, MetaData, create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from outbox.backup import texts
from outbox.backup.contents import Contents, present_tables, read_contents
from outbox.backup.errors import BackupError
from outbox.migrations import HEAD, revision, upgrade
from outbox.postgresql import APPLICATION
from outbox.schema import metadata

CONNECT_SECONDS = 10
LONGEST_SECONDS = 3600
"""Of a run of the client."""

_ENTRY = re.compile(r"\d+; \d+ \d+ TABLE DATA \S+ (\w+) ")
_COPY = re.compile(r'COPY (?:[\w"]+\.)?"?(\w+)"? \(([\w", ]+)\) FROM stdin;\n')


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    """Give an engine that keeps no connection. Raises BackupError with the server's answer for what goes wrong."""
    options = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": f"{APPLICATION} backup",
        "options": "-c lock_timeout=5000",
    }
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", connect_args=options)
    try:
        yield engine
    except (SQLAlchemyError, psycopg.Error) as error:
        reason = str(getattr(error, "orig", None) or error).strip()
        raise BackupError(texts.DATABASE_UNREADABLE.format(where=shown(url), reason=reason)) from error
    finally:
        engine.dispose()


def shown(url: str) -> str:
    """Return the address for people, without the password."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=True)


def dump(url: str, target: Path) -> tuple[Contents, str]:
    """Dump the database, which may be in use, to a file; return what it holds at that moment and its revision."""
    with connected(url) as engine, engine.connect() as connection:
        _check_client(connection)
        found = revision(connection)
        if found is None:
            raise BackupError(texts.NO_DATABASE.format(where=shown(url)))
        contents = read_contents(connection)  # of the same snapshot as the dump
        snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
        tables = [f"--table={name}" for name in present_tables(connection)]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
        _run(_program("pg_dump"), url, *options, *tables)
    return contents, found


def check(copy: Path, contents: Contents) -> None:
    """Raise BackupError unless the dump can be read and holds as many rows of each campaign as were counted."""
    for name, columns, lines in _blocks(copy, ["submissions", "drafts", "links"]):
        place = columns.index("campaign")
        found: dict[str, int] = {}
        for line in lines:
            campaign = line.rstrip(b"\n").split(b"\t")[place].decode()
            found[campaign] = found.get(campaign, 0) + 1
        if found != {one: getattr(had, name) for one, had in contents.campaigns.items() if getattr(had, name)}:
            raise BackupError(texts.DATABASE_DAMAGED)


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """Give a transaction in which no process of Svod is connected; it is committed when the block ends.

    Raises BackupError if one is, and for any answer of the server; then nothing was changed.
    """
    with connected(url) as engine, engine.begin() as connection:
        query = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = :svod AND pid <> pg_backend_pid()"
        )
        others = connection.execute(query, {"svod": APPLICATION}).scalar_one()
        if others:
            raise BackupError(texts.IN_USE.format(where=shown(url)))
        found = revision(connection)
        if found is not None and found > HEAD:
            raise BackupError(texts.SCHEMA_NEWER.format(where=shown(url)))
        yield connection


def load(connection: Connection, copy: Path, made_with: str) -> None:
    """Replace all tables by those of the dump, brought up to date."""
    _check_client(connection)
    names = ", ".join(f'"{name}"' for name in present_tables(connection))
    if names:
        connection.execute(text(f"DROP TABLE {names}"))
    upgrade(connection, made_with)
    tables = MetaData()
    tables.reflect(connection, only=present_tables(connection))
    order = [table.name for table in tables.sorted_tables if table.name != "alembic_version"]
    for name, columns, lines in _blocks(copy, order):
        _copy_in(connection, name, columns, lines)
    set_sequences(connection)
    upgrade(connection)


def set_sequences(connection: Connection) -> None:
    """Let the tables that number their rows by themselves go on above the highest number."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, func.coalesce(func.max(column), 0) + 1, False)))


def _copy_in(connection: Connection, table: str, columns: list[str], lines: Iterator[bytes]) -> None:
    raw: Any = connection.connection.driver_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for line in lines:
            copy.write(line)


def _blocks(copy: Path, tables: Sequence[str]) -> Iterator[tuple[str, list[str], Iterator[bytes]]]:
    """Yield name, columns and rows, in COPY's text format, of these tables of the dump, in this order.

    Raises BackupError for a dump that can't be read or lacks one.
    """
    program, left = _program("pg_restore"), list(tables)
    listed = subprocess.run([program, "--list", copy], capture_output=True, text=True, check=False)
    entries = {matched[1]: line for line in listed.stdout.splitlines() if (matched := _ENTRY.match(line))}
    if listed.returncode != 0 or not entries.keys() >= set(tables):
        raise BackupError(texts.DATABASE_DAMAGED)
    order = copy.with_suffix(".list")
    order.write_text("".join(f"{entries[name]}\n" for name in tables))
    words = [program, "--data-only", f"--use-list={order}", "--file=-", str(copy)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        output = cast("IO[bytes]", process.stdout)
        for line in output:
            matched = _COPY.fullmatch(line.decode("utf-8", "replace"))
            if matched and left and matched[1] == left[0]:
                lines = _until_end(output)
                yield left.pop(0), [column.strip(' "') for column in matched[2].split(",")], lines
                deque(lines, maxlen=0)
    if process.returncode != 0 or left:
        raise BackupError(texts.DATABASE_DAMAGED)


def _until_end(output: IO[bytes]) -> Iterator[bytes]:
    for line in output:
        if line == b"\\.\n":
            return
        yield line
    raise BackupError(texts.DATABASE_DAMAGED)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(texts.NO_CLIENT.format(program=name))
    return found


def _check_client(connection: Connection) -> None:
    """Raise BackupError unless the client is at least as new as the server."""
    server = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    for name in ("pg_dump", "pg_restore"):
        said = subprocess.run([_program(name), "--version"], capture_output=True, text=True, timeout=60, check=False)
        version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
        if version is None or int(version[1]) < server:
            client = version[1] if version else "?"
            raise BackupError(texts.OLD_CLIENT.format(program=name, client=client, server=server))


def _run(program: str, url: str, *arguments: str) -> None:
    """Run the client. The password goes by the environment: the words of a command are seen by everybody."""
    address = make_url(url)
    secret: Mapping[str, str] = {"PGPASSWORD": address.password} if address.password else {}
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    try:
        done = subprocess.run(
            [program, *arguments, f"--dbname={plain}"],
            env={**os.environ, "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS), **secret},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackupError(texts.CLIENT_FAILED.format(program=program, reason=error)) from error
    if done.returncode != 0:
        reason = " ".join(done.stderr.split())[-500:]
        raise BackupError(texts.CLIENT_FAILED.format(program=program, reason=reason))
