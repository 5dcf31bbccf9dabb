"""What the running worker serves, kept in the outbox for `status` and `reload`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from outbox import Outbox
from outbox.records import Json
from sync.process.wiring import Installation

NOTE = "served"


@dataclass(frozen=True, slots=True)
class Served:
    """campaigns: id → title of campaigns and roll-ups, of the files as last taken; rollups: ids of the latter.

    refused: why the last look at the files was refused
    """

    campaigns: dict[str, str]
    refused: str | None = None
    rollups: frozenset[str] = frozenset()


def note_served(installation: Installation) -> None:
    """Keep which campaigns and roll-ups are served from now on. Raises OutboxError."""
    titles = {one.id: one.about.title for one in installation.owners}
    _note(installation.outbox, Served(titles, None, frozenset(one.id for one in installation.rollups)))


def note_refused(outbox: Outbox, reason: str) -> None:
    """Keep why the files were not taken; the campaigns stay. Raises OutboxError."""
    _note(outbox, replace(read_served(outbox), refused=reason))


def _note(outbox: Outbox, served: Served) -> None:
    rollups: list[Json] = [*sorted(served.rollups)]
    outbox.meta.remember(NOTE, {"campaigns": {**served.campaigns}, "refused": served.refused, "rollups": rollups})


def read_served(outbox: Outbox) -> Served:
    """Return what the worker that runs now, or ran last, serves. Raises OutboxError."""
    kept = outbox.meta.recall(NOTE)
    if not isinstance(kept, dict):
        return Served({})
    campaigns, rollups = kept.get("campaigns"), kept.get("rollups")
    titles = {str(one): str(title) for one, title in campaigns.items()} if isinstance(campaigns, dict) else {}
    ids = frozenset(map(str, rollups)) if isinstance(rollups, list) else frozenset()
    return Served(titles, str(kept["refused"]) if kept.get("refused") else None, ids)
