"""The clerk's form: a Flask application.

gunicorn starts it as `webform:create_app()`; nothing is opened, read or timed at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app"]


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Return the application; see `webform.wiring`, which commands of this package do without."""
    from webform.wiring import create_app as create

    return create(environ)
