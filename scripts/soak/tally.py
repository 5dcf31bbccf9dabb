"""Calls of one process of the soak: asked, timed, counted; and what of them is a fault or too slow.

Imports nothing of ours but the texts.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

from scripts import texts

SLOW_SECONDS = 2.0
GIVE_UP_SECONDS = 30
NO_ANSWER = 0
"""Stands for a status where the connection broke or the time was over."""
KEPT = 40
"""Faults and slow answers of one process that are kept in full."""

LISTED = (
    (
        re.compile(r"(grid|API|formulas): (POST|PUT|PATCH|DELETE) "),
        3.0,
        "запись в таблицу ждёт формул, которые в это время считают, вместе с очередью до 2,5 с",
    ),
    (
        re.compile(r"desk: POST .*/answer/docx"),
        5.0,
        "документ Word заполняет отдельный процесс, который для этого запускается",
    ),
)
"""Label → how long an answer may take, and why. Any other: SLOW_SECONDS."""


def allowed(label: str) -> float:
    """Return the seconds that an answer may take."""
    return next((seconds for pattern, seconds, _why in LISTED if pattern.match(label)), SLOW_SECONDS)


@dataclass
class Tally:
    """calls: (label, status) → how many. longest: label → seconds. faults, slow: in words, with what was sent."""

    calls: Counter[tuple[str, int]] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    def note(self, label: str, status: int, seconds: float, sent: str, said: str = "") -> None:
        """Count one answer."""
        self.calls[label, status] += 1
        self.longest[label] = max(seconds, self.longest.get(label, 0.0))
        if (status == NO_ANSWER or status >= 500) and len(self.faults) < KEPT:
            self.faults.append(texts.SOAK_FAULT.format(label=label, status=status, sent=sent[:600], said=said[:300]))
        if seconds > allowed(label) and len(self.slow) < KEPT:
            self.slow.append(texts.SOAK_SLOW.format(label=label, seconds=seconds, status=status, sent=sent[:600]))

    def add(self, other: Tally) -> None:
        self.calls += other.calls
        for label, seconds in other.longest.items():
            self.longest[label] = max(seconds, self.longest.get(label, 0.0))
        self.faults += other.faults
        self.slow += other.slow


class Caller:
    """One client with kept connections and cookies, until its time is over. The time begins with the first request."""

    def __init__(self, base: str, seconds: float) -> None:
        self.base = base
        self.tally = Tally()
        self.session = requests.Session()
        self.session.trust_env = False
        self._seconds = seconds
        self._until: float | None = None

    @property
    def going(self) -> bool:
        return self._until is None or time.monotonic() < self._until

    def ask(self, label: str, method: str, path: str, **options: Any) -> requests.Response | None:
        """Send one request; None where nothing came back, or where no client could send such a thing."""
        url = path if path.startswith("http") else f"{self.base}{path}"
        options = {"timeout": GIVE_UP_SECONDS, "allow_redirects": False, **options}
        sent = f"{method} {path} {_body(options)}"
        if self._until is None:
            self._until = time.monotonic() + self._seconds
        began = time.perf_counter()
        try:
            answer = self.session.request(method, url, **options)
        except requests.RequestException as error:
            if not isinstance(error, ValueError):  # a ValueError: no such address or header can be sent
                self.tally.note(label, NO_ANSWER, time.perf_counter() - began, sent, repr(error))
            return None
        except ValueError:
            return None
        self.tally.note(label, answer.status_code, time.perf_counter() - began, sent, answer.text[:300])
        return answer


def _body(options: dict[str, Any]) -> str:
    return " ".join(f"{name}={options[name]!r}" for name in ("params", "json", "data") if options.get(name) is not None)
