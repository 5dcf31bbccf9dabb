"""When a delivery and a refresh are due: pure decisions over a few moments.

All times are seconds of a clock that only grows; None for never.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """delivery, refresh: the shortest time between two; look: how often the answers tab is read without cause."""

    delivery: float
    refresh: float
    look: float


@dataclass(slots=True)
class Moments:
    """delivered, refreshed: when the last one was sent. unshown: when the first delivery came that no refresh has
    shown yet; never postponed by later ones."""

    delivered: float | None = None
    refreshed: float | None = None
    unshown: float | None = None

    def note_delivery(self, now: float) -> None:
        self.delivered = now
        self.unshown = now if self.unshown is None else self.unshown

    def note_refresh(self, now: float) -> None:
        self.refreshed = now
        self.unshown = None


def delivery_due(pace: Pace, moments: Moments, now: float) -> bool:
    """Return True if a batch may be sent now."""
    return moments.delivered is None or now - moments.delivered >= pace.delivery


def refresh_due(pace: Pace, moments: Moments, now: float) -> bool:
    """Return True if it is time to refresh.

    Never sooner than `refresh` after the last one; then at once if a delivery is not shown yet, else every `look`.
    """
    if moments.refreshed is None:
        return True
    since = now - moments.refreshed
    return since >= pace.refresh and (moments.unshown is not None or since >= pace.look)
