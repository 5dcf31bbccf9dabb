"""`python -m sync --once`: deliver all that waits, refresh, and say in one line what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from outbox.errors import OutboxError
from sheets import BudgetSpent, OutcomeUnknown, SheetsError, TransientError
from sync.delivery.retrying import MOST_FAILURES, retry
from sync.errors import HeadersBroken, WorkerError
from sync.process.rollup_worker import RollupWorker
from sync.process.worker import Worker
from sync.publication.refresh import Refreshed
from sync.texts import rollup as rollup_texts
from sync.texts import worker as texts


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
        worker.restore()
        rows = deliver_all(worker, sleep)
        waiting = context.outbox.deliveries.waiting(context.campaign.id, context.spreadsheet.id)
        if waiting.count:
            answers = worker.prepare().answers
            words = "" if answers.columns.sound else answers.columns.trouble(answers.title)
            if words:
                worker.show(HeadersBroken(words))
            return Outcome(False, texts.ONCE_LEFT.format(count=waiting.count, reason=words).strip())
        as_of = refresh_once(worker, sleep).as_of
    except (TransientError, OutcomeUnknown) as error:
        return Outcome(False, f"{error} {texts.ONCE_LATER}")
    except (SheetsError, OutboxError, WorkerError) as error:
        worker.show(error)
        return Outcome(False, str(error))
    words = texts.ONCE_DONE.format(rows=rows, as_of=as_of.strftime("%d.%m.%Y %H:%M"))
    aside = context.outbox.deliveries.set_aside_list(context.campaign.id, context.spreadsheet.id)
    return Outcome(True, f"{words} {texts.ONCE_ASIDE.format(count=len(aside))}" if aside else words)


def run_rollup_once(worker: RollupWorker, reserve: Callable[[int], None], sleep: Callable[[float], object]) -> Outcome:
    """Read every source that is due and refresh now. Never raises for what a spreadsheet or the outbox answers.

    reserve: waits until so many reads may be sent
    """
    sources = worker.sources
    try:
        while (key := sources.due()) is not None:
            reserve(sources.reads(key))
            retry(partial(worker.read_now, key), sleep)
        as_of = retry(worker.refresh_now, sleep)
    except (SheetsError, OutboxError, WorkerError) as error:
        worker.remember_trouble(str(error))
        return Outcome(False, str(error))
    worker.remember_trouble(None)
    read, every = sources.read_count, len(sources.states)
    words = rollup_texts.ONCE_DONE if read == every else rollup_texts.ONCE_LEFT
    return Outcome(read == every, words.format(read=read, all=every, as_of=as_of.strftime("%d.%m.%Y %H:%M")))


def refresh_once(worker: Worker, sleep: Callable[[float], object]) -> Refreshed:
    """Refresh; after an unknown outcome the next try must not start from what the tabs held before."""

    def refresh() -> Refreshed:
        try:
            return worker.refresh_now()
        except OutcomeUnknown:
            worker.look_again()
            raise

    return retry(refresh, sleep)


def deliver_all(worker: Worker, sleep: Callable[[float], object]) -> int:
    """Step until nothing waits or headers are broken, and return the number of rows. Raises the error that stays."""
    retry(worker.prepare, sleep)
    rows = failures = 0
    while True:
        step = worker.step()
        if step.kind == "delivered":
            rows += step.rows
        if step.error is not None:
            failures += not isinstance(step.error, BudgetSpent)
            if failures >= MOST_FAILURES:
                raise step.error
        prepared = worker.prepare()
        if step.kind == "idle" or (step.kind == "waiting" and not prepared.answers.columns.sound):
            return rows
        if prepared.deliverer.wait > 0:
            sleep(prepared.deliverer.wait)
