"""The campaigns and roll-ups of one worker: a thread each, so that a campaign in trouble delays no other.

Each thread holds the lease of its campaign's spreadsheet and runs its two jobs; what they share (outbox, budget of
calls, heartbeat, metrics) is safe to use from many threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from campaign import Campaign, CampaignError, Rollup, config_path, load_files
from outbox.errors import OutboxError
from outbox.records import Lease
from sheets import SheetsError
from sync.errors import WorkerError
from sync.lease import LEASE_TIME, Heartbeat, Held, holder_name, lease_name
from sync.process import loop
from sync.process.metrics import Metrics
from sync.process.own_spreadsheet import make_if_missing
from sync.process.postman import Postman
from sync.process.rollup_worker import RollupWorker
from sync.process.served import note_refused, note_served
from sync.process.signals import Signals
from sync.process.watch import Watch
from sync.process.wiring import Installation, Wired, WiredRollup, limits_of
from sync.process.worker import Worker
from sync.publication.past_periods import periods_before

LOOK_SECONDS = 5.0
"""How often it is looked whether a thread has died."""

BURST_PART = 6
"""Of several campaigns a sixth of the minute's calls may go at once; the others are spread over the minute."""

log = structlog.get_logger("sync.process.crew")


Owner = Campaign | Rollup


@dataclass
class Post:
    """A campaign or roll-up, and the thread that serves it until `stop`. spreadsheet_id: None before its first look.

    read: the other campaigns that it shows something of, as they were
    """

    owner: Owner
    read: tuple[Campaign, ...] = ()
    spreadsheet_id: str | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Crew:
    """Serves all campaigns and roll-ups of an installation. For the process that has the data folder's lock."""

    def __init__(self, environ: Mapping[str, str], installation: Installation, metrics: Metrics) -> None:
        self._environ = environ
        self._installation = installation
        self._metrics = metrics
        self._heartbeat = Heartbeat(installation.outbox)
        self._watch = Watch(installation.client(installation.owners[0])[0])
        self._postman = Postman(environ, installation, self._heartbeat, lambda: self._installation.campaigns, metrics)
        self._posts: dict[str, Post] = {}

    def run(self, signals: Signals, *, stood_by: bool = False) -> None:
        """Work until a signal ends it; calls in flight are finished first.

        stood_by: whether the files may have changed since they were read
        """
        with self._heartbeat:
            self._limit_calls()
            holder_name(self._installation.settings.data_dir)  # made once, before threads could make two
            self._start(self._installation.owners)
            self._postman.start()
            self._note(lambda: note_served(self._installation))
            if stood_by:
                self._reload()
            try:
                while not signals.stopped:
                    if signals.take_reload():
                        self._reload()
                    self._replace_dead()
                    signals.wait(LOOK_SECONDS)
            finally:
                self._end(list(self._posts))
                self._postman.end()

    def _limit_calls(self) -> None:
        reads, writes = limits_of(self._installation.campaigns)
        several = len(self._installation.owners) > 1
        burst = max(1, min(reads, writes) // BURST_PART) if several else None
        self._installation.budget.set_limits(reads, writes, burst=burst)

    def _start(self, owners: Iterable[Owner]) -> None:
        for owner in owners:
            post = self._posts[owner.id] = Post(owner, self._read_by(owner))
            post.thread = threading.Thread(target=self._serve, args=(post,), name=owner.id)
            post.thread.start()

    def _read_by(self, owner: Owner) -> tuple[Campaign, ...]:
        """Return the campaigns of which something is shown beside the owner's own: sources, or periods before."""
        campaigns = {one.id: one for one in self._installation.campaigns}
        if isinstance(owner, Campaign):
            return tuple(before for _, before in periods_before(owner, campaigns) if before is not None)
        named = {one.campaign for one in owner.regions}
        return tuple(one for one in campaigns.values() if one.id in named)

    def _end(self, ids: Iterable[str]) -> None:
        posts = [self._posts.pop(one) for one in ids]
        for post in posts:
            post.stop.set()
        for post in posts:
            if post.thread is not None:
                post.thread.join()
            self._metrics.forget(post.owner.id)

    def _replace_dead(self) -> None:
        dead = [post.owner for post in self._posts.values() if post.thread and not post.thread.is_alive()]
        for owner in dead:
            log.error("thread died", campaign=owner.id)
        self._start(dead)

    def _reload(self) -> None:
        """Look at the files again: all of them first, then what changed. A mistake leaves everything as it is."""
        try:
            changed = self._installation.with_files(load_files(config_path(self._environ)))
        except (CampaignError, WorkerError, OutboxError) as error:
            log.error("reload refused", reason=str(error))  # noqa: TRY400 - the sentence says all
            reason = str(error)
            self._note(lambda: note_refused(self._installation.outbox, reason))
            return
        self._installation = changed
        self._limit_calls()
        wanted, places = {one.id: one for one in changed.owners}, changed.places()
        gone = [one for one in self._posts if one not in wanted]
        stale = [
            one
            for one, post in self._posts.items()
            if one in wanted and (post.owner != wanted[one] or post.spreadsheet_id not in (None, places[one].id))
        ]
        fresh = [one for one in wanted if one not in self._posts]
        self._end([*gone, *stale])
        self._start(wanted[one] for one in [*stale, *fresh])
        self._note(lambda: note_served(changed))
        log.info("reloaded", removed=gone, changed=stale, added=fresh)

    def _note(self, keep: Callable[[], None]) -> None:
        """Keep what `status` says of the files; without the outbox the campaigns are served all the same."""
        try:
            keep()
        except OutboxError as error:
            log.warning("served campaigns not noted", error=type(error).__name__)

    def _serve(self, post: Post) -> None:
        """Serve the campaign until its stop; whatever goes wrong is logged, and tried again."""
        structlog.contextvars.bind_contextvars(campaign=post.owner.id)
        while not post.stop.is_set():
            try:
                self._work(post)
            except (SheetsError, OutboxError, WorkerError) as error:
                log.warning("not served", error=type(error).__name__, reason=str(error))
            except Exception:  # a mistake of ours must not end the service
                log.exception("thread failed")
            post.stop.wait(loop.STANDBY_SECONDS)

    def _work(self, post: Post) -> None:
        """Wait for the lease and work while it is held."""
        make_if_missing(self._installation, post.owner)
        if isinstance(post.owner, Campaign):
            self._work_on(post, self._installation.wire(post.owner))
        else:
            self._work_on(post, self._installation.wire_rollup(post.owner))

    def _work_on(self, post: Post, parts: Wired | WiredRollup) -> None:
        post.spreadsheet_id = parts.context.spreadsheet.id
        log.info("started", spreadsheet=parts.context.spreadsheet.id, google=parts.settings.google)
        standby = False
        while not post.stop.is_set():
            lease = acquire(parts)
            if lease is not None:
                with Held(parts.context.outbox, lease, self._heartbeat) as held:
                    log.info("active", fence=lease.fence)
                    self._run(parts, lease, held, post.stop)
                return
            if not standby:
                log.info("on standby")
                standby = True
            post.stop.wait(loop.STANDBY_SECONDS)

    def _run(self, parts: Wired | WiredRollup, lease: Lease, held: Held, stop: threading.Event) -> None:
        if isinstance(parts, WiredRollup):
            loop.run_rollup(rollup_worker(parts, lease, self._metrics), held, self._metrics, stop)
            return
        watch = self._watch if len(self._installation.campaigns) > 1 else None
        loop.run(Worker(parts.context, parts.budget, lease, self._metrics, watch=watch), held, self._metrics, stop)


def rollup_worker(parts: WiredRollup, lease: Lease, metrics: Metrics) -> RollupWorker:
    """Return the worker of a roll-up."""
    return RollupWorker(parts.context, parts.budget, lease, metrics, parts.sources, parts.host)


def acquire(parts: Wired | WiredRollup) -> Lease | None:
    """Return the lease of the spreadsheet; None while another holder's runs."""
    name = lease_name(parts.context.spreadsheet.id)
    return parts.context.outbox.leases.acquire(name, holder_name(parts.settings.data_dir), LEASE_TIME)
