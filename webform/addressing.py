"""The campaign in the addresses of reports: `/reports/CAMPAIGN/OKTMO/…`, and old ones, without it.

A view of a report neither takes the campaign nor names it in `url_for`: `current_services` are those of the address.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.routing import BaseConverter

from outbox.address_codes import Holder
from webform.services import Installation, Services, campaign_services, current_installation, use_campaign

REPORTS = "/reports/<campaign:campaign>/<oktmo>"
OLD_REPORTS = "/reports/<oktmo>"


def allow_campaigns(app: Flask, installation: Installation) -> None:
    """Let addresses name the campaigns of the installation and no other. Call it before pages are registered."""

    class CampaignConverter(BaseConverter):
        regex = "|".join(sorted(installation.campaigns, key=len, reverse=True))

    app.url_map.converters["campaign"] = CampaignConverter


def register_addresses(app: Flask) -> None:
    """Take the campaign out of addresses, put it into those of links, and serve old ones, without it.

    Call it once pages and bodies are registered: an old form is read to find its campaign.
    """
    for rule in list(app.url_map.iter_rules()):  # attached files had no address then
        if rule.rule.startswith(REPORTS) and not rule.endpoint.startswith("files."):
            old = OLD_REPORTS + rule.rule.removeprefix(REPORTS)
            app.add_url_rule(old, rule.endpoint, methods=(rule.methods or set()) - {"HEAD", "OPTIONS"})

    @app.url_value_preprocessor
    def take_campaign(_: str | None, values: dict[str, Any] | None) -> None:
        if values and "campaign" in values:
            use_campaign(current_installation().campaigns[values.pop("campaign")])

    @app.url_defaults
    def put_campaign(endpoint: str, values: dict[str, Any]) -> None:
        services = campaign_services()
        if services and "campaign" not in values and app.url_map.is_endpoint_expecting(endpoint, "campaign"):
            values["campaign"] = services.campaign.id

    @app.before_request
    def serve_old_address() -> Response | None:
        oktmo = (request.view_args or {}).get("oktmo")
        if oktmo is None or "services" in g or request.url_rule is None or "addressees" in request.url_rule.arguments:
            return None
        asking = current_installation().asking(str(oktmo))
        services = _campaign_of_old(asking, str(oktmo))
        if services is None:
            return _to_cabinet({one.holder(str(oktmo)) for one in asking})
        use_campaign(services)
        if request.method == "POST":  # a form that was open during the update
            return None
        target = url_for(cast("str", request.endpoint), **(request.view_args or {}))
        query = request.query_string.decode("ascii", "replace")
        return cast("Response", redirect(f"{target}?{query}" if query else target))


def home_of(holder: Holder) -> str:
    """Return the address of the cabinet, or of the report's own page where the cabinet would hold that report alone."""
    found = current_installation().of_holder(holder)
    if len(found) == 1:
        return url_for("home.show", campaign=found[0].campaign.id, oktmo=holder.oktmo)
    return url_for("cabinet.show", addressees=holder.addressees, oktmo=holder.oktmo)


def _campaign_of_old(asking: list[Services], oktmo: str) -> Services | None:
    """Return the campaign of a report's address that names none. asking: those that ask the municipality.

    The only one; of several the one that signed the ticket of the form that was sent.
    """
    if len(asking) == 1:
        return asking[0]
    ticket = request.form.get("ticket", "")
    return next((one for one in asking if one.tokens.read_ticket(ticket, one.holder(oktmo)) is not None), None)


def _to_cabinet(holders: set[Holder]) -> Response:
    """Return the redirect to the cabinet of the only holder. Abort with 404 where there is another number of them."""
    if len(holders) != 1 or request.method == "POST":
        abort(404)
    (holder,) = holders
    return cast("Response", redirect(url_for("cabinet.show", addressees=holder.addressees, oktmo=holder.oktmo)))
