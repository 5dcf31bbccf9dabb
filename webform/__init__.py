"""The clerk's form: a Flask application.

gunicorn starts it as `webform:create_app()`; nothing is opened, read or timed at import.
"""

from __future__ import annotations

from webform.wiring import create_app

__all__ = ["create_app"]
