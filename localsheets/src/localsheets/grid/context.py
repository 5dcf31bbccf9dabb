"""The objects that the pages work with."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from flask import current_app

from localsheets.people import Journal, People, Tickets
from localsheets.storage import Store

KEY = "localsheets.grid"
"""Where the application keeps it, among its extensions."""


@dataclass(frozen=True, slots=True)
class Grid:
    """host: where the server listens. open_edits: LOCALSHEETS_OPEN=1, editing without signing in."""

    store: Store
    people: People
    journal: Journal
    tickets: Tickets
    host: str
    open_edits: bool


def grid() -> Grid:
    """Return the objects of the application that serves this request."""
    held = current_app.extensions[KEY]
    if not isinstance(held, Grid):
        raise TypeError("the application has no grid")
    return held


@cache
def asset_stamp() -> str:
    """Return a stamp that changes with every script and style, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for entry in sorted(resources.files("localsheets.grid").joinpath("static").iterdir(), key=lambda one: one.name):
        digest.update(entry.read_bytes())
    return digest.hexdigest()[:12]
