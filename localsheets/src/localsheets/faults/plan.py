"""The settings of `POST /_faults` as data, and the decision about one request.

Random choices come from one generator with a seed, so that a run can be repeated.
"""

import random
import re
import threading
from dataclasses import dataclass, field
from typing import NamedTuple

from localsheets.errors import RequestFailed, SheetsError, invalid
from localsheets.faults.quotas import LIMITS, Quotas, exhausted
from localsheets.jsontypes import Json
from localsheets.patterns import Pattern, compiled

STATUSES = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    408: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    429: ("RESOURCE_EXHAUSTED", ""),
    500: ("INTERNAL", "Internal error encountered."),
    502: ("UNAVAILABLE", "Bad gateway."),
    503: ("UNAVAILABLE", "The service is currently unavailable."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}
KINDS = ("error", "reset_before", "reset_after", "hang", "late_commit")
_RULE_FIELDS = {"kind", "status", "next", "rate", "path", "method", "seconds", "reset", "retry_after"}
MAX_SECONDS = 600.0


@dataclass(slots=True)
class Rule:
    """One fault: at a `rate` (0…1) or for the `next` n requests that match path and method."""

    kind: str
    next: int | None
    rate: float
    path: Pattern | None
    method: str
    status: int
    seconds: float
    reset: bool
    retry_after: int | None

    def shown(self) -> Json:
        """Return the rule as it was sent."""
        return {
            "kind": self.kind,
            "next": self.next,
            "rate": self.rate,
            "path": self.path.pattern if self.path else None,
            "method": self.method or None,
            "status": self.status,
            "seconds": self.seconds,
            "reset": self.reset,
            "retry_after": self.retry_after,
        }


class Decision(NamedTuple):
    """The fate of one request: it waits `delay` seconds, then `rule` strikes (None: no fault)."""

    delay: float
    rule: Rule | None


@dataclass(slots=True)
class _Plan:
    rules: list[Rule] = field(default_factory=list)
    latency: float = 0.0
    spread: float = 0.0
    race: float = 0.0


class Faults:
    """All faults, off until set. Thread-safe."""

    def __init__(self) -> None:
        self._plan = _Plan()
        self._lock = threading.Lock()
        # Faults are to be repeatable, not secret.
        self._random = random.Random(0)  # noqa: S311
        self.quotas = Quotas()

    def set(self, body: Json) -> None:
        """Set what a request body names; absent keys keep their value. Raises 400 for an invalid body."""
        known = {"rules", "latency", "race", "quotas", "seed", "expire_tokens"}
        for name in body:
            if name not in known:
                raise invalid(f"Unknown name {name[:100]!r}: one of {', '.join(sorted(known))} is expected.")
        rules = [_rule(entry) for entry in _list(body.get("rules", []), "rules")] if "rules" in body else None
        latency = _object(body.get("latency") or {}, "latency", {"milliseconds", "spread"})
        race = _object(body.get("race") or {}, "race", {"milliseconds"})
        limits = _object(body.get("quotas") or {}, "quotas", set(LIMITS))
        wait = _number(latency.get("milliseconds", 0), "latency.milliseconds", MAX_SECONDS * 1000)
        spread = _number(latency.get("spread", 0), "latency.spread", MAX_SECONDS * 1000)
        pause = _number(race.get("milliseconds", 0), "race.milliseconds", MAX_SECONDS * 1000)
        numbers = {name: int(_number(limit, f"quotas.{name}", 1e9)) for name, limit in limits.items() if limit}
        seed = body.get("seed")
        with self._lock:
            if rules is not None:
                self._plan.rules = rules
            if "latency" in body:
                self._plan.latency, self._plan.spread = wait / 1000, spread / 1000
            if "race" in body:
                self._plan.race = pause / 1000
            if "quotas" in body:
                self.quotas.set(numbers)
            if isinstance(seed, int):
                self._random.seed(seed)

    def clear(self) -> None:
        """Turn all faults off."""
        with self._lock:
            self._plan = _Plan()
            self.quotas.set({})

    def shown(self) -> Json:
        """Return the current settings; `next` counts down."""
        with self._lock:
            return {
                "rules": [rule.shown() for rule in self._plan.rules],
                "latency": {"milliseconds": self._plan.latency * 1000, "spread": self._plan.spread * 1000},
                "race": {"milliseconds": self._plan.race * 1000},
                "quotas": self.quotas.shown(),
            }

    def decide(self, method: str, path: str) -> Decision:
        """Decide about this request, using up one of a rule's `next`."""
        with self._lock:
            plan = self._plan
            delay = 0.0
            if plan.latency or plan.spread:
                delay = max(0.0, plan.latency + self._random.uniform(-plan.spread, plan.spread))
            for rule in plan.rules:
                if rule.path is not None and not rule.path.search(path):
                    continue
                if rule.method and rule.method != method:
                    continue
                if rule.next is not None:
                    if rule.next <= 0:
                        continue
                    rule.next -= 1
                elif self._random.random() >= rule.rate:
                    continue
                return Decision(delay, rule)
        return Decision(delay, None)

    def race_seconds(self) -> float:
        """Return how long an append rests between finding its place and writing there; 0 if races are off."""
        return self._plan.race


_READ_BY_POST = re.compile(r"(:getByDataFilter|:batchGetByDataFilter|:search)$")


def error_of(rule: Rule, method: str, path: str) -> SheetsError:
    """Return the error with which an `error` rule answers."""
    if rule.status == 429:
        reads = method == "GET" or _READ_BY_POST.search(path) is not None
        return exhausted("read" if reads else "write", "user", 60)
    status, message = STATUSES[rule.status]
    return SheetsError(rule.status, status, message)


def _rule(entry: object) -> Rule:
    body = _object(entry, "rules[]", _RULE_FIELDS)
    kind = body.get("kind", "error")
    if kind not in KINDS:
        raise invalid(f"rules[].kind must be one of {', '.join(KINDS)}.")
    status = body.get("status", 503)
    if not isinstance(status, int) or status not in STATUSES:
        raise invalid(f"rules[].status must be one of {', '.join(map(str, STATUSES))}.")
    if ("next" in body) == ("rate" in body):
        raise invalid("rules[]: either next (a number of requests) or rate (0 to 1) is expected.")
    pattern = None
    if body.get("path") is not None:
        try:
            pattern = compiled(str(body["path"]))
        except RequestFailed as error:
            raise invalid(f"rules[].path: {error}.") from error
    return Rule(
        kind=kind,
        next=int(_number(body["next"], "rules[].next", 1e9)) if "next" in body else None,
        rate=_number(body.get("rate", 0), "rules[].rate", 1),
        path=pattern,
        method=str(body.get("method") or "").upper(),
        status=int(status),
        seconds=_number(body.get("seconds", 60), "rules[].seconds", MAX_SECONDS),
        reset=bool(body.get("reset", False)),
        retry_after=int(_number(body["retry_after"], "rules[].retry_after", 1e6)) if "retry_after" in body else None,
    )


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise invalid(f"{name} must be a list.")
    return value


def _object(value: object, name: str, known: set[str]) -> Json:
    if not isinstance(value, dict):
        raise invalid(f"{name} must be an object.")
    for key in value:
        if key not in known:
            raise invalid(f"Unknown name {str(key)[:100]!r} at {name}: one of {', '.join(sorted(known))} is expected.")
    return value


def _number(value: object, name: str, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= high:
        raise invalid(f"{name} must be a number from 0 to {high:g}.")
    return float(value)
