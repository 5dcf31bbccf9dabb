"""The tables of people in the SQLite file."""

import sqlite3
from pathlib import Path

WAIT_SECONDS = 20

_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL, hash TEXT NOT NULL,
    version INTEGER NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staff_link (
    number INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, made REAL NOT NULL, used REAL
);
CREATE TABLE IF NOT EXISTS edit (
    number INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, who TEXT NOT NULL, spreadsheet TEXT NOT NULL,
    tab TEXT NOT NULL, place TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS edit_spreadsheet ON edit (spreadsheet, number);
CREATE TABLE IF NOT EXISTS deletion (
    edit INTEGER PRIMARY KEY, spreadsheet TEXT NOT NULL, sheet INTEGER NOT NULL, made REAL NOT NULL, returned REAL,
    body BLOB NOT NULL
);
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file and create missing tables. Raises sqlite3.Error or OSError."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'deletion'").fetchone() is None:
        connection.executescript(_SCHEMA)
    return connection
