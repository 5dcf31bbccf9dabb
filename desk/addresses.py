"""The campaign in the addresses of the desk: `/desk/CAMPAIGN/…`."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from werkzeug.routing import BaseConverter


def allow_campaigns(app: Flask, campaigns: Iterable[str]) -> None:
    """Let addresses name these campaigns and no other. Call it before pages are registered."""

    class CampaignConverter(BaseConverter):
        regex = "|".join(sorted(campaigns, key=len, reverse=True))

    app.url_map.converters["campaign"] = CampaignConverter
