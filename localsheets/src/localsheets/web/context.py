"""The objects that the routes work with."""

from dataclasses import dataclass

from flask import current_app

from localsheets.auth.tokens import Tokens
from localsheets.faults.operations import Operations
from localsheets.faults.plan import Faults
from localsheets.people import People
from localsheets.settings import Settings
from localsheets.storage import Store


@dataclass(frozen=True, slots=True)
class Context:
    """Made once by the server and kept on the application."""

    settings: Settings
    store: Store
    tokens: Tokens
    faults: Faults
    operations: Operations
    people: People


def context() -> Context:
    """Return the context of the application that serves the current request."""
    held = current_app.extensions["localsheets"]
    if not isinstance(held, Context):
        raise TypeError("the application has no context")
    return held
