"""Mails to municipalities: made once for a campaign, municipality and step, and what became of each.

A mail has no text before it is sent: it is composed of what holds at that moment. What is kept of it afterwards has no
personal address in it.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from outbox import texts
from outbox.columns import utc
from outbox.database import Database
from outbox.leases import check_lease
from outbox.meta import remember_text
from outbox.payload import canonical
from outbox.records import Lease
from outbox.schema import mails, notes

AFTER, SINCE = "mails after", "mails since"
"""Notes of the outbox, with a campaign's id behind them: the number of the last submission that got its receipt, and of
the last one before mails began, which gets no mail of any kind."""
LEASE = "mails"
"""The name of the lease under which mails are made and sent."""
RESTORED = "mails restored"
"""Note of the outbox: when it was restored from a backup, real time, ISO."""
LONGEST_REPLY = 500
_AT_ONCE = 500
"""Rows in one statement; databases limit its parameters."""

_IDENTITY = [column for column in mails.c if column.name != "body"]


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    """To be sent, or to be tried again."""
    SENDING = "sending"
    """Claimed by the worker."""
    SENT = "sent"
    """Accepted by the mail server."""
    KEPT = "kept"
    """Composed in a rehearsal, which sends nothing."""
    REFUSED = "refused"
    """Refused by the server for good."""
    GAVE_UP = "gave_up"
    """Put off by the server until the last attempt."""
    UNKNOWN = "unknown"
    """The connection broke after the last byte: the server may have it, so it is not sent again."""
    NOT_NEEDED = "not_needed"
    """No longer concerned the municipality when its turn came."""
    NO_ADDRESS = "no_address"
    """There is no address, or it is none, or mails to it came back."""
    BOUNCED = "bounced"
    """Came back, as staff saw."""


MadeBy: TypeAlias = Literal["schedule", "staff", "report", "ministry"]


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to make. about: what of several of one step it is about (a receipt, a day), "" where there is but one.

    urgent: goes before the others. not_before: real time
    """

    oktmo: str
    step: str
    about: str
    urgent: bool
    made_by: MadeBy
    made_at: datetime
    not_before: datetime


class Mail(NamedTuple):
    """A mail. body: its plain text as sent or kept, without the personal address; "" before that, and in lists.

    made_at: campaign time. reply: the server's words, or why it was not sent
    """

    id: str
    campaign: str
    oktmo: str
    step: str
    about: str
    urgent: bool
    made_by: str
    made_at: datetime
    state: MailState
    attempts: int
    not_before: datetime
    claimed_real: datetime | None
    finished_real: datetime | None
    recipient: str
    reply: str
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a claimed mail. retry_at: real time of the next attempt, for WAITING alone.

    counts: False if the attempt is the server's trouble and not this mail's
    """

    state: MailState
    reply: str = ""
    recipient: str = ""
    subject: str = ""
    body: str = ""
    retry_at: datetime | None = None
    counts: bool = True


class Mails:
    """All mails. Claims are made under the worker's lease, so that no two processes send one mail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, campaign: str, wanted: Sequence[NewMail]) -> list[NewMail]:
        """Make those that do not exist yet, in one transaction, and return them."""

        def keep(connection: Connection) -> list[NewMail]:
            self._database.serialise(connection, f"mails {campaign}")
            steps = {one.step for one in wanted}
            query = select(mails.c.oktmo, mails.c.step, mails.c.about).where(
                mails.c.campaign == campaign, mails.c.step.in_(steps)
            )
            there = {tuple(row) for row in connection.execute(query)}
            fresh = {(one.oktmo, one.step, one.about): one for one in wanted}
            made = [one for key, one in fresh.items() if key not in there]
            for start in range(0, len(made), _AT_ONCE):
                connection.execute(insert(mails), [_new(campaign, one) for one in made[start : start + _AT_ONCE]])
            return made

        return self._database.write(keep) if wanted else []

    def made(self, campaign: str, step: str) -> frozenset[tuple[str, str]]:
        """Return (OKTMO, about) of all mails of a step."""
        query = select(mails.c.oktmo, mails.c.about).where(mails.c.campaign == campaign, mails.c.step == step)
        return self._database.read(
            lambda connection: frozenset((row.oktmo, row.about) for row in connection.execute(query))
        )

    def due(self, campaigns: Iterable[str], now: datetime, limit: int) -> list[Mail]:
        """Return mails that may be sent now (real time), urgent ones first, then the oldest."""
        query = (
            select(*_IDENTITY)
            .where(mails.c.state == MailState.WAITING, mails.c.not_before <= utc(now))
            .where(mails.c.campaign.in_(list(campaigns)))
            .order_by(mails.c.urgent.desc(), mails.c.not_before, mails.c.made_at, mails.c.oktmo, mails.c.id)
            .limit(limit)
        )
        return self._read(query)

    def claim(self, mail: Mail, lease: Lease) -> bool:
        """Take the mail for one attempt. Return False if it waits no more. Raises LeaseLost."""

        def take(connection: Connection) -> bool:
            now = self._database.now()
            check_lease(connection, lease, now)
            changed = update(mails).where(mails.c.id == mail.id, mails.c.state == MailState.WAITING)
            values = {"state": MailState.SENDING, "attempts": mails.c.attempts + 1, "claimed_real": utc(now)}
            return connection.execute(changed.values(values)).rowcount == 1

        return self._database.write(take)

    def finish(self, mail: Mail, ending: Ending) -> None:
        """Keep what became of a claimed mail, or of one that was found not to be sent.

        A later holder of the lease may have marked it as unknown meanwhile; the one who sent it knows better.
        """
        now = utc(self._database.now())
        values: dict[str, object] = {
            "state": ending.state,
            "reply": clipped(ending.reply),
            "recipient": ending.recipient,
            "subject": ending.subject,
            "body": ending.body,
            "claimed_real": None,
            "finished_real": None if ending.state is MailState.WAITING else now,
        }
        if ending.retry_at is not None:
            values["not_before"] = utc(ending.retry_at)
        open_states = (MailState.WAITING, MailState.SENDING, MailState.UNKNOWN)
        change = update(mails).where(mails.c.id == mail.id, mails.c.state.in_(open_states))
        if not ending.counts:
            values["attempts"] = mails.c.attempts - 1
        self._database.write(lambda connection: connection.execute(change.values(values)))

    def put_off(self, ids: Sequence[str], until: datetime, reply: str) -> None:
        """Let waiting mails wait until then (real time), for a reason that is no attempt."""
        some = update(mails).where(mails.c.id.in_(ids), mails.c.state == MailState.WAITING)
        values = {"not_before": utc(until), "reply": clipped(reply)}
        self._database.write(lambda connection: connection.execute(some.values(values)))

    def settle_abandoned(self, reply: str, lease: Lease) -> int:
        """Mark what another holder of the lease left claimed as unknown; return how many. Raises LeaseLost."""

        def settle(connection: Connection) -> int:
            now = self._database.now()
            check_lease(connection, lease, now)
            change = update(mails).where(mails.c.state == MailState.SENDING)
            values = {"state": MailState.UNKNOWN, "reply": reply, "finished_real": utc(now)}
            return connection.execute(change.values(values)).rowcount

        return self._database.write(settle)

    def stop_after_restore(self) -> None:
        """See the function of this name."""
        now = self._database.now()
        self._database.write(lambda connection: stop_after_restore(connection, now))

    def again(self, ids: Iterable[str], states: Iterable[MailState]) -> int:
        """Let mails in these states be sent after all, with all attempts before them; return how many."""
        now, chosen, wanted = utc(self._database.now()), list(ids), list(states)
        values = {"state": MailState.WAITING, "attempts": 0, "not_before": now, "finished_real": None, "reply": ""}

        def change(connection: Connection) -> int:
            changed = 0
            for start in range(0, len(chosen), _AT_ONCE):
                some = mails.c.id.in_(chosen[start : start + _AT_ONCE])
                query = update(mails).where(some, mails.c.state.in_(wanted)).values(values)
                changed += connection.execute(query).rowcount
            return changed

        return self._database.write(change)

    def mark_bounced(self, campaign: str, oktmo: str, reply: str, mail_id: str | None = None) -> list[Mail]:
        """Mark the municipality's latest sent mail, or the one of this id, as returned; return it, or nothing."""
        query = select(*_IDENTITY).where(
            mails.c.campaign == campaign,
            mails.c.oktmo == oktmo,
            mails.c.state.in_([MailState.SENT, MailState.UNKNOWN]),
            *([mails.c.id == mail_id] if mail_id is not None else []),
        )
        found = self._read(query.order_by(mails.c.finished_real.desc()).limit(1))
        values = {"state": MailState.BOUNCED, "reply": clipped(reply)}

        def change(connection: Connection) -> None:
            connection.execute(update(mails).where(mails.c.id == found[0].id).values(values))

        if found:
            self._database.write(change)
        return found

    def forgive_bounces(self, campaign: str, oktmo: str) -> int:
        """Take back that mails of the municipality came back; return of how many."""
        change = update(mails).where(
            mails.c.campaign == campaign, mails.c.oktmo == oktmo, mails.c.state == MailState.BOUNCED
        )
        return self._database.write(
            lambda connection: connection.execute(change.values({"state": MailState.SENT, "reply": ""})).rowcount
        )

    def bounced(self) -> frozenset[str]:
        """Return the addresses, in small letters, from which a mail came back."""
        return frozenset(address for _, address in self.returned())

    def returned(self) -> frozenset[tuple[str, str]]:
        """Return (OKTMO, address in small letters) of all mails that came back, of every campaign."""
        query = select(mails.c.oktmo, mails.c.recipient).where(mails.c.state == MailState.BOUNCED)
        query = query.where(mails.c.recipient != "").distinct()
        return self._database.read(
            lambda connection: frozenset((row.oktmo, row.recipient.casefold()) for row in connection.execute(query))
        )

    def of_campaign(
        self,
        campaign: str,
        *,
        step: str | None = None,
        oktmo: str | None = None,
        state: MailState | None = None,
        states: Iterable[MailState] | None = None,
        first: int = 0,
        limit: int | None = None,
    ) -> list[Mail]:
        """Return the mails of a campaign without their texts, newest first.

        states: in one of these. first, limit: a page of them, from the number `first` on, counted from 0
        """
        wanted: list[ColumnElement[bool]] = [mails.c.campaign == campaign]
        wanted += [column == value for column, value in _given(step=step, oktmo=oktmo, state=state)]
        if states is not None:
            wanted.append(mails.c.state.in_(list(states)))
        order = (mails.c.made_at.desc(), mails.c.oktmo, mails.c.step, mails.c.about.desc())
        query = select(*_IDENTITY).where(*wanted).order_by(*order)
        return self._read(query if limit is None else query.limit(limit).offset(first))

    def get(self, mail_id: str) -> Mail | None:
        """Return the mail with its text, or None. mail_id: the whole id, or its first eight signs or more."""
        if len(mail_id) < 8:
            return None
        query = select(mails).where(mails.c.id.startswith(mail_id, autoescape=True)).limit(2)
        found = self._read(query)
        return found[0] if len(found) == 1 else None

    def counts(self, campaign: str) -> Mapping[str, Mapping[MailState, int]]:
        """Return how many mails of each step are in each state."""
        query = (
            select(mails.c.step, mails.c.state, func.count().label("rows"))
            .where(mails.c.campaign == campaign)
            .group_by(mails.c.step, mails.c.state)
        )
        found: dict[str, Counter[MailState]] = {}
        for row in self._database.read(lambda connection: connection.execute(query).all()):
            found.setdefault(row.step, Counter())[MailState(row.state)] = row.rows
        return found

    def oldest_due(self, campaign: str, now: datetime) -> datetime | None:
        """Return since when (real time) the mail waits that may be sent for the longest; None where none may now."""
        query = select(func.min(mails.c.not_before)).where(
            mails.c.campaign == campaign, mails.c.state == MailState.WAITING, mails.c.not_before <= utc(now)
        )
        found: datetime | None = self._database.read(lambda connection: connection.execute(query).scalar())
        return found

    def _read(self, query: Any) -> list[Mail]:
        return self._database.read(lambda connection: [_mail(row) for row in connection.execute(query)])


def stop_after_restore(connection: Connection, now: datetime) -> None:
    """Inside a write: let a restored outbox send nothing that was sent after its backup was made.

    What waited is unknown; steps begun before now (real time), and all that happened to reports so far, make no mail.
    """
    unsettled = update(mails).where(mails.c.state.in_([MailState.WAITING, MailState.SENDING]))
    values = {"state": MailState.UNKNOWN, "reply": texts.MAIL_RESTORED, "finished_real": utc(now)}
    connection.execute(unsettled.values(values))
    for note in (AFTER, SINCE):
        connection.execute(delete(notes).where(notes.c.scope == "", notes.c.name.startswith(note)))
    remember_text(connection, "", RESTORED, canonical(utc(now).isoformat(), RESTORED))


def clipped(words: str, longest: int = LONGEST_REPLY) -> str:
    """Return words of a server as they are kept: one line of bounded length, without control characters."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _given(**values: str | None) -> Iterable[tuple[ColumnElement[Any], str]]:
    return [(mails.c[name], value) for name, value in values.items() if value is not None]


def _new(campaign: str, one: NewMail) -> dict[str, object]:
    return {
        "id": secrets.token_hex(16),
        "campaign": campaign,
        "oktmo": one.oktmo,
        "step": one.step,
        "about": one.about,
        "urgent": one.urgent,
        "made_by": one.made_by,
        "made_at": one.made_at,
        "state": MailState.WAITING,
        "attempts": 0,
        "not_before": one.not_before,
        "recipient": "",
        "reply": "",
        "subject": "",
        "body": "",
    }


def _mail(row: Row[Any]) -> Mail:
    values = dict(row._mapping)
    return Mail(**values | {"state": MailState(values["state"])})
