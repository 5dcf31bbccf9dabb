"""Home of the report: what is asked, until when, and where the report stands."""

from __future__ import annotations

from flask import Blueprint, request

from webform.addressing import REPORTS
from webform.overview import corrections_of, state_of, versions_of
from webform.pages.access import for_admitted
from webform.pages.rendering import page, received
from webform.pages.report_pages import Page
from webform.remarks import remarks_for_clerk
from webform.reports import draft_of, load_report
from webform.services import current_services

pages = Blueprint("home", __name__, url_prefix=REPORTS)


@pages.get("/")
@for_admitted
def show(oktmo: str) -> Page:
    """Show everything about one municipality's report on one page."""
    services = current_services()
    report = load_report(services, oktmo, received())
    draft = draft_of(services, oktmo)
    remarks = remarks_for_clerk(services, report)
    return page(
        "home.html",
        report=report,
        draft=draft,
        deleted="deleted" in request.args,
        state=state_of(report, has_draft=draft is not None),
        versions=versions_of(services, oktmo),
        corrections=corrections_of(services, report),
        remarks=remarks,
        unanswered=[remark for remark in remarks if not remark.answered],
    )
