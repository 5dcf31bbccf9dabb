"""`/_faults` and `/_operations`, for rehearsals and tests on this machine alone.

They are there with LOCALSHEETS_FAULTS=1, and where `run/faults` stands in the data folder as long as there is no
account. A body must be JSON by its content type, so that no web page can send one across sites.
"""

import json

from flask import Blueprint, Response, request

from localsheets.errors import denied, invalid
from localsheets.loopback import direct
from localsheets.web.context import Context, context
from localsheets.web.exchange import read_json, whole

blueprint = Blueprint("faults", __name__)


def wanted(held: Context) -> bool:
    """Return True if this server has the two routes at its start."""
    return held.settings.faults or (held.settings.faults_file.exists() and not held.people.any())


def _local() -> None:
    held = context()
    if not direct() or not wanted(held):
        raise denied()


def _json(body: object) -> Response:
    return Response(json.dumps(body), content_type="application/json; charset=UTF-8")


@blueprint.route("/_faults", methods=["GET", "POST", "DELETE"])
def faults() -> Response:
    """GET returns the settings, POST sets those in the body, DELETE turns everything off."""
    _local()
    held = context()
    if request.method == "POST":
        if request.mimetype != "application/json":
            raise invalid("Content-Type: application/json is expected.")
        body = read_json()
        if not isinstance(body, dict):
            raise invalid("An object is expected.")
        held.faults.set(body)
        if body.get("expire_tokens"):
            held.tokens.revoke_all()
    elif request.method == "DELETE":
        held.faults.clear()
    return _json(held.faults.shown())


@blueprint.route("/_operations", methods=["GET", "DELETE"])
def operations() -> Response:
    """GET returns the operations after `since` (a seq), oldest first, and counts by kind. DELETE forgets them."""
    _local()
    log = context().operations
    if request.method == "DELETE":
        log.clear()
    since, limit = whole(request.args.get("since", "0")), whole(request.args.get("limit", "10000"))
    if since is None or limit is None:
        raise invalid("since and limit must be whole numbers.")
    return _json({"operations": log.since(since, limit), "counts": log.counts()})
