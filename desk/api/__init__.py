"""The reading API under `/api/v1`: campaigns, states and reports as JSON, for programs that hold a token.

It has no pages and no session of the desk. Its OpenAPI document is made of `models` and `views`.
"""

from __future__ import annotations

from desk.api.wiring import create_app

__all__ = ["create_app"]
