"""The mails of one worker: a thread of its own, so that a slow mail server delays no delivery and no refresh.

Between the mails it looks into the mailbox to which they come back, if there is one. It holds a lease of its own in the
outbox: of several workers one sends.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from campaign import Campaign
from letters.errors import LettersError
from letters.mail.making import make_due
from letters.mail.office import Office, open_office
from letters.mail.overview import figures
from letters.mail.returns import RETURNS_TROUBLE, Returns
from letters.mail.sending import TROUBLE, Sender
from letters.mail.settings import named, read_mailbox_settings
from outbox.errors import LeaseLost, OutboxError
from outbox.mails import LEASE
from outbox.records import Lease
from sync.lease import LEASE_TIME, Heartbeat, Held, holder_name
from sync.process.metrics import Metrics
from sync.process.once import Outcome
from sync.process.wiring import Installation
from sync.texts import worker as texts

MAKE_SECONDS = 20.0
"""How often it is looked who is due."""
IDLE_SECONDS = 5.0
STANDBY_SECONDS = 10.0
ONCE_SECONDS = 240.0
"""How long `--once` sends: less than the five minutes after which a schedule would call it again."""
END_SECONDS = 30.0
"""How long the end of a worker waits for the mail in flight; the next one calls it unknown after that."""

log = structlog.get_logger("sync.process.postman")


class Postman:
    """Makes and sends the mails of all campaigns. campaigns: those of now, which a reload changes."""

    def __init__(
        self,
        environ: Mapping[str, str],
        installation: Installation,
        heartbeat: Heartbeat,
        campaigns: Callable[[], Sequence[Campaign]],
        metrics: Metrics,
    ) -> None:
        self._environ = environ
        self._installation = installation
        self._heartbeat = heartbeat
        self._campaigns = campaigns
        self._metrics = metrics
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, where a mail server is named or nothing is real. A wrong setting is kept for `svod status`."""
        clock, outbox = self._installation.clock, self._installation.outbox
        if not named(self._environ) and not clock.rehearsal:
            self._say(None)
            self._say(None, RETURNS_TROUBLE)
            return
        try:
            office = open_office(self._environ, outbox, clock)
        except (LettersError, OutboxError) as error:
            log.error("mails not sent", reason=str(error))  # noqa: TRY400 - the sentence says all
            self._say(str(error))
            return
        self._thread = threading.Thread(target=self._run, args=(office,), name="mails", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Finish the mail in flight and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(END_SECONDS)

    def _run(self, office: Office) -> None:
        """Work until the end; whatever goes wrong is logged, and tried again."""
        while not self._stop.is_set():
            try:
                self._work(office)
            except LeaseLost:
                log.warning("lease of mails lost")
            except (OutboxError, LettersError) as error:
                log.warning("mails failed", error=type(error).__name__)
            except Exception:  # a mistake of ours must not end the service
                log.exception("mails failed")
            self._stop.wait(STANDBY_SECONDS)

    def _work(self, office: Office) -> None:
        """Wait for the lease and work while it is held."""
        holder = holder_name(self._installation.settings.data_dir)
        lease = office.outbox.leases.acquire(LEASE, holder, LEASE_TIME)
        if lease is None:
            return
        with Held(office.outbox, lease, self._heartbeat) as held:

            def ended() -> bool:
                return self._stop.is_set() or held.lost.is_set()

            sender = Sender(office, lease, self._stop.wait, ended)
            sender.start()
            returns = self._returns(office, lease)
            log.info("mails active", sends=office.sends, returns=returns is not None)
            made_at = float("-inf")
            while not ended():
                campaigns = {one.id: one for one in self._campaigns()}
                if office.clock.real().timestamp() - made_at >= MAKE_SECONDS:
                    made_at = office.clock.real().timestamp()
                    for campaign in campaigns.values():
                        made = make_due(office, campaign)
                        if made:
                            log.info("mails made", campaign=campaign.id, count=made)
                    self._measure(office, campaigns)
                idle = not sender.round(campaigns)
                if returns is not None:
                    returns.round()
                if idle:
                    self._stop.wait(IDLE_SECONDS)

    def _measure(self, office: Office, campaigns: Mapping[str, Campaign]) -> None:
        """Set the figures of mails; those of a rehearsal, which sends none, too."""
        outbox, metrics = office.outbox, self._metrics
        for campaign_id in campaigns:
            found = figures(outbox, campaign_id, office.clock.real())
            for state in ("waiting", "sent", "failed", "nowhere", "returned"):
                metrics.mails.labels(campaign_id, state).set(getattr(found, state))
            metrics.oldest_mail.labels(campaign_id).set(found.age.total_seconds())
        for what, note in (("sending", TROUBLE), ("returned", RETURNS_TROUBLE)):
            metrics.mail_trouble.labels(what).set(outbox.meta.recall(note) is not None)

    def _returns(self, office: Office, lease: Lease) -> Returns | None:
        """Return the reader of the mailbox; None without one, and in a rehearsal, of which nothing comes back.

        A wrong setting is kept for `svod status`, and the mails go out all the same.
        """
        try:
            settings = read_mailbox_settings(self._environ) if office.sends else None
        except LettersError as error:
            log.error("mailbox not read", reason=str(error))  # noqa: TRY400 - the sentence says all
            self._say(str(error), RETURNS_TROUBLE)
            return None
        if settings is None:
            self._say(None, RETURNS_TROUBLE)
            return None
        return Returns(office.outbox, settings, lease, office.clock.real, random.random)

    def _say(self, words: str | None, note: str = TROUBLE) -> None:
        try:
            if self._installation.outbox.meta.recall(note) != words:
                self._installation.outbox.meta.remember(note, words)
        except OutboxError as error:
            log.warning("trouble not kept", error=type(error).__name__)


def mail_once(environ: Mapping[str, str], found: Installation, campaigns: Sequence[Campaign]) -> Outcome | None:
    """Make and send the mails that are due now, and read which came back; None where no server is named.

    It ends after ONCE_SECONDS with the mail in flight; the rest goes with the next call. A rehearsal writes none.
    """
    if not named(environ) or found.clock.rehearsal:
        return None
    try:
        office = open_office(environ, found.outbox, found.clock)
        mailbox = read_mailbox_settings(environ)
        lease = office.outbox.leases.acquire(LEASE, holder_name(found.settings.data_dir), LEASE_TIME)
        if lease is None:
            return Outcome(True, texts.ONCE_MAILS_ELSEWHERE)
        before = sum(figures(office.outbox, one.id, office.clock.real()).sent for one in campaigns)
        with Held(office.outbox, lease) as held:
            until = time.monotonic() + ONCE_SECONDS
            sender = Sender(office, lease, time.sleep, lambda: held.lost.is_set() or time.monotonic() > until)
            sender.start()
            for campaign in campaigns:
                make_due(office, campaign)
            while not sender.stopped() and sender.round({one.id: one for one in campaigns}):
                pass
            if mailbox is not None:
                Returns(office.outbox, mailbox, lease, office.clock.real, random.random).round()
        after = [figures(office.outbox, one.id, office.clock.real()) for one in campaigns]
        notes = (TROUBLE, RETURNS_TROUBLE) if mailbox is not None else (TROUBLE,)
        troubles = [str(wrong) for note in notes if (wrong := office.outbox.meta.recall(note))]
    except (LettersError, OutboxError) as error:
        return Outcome(False, texts.ONCE_MAILS_TROUBLE.format(words=error))
    if troubles:
        return Outcome(False, texts.ONCE_MAILS_TROUBLE.format(words=" ".join(troubles)))
    sent, waiting = sum(one.sent for one in after) - before, sum(one.waiting for one in after)
    return Outcome(True, texts.ONCE_MAILS.format(sent=max(0, sent), waiting=waiting))
