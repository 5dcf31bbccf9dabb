"""`python -m sync --once`: deliver all that waits, refresh, and say in one line what came of it.

Imported by `sync` alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from outbox.errors import OutboxError
from sheets import BudgetSpent, OutcomeUnknown, SheetsError, TransientError
from sync.errors import HeadersBroken, WorkerError
from sync.process.worker import Worker
from sync.texts import worker as texts

MOST_FAILURES = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """done: everything is delivered and shown. words: one line for people."""

    done: bool
    words: str


def run_once(worker: Worker, sleep: Callable[[float], object]) -> Outcome:
    """Deliver and refresh now. Never raises for what the spreadsheet or the outbox answer."""
    outcome = _run_once(worker, sleep)
    worker.remember_trouble(None if outcome.done else outcome.words)
    return outcome


def _run_once(worker: Worker, sleep: Callable[[float], object]) -> Outcome:
    context = worker.context
    try:
        rows = deliver_all(worker, sleep)
        waiting = context.outbox.deliveries.waiting(context.campaign.id, context.spreadsheet.id)
        if waiting.count:
            answers = worker.prepare().answers
            words = "" if answers.columns.sound else answers.columns.trouble(answers.title)
            if words:
                worker.show(HeadersBroken(words))
            return Outcome(False, texts.ONCE_LEFT.format(count=waiting.count, reason=words).strip())
        as_of = patiently(worker.refresh_now, sleep).as_of
    except (TransientError, OutcomeUnknown) as error:
        return Outcome(False, f"{error} {texts.ONCE_LATER}")
    except (SheetsError, OutboxError, WorkerError) as error:
        worker.show(error)
        return Outcome(False, str(error))
    words = texts.ONCE_DONE.format(rows=rows, as_of=as_of.strftime("%d.%m.%Y %H:%M"))
    aside = context.outbox.deliveries.set_aside_list(context.campaign.id, context.spreadsheet.id)
    return Outcome(True, f"{words} {texts.ONCE_ASIDE.format(count=len(aside))}" if aside else words)


def deliver_all(worker: Worker, sleep: Callable[[float], object]) -> int:
    """Step until nothing waits or headers are broken; gives the number of rows. Raises the error that stays."""
    patiently(worker.prepare, sleep)
    rows = failures = 0
    while True:
        step = worker.step()
        if step.kind == "delivered":
            rows += step.rows
        if step.error is not None:
            failures += not isinstance(step.error, BudgetSpent)
            if failures >= MOST_FAILURES:
                raise step.error
        deliverer = worker.prepare().deliverer
        if step.kind == "idle" or (step.kind == "waiting" and deliverer.wait == 0):
            return rows
        if deliverer.wait > 0:
            sleep(deliverer.wait)


def patiently(call: Callable[[], T], sleep: Callable[[float], object]) -> T:
    """The call's value; a failure that may pass is waited for, three times. Raises what stays."""
    for failure in range(MOST_FAILURES):
        try:
            return call()
        except (TransientError, OutcomeUnknown) as error:
            if failure == MOST_FAILURES - 1:
                raise
            sleep(min(60.0, math.ceil(error.retry_after or 2.0**failure)))
    raise AssertionError
