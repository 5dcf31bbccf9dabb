"""What is known about a municipality's report when a page is made. Imports campaign, outbox and the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g

from campaign import Municipality, Value, read_figures
from outbox.records import Draft, Json, MunicipalityStatus, Submission
from outbox.snapshots import ReportSnapshot
from webform.services import Services
from webform.window import Window, window_at


@dataclass(frozen=True, slots=True)
class Report:
    """One municipality's report: what was sent, what counts, when it may be sent."""

    municipality: Municipality
    window: Window
    latest: Submission | None
    status: MunicipalityStatus | None

    @property
    def oktmo(self) -> str:
        return self.municipality.oktmo

    @property
    def version(self) -> int:
        """The newest version, 0 when nothing was sent."""
        return self.latest.version if self.latest else 0

    @property
    def counted(self) -> Mapping[str, Json]:
        """The previous figures that count: the worker's, where it has seen the newest version; else as submitted."""
        if self.status is not None and self.status.seen == self.version:
            return self.status.counted
        return self.latest.answers if self.latest else {}

    @property
    def delivered(self) -> bool:
        """Whether the worker has seen the newest version in the spreadsheet."""
        return self.latest is not None and self.status is not None and self.status.seen >= self.version

    @property
    def hand_row(self) -> str:
        """`counts` where a row that the ministry added by hand is what counts now, with or without a report.

        `mistaken` where such rows stand for the municipality and none of them counts; else "".
        """
        if self.status is None or not self.status.by_hand or self.status.seen < self.version:
            return ""
        return "mistaken" if self.status.state == "excluded" else "counts"

    @property
    def left_out(self) -> str:
        """Why the newest version adds nothing, as the worker says: `excluded`, `deleted`, `replaced` (by a row that the
        ministry added by hand); "" where it counts, and while the worker has not seen it.
        """
        if not self.delivered or self.status is None:
            return ""
        if self.status.state in ("excluded", "deleted"):
            return self.status.state
        return "replaced" if self.status.by_hand else ""


def load_report(services: Services, oktmo: str, now: datetime) -> Report:
    """The report as of this request (`now`: campaign time). Raises OutboxError, KeyError for an unknown OKTMO."""
    seen = snapshot(services, oktmo)
    return Report(
        municipality=services.campaign.by_oktmo[oktmo],
        window=window_at(services.campaign, now, seen.extension),
        latest=seen.latest,
        status=seen.status,
    )


def snapshot(services: Services, oktmo: str) -> ReportSnapshot:
    """What the outbox says of a municipality, asked once a request. Raises OutboxError."""
    snapshots: dict[str, ReportSnapshot] = g.setdefault("snapshots", {})
    if oktmo not in snapshots:
        snapshots[oktmo] = services.outbox.snapshots.at(services.campaign.id, oktmo)
    return snapshots[oktmo]


def blank_report(services: Services, oktmo: str, now: datetime) -> Report:
    """What can be said while the outbox cannot be read, so that a page can still hold what was typed."""
    return Report(services.campaign.by_oktmo[oktmo], window_at(services.campaign, now, None), None, None)


def figures_before(services: Services, report: Report) -> dict[str, Json]:
    """The previous figures that count, by question id, as `NewSubmission.previous` keeps them."""
    counted = report.counted
    return {q.id: counted[q.id] for q in services.plan.figures if counted.get(q.id) is not None}


def values_before(services: Services, figures: Mapping[str, Json]) -> dict[str, Value]:
    """The same as values, for the rules; without those of a question that had another type then."""
    return read_figures(services.plan.figures, figures)


def draft_of(services: Services, oktmo: str) -> Draft | None:
    """The municipality's draft, or None. Raises OutboxError."""
    return services.outbox.drafts.get(services.campaign.id, oktmo)
