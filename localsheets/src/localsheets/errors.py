"""The one exception of this package's boundary and its Google-shaped body. Imports nothing of ours.

Shapes as in Google's recorded answers: `{"error": {"code", "message", "status", "details"?}}`.
"""

from collections.abc import Sequence


class SheetsError(Exception):
    """An answer other than 200, as Google words it.

    `code` is the HTTP status, `status` the canonical name, `details` Google's list of typed details.
    """

    def __init__(self, code: int, status: str, message: str, details: Sequence[dict[str, object]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = list(details)

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        error: dict[str, object] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return {"error": error}


_CLASSIC = {400: "invalid", 401: "authError", 403: "forbidden", 404: "notFound", 429: "userRateLimitExceeded"}


def classic_body(error: SheetsError) -> dict[str, object]:
    """The body as Drive writes it: a list of errors beside code and message."""
    reason = _CLASSIC.get(error.code, "backendError" if error.code >= 500 else "badRequest")
    entry: dict[str, object] = {"message": error.message, "domain": "global", "reason": reason}
    if error.code == 404:
        entry.update(location="fileId", locationType="parameter")
    return {"error": {"code": error.code, "message": error.message, "errors": [entry], "status": error.status}}


def invalid(message: str) -> SheetsError:
    """400 INVALID_ARGUMENT."""
    return SheetsError(400, "INVALID_ARGUMENT", message)


def violations(found: Sequence[tuple[str, str]]) -> SheetsError:
    """400 with one line a violation; each is (field path, description), as Google's JSON parser answers."""
    details: dict[str, object] = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [
            {"field": field, "description": text} if field else {"description": text} for field, text in found
        ],
    }
    return SheetsError(400, "INVALID_ARGUMENT", "\n".join(text for _, text in found), [details])


def not_found() -> SheetsError:
    """404 as recorded for an unknown spreadsheet."""
    return SheetsError(404, "NOT_FOUND", "Requested entity was not found.")


def denied(message: str = "The caller does not have permission") -> SheetsError:
    """403 PERMISSION_DENIED."""
    return SheetsError(403, "PERMISSION_DENIED", message)


def unauthenticated() -> SheetsError:
    """401 as Google answers a request with no valid bearer token."""
    return SheetsError(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


def unavailable(message: str = "The service is currently unavailable.") -> SheetsError:
    """503 UNAVAILABLE: nothing was changed."""
    return SheetsError(503, "UNAVAILABLE", message)


class RequestFailed(Exception):  # noqa: N818 - it names what happened to the request
    """Raised inside one request of a batch; the batch prefixes it with `Invalid requests[n].kind: `."""


class ProtectedRange(RequestFailed):
    """An edit of a protected range by one who may not edit it."""
