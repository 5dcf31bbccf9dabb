"""The flow of sending: which mails are due, what they say now, the server's answer, what is kept.

One round takes a few mails. Each is looked at twice: for its text, and again just before it is sent, so that nobody is
reminded who reported meanwhile. It is claimed under the worker's lease before the first byte goes out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from campaign import Campaign
from letters.errors import LettersError
from letters.mail import texts
from letters.mail.addresses import checked_address
from letters.mail.composing import NOBODY, Composer, NotReady, Ready, masked, wanted_of
from letters.mail.errors import AddressError
from letters.mail.message import Attachment, build
from letters.mail.office import Office
from letters.mail.plan import Step
from letters.mail.retrying import next_attempt, trouble_wait
from letters.mail.smtp import Outcome, SmtpDoor
from letters.mail.templates import Filled, fill_in, load_templates
from outbox.mails import Ending, Mail, MailState
from outbox.records import Lease

AT_ONCE = 20
"""Mails of one round: so many are composed together, and no longer than a minute ahead."""
MISTAKE_WAIT = timedelta(minutes=5)
"""How long mails with a mistaken template wait."""
REFUSED_IN_A_ROW = 5
"""So many refusals with nothing accepted between them look like a setting and not like addresses."""
REFUSED_WAIT = timedelta(hours=1)
TROUBLE = "mails trouble"
"""Note of the outbox: what is wrong with sending now, in Russian; None for nothing."""

log = structlog.get_logger("letters.mail.sending")


@dataclass
class Sender:
    """Sends for all campaigns of an installation. One thread, for the holder of the lease.

    pause: waits so many seconds, or less when the process is to end. stopped: True when it is to end
    """

    office: Office
    lease: Lease
    pause: Callable[[float], object]
    stopped: Callable[[], bool] = lambda: False
    chance: Callable[[], float] = random.random
    door: SmtpDoor | None = None
    _failures: int = 0
    _refused: int = 0
    _not_before: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))
    _trouble: str | None = None

    def start(self) -> None:
        """Settle what a worker before this one left in the midst. Raises LeaseLost, OutboxError."""
        self.office.outbox.mails.settle_abandoned(texts.ABANDONED, self.lease)
        if self.door is None and self.office.sends and self.office.settings is not None:
            self.door = SmtpDoor(self.office.settings)
        self.office.outbox.meta.remember(TROUBLE, None)  # what is still wrong will show

    @property
    def held(self) -> bool:
        """True while nothing is sent because of the server's trouble."""
        return self.office.clock.real() < self._not_before

    def round(self, campaigns: Mapping[str, Campaign]) -> int:
        """Settle some of the mails that are due, and return how many were due. Raises LeaseLost, OutboxError."""
        real = self.office.clock.real()
        if self.held or (not self.office.sends and not self.office.clock.rehearsal):
            return 0
        due = self.office.outbox.mails.due(campaigns, real, AT_ONCE)
        for campaign_id in dict.fromkeys(mail.campaign for mail in due):
            campaign = campaigns[campaign_id]
            composer = Composer(self.office, campaign, self.office.outbox.mails.bounced())
            of_campaign = [mail for mail in due if mail.campaign == campaign_id]
            self._of_campaign(composer, of_campaign)
        if self.door is not None and len(due) < AT_ONCE:
            self.door.close()
        return len(due)

    def _of_campaign(self, composer: Composer, mails: Sequence[Mail]) -> None:
        ready: dict[str, list[tuple[Mail, Ready]]] = {}
        for mail in mails:
            found = self._look(composer, mail)
            if isinstance(found, NotReady):
                self._settle(mail, Ending(found.state, found.words))
            else:
                ready.setdefault(mail.step, []).append((mail, found))
        for step, several in ready.items():
            if self._unable():
                return
            try:
                templates = load_templates(self.office.templates, composer.campaign.id)
                filled = fill_in(templates, Step(step), [one.facts for _, one in several])
                self._send_all(composer, several, filled)
            except LettersError as error:
                self._put_off([mail for mail, _ in several], str(error), MISTAKE_WAIT)
                self._say(str(error))

    def _look(self, composer: Composer, mail: Mail) -> Ready | NotReady:
        """Return what the mail says now. A rehearsal writes it for municipalities without an address, too."""
        found = composer.look(wanted_of(mail))
        if self.office.clock.rehearsal and isinstance(found, NotReady) and found.state is MailState.NO_ADDRESS:
            return composer.look(wanted_of(mail), anyway=True)
        return found

    def _send_all(self, composer: Composer, several: Sequence[tuple[Mail, Ready]], filled: Sequence[Filled]) -> None:
        for (mail, seen), text in zip(several, filled, strict=True):
            if self._unable():
                return
            if self._look(composer, mail) != seen:
                continue  # something changed since: the next round composes it anew
            if self.office.clock.rehearsal:
                self._settle(mail, _with_text(Ending(MailState.KEPT), seen, text))
                continue
            try:
                self._send(composer, mail, seen, text)
            except LettersError as error:  # its receipt could not be made: the others go on
                self._put_off([mail], str(error), MISTAKE_WAIT)
                self._say(str(error))

    def _send(self, composer: Composer, mail: Mail, ready: Ready, text: Filled) -> None:
        attachments = composer.attachments(ready)
        message = self.message(composer.campaign, mail.id, ready, text, attachments)
        if self.door is None or not self.office.outbox.mails.claim(mail, self.lease):
            return
        outcome = self.door.send(ready.recipient, message, mail.id)
        self._settle(mail, self._ending(mail, outcome, ready, text))
        if self.office.settings is not None:
            self.pause(60 / self.office.settings.per_minute)

    def message(
        self, campaign: Campaign, mail_id: str, ready: Ready, text: Filled, attachments: Sequence[Attachment]
    ) -> bytes:
        """Return the bytes of the mail. Raises LettersError."""
        if self.office.settings is None:
            raise LettersError(texts.NO_SERVER.format(step="opening"))
        return build(
            sender=self.office.settings.sender,
            recipient=ready.recipient,
            subject=text.subject,
            text=text.text,
            html=text.html,
            mail_id=mail_id,
            sent_at=self.office.clock.real(),
            reply_to=reply_to(campaign),
            attachments=attachments,
        ).as_bytes()

    def _ending(self, mail: Mail, outcome: Outcome, ready: Ready, text: Filled) -> Ending:
        """Return what is kept of the outcome, and slow down where the server as a whole is in trouble."""
        real, attempts = self.office.clock.real(), mail.attempts + 1
        log.info("mail", step=mail.step, outcome=outcome.kind, attempts=attempts)
        if outcome.kind == "trouble":
            self._failures += 1
            self._hold(trouble_wait(self._failures, self.chance()), outcome.words)
            return Ending(MailState.WAITING, outcome.words, ready.recipient, retry_at=real, counts=False)
        self._failures = 0
        if outcome.kind == "later":
            retry_at = next_attempt(attempts, real, self.chance())
            if retry_at is not None:
                return Ending(MailState.WAITING, outcome.words, ready.recipient, retry_at=retry_at)
            words = texts.GAVE_UP.format(count=attempts, words=outcome.words)
            return _with_text(Ending(MailState.GAVE_UP, words), ready, text)
        if outcome.kind == "refused":
            self._refused += 1
            if self._refused >= REFUSED_IN_A_ROW:
                self._hold(REFUSED_WAIT, texts.MANY_REFUSED.format(count=self._refused, words=outcome.words))
                self._refused = 0
            return _with_text(Ending(MailState.REFUSED, outcome.words), ready, text)
        self._refused = 0
        self._say(None)
        state = MailState.SENT if outcome.kind == "sent" else MailState.UNKNOWN
        return _with_text(Ending(state, outcome.words), ready, text)

    def _settle(self, mail: Mail, ending: Ending) -> None:
        self.office.outbox.mails.finish(mail, ending)

    def _put_off(self, mails: Sequence[Mail], words: str, wait: timedelta) -> None:
        self.office.outbox.mails.put_off([mail.id for mail in mails], self.office.clock.real() + wait, words)

    def _hold(self, wait: timedelta, words: str) -> None:
        self._not_before = self.office.clock.real() + wait
        log.warning("mails held", seconds=round(wait.total_seconds()), failures=self._failures)
        self._say(words)

    def _unable(self) -> bool:
        return self.stopped() or self.held

    def _say(self, words: str | None) -> None:
        """Keep what is wrong now, for `svod status` and the lists."""
        if words != self._trouble:
            self._trouble = words
            self.office.outbox.meta.remember(TROUBLE, words)


def _with_text(ending: Ending, ready: Ready, text: Filled) -> Ending:
    recipient = "" if ready.recipient == NOBODY else ready.recipient
    return Ending(ending.state, ending.reply, recipient, text.subject, masked(text.text, ready.facts))


def reply_to(campaign: Campaign) -> str | None:
    """Return where answers go: the contact of the campaign file, if it has a good address."""
    try:
        return checked_address(campaign.about.contact.email or "")
    except AddressError:
        return None
