"""The flow of mails that come back: new messages of the mailbox, which of them are about our mails, what is kept.

A message is looked at once, by its UID; a notification counts once, by its content, should the folder be made anew.
What is not ours, or cannot be read, stays as it is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from letters.mail import texts
from letters.mail.mailbox import Mailbox, MailboxError, Place, open_mailbox
from letters.mail.notifications import LONGEST, UnreadableError, is_notification, read_notification
from letters.mail.retrying import trouble_wait
from letters.mail.settings import MailboxSettings
from outbox import Outbox
from outbox.records import Json, Lease
from outbox.returned_mails import Fate

EVERY = timedelta(minutes=1)
MOST = 200
"""Messages of one visit that are looked at."""
MOST_FETCHED = 20
"""Notifications of one visit: of the largest a visit may read so many."""
BREAKS = 3
"""After so many broken visits at one message it is passed over."""
PLACE = "mails returned until"
"""Note of the outbox: how far which folder was read."""
RETURNS_TROUBLE = "mails returned trouble"
"""Note of the outbox: why the mailbox cannot be read now, in Russian; None for nothing."""

log = structlog.get_logger("letters.mail.returns")


@dataclass
class Returns:
    """Reads one mailbox, for the holder of the lease of mails. now: real time."""

    outbox: Outbox
    settings: MailboxSettings
    lease: Lease
    now: Callable[[], datetime]
    chance: Callable[[], float]
    _not_before: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))
    _failures: int = 0
    _trouble: str | None = ""
    _broken: Counter[int] = field(default_factory=Counter)

    def round(self) -> None:
        """Look at some of the new messages, if it is time to. Raises LeaseLost, OutboxError."""
        if self.now() < self._not_before:
            return
        try:
            with open_mailbox(self.settings) as mailbox:
                more = self._visit(mailbox)
        except MailboxError as error:
            self._failures += 1
            self._not_before = self.now() + trouble_wait(self._failures, self.chance())
            log.warning("mailbox not read", failures=self._failures)
            self._say(str(error))
            return
        self._failures = 0
        self._say(None)
        if not more:
            self._not_before = self.now() + EVERY

    def _visit(self, mailbox: Mailbox) -> bool:
        """Look at the messages after the last one; return True if there are more. Raises MailboxError."""
        place = self._place(mailbox.validity)
        uids, until = mailbox.after(place.uid, MOST)
        envelopes = mailbox.envelopes(uids) if uids else []
        if len(envelopes) < len(uids):
            log.info("messages passed over", count=len(uids) - len(envelopes), reason="gone, or not described")
        fetched = 0
        for one in envelopes:
            if not is_notification(one.content_type):
                continue
            if fetched == MOST_FETCHED:
                return True
            fetched += 1
            if one.size > LONGEST:
                log.warning("notification left unread", uid=one.uid, reason="too large")
            elif self._broken[one.uid] >= BREAKS:
                log.warning("notification left unread", uid=one.uid, reason="the mailbox does not give it")
            else:
                self._broken[one.uid] += 1
                self._read(mailbox, one.uid)
            self._remember(Place(mailbox.validity, one.uid))
        self._broken.clear()
        if until > place.uid:
            self._remember(Place(mailbox.validity, until))
        return len(uids) == MOST

    def _read(self, mailbox: Mailbox, uid: int) -> None:
        content = mailbox.fetch(uid, LONGEST)
        if content is None:
            return
        try:
            found = read_notification(content)
        except (UnreadableError, ValueError, LookupError) as error:
            log.warning("notification left unread", uid=uid, reason=str(error)[:100])
            return
        mail = self.outbox.mails.get(found.mail_id) if found.mail_id else None
        if mail is None or mail.id != found.mail_id:
            log.info("notification left unread", uid=uid, reason="about no mail of ours")
            return
        about = [one for one in found.recipients if mail.recipient and mail.recipient.casefold() in one.addresses]
        if not about:
            log.warning("notification left unread", uid=uid, mail=mail.id[:8], reason="about another address")
            return
        worst = next((one for kind in ("failed", "delayed") for one in about if one.action == kind), None)
        changed = False
        if worst is not None:
            fate: Fate = "failed" if worst.action == "failed" else "delayed"
            reply = texts.FATES[fate].format(words=worst.words or texts.NO_WORDS)
            digest = hashlib.sha256(content).hexdigest()
            changed = self.outbox.returned_mails.take(digest, mail.id, fate, reply, self.lease)
        mailbox.settle(uid)
        log.info("notification", mail=mail.id[:8], action=worst.action if worst else "other", changed=changed)

    def _place(self, validity: int) -> Place:
        """Return how far the folder was read; from its beginning where it is another one."""
        match self.outbox.meta.recall(PLACE):
            case [str(where), int(known), int(uid)] if where == self._where() and known == validity:
                return Place(known, uid)
        return Place(validity, 0)

    def _remember(self, place: Place) -> None:
        note: list[Json] = [self._where(), *place]
        self.outbox.meta.remember(PLACE, note)

    def _where(self) -> str:
        digest = hashlib.sha256(repr((self.settings.host, self.settings.user, self.settings.folder)).encode())
        return digest.hexdigest()[:16]

    def _say(self, words: str | None) -> None:
        if words != self._trouble:
            self._trouble = words
            self.outbox.meta.remember(RETURNS_TROUBLE, words)
