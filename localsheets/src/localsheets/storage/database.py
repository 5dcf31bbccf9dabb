"""The SQLite file: its schema, and how a state is written and read.

A batch is one transaction in WAL with synchronous=FULL, so that acknowledged changes are on disk. A row is one record,
found by its key; the order of rows is kept apart, in pages of 1,024 keys, so that an insert or a sort rewrites no row.
"""

import json
import sqlite3
import sys
from array import array
from pathlib import Path

from localsheets.cells import Row
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet, Styles
from localsheets.model.sheet import KEY_BITS

PAGE = 1024
LAYOUT = 1
KEY_MASK = (1 << KEY_BITS) - 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spreadsheet (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS style (
    spreadsheet INTEGER NOT NULL, number INTEGER NOT NULL, format TEXT NOT NULL, PRIMARY KEY (spreadsheet, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sheet (
    number INTEGER PRIMARY KEY, spreadsheet INTEGER NOT NULL, store INTEGER NOT NULL, body TEXT NOT NULL,
    UNIQUE (spreadsheet, store)
);
CREATE TABLE IF NOT EXISTS cells (
    key INTEGER PRIMARY KEY, width INTEGER NOT NULL, text TEXT NOT NULL, meta TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS page (
    sheet INTEGER NOT NULL, number INTEGER NOT NULL, keys BLOB NOT NULL, PRIMARY KEY (sheet, number)
) WITHOUT ROWID;
"""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the file, for its owner only. Raises sqlite3.Error or OSError."""
    path.touch(mode=0o600)  # SQLite gives its side files the same mode
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=20)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -32768")
    connection.executescript(_SCHEMA)
    connection.execute("INSERT OR IGNORE INTO about VALUES ('layout', ?)", (str(LAYOUT),))
    return connection


def sheet_body(sheet: Sheet) -> str:
    """Return a sheet without its rows, as stored."""
    return json.dumps(
        {
            "props": sheet.props,
            "features": sheet.features,
            "rowDims": {str(at): dim for at, dim in sheet.row_dims.items()},
            "columnDims": {str(at): dim for at, dim in sheet.column_dims.items()},
            "nextKey": sheet.next_key & KEY_MASK,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def spreadsheet_body(state: Spreadsheet) -> str:
    """Return a spreadsheet without its sheets and styles, as stored."""
    return json.dumps(
        {
            "props": state.props,
            "order": [sheet.store for sheet in state.sheets],
            "namedRanges": state.named_ranges,
            "metadata": list(state.metadata.values()),
            "nextStore": state.next_store,
            "recomputed": state.recomputed,
            **({} if state.computed else {"computed": False}),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def write(connection: sqlite3.Connection, state: Spreadsheet) -> None:
    """Write the changes of a fork, within the caller's transaction."""
    file = json.dumps(state.file, ensure_ascii=False, separators=(",", ":"))
    connection.execute(
        "INSERT INTO spreadsheet (id, file, body) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET file = excluded.file, body = excluded.body",
        (state.id, file, spreadsheet_body(state)),
    )
    (number,) = connection.execute("SELECT number FROM spreadsheet WHERE id = ?", (state.id,)).fetchone()
    connection.executemany(
        "INSERT OR REPLACE INTO style VALUES (?, ?, ?)",
        (
            (number, at, json.dumps(state.styles[at], ensure_ascii=False))
            for at in range(state.styles.saved, len(state.styles))
        ),
    )
    for store in state.removed_stores:
        _remove_sheet(connection, number, store)
    for sheet in state.forked():
        _write_sheet(connection, number, sheet)


def _sheet_number(connection: sqlite3.Connection, spreadsheet: int, store: int) -> int | None:
    found = connection.execute(
        "SELECT number FROM sheet WHERE spreadsheet = ? AND store = ?", (spreadsheet, store)
    ).fetchone()
    return int(found[0]) if found else None


def _write_sheet(connection: sqlite3.Connection, spreadsheet: int, sheet: Sheet) -> None:
    connection.execute(
        "INSERT INTO sheet (spreadsheet, store, body) VALUES (?, ?, ?)"
        " ON CONFLICT (spreadsheet, store) DO UPDATE SET body = excluded.body WHERE body <> excluded.body",
        (spreadsheet, sheet.store, sheet_body(sheet)),
    )
    number = _sheet_number(connection, spreadsheet, sheet.store)
    if number is None:
        raise sqlite3.DatabaseError("a sheet that was just written is not there")
    base = _base(number) - (sheet.store << KEY_BITS)
    connection.executemany("DELETE FROM cells WHERE key = ?", ((key + base,) for key in sheet.dropped))
    connection.executemany(
        "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?)",
        ((key + base, row.width, row.text, row.meta) for key, row in sheet.changed.items()),
    )
    if sheet.order_from is not None:
        _write_pages(connection, number, sheet)


def _base(number: int) -> int:
    return number << KEY_BITS


def _write_pages(connection: sqlite3.Connection, number: int, sheet: Sheet) -> None:
    first = (sheet.order_from or 0) // PAGE
    pages = -(-len(sheet.rows) // PAGE)
    for page in range(first, pages):
        rows = sheet.rows[page * PAGE : (page + 1) * PAGE]
        keys = array("q", (row.key & KEY_MASK if row is not None else 0 for row in rows))
        if sys.byteorder == "big":
            keys.byteswap()
        connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", (number, page, keys.tobytes()))
    connection.execute("DELETE FROM page WHERE sheet = ? AND number >= ?", (number, pages))


def _remove_sheet(connection: sqlite3.Connection, spreadsheet: int, store: int) -> None:
    number = _sheet_number(connection, spreadsheet, store)
    if number is None:
        return
    connection.execute("DELETE FROM cells WHERE key >= ? AND key < ?", (_base(number), _base(number + 1)))
    connection.execute("DELETE FROM page WHERE sheet = ?", (number,))
    connection.execute("DELETE FROM sheet WHERE number = ?", (number,))


def remove(connection: sqlite3.Connection, spreadsheet_id: str) -> None:
    """Delete a spreadsheet, within the caller's transaction."""
    found = connection.execute("SELECT number FROM spreadsheet WHERE id = ?", (spreadsheet_id,)).fetchone()
    if not found:
        return
    for (store,) in connection.execute("SELECT store FROM sheet WHERE spreadsheet = ?", found).fetchall():
        _remove_sheet(connection, int(found[0]), int(store))
    connection.execute("DELETE FROM style WHERE spreadsheet = ?", found)
    connection.execute("DELETE FROM spreadsheet WHERE number = ?", found)


def read(connection: sqlite3.Connection, spreadsheet_id: str) -> Spreadsheet | None:
    """Return a whole spreadsheet, or None for an unknown id."""
    found = connection.execute("SELECT number, file, body FROM spreadsheet WHERE id = ?", (spreadsheet_id,)).fetchone()
    if not found:
        return None
    number, file, text = found
    body: Json = json.loads(text)
    state = Spreadsheet(spreadsheet_id, json.loads(file), body["props"])
    state.named_ranges = body["namedRanges"]
    state.metadata = {entry["metadataId"]: entry for entry in body["metadata"]}
    state.next_store = body["nextStore"]
    state.computed = body.get("computed", True)
    state.recomputed = body.get("recomputed", 0)
    formats = connection.execute("SELECT format FROM style WHERE spreadsheet = ? ORDER BY number", (number,)).fetchall()
    state.styles = Styles([json.loads(fmt) for (fmt,) in formats] or None, saved=len(formats))
    for store in body["order"]:
        sheet_number = _sheet_number(connection, number, store)
        if sheet_number is None:
            raise sqlite3.DatabaseError(f"sheet {store} of {spreadsheet_id} is missing")
        state.sheets.append(_read_sheet(connection, sheet_number, store))
    return state


def _read_sheet(connection: sqlite3.Connection, number: int, store: int) -> Sheet:
    (text,) = connection.execute("SELECT body FROM sheet WHERE number = ?", (number,)).fetchone()
    body: Json = json.loads(text)
    sheet = Sheet(store, body["props"])
    sheet.features = body["features"]
    sheet.row_dims = {int(at): dim for at, dim in body["rowDims"].items()}
    sheet.column_dims = {int(at): dim for at, dim in body["columnDims"].items()}
    shift = (store << KEY_BITS) - _base(number)
    rows: dict[int, Row] = {}
    records = connection.execute(
        "SELECT key, width, text, meta FROM cells WHERE key >= ? AND key < ?", (_base(number), _base(number + 1))
    )
    for key, width, row_text, meta in records:
        row = Row(key + shift, row_text, width, meta)
        rows[row.key] = row
        if row.has_formula():
            sheet.formula_keys.add(row.key)
    high = store << KEY_BITS
    for (blob,) in connection.execute("SELECT keys FROM page WHERE sheet = ? ORDER BY number", (number,)):
        keys = array("q", blob)
        if sys.byteorder == "big":
            keys.byteswap()
        sheet.rows.extend([rows[high + key] if key else None for key in keys])
    # A key is never given twice: a page that is open may still name a row that was deleted.
    sheet.next_key = max(max(rows, default=high) + 1, high + body.get("nextKey", 0))
    return sheet
