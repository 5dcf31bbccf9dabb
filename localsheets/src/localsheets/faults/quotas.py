"""Google's quotas a minute, for reads and writes, by user and by project; off until set.

Numbers and words: developers.google.com/workspace/sheets/api/limits (60 for a user, 300 for a project). A refused
request does not count.
"""

import threading
import time
from collections import deque

from localsheets.errors import SheetsError
from localsheets.jsontypes import Json

WINDOW_SECONDS = 60.0
LIMITS = ("user_reads", "user_writes", "project_reads", "project_writes")


class Quotas:
    """Counts the requests of the last 60 seconds."""

    def __init__(self) -> None:
        self._limits: dict[str, int] = {}
        self._spent: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def set(self, limits: dict[str, int]) -> None:
        """Set the limits and start counting anew."""
        with self._lock:
            self._limits = dict(limits)
            self._spent.clear()

    def shown(self) -> Json:
        """Return each limit, None for no limit."""
        return {name: self._limits.get(name) for name in LIMITS}

    def charge(self, user: str, *, write: bool) -> None:
        """Count a user's request. Raises Google's 429 if a limit is reached."""
        if not self._limits:
            return
        kind = "writes" if write else "reads"
        now = time.monotonic()
        with self._lock:
            charged = []
            for scope, owner in (("user", user), ("project", "")):
                limit = self._limits.get(f"{scope}_{kind}")
                if not limit:
                    continue
                spent = self._spent.setdefault((f"{scope}_{kind}", owner), deque())
                while spent and spent[0] <= now - WINDOW_SECONDS:
                    spent.popleft()
                if len(spent) >= limit:
                    raise exhausted("write" if write else "read", scope, limit)
                charged.append(spent)
            for spent in charged:
                spent.append(now)


def exhausted(kind: str, scope: str, limit: int) -> SheetsError:
    """Return Google's 429. kind: read or write; scope: user or project."""
    word = kind.capitalize()
    per_user = " per user" if scope == "user" else ""
    details: list[dict[str, object]] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "RATE_LIMIT_EXCEEDED",
            "domain": "googleapis.com",
            "metadata": {
                "service": "sheets.googleapis.com",
                "consumer": "projects/1",
                "quota_metric": f"sheets.googleapis.com/{kind}_requests",
                "quota_limit": f"{word}RequestsPerMinutePer{'User' if scope == 'user' else 'Project'}",
                "quota_limit_value": str(limit),
                "quota_location": "global",
            },
        },
        {
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [
                {
                    "description": "Request a higher quota limit.",
                    "url": "https://cloud.google.com/docs/quotas/help/request_increase",
                }
            ],
        },
    ]
    return SheetsError(
        429,
        "RESOURCE_EXHAUSTED",
        f"Quota exceeded for quota metric '{word} requests' and limit '{word} requests per minute{per_user}' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:1'.",
        details,
    )
