"""The desk's style and its one script, under an address that changes with their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_from_directory, url_for

FOLDER = Path(__file__).parent / "static"
FILES = ("desk.css", "icon.svg", "sheet.js")

pages = Blueprint("static_files", __name__)


@pages.get("/static/<digest>/<name>")
def serve(digest: str, name: str) -> Response:
    """Return a file of the desk's looks; the browser keeps it for good."""
    if name not in FILES:
        abort(404)
    response = send_from_directory(FOLDER, name)
    current = digest == _digest()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-store"
    return response


def register_static_files(app: Flask) -> None:
    """Serve the files, and give the templates `asset(name)`, a file's address."""
    app.register_blueprint(pages)
    digest = _digest()
    app.jinja_env.globals["asset"] = lambda name: url_for("static_files.serve", digest=digest, name=name)


def _digest() -> str:
    content = hashlib.sha256()
    for name in FILES:
        content.update((FOLDER / name).read_bytes())
    return content.hexdigest()[:12]
