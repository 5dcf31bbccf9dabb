"""`python -m sync`: the worker and its commands. Imports `sync`, `outbox` and `campaign`.

Exit codes: 0 done, 1 not everything was done, 2 the worker cannot start; always with one clear line.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import structlog

from campaign import CampaignError
from outbox import usage
from outbox.environment import data_dir, pid_file
from outbox.errors import OutboxError
from outbox.records import Lease
from sheets import SheetsError
from sync.errors import AlreadyRunning, WorkerError
from sync.lease import LEASE_TIME, Held, file_lock, holder_name, lease_name
from sync.process import commands, logs, loop, restoring
from sync.process.collecting import collect_rarely
from sync.process.environment import spreadsheet_of
from sync.process.importing import import_from_sheet
from sync.process.metrics import Metrics
from sync.process.once import run_once
from sync.process.rebuild import rebuild as fill
from sync.process.wiring import Wired, wired
from sync.process.worker import Worker
from sync.publication.spreadsheet_owner import check_campaign
from sync.texts import importing as import_texts
from sync.texts import loss as loss_texts
from sync.texts import worker as texts

log = structlog.get_logger("sync")
KNOWN = (CampaignError, OutboxError, SheetsError, WorkerError)


@click.group(
    invoke_without_command=True,
    help=texts.ABOUT,
    options_metavar="[--once]",
    subcommand_metavar="[КОМАНДА …]",
)
@click.option("--once", is_flag=True, help=texts.HELP_ONCE)
@click.pass_context
def main(context: click.Context, *, once: bool) -> None:
    if once and context.invoked_subcommand is not None:  # else the option would be ignored
        named = main.commands[context.invoked_subcommand]
        raise click.UsageError(texts.ONCE_WITH_COMMAND, click.Context(named, context, context.invoked_subcommand))
    logs.configure(silent=once or context.invoked_subcommand is not None)
    collect_rarely()
    if context.invoked_subcommand is None:
        sys.exit(_run_command(_once if once else _forever))


@main.command(help=texts.HELP_STATUS, options_metavar="")
def status() -> None:
    def run() -> int:
        with wired(os.environ) as parts:
            click.echo(commands.status(parts.context, _holder(parts)))
        return 0

    sys.exit(_run_command(run))


@main.command(help=loss_texts.HELP, options_metavar="[--yes]")
@click.argument("receipt", metavar="[КВИТАНЦИЯ]", required=False)
@click.option("--column", metavar="СТОЛБЕЦ", help=loss_texts.HELP_COLUMN)
@click.option("--all", "everything", is_flag=True, help=loss_texts.HELP_ALL)
@click.option("--accept", metavar="СТОЛБЕЦ", help=loss_texts.HELP_ACCEPT)
@click.option("--yes", is_flag=True, help=loss_texts.HELP_YES)
def restore(receipt: str | None, column: str | None, accept: str | None, *, everything: bool, yes: bool) -> None:
    if sum((receipt is not None, column is not None, accept is not None, everything)) != 1:
        raise click.UsageError(loss_texts.CHOOSE)

    def confirm(words: str) -> bool:
        click.echo(words)
        if not yes and not sys.stdin.isatty():
            raise commands.CommandError(loss_texts.NEED_YES)
        return yes or click.confirm(loss_texts.ASK)

    def run() -> int:
        with wired(os.environ) as parts:
            check_campaign(parts.context)
            if accept is not None:
                click.echo(restoring.accept_loss(parts.context, accept, confirm=confirm))
            else:
                click.echo(restoring.restore(parts.context, receipt, column=column, confirm=confirm))
        return 0

    sys.exit(_run_command(run, code=1))


@main.command(help=texts.HELP_REBUILD, options_metavar="--into НОМЕР")
@click.option("--into", required=True, metavar="НОМЕР", help=texts.HELP_INTO)
def rebuild(into: str) -> None:
    def run() -> int:
        with wired(os.environ) as parts:
            check_campaign(parts.context)
            click.echo(fill(parts, spreadsheet_of(into), time.sleep))
        return 0

    sys.exit(_run_command(run, code=1))


@main.command("import-from-sheet", help=import_texts.HELP, options_metavar="")
def import_sheet() -> None:
    def run() -> int:
        with wired(os.environ, starts=True) as parts, file_lock(parts.settings.data_dir) as alone:
            check_campaign(parts.context)
            with Held(parts.context.outbox, _sole_lease(parts, alone=alone)) as held:
                click.echo(import_from_sheet(parts.context, held.lease))
        return 0

    sys.exit(_run_command(run, code=1))


def _run_command(run: Callable[[], int], code: int = 2) -> int:
    """Return the exit code of a command; a foreseen failure becomes its text on standard error, and `code`."""
    try:
        return run()
    except KNOWN as error:
        click.echo(str(error), err=True)
        return code


def _once() -> int:
    with wired(os.environ, starts=True) as parts, file_lock(parts.settings.data_dir) as alone:
        check_campaign(parts.context)
        lease = _sole_lease(parts, alone=alone)
        if (advice := _key_advice(parts)) is not None:
            click.echo(advice, err=True)
        with Held(parts.context.outbox, lease):
            outcome = run_once(Worker(parts.context, parts.budget, lease, Metrics()), time.sleep)
        click.echo(outcome.words, err=not outcome.done)
        return 0 if outcome.done else 1


def _forever() -> int:
    stop = threading.Event()
    with _signals(stop), pid_file(os.environ, "worker"), wired(os.environ, starts=True) as parts:
        check_campaign(parts.context)
        metrics = Metrics()
        if (advice := _key_advice(parts)) is not None:
            log.warning("key readable by others", advice=advice)
        with metrics.served(parts.settings.metrics_port):
            log.info("started", spreadsheet=parts.settings.spreadsheet_id, google=parts.settings.google)
            standby = False
            while not stop.is_set():
                with file_lock(data_dir(os.environ)) as alone:
                    if alone:
                        _run_as_leader(parts, metrics, stop)
                    elif not standby:
                        log.info("on standby", waits_for=_holder(parts) or "another worker of this data folder")
                standby = not alone
                stop.wait(loop.STANDBY_SECONDS)
        log.info("stopped")
    return 0


def _run_as_leader(parts: Wired, metrics: Metrics, stop: threading.Event) -> None:
    """Wait for the lease and work while it is held. Return when it is lost or the signal came."""
    standby = False
    while not stop.is_set():
        try:
            lease = _acquire(parts)
        except OutboxError as error:
            log.warning("outbox not reached", error=type(error).__name__)
            lease = None
        if lease is not None:
            with Held(parts.context.outbox, lease) as held:
                log.info("active", fence=lease.fence)
                loop.run(Worker(parts.context, parts.budget, lease, metrics), held, metrics, stop)
            return
        if not standby:
            log.info("on standby")
            standby = True
        stop.wait(loop.STANDBY_SECONDS)


def _acquire(parts: Wired) -> Lease | None:
    name = lease_name(parts.settings.spreadsheet_id)
    return parts.context.outbox.leases.acquire(name, holder_name(parts.settings.data_dir), LEASE_TIME)


def _sole_lease(parts: Wired, *, alone: bool) -> Lease:
    """Return the lease of a process that holds the folder's lock (`alone`). Raises AlreadyRunning."""
    if not alone:
        raise AlreadyRunning(texts.FOLDER_TAKEN.format(folder=parts.settings.data_dir))
    lease = _acquire(parts)
    if lease is None:
        raise AlreadyRunning(texts.ALREADY_RUNNING.format(holder=_holder(parts) or texts.NONE))
    return lease


def _holder(parts: Wired) -> str | None:
    """Return the holder of the lease; None if there is none."""
    return parts.context.outbox.leases.holder(lease_name(parts.settings.spreadsheet_id))


def _key_advice(parts: Wired) -> str | None:
    """Return what to do if others on this computer may read the key file; None if they may not."""
    path = parts.settings.open_key
    return None if path is None else texts.KEY_READABLE.format(path=path)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop`; what is in flight is finished."""

    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    usage.run(main, "python -m sync")
