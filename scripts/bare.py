"""*Bare*: the least that a web form can do, to measure ours beside it: Flask and one committed SQLite insert.

Served by the same gunicorn and settings as the form (`gunicorn --config gunicorn.conf.py scripts.bare:create_app()`);
imports nothing of ours.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, redirect, request
from werkzeug import Response


def create_app() -> Flask:
    """One POST: keep the body in a table, committed with `synchronous=FULL`, and redirect."""
    app = Flask("bare")
    path = Path(os.environ["DATA_DIR"]) / "bare.db"
    local = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, timeout=30)
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=FULL")
        kept: sqlite3.Connection = local.connection
        return kept

    connection().execute("CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    @app.post("/")
    def keep() -> Response:
        with connection() as store:
            store.execute("INSERT INTO answers (body) VALUES (?)", (request.get_data(as_text=True),))
        return redirect("/receipt", 303)

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    return app
