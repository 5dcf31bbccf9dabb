"""The cabinet: the reports of one municipality for all campaigns of its addressee list, in the order of urgency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from campaign.zones import zone_words
from outbox.address_codes import Holder
from outbox.records import Draft
from webform import texts
from webform.overview import state_in_words
from webform.remarks import unanswered_remarks
from webform.reports import Report, load_report, read_snapshots
from webform.services import Services, current_installation

Group: TypeAlias = Literal["overdue", "due", "accepted", "before", "closed"]
GROUPS: tuple[Group, ...] = ("overdue", "due", "accepted", "before", "closed")
"""In this order: what is late first, what is over last."""


@dataclass(frozen=True, slots=True)
class CabinetReport:
    """One campaign as its municipality sees it. state: in words. unanswered: the clerk has remarks to act on."""

    services: Services
    report: Report
    draft: Draft | None
    state: str
    unanswered: bool

    @property
    def group(self) -> Group:
        window, report = self.report.window, self.report
        if window.before:
            return "before"
        settled = report.manual_row == "counts" or (report.latest and report.left_out not in ("excluded", "deleted"))
        if window.over or (window.late and settled):
            return "closed"
        if settled:
            return "accepted"
        return "overdue" if window.late else "due"

    @property
    def deadline(self) -> datetime:
        """The municipality's deadline in the campaign's zone."""
        return self.report.window.deadline.astimezone(self.services.campaign.about.zone)

    @property
    def term(self) -> str:
        """Until when, or since when, in a sentence."""
        window, zone = self.report.window, zone_words(self.deadline)
        if window.before:
            return texts.CABINET_OPENS.format(at=texts.moment(window.opens), zone=zone)
        if window.closed:
            return texts.CABINET_CLOSED
        if window.late:
            extended, ago = texts.CABINET_EXTENDED_PAST if window.extended else "", texts.left(window.left)
            over = texts.CABINET_OVER.format(
                extended=extended, at=texts.moment(self.deadline), zone=zone, ago=f", {ago}" if ago else ""
            )
            return f"{over} {texts.CABINET_LATE}" if window.open and self.group == "overdue" else over
        extended = texts.CABINET_EXTENDED if window.extended else ""
        until = texts.hour_first(self.deadline)
        return texts.CABINET_UNTIL.format(at=until, zone=zone, extended=extended, left=texts.left(window.left))

    @property
    def button(self) -> str:
        if self.draft is not None:
            return texts.CABINET_CONTINUE
        return texts.CABINET_CORRECT if self.report.latest else texts.CABINET_FILL


@dataclass(frozen=True, slots=True)
class Cabinet:
    """All reports of an address. reports: the most urgent first."""

    holder: Holder
    reports: tuple[CabinetReport, ...]

    def group(self, name: Group) -> list[CabinetReport]:
        return [one for one in self.reports if one.group == name]

    @property
    def groups(self) -> list[tuple[Group, list[CabinetReport]]]:
        """The groups that hold a report, in the order of urgency."""
        return [(name, found) for name in GROUPS if (found := self.group(name))]

    @property
    def awaited(self) -> list[CabinetReport]:
        """What the municipality still has to send and can."""
        return [one for one in self.reports if one.group in ("overdue", "due")]

    @property
    def open(self) -> list[CabinetReport]:
        """What the municipality has to send, or has sent in time and may still correct."""
        return [one for one in self.reports if one.group in ("overdue", "due", "accepted")]

    @property
    def target(self) -> CabinetReport | None:
        """The report to which the address leads at once: the only one that is open, or the only one; else None."""
        found = self.open if len(self.reports) > 1 else self.reports
        return found[0] if len(found) == 1 else None


def open_cabinet(holder: Holder) -> Cabinet:
    """Return the cabinet of an address as of now. Raises OutboxError."""
    installation = current_installation()
    now = installation.clock.now()
    found = installation.of_holder(holder)
    read_snapshots(found, holder)
    drafts = installation.outbox.drafts.of_campaigns([one.campaign.id for one in found], holder.oktmo)
    reports = [_entry(services, holder.oktmo, drafts.get(services.campaign.id), now) for services in found]
    return Cabinet(holder, tuple(_in_order(reports)))


def _entry(services: Services, oktmo: str, draft: Draft | None, now: datetime) -> CabinetReport:
    report = load_report(services, oktmo, now.astimezone(services.campaign.about.zone))
    state, unanswered = state_in_words(services, report, draft), bool(unanswered_remarks(services, report))
    return CabinetReport(services, report, draft, state, unanswered)


def _in_order(reports: Iterable[CabinetReport]) -> list[CabinetReport]:
    """Return the nearest deadline first; of what is over, the latest first."""

    def key(one: CabinetReport) -> tuple[int, float]:
        deadline = one.deadline.timestamp()
        return GROUPS.index(one.group), -deadline if one.group == "closed" else deadline

    return sorted(reports, key=key)
