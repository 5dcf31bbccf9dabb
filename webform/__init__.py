"""The clerk's form: a Flask application. Imports `campaign` and `outbox`; nothing of ours imports it.

gunicorn starts it as `webform:create_app()`; nothing is opened, read or timed at import.
"""

from __future__ import annotations

from webform.wiring import create_app

__all__ = ["create_app"]
