"""The mails of one worker: a thread of its own, so that a slow mail server delays no delivery and no refresh.

Between the mails it looks into the mailbox to which they come back, if there is one. It holds a lease of its own in the
outbox: of several workers one sends.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping, Sequence

import structlog

from campaign import Campaign
from letters.errors import LettersError
from letters.mail.making import make_due
from letters.mail.office import Office, open_office
from letters.mail.returns import RETURNS_TROUBLE, Returns
from letters.mail.sending import TROUBLE, Sender
from letters.mail.settings import named, read_mailbox_settings
from outbox.errors import LeaseLost, OutboxError
from outbox.mails import LEASE
from outbox.records import Lease
from sync.lease import LEASE_TIME, Heartbeat, Held, holder_name
from sync.process.wiring import Installation

MAKE_SECONDS = 20.0
"""How often it is looked who is due."""
IDLE_SECONDS = 5.0
STANDBY_SECONDS = 10.0
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
    ) -> None:
        self._environ = environ
        self._installation = installation
        self._heartbeat = heartbeat
        self._campaigns = campaigns
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
                idle = not sender.round(campaigns)
                if returns is not None:
                    returns.round()
                if idle:
                    self._stop.wait(IDLE_SECONDS)

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
