"""HTTP: routes, reading requests, writing answers."""

from localsheets.web.app import create_app
from localsheets.web.context import Context

__all__ = ["Context", "create_app"]
