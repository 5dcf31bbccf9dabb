"""What the worker published about every municipality of a campaign, in brief; read anew only where it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import Lock

from campaign import Campaign, read_figures
from outbox import Outbox
from outbox.records import MunicipalityStatus

REPORTED = ("on_time", "late")
"""The states in which figures count."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A municipality's published status without figures and words.

    total:     its main figure; None where nothing counts, or the campaign has no such figure
    undecided: keys of the remarks that staff did not accept in the spreadsheet
    """

    state: str
    receipt: str | None
    version: int | None
    seen: int
    by_hand: bool
    total: int | Decimal | None
    remarks: int
    undecided: tuple[str, ...]
    corrections: int


class PublishedBriefs:
    """The briefs of one campaign. Safe to use from many threads.

    A status is a few kilobytes of JSON, and 2,500 of them take a tenth of a second to read; which of them changed takes
    milliseconds (docs/measurements/desk.md).
    """

    def __init__(self, campaign: Campaign, outbox: Outbox) -> None:
        self._campaign = campaign
        self._outbox = outbox
        self._lock = Lock()
        self._known: Mapping[str, tuple[str, Brief]] = {}

    def read(self) -> tuple[datetime | None, Mapping[str, Brief]]:
        """Return the moment of the last publication, and each municipality's brief by ОКТМО. Raises OutboxError."""
        store, name = self._outbox.roll_call, self._campaign.id
        published = store.published(name)
        known = self._known
        changed = [oktmo for oktmo, digest in published.digests.items() if known.get(oktmo, ("",))[0] != digest]
        if changed or len(known) != len(published.digests):
            with self._lock:
                fresh = dict(self._known)
                for digest, status in store.statuses(name, changed):
                    fresh[status.oktmo] = (digest, self._brief(status))
                self._known = known = {one: fresh[one] for one in published.digests if one in fresh}
        return published.as_of, {oktmo: brief for oktmo, (_, brief) in known.items()}

    def _brief(self, status: MunicipalityStatus) -> Brief:
        return Brief(
            state=status.state,
            receipt=status.receipt,
            version=status.version,
            seen=status.seen,
            by_hand=status.by_hand,
            total=self._total(status),
            remarks=len(status.remarks),
            undecided=tuple(one.key for one in status.remarks if not one.accepted),
            corrections=len(status.corrections),
        )

    def _total(self, status: MunicipalityStatus) -> int | Decimal | None:
        """Return the sum of the main figure, as «Муниципалитеты» shows it: a blank answer counts as 0."""
        if status.state not in REPORTED or not self._campaign.main_questions:
            return None
        figures = read_figures(self._campaign.main_questions, status.counted).values()
        return sum((one for one in figures if isinstance(one, int | Decimal) and not isinstance(one, bool)), start=0)
