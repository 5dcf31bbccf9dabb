"""HTTP: routes, the reading of requests, the writing of answers. Imports every room of this package but `server`."""

from localsheets.web.app import create_app
from localsheets.web.context import Context

__all__ = ["Context", "create_app"]
