"""`/healthz`."""

import json

from flask import Blueprint, Response

from localsheets.web.context import context
from localsheets.web.exchange import mark

blueprint = Blueprint("health", __name__)


@blueprint.route("/healthz")
def healthz() -> Response:
    """Return 200 if the store answers."""
    mark("healthz")
    context().store.files()
    return Response(json.dumps({"status": "ok"}), content_type="application/json")
