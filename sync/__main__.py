"""`python -m sync`: the worker and its commands.

What counts, and pandas with it, is imported once the installation is open: a mistake in it is said at once.

Exit codes: 0 done, 1 not everything was done, 2 the worker cannot start; always with one clear line.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import click
import structlog

from campaign import Campaign, CampaignError, Rollup
from outbox import usage
from outbox.environment import data_dir, pid_file
from outbox.errors import OutboxError
from outbox.records import Lease
from sheets import SheetsError
from sync.errors import AlreadyRunning, CommandError, ForeignCampaign, SettingsError, WorkerError
from sync.lease import Held, file_lock, lease_name
from sync.process import logs
from sync.process.collecting import collect_rarely
from sync.process.environment import Settings, spreadsheet_of
from sync.process.signals import Signals
from sync.process.wiring import Installation, Wired, WiredRollup, installation, wired
from sync.publication.spreadsheet_owner import check_campaign
from sync.texts import importing as import_texts
from sync.texts import loss as loss_texts
from sync.texts import worker as texts

log = structlog.get_logger("sync")
KNOWN = (CampaignError, OutboxError, SheetsError, WorkerError)


ONCE_READS, ONCE_WRITES = 10, 5
"""Calls that are kept for a campaign before `--once` begins with it: in their midst there would be none to wait for."""
CAMPAIGN = click.option("--campaign", "campaign_id", metavar="ID", help=texts.HELP_CAMPAIGN)


@click.group(
    invoke_without_command=True,
    help=texts.ABOUT,
    options_metavar="[--once] [--campaign ID]",
    subcommand_metavar="[КОМАНДА …]",
)
@click.option("--once", is_flag=True, help=texts.HELP_ONCE)
@CAMPAIGN
@click.pass_context
def main(context: click.Context, campaign_id: str | None, *, once: bool) -> None:
    if campaign_id is not None and not once:
        raise click.UsageError(texts.CAMPAIGN_WITHOUT_ONCE)
    if once and context.invoked_subcommand is not None:  # else the option would be ignored
        named = main.commands[context.invoked_subcommand]
        raise click.UsageError(texts.ONCE_WITH_COMMAND, click.Context(named, context, context.invoked_subcommand))
    logs.configure(silent=once or context.invoked_subcommand is not None)
    collect_rarely()
    if context.invoked_subcommand is None:
        sys.exit(_run_command((lambda: _once(campaign_id)) if once else _forever))


@main.command(help=texts.HELP_STATUS, options_metavar="[--campaign ID]")
@CAMPAIGN
def status(campaign_id: str | None) -> None:
    def run() -> int:
        with installation(os.environ) as found:
            from sync.process.commands import status_of_all

            click.echo(status_of_all(found, campaign_id))
        return 0

    sys.exit(_run_command(run))


@main.command(help=loss_texts.HELP, options_metavar="[--yes] [--campaign ID]")
@click.argument("receipt", metavar="[КВИТАНЦИЯ]", required=False)
@click.option("--column", metavar="СТОЛБЕЦ", help=loss_texts.HELP_COLUMN)
@click.option("--all", "everything", is_flag=True, help=loss_texts.HELP_ALL)
@click.option("--accept", metavar="СТОЛБЕЦ", help=loss_texts.HELP_ACCEPT)
@click.option("--yes", is_flag=True, help=loss_texts.HELP_YES)
@CAMPAIGN
def restore(
    receipt: str | None,
    column: str | None,
    accept: str | None,
    campaign_id: str | None,
    *,
    everything: bool,
    yes: bool,
) -> None:
    if sum((receipt is not None, column is not None, accept is not None, everything)) != 1:
        raise click.UsageError(loss_texts.CHOOSE)

    def confirm(words: str) -> bool:
        click.echo(words)
        if not yes and not sys.stdin.isatty():
            raise CommandError(loss_texts.NEED_YES)
        return yes or usage.confirm(loss_texts.ASK)

    def run() -> int:
        with wired(os.environ, campaign_id, receipt) as parts:
            from sync.process import restoring

            check_campaign(parts.context)
            if accept is not None:
                click.echo(restoring.accept_loss(parts.context, accept, confirm=confirm))
            else:
                click.echo(restoring.restore(parts.context, receipt, column=column, confirm=confirm))
        return 0

    sys.exit(_run_command(run, code=1))


@main.command(help=texts.HELP_REBUILD, options_metavar="--into НОМЕР [--campaign ID]")
@click.option("--into", required=True, metavar="НОМЕР", help=texts.HELP_INTO)
@CAMPAIGN
def rebuild(into: str, campaign_id: str | None) -> None:
    def run() -> int:
        with wired(os.environ, campaign_id) as parts:
            from sync.process.rebuild import rebuild as fill

            check_campaign(parts.context)
            click.echo(fill(parts, spreadsheet_of(into), time.sleep))
        return 0

    sys.exit(_run_command(run, code=1))


@main.command("import-from-sheet", help=import_texts.HELP, options_metavar="[--campaign ID]")
@CAMPAIGN
def import_sheet(campaign_id: str | None) -> None:
    def run() -> int:
        with installation(os.environ, starts=True) as found, file_lock(found.settings.data_dir) as alone:
            if not alone:
                raise AlreadyRunning(texts.FOLDER_IN_USE.format(folder=found.settings.data_dir))
            parts = found.wire(found.chosen(campaign_id))
            check_campaign(parts.context)
            with Held(parts.context.outbox, _sole_lease(parts, alone=alone)) as held:
                from sync.process.importing import import_from_sheet

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


def _once(campaign_id: str | None) -> int:
    from sync.process.postman import mail_once

    with installation(os.environ, starts=True) as found, file_lock(found.settings.data_dir) as alone:
        chosen = found.chosen_owners(campaign_id)
        _check_alone(found.settings, alone=alone)
        if (advice := _key_advice(found.settings)) is not None:
            click.echo(advice, err=True)
        codes = set()
        for owner in chosen:  # roll-ups last: they show what was refreshed before
            done, words = _once_for(found, owner)
            several = texts.ONE_OF_SEVERAL.format(title=owner.about.title, words=words)
            click.echo(words if len(found.owners) == 1 else several, err=not done)
            codes.add(0 if done else 1)
        mailed = mail_once(os.environ, found, [one for one in chosen if isinstance(one, Campaign)])
        if mailed is not None:
            click.echo(mailed.words, err=not mailed.done)
            codes.add(0 if mailed.done else 1)
        return max(codes)


def _once_for(found: Installation, owner: Campaign | Rollup) -> tuple[bool, str]:
    """Deliver and refresh one campaign, or read and refresh one roll-up; return whether all is done, and a line."""
    from sync.process.crew import rollup_worker
    from sync.process.metrics import Metrics
    from sync.process.once import run_once, run_rollup_once
    from sync.process.own_spreadsheet import make_if_missing
    from sync.process.worker import Worker

    try:
        make_if_missing(found, owner)
        parts = found.wire(owner) if isinstance(owner, Campaign) else found.wire_rollup(owner)
        check_campaign(parts.context)
        lease = _sole_lease(parts, alone=True)
    except KNOWN as error:
        if len(found.owners) == 1:  # a start that failed: with its own code
            raise
        return False, str(error)

    def reserve(reads: int, writes: int = 0) -> None:
        while (wait := parts.budget.wait("once", reads=reads, writes=writes)) > 0:
            time.sleep(wait)

    with Held(parts.context.outbox, lease):
        if isinstance(parts, WiredRollup):
            outcome = run_rollup_once(rollup_worker(parts, lease, Metrics()), reserve, time.sleep)
        else:
            reserve(ONCE_READS, ONCE_WRITES)
            outcome = run_once(Worker(parts.context, parts.budget, lease, Metrics()), time.sleep)
    parts.budget.release()
    return outcome.done, outcome.words


def _forever() -> int:
    with Signals() as signals, pid_file(os.environ, "worker"), installation(os.environ, starts=True) as found:
        _check_campaigns(found)
        from sync.process.crew import Crew
        from sync.process.loop import STANDBY_SECONDS
        from sync.process.metrics import Metrics

        metrics = Metrics()
        if (advice := _key_advice(found.settings)) is not None:
            log.warning("key readable by others", advice=advice)
        with metrics.served(found.settings.metrics_port):
            standby = False
            while not signals.stopped:
                with file_lock(data_dir(os.environ)) as alone:
                    if alone:
                        Crew(os.environ, found, metrics).run(signals, stood_by=standby)
                    elif not standby:
                        log.info("on standby", waits_for="another worker of this data folder")
                standby = not alone
                signals.wait(STANDBY_SECONDS)
        log.info("stopped")
    return 0


def _check_campaigns(found: Installation) -> None:
    """Raise ForeignCampaign if no campaign at all can be served: each spreadsheet is another campaign's."""
    refused = []
    for campaign in found.campaigns:
        try:
            check_campaign(found.wire(campaign).context)
        except ForeignCampaign as error:
            refused.append(error)
        except SettingsError:  # its spreadsheet is not made yet
            continue
    if refused and len(refused) == len(found.owners):
        raise refused[0]


def _check_alone(settings: Settings, *, alone: bool) -> None:
    """Raise AlreadyRunning unless this process holds the folder's lock (`alone`)."""
    if not alone:
        raise AlreadyRunning(texts.FOLDER_TAKEN.format(folder=settings.data_dir))


def _sole_lease(parts: Wired | WiredRollup, *, alone: bool) -> Lease:
    """Return the lease of a process that holds the folder's lock (`alone`). Raises AlreadyRunning."""
    _check_alone(parts.settings, alone=alone)
    from sync.process.crew import acquire

    lease = acquire(parts)
    if lease is None:
        holder = parts.context.outbox.leases.holder(lease_name(parts.context.spreadsheet.id))
        raise AlreadyRunning(texts.ALREADY_RUNNING.format(holder=holder or texts.NONE))
    return lease


def _key_advice(settings: Settings) -> str | None:
    """Return what to do if others on this computer may read the key file; None if they may not."""
    return None if settings.open_key is None else texts.KEY_READABLE.format(path=settings.open_key)


if __name__ == "__main__":
    usage.run(main, "python -m sync")
