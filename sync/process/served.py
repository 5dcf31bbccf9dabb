"""What the running worker serves, kept in the outbox for `status` and `reload`."""

from __future__ import annotations

from dataclasses import dataclass

from outbox import Outbox
from sync.process.wiring import Installation

NOTE = "served"


@dataclass(frozen=True, slots=True)
class Served:
    """campaigns: id → title of campaigns and roll-ups, of the files as last taken.

    refused: why the last look at the files was refused
    """

    campaigns: dict[str, str]
    refused: str | None = None


def note_served(installation: Installation) -> None:
    """Keep which campaigns and roll-ups are served from now on. Raises OutboxError."""
    titles = {one.id: one.about.title for one in installation.owners}
    installation.outbox.meta.remember(NOTE, {"campaigns": dict(titles), "refused": None})


def note_refused(outbox: Outbox, reason: str) -> None:
    """Keep why the files were not taken; the campaigns stay. Raises OutboxError."""
    served = read_served(outbox)
    outbox.meta.remember(NOTE, {"campaigns": dict(served.campaigns), "refused": reason})


def read_served(outbox: Outbox) -> Served:
    """Return what the worker that runs now, or ran last, serves. Raises OutboxError."""
    kept = outbox.meta.recall(NOTE)
    if not isinstance(kept, dict):
        return Served({})
    campaigns = kept.get("campaigns")
    titles = {str(one): str(title) for one, title in campaigns.items()} if isinstance(campaigns, dict) else {}
    return Served(titles, str(kept["refused"]) if kept.get("refused") else None)
