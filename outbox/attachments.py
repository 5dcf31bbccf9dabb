"""Files that municipalities attach to their reports: bytes in the database, beside the reports that name them.

The files of the next version of a report are `current`: they belong to the municipality and not to a window of its
browser, so that no window can lose what another one added. A file that a version names (`sent`) is never deleted here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, select, update

from campaign.answer_types.files import FILE_KINDS
from outbox.columns import utc
from outbox.database import Database
from outbox.errors import AttachmentsChanged, AttachmentsFull
from outbox.schema import attachments

MOST_OF_MUNICIPALITY = 200_000_000
"""Bytes of one municipality in one campaign, those of older versions among them."""
MOST_OF_ALL = 1_500_000_000
"""Bytes of all files: a backup takes 2 GB (`outbox.backup.archive`)."""

_C = attachments.c
_ABOUT = [column for column in _C if column is not _C.content]
_OF = (_C.campaign == bindparam("campaign")) & (_C.oktmo == bindparam("oktmo"))
_CURRENT = select(*_ABOUT).where(_OF, _C.current).order_by(_C.added_real, _C.id)
_ONE = select(*_ABOUT).where(_OF, _C.id == bindparam("id"))
_CONTENT = select(_C.content).where(_OF, _C.id == bindparam("id"))


class NewAttachment(NamedTuple):
    """A file as the form hands it over, checked. kind: a key of `campaign.answer_types.files.FILE_KINDS`"""

    campaign: str
    oktmo: str
    question: str
    name: str
    kind: str
    content: bytes
    added_at: datetime


class Attachment(NamedTuple):
    """A file that is kept; `content` has its bytes.

    id: 32 random hex digits; size: bytes; current: of the next version; sent: some version names it
    """

    id: str
    campaign: str
    oktmo: str
    question: str
    name: str
    kind: str
    size: int
    sha256: str
    added_at: datetime
    current: bool
    sent: bool


class Attachments:
    """The files of all municipalities."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewAttachment, most: int) -> tuple[Attachment, bool]:
        """Keep a file for the next version; return it, and False if the question had the same one already.

        most: how many files the question takes. Raises AttachmentsFull, which says what there is no room for.
        """
        sha256 = hashlib.sha256(new.content).hexdigest()
        received = utc(self._database.now())
        place = (_C.campaign == new.campaign) & (_C.oktmo == new.oktmo)

        def keep(connection: Connection) -> tuple[Attachment, bool]:
            self._database.serialise(connection, "attachments")
            here = place & (_C.question == new.question)
            same = connection.execute(select(*_ABOUT).where(here, _C.sha256 == sha256)).first()
            if same is not None and same.current:
                return _attachment(same), False
            if _sum(connection, here & _C.current, func.count()) >= most:
                raise AttachmentsFull("question")
            if same is not None:
                connection.execute(update(attachments).where(_C.id == same.id).values(current=True))
                return _attachment(same)._replace(current=True), True
            for scope, where, limit in (("municipality", place, MOST_OF_MUNICIPALITY), ("all", None, MOST_OF_ALL)):
                if _sum(connection, where, func.sum(_C.size)) + len(new.content) > limit:
                    raise AttachmentsFull(scope)
            row = {
                "id": secrets.token_hex(16),
                "campaign": new.campaign,
                "oktmo": new.oktmo,
                "question": new.question,
                "name": new.name,
                "kind": new.kind,
                "size": len(new.content),
                "sha256": sha256,
                "added_at": utc(new.added_at),
                "added_real": received,
                "current": True,
                "sent": False,
                "content": new.content,
            }
            connection.execute(insert(attachments), row)
            return Attachment(**{name: row[name] for name in Attachment._fields}), True  # type: ignore[arg-type]

        return self._database.write(keep)

    def current(self, campaign: str, oktmo: str) -> list[Attachment]:
        """Return the files of the municipality's next version, in the order in which they came."""
        named = {"campaign": campaign, "oktmo": oktmo}
        return self._database.read(lambda connection: [_attachment(row) for row in connection.execute(_CURRENT, named)])

    def get(self, campaign: str, oktmo: str, one: str) -> Attachment | None:
        """Return the municipality's file with this id, of whatever version, or None."""
        named = {"campaign": campaign, "oktmo": oktmo, "id": one}
        row = self._database.read(lambda connection: connection.execute(_ONE, named).first())
        return None if row is None else _attachment(row)

    def content(self, attachment: Attachment) -> bytes | None:
        """Return the bytes of a file; None where it was deleted meanwhile."""
        named = {"campaign": attachment.campaign, "oktmo": attachment.oktmo, "id": attachment.id}
        found = self._database.read(lambda connection: connection.execute(_CONTENT, named).scalar())
        return None if found is None else bytes(found)

    def remove(self, attachment: Attachment) -> None:
        """Take a file out of the next version. One that no version names is deleted."""

        def take_out(connection: Connection) -> None:
            connection.execute(update(attachments).where(_C.id == attachment.id).values(current=False))
            connection.execute(delete(attachments).where(_C.id == attachment.id, ~_C.sent))

        self._database.write(take_out)

    def reset(self, campaign: str, oktmo: str, ids: Iterable[str]) -> None:
        """Let the next version have these files of the municipality alone: its draft is gone."""
        kept = list(ids)
        place = (_C.campaign == campaign) & (_C.oktmo == oktmo)

        def put_back(connection: Connection) -> None:
            connection.execute(delete(attachments).where(place, ~_C.sent, _C.id.not_in(kept)))
            connection.execute(update(attachments).where(place).values(current=_C.id.in_(kept)))

        self._database.write(put_back)


def download_headers(attachment: Attachment) -> dict[str, str]:
    """Return the headers with which a file is served: never shown in place, never run, never kept by a cache.

    The name stands in them as RFC 6266 and RFC 8187 have it, with one in Latin letters for old programs.
    """
    kind = FILE_KINDS[attachment.kind]
    name = f"filename=\"file{kind.endings[0]}\"; filename*=UTF-8''{quote(attachment.name, safe='')}"
    return {
        "Content-Type": kind.media_type,
        "Content-Disposition": f"attachment; {name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def note_sent(connection: Connection, campaign: str, oktmo: str, ids: Collection[str]) -> None:
    """Mark the files that a new version names. Raises AttachmentsChanged if one is not of the next version any more."""
    if not ids:
        return
    here = (_C.campaign == campaign) & (_C.oktmo == oktmo) & _C.current & _C.id.in_(ids)
    if connection.execute(update(attachments).where(here).values(sent=True)).rowcount != len(ids):
        raise AttachmentsChanged


def delete_unneeded(connection: Connection, before: datetime, kept_for: ColumnElement[bool]) -> int:
    """Delete the files added before this moment that no version names; return how many. kept_for: those that stay"""
    return connection.execute(delete(attachments).where(_C.added_real < utc(before), ~_C.sent, ~kept_for)).rowcount


def _sum(connection: Connection, where: ColumnElement[bool] | None, what: ColumnElement[Any]) -> int:
    query = select(what).select_from(attachments)
    return int(connection.execute(query if where is None else query.where(where)).scalar() or 0)


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(**{name: getattr(row, name) for name in Attachment._fields})
