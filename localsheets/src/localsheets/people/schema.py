"""The tables of people in the SQLite file."""

import sqlite3
from pathlib import Path

WAIT_SECONDS = 20

# AUTOINCREMENT: the id of a removed account is never given again.
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS account (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
        hash TEXT NOT NULL, created REAL NOT NULL, totp TEXT, totp_step INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS recovery_code (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, digest TEXT NOT NULL,
        PRIMARY KEY (account, digest)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS staff_link (
        number INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, made REAL NOT NULL, used REAL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS edit (
        number INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, who TEXT NOT NULL, spreadsheet TEXT NOT NULL,
        tab TEXT NOT NULL, place TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS edit_spreadsheet ON edit (spreadsheet, number)",
    """
    CREATE TABLE IF NOT EXISTS deletion (
        edit INTEGER PRIMARY KEY, spreadsheet TEXT NOT NULL, sheet INTEGER NOT NULL, made REAL NOT NULL, returned REAL,
        body BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS ticket (
        nonce TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, until REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS sign_in (
        digest TEXT PRIMARY KEY, account INTEGER REFERENCES account ON DELETE CASCADE,
        link INTEGER REFERENCES staff_link ON DELETE CASCADE, began REAL NOT NULL, waits INTEGER NOT NULL,
        ticket TEXT REFERENCES ticket ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, create missing tables, and bring those of an older version up to date.

    Raises sqlite3.Error or OSError.
    """
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if not _has(connection, "ticket"):
        _update(connection)
    return connection


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _update(connection: sqlite3.Connection) -> None:
    """Create what is missing. Accounts without an id, as they were before `sign_in`, get one."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # a second process waits here, and then finds nothing left to do
        sessions, tickets = _has(connection, "sign_in"), _has(connection, "ticket")
        before = not sessions and _has(connection, "account")
        if before:
            connection.execute("ALTER TABLE account RENAME TO account_before")
        for table in _TABLES:
            connection.execute(table)
        if before:
            connection.execute(
                "INSERT INTO account (name, folded, role, hash, created)"
                " SELECT name, folded, role, hash, created FROM account_before ORDER BY created"
            )
            connection.execute("DROP TABLE account_before")
        if sessions and not tickets:
            connection.execute("ALTER TABLE sign_in ADD COLUMN ticket TEXT REFERENCES ticket ON DELETE CASCADE")
