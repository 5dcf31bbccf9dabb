"""The remarks of the worker's checks, in words for the clerk."""

from __future__ import annotations

from dataclasses import dataclass

from campaign import Rule
from outbox.records import PublishedRemark
from webform import texts
from webform.reports import Report
from webform.services import Services


@dataclass(frozen=True, slots=True)
class ClerkRemark:
    """A remark on the newest version as the clerk reads it.

    title, shown: the question and the content of its cell; "" for the report as a whole
    given:        the clerk's own explanation
    asks:         True if the clerk has something to do about it
    confirmed:    True if the clerk ticked a box instead
    excludes:     True if the report adds nothing to the totals because of it
    """

    title: str
    shown: str
    message: str
    advice: str
    given: str
    confirmed: bool
    asks: bool
    excludes: bool

    @property
    def answered(self) -> bool:
        """True if the clerk has nothing to do about it, or nothing more: it was explained or confirmed."""
        return not self.asks or self.confirmed or bool(self.given)


def remarks_for_clerk(services: Services, report: Report) -> list[ClerkRemark]:
    """Return the remarks on the newest version, or on the ministry's own row that counts instead of it.

    Remarks that only the ministry can act on are left out.
    """
    if report.status is None or not (report.delivered or report.manual_row):
        return []
    return [
        _worded(services, report, remark)
        for remark in report.status.remarks
        if not _concerns_staff_alone(report, remark)
    ]


def unanswered_remarks(services: Services, report: Report) -> list[ClerkRemark]:
    """Return the remarks that the clerk has neither explained nor confirmed."""
    return [remark for remark in remarks_for_clerk(services, report) if not remark.answered]


def reasons_left_out(services: Services, report: Report) -> list[ClerkRemark]:
    """Return the remarks for which the report adds nothing to the totals, the ministry's own mistakes too."""
    return [remark for remark in remarks_for_clerk(services, report) if remark.excludes]


def _concerns_staff_alone(report: Report, remark: PublishedRemark) -> bool:
    if remark.code in texts.REMARKS_OF_LEFT_OUT:
        return not (report.left_out and remark.level == "error")
    return remark.code in texts.REMARKS_OF_STAFF


def _worded(services: Services, report: Report, remark: PublishedRemark) -> ClerkRemark:
    rule = _rule(services, remark)
    confirmed = rule is not None and rule.ask == "confirm" and bool(remark.reason)
    message, _ = texts.REMARKS.get(remark.code, ("", ""))
    # An answered remark needs no advice; about the ministry's own row the page gives the advice once, for all remarks.
    silent = bool(remark.reason) or bool(report.manual_row)
    return ClerkRemark(
        title=remark.title,
        shown=remark.shown,
        message=message or remark.body,
        advice="" if silent else _advice(report, remark, rule),
        given="" if confirmed else remark.reason,
        confirmed=confirmed,
        asks=remark.asks,
        excludes=remark.level == "error",
    )


def _rule(services: Services, remark: PublishedRemark) -> Rule | None:
    """Return the rule of the campaign file that made the remark; None for a built-in check."""
    rules = services.campaign.rules_by_key
    return rules.get(remark.code) or rules.get(f"{remark.code}:{remark.question}")


def _advice(report: Report, remark: PublishedRemark, rule: Rule | None) -> str:
    """Return what the clerk can do about the remark, which depends on whether answers are still taken."""
    _, advice = texts.REMARKS.get(remark.code, ("", ""))
    # The form accepts no answer with an error of its own, so the error was made in the ministry's cell.
    made_in_cell = remark.level == "error" and rule is None and remark.code not in texts.REMARKS
    if report.window.over:
        if remark.code in texts.REMARKS_WHEN_CLOSED:
            return texts.REMARKS_WHEN_CLOSED[remark.code]
        if rule is not None:
            return texts.REMARK_OF_RULE_WHEN_CLOSED
        if made_in_cell:
            return texts.REMARK_OF_CELL_WHEN_CLOSED
    return advice or (texts.REMARK_OF_CELL if made_in_cell else remark.advice)
