"""The submissions: what clerks have sent, every version, for good."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from outbox import texts
from outbox.attachments import note_sent
from outbox.columns import utc
from outbox.database import Database
from outbox.errors import OutboxDataError, VersionConflict
from outbox.meta import remember_text
from outbox.payload import canonical, checked_words, digest, parsed, parsed_mapping
from outbox.plain_statements import PlainStatement
from outbox.records import Json, NewSubmission, Submission, SubmissionIdentity, Submitted, receipt_number
from outbox.schema import drafts, notes, submissions

_AT_ONCE = 500
"""Ids in one statement; databases limit its parameters."""

MARGIN = 1000
"""How many numbers are passed over where a lost outbox may have given receipts that nobody knows."""

_C = submissions.c
_HERE = _C.campaign == bindparam("campaign")
_OF = _HERE & (_C.oktmo == bindparam("oktmo"))
_BY_KEY = select(submissions).where(_OF, _C.key == bindparam("key"))
_BY_RECEIPT = select(submissions).where(_HERE, _C.receipt == bindparam("receipt"))
_VERSIONS = select(submissions).where(_OF).order_by(_C.version)
_LATEST = select(submissions).where(_OF).order_by(_C.version.desc()).limit(1)
_ALL = select(submissions).where(_HERE).order_by(_C.number)
_AFTER = _ALL.where(_C.number > bindparam("number")).limit(bindparam("most"))
_MANY = select(submissions).where(_C.id.in_(bindparam("ids", expanding=True)))
_DIGESTS = (
    select(_C.id, _C.receipt, _C.number, _C.oktmo, _C.version, _C.accepted_at, _C.late, _C.digest, _C.reasons)
    .where(_HERE)
    .order_by(_C.number)
)
_FLOOR = (
    select(notes.c.value)
    .where(notes.c.scope == "", notes.c.name == bindparam("floor"))
    .scalar_subquery()
    .label("floor")
)
_BEFORE = select(
    select(_C.id).where(_OF, _C.key == bindparam("key")).scalar_subquery().label("repeated"),
    select(func.max(_C.version)).where(_OF).scalar_subquery().label("version"),
    select(func.max(_C.number)).where(_HERE).scalar_subquery().label("number"),
    select(drafts.c.key)
    .where(drafts.c.campaign == bindparam("campaign"), drafts.c.oktmo == bindparam("oktmo"))
    .where(drafts.c.key == bindparam("key"))
    .scalar_subquery()
    .label("draft"),
    _FLOOR,
)
_GIVEN = select(
    select(func.max(_C.number)).where(_HERE).scalar_subquery().label("given"),
    _FLOOR,
)
_INSERT = PlainStatement(insert(submissions))
_CONTACTS = update(submissions).where(_C.id == bindparam("of")).values(contacts=bindparam("words"))
_DELETE_DRAFT = delete(drafts).where(
    drafts.c.campaign == bindparam("campaign"),
    drafts.c.oktmo == bindparam("oktmo"),
    drafts.c.key == bindparam("key"),
)


_LAST_DIGITS = re.compile("[0-9]{1,60}$")


class Submissions:
    """Acknowledged reports. A method that returns has committed (fsync); one that raises has written nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(self, new: NewSubmission) -> Submitted:
        """Keep a report, number it, give its receipt, and delete the draft of its key, in one transaction.

        A draft of another key is another form's, perhaps a colleague's: it stays, with the version it started from.

        The same campaign, OKTMO and key: the first submission again, `repeated=True`, nothing written. Raises
        VersionConflict when a version exists and `base_version` is not the newest, AttachmentsChanged for a file that
        is not the next version's, OutboxDataError for what can't be kept, OutboxBusy and OutboxUnavailable.
        """
        _check(new)
        received = utc(self._database.now())
        accepted = utc(new.accepted_at)
        answers = canonical(new.answers, "answers")
        row: dict[str, object] = {
            "id": secrets.token_hex(16),
            "campaign": new.campaign,
            "oktmo": new.oktmo,
            "key": new.key,
            "base_version": new.base_version,
            "accepted_at": accepted,
            "received_real": received,
            "late": new.late,
            "digest": digest(answers),
            "answers": answers,
            "contacts": canonical(new.contacts, "contacts"),
            "reasons": canonical(new.reasons, "reasons"),
            "previous": None if new.previous is None else canonical(new.previous, "previous"),
        }

        def keep(connection: Connection) -> Submitted:
            # One at a time in a campaign: numbers have no gaps, and what is read below stays true until the commit.
            self._database.serialise(connection, f"submissions {new.campaign}")
            named = {"campaign": new.campaign, "oktmo": new.oktmo, "key": new.key}
            before = named | {"floor": _floor(new.campaign)}
            repeated, version, number, draft, floor = connection.execute(_BEFORE, before).one()
            number = _highest(number, floor) + 1
            found = repeated and _one(connection, _BY_KEY, new.campaign, oktmo=new.oktmo, key=new.key)
            if found:
                return Submitted(found, repeated=True)
            if version is not None and version != new.base_version:
                current = _one(connection, _LATEST, new.campaign, oktmo=new.oktmo)
                if current is not None:
                    raise VersionConflict(current)
            counted = {
                "number": number,
                "receipt": receipt_number(new.receipt_prefix, number),
                "version": (version or 0) + 1,
            }
            kept = row | counted
            note_sent(connection, new.campaign, new.oktmo, new.attachments)
            _INSERT.run(connection, kept)
            if draft is not None:
                connection.execute(_DELETE_DRAFT, named)
            return Submitted(_submission(new, kept, accepted, received), repeated=False)

        return self._database.write(keep)

    def correct_contacts(self, campaign: str, oktmo: str, version: int, key: str, contacts: Mapping[str, Json]) -> None:
        """Replace the contacts of the newest version, and delete the draft of this key; all else of the version stays.

        Raises VersionConflict when another version is the newest, KeyError without one, OutboxDataError for what can't
        be kept.
        """
        words = canonical(contacts, "contacts")

        def correct(connection: Connection) -> None:
            self._database.serialise(connection, f"submissions {campaign}")
            newest = _one(connection, _LATEST, campaign, oktmo=oktmo)
            if newest is None:
                raise KeyError(oktmo)
            if newest.version != version:
                raise VersionConflict(newest)
            connection.execute(_CONTACTS, {"of": newest.id, "words": words})
            connection.execute(_DELETE_DRAFT, {"campaign": campaign, "oktmo": oktmo, "key": key})

        self._database.write(correct)

    def raise_numbering(self, campaign: str, number: int) -> bool:
        """Give no number up to this one any more. Return False if all of them had been given."""

        def raise_it(connection: Connection) -> bool:
            self._database.serialise(connection, f"submissions {campaign}")
            return number_above(connection, campaign, number)

        return self._database.write(raise_it)

    def latest(self, campaign: str, oktmo: str) -> Submission | None:
        """Return the newest version of the municipality, or None."""
        return self._database.read(lambda connection: _one(connection, _LATEST, campaign, oktmo=oktmo))

    def versions(self, campaign: str, oktmo: str) -> list[Submission]:
        """Return all versions of the municipality, oldest first."""
        return self._database.read(
            lambda connection: _list(connection, _VERSIONS, {"campaign": campaign, "oktmo": oktmo})
        )

    def by_receipt(self, campaign: str, receipt: str) -> Submission | None:
        """Return the submission with this receipt, or None."""
        return self._database.read(lambda connection: _one(connection, _BY_RECEIPT, campaign, receipt=receipt))

    def by_words(self, campaign: str, prefix: str, words: str) -> Submission | None:
        """Return the submission of a receipt as people write it: whole, or its last digits (`ФО 42` for `ФО-00042`)."""
        words = " ".join(words.split())
        found = self.by_receipt(campaign, words) if words else None
        digits = _LAST_DIGITS.search(words)
        if found is None and digits:
            found = self.by_receipt(campaign, receipt_number(prefix, int(digits[0])))
        return found

    def by_key(self, campaign: str, oktmo: str, key: str) -> Submission | None:
        """Return the submission with this idempotency key, or None."""
        return self._database.read(lambda connection: _one(connection, _BY_KEY, campaign, oktmo=oktmo, key=key))

    def all(self, campaign: str) -> list[Submission]:
        """Return every submission of the campaign, by number."""
        return self._database.read(lambda connection: _list(connection, _ALL, {"campaign": campaign}))

    def after(self, campaign: str, number: int, most: int) -> list[Submission]:
        """Return at most so many submissions of the campaign with higher numbers than this one, by number."""
        values = {"campaign": campaign, "number": number, "most": most}
        return self._database.read(lambda connection: _list(connection, _AFTER, values))

    def digests(self, campaign: str) -> list[SubmissionIdentity]:
        """Return every submission of the campaign without its payload, by number."""

        def read(connection: Connection) -> list[SubmissionIdentity]:
            rows = connection.execute(_DIGESTS, {"campaign": campaign})
            return [SubmissionIdentity._make(row) for row in rows]

        return self._database.read(read)

    def highest(self, campaign: str) -> int:
        """Return the number of the newest submission of the campaign, 0 without one."""
        query = select(func.max(_C.number)).where(_HERE)
        return self._database.read(lambda connection: connection.execute(query, {"campaign": campaign}).scalar()) or 0

    def above(self, campaign: str, number: int, limit: int) -> list[SubmissionIdentity]:
        """Return the first submissions, by number, with a higher number than this one."""
        query = _DIGESTS.where(_C.number > bindparam("number")).limit(limit)
        named = {"campaign": campaign, "number": number}
        return self._database.read(
            lambda connection: [SubmissionIdentity._make(row) for row in connection.execute(query, named)]
        )

    def get_many(self, ids: Iterable[str]) -> list[Submission]:
        """Return the submissions with these ids, by number; unknown ids are left out."""
        wanted = list(dict.fromkeys(ids))

        def read(connection: Connection) -> list[Submission]:
            found = []
            for part in parts(wanted):
                found += _list(connection, _MANY, {"ids": part})
            return sorted(found, key=lambda submission: (submission.campaign, submission.number))

        return self._database.read(read)


def highest_number(connection: Connection, campaign: str) -> int:
    """Return the number above which the campaign's numbering goes on."""
    return _highest(*connection.execute(_GIVEN, {"campaign": campaign, "floor": _floor(campaign)}).one())


def number_above(connection: Connection, campaign: str, number: int) -> bool:
    """Give no number up to this one any more. Return False if all of them had been given."""
    if highest_number(connection, campaign) >= number:
        return False
    remember_text(connection, "", _floor(campaign), canonical(number, "number"))
    return True


def _floor(campaign: str) -> str:
    """Return the name of the note that holds the number above which the campaign's numbering goes on."""
    return f"numbering {campaign}"


def _highest(given: int | None, floor: str | None) -> int:
    return max(given or 0, 0 if floor is None else cast("int", parsed(floor)))


def parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in parts that fit into one statement."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def submission_of(row: Row[*tuple[Any, ...]]) -> Submission:
    """Return the record of a row of `schema.submissions`."""
    return Submission(
        id=row.id,
        campaign=row.campaign,
        oktmo=row.oktmo,
        number=row.number,
        receipt=row.receipt,
        version=row.version,
        key=row.key,
        base_version=row.base_version,
        answers=parsed_mapping(row.answers),
        contacts=parsed_mapping(row.contacts),
        reasons=cast("dict[str, str]", parsed_mapping(row.reasons)),
        previous=None if row.previous is None else parsed_mapping(row.previous),
        accepted_at=row.accepted_at,
        received_real=row.received_real,
        late=row.late,
        digest=row.digest,
    )


def row_of(submission: Submission) -> dict[str, object]:
    """Return the row of `schema.submissions` of a record; its digest is made of the answers."""
    answers = canonical(submission.answers, "answers")
    return submission._asdict() | {
        "digest": digest(answers),
        "answers": answers,
        "contacts": canonical(submission.contacts, "contacts"),
        "reasons": canonical(submission.reasons, "reasons"),
        "previous": None if submission.previous is None else canonical(submission.previous, "previous"),
    }


def _submission(new: NewSubmission, kept: Mapping[str, Any], accepted: datetime, received: datetime) -> Submission:
    """Return the record of a row just inserted, equal to reading it back."""
    return Submission(
        id=kept["id"],
        campaign=new.campaign,
        oktmo=new.oktmo,
        number=kept["number"],
        receipt=kept["receipt"],
        version=kept["version"],
        key=new.key,
        base_version=new.base_version,
        answers=dict(new.answers),
        contacts=dict(new.contacts),
        reasons=dict(new.reasons),
        previous=None if new.previous is None else dict(new.previous),
        accepted_at=accepted,
        received_real=received,
        late=new.late,
        digest=kept["digest"],
    )


def _check(new: NewSubmission) -> None:
    """Raise OutboxDataError before anyone waits for the writer."""
    if not 1 <= len(new.key) <= 64:
        raise OutboxDataError(texts.DATA_KEY)
    for where in ("campaign", "oktmo", "key", "receipt_prefix"):
        checked_words(getattr(new, where), where)


def _one(connection: Connection, query: Select[*tuple[Any, ...]], campaign: str, **values: str) -> Submission | None:
    row = connection.execute(query, {"campaign": campaign, **values}).first()
    return None if row is None else submission_of(row)


def _list(connection: Connection, query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> list[Submission]:
    return [submission_of(row) for row in connection.execute(query, values)]
