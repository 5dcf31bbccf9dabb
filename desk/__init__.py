"""The ministry's desk: pages under `/desk` for signed-in staff.

May import campaign, outbox and letters. `svod.web` composes it with the form; nothing is opened at import.
"""

from __future__ import annotations

from desk.wiring import create_app

__all__ = ["create_app"]
