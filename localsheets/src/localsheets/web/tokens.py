"""`POST /token`: the service-account flow of google-auth."""

import json

from flask import Blueprint, Response, request

from localsheets.auth.accounts import AssertionRefused, check_assertion
from localsheets.web.context import context
from localsheets.web.exchange import base_url, mark

blueprint = Blueprint("token", __name__)

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@blueprint.route("/token", methods=["POST"])
def token() -> Response:
    """Exchange a signed assertion for a bearer token; errors have the words of Google's token endpoint."""
    mark("token")
    held = context()
    if request.form.get("grant_type") != _GRANT:
        return _json({"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}, 400)
    try:
        email, scopes = check_assertion(
            held.store,
            request.form.get("assertion", ""),
            [f"{base_url()}/token", f"{held.settings.base_url}/token"],
        )
    except AssertionRefused as error:
        return _json({"error": "invalid_grant", "error_description": str(error)}, 400)
    return _json(
        {
            "access_token": held.tokens.issue(email, scopes),
            "expires_in": held.tokens.seconds,
            "token_type": "Bearer",
        },
        200,
    )


def _json(body: dict[str, object], status: int) -> Response:
    response = Response(json.dumps(body), status, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
