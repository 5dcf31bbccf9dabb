"""Rows that were written under wrong headers, because staff moved columns in the very moment of a flush.

They are written again at the end, under the right headers, and the stray ones are marked by their content in the same
atomic request: at no moment does a row count twice, and no cell is addressed by a place that may be stale.
Imported by `sync` alone. The note is kept among the outbox's bindings until the rows have arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from outbox.records import Delivery, Json
from sync.context import Context
from sync.texts import worker as texts

NOTE = "stray_rows"


def void_requests(sheet_id: int, submission_id: str, receipt: str) -> list[dict[str, object]]:
    """The requests that mark the stray rows of a submission: its id and its receipt, wherever they stand.

    Both are only seconds old, so that nobody has typed them anywhere.
    """
    return [_replace(sheet_id, submission_id), _replace(sheet_id, receipt)]


def _replace(sheet_id: int, find: str) -> dict[str, object]:
    how = {"find": find, "replacement": texts.MOVED_ROW, "matchCase": True, "matchEntireCell": True}
    return {"findReplace": {**how, "sheetId": sheet_id}}


def read_voids(context: Context) -> dict[str, str]:
    """Submission id → receipt of those that have stray rows.

    Some may have arrived again already, when the worker died before it forgot them.
    """
    note = context.outbox.bindings.recall(context.spreadsheet.id, NOTE)
    return {one: str(receipt) for one, receipt in note.items()} if isinstance(note, dict) else {}


def add_voids(context: Context, delivery: Delivery) -> None:
    """Note the rows of a delivery as stray."""
    new = {s.id: s.receipt for s in context.outbox.submissions.get_many(delivery.submission_ids)}
    _keep(context, {**read_voids(context), **new})


def drop_voids(context: Context, ids: Iterable[str]) -> None:
    """Forget the stray rows of these submissions: they have been marked."""
    voids, gone = read_voids(context), frozenset(ids)
    rest = {one: receipt for one, receipt in voids.items() if one not in gone}
    if len(rest) != len(voids):
        _keep(context, rest)


def _keep(context: Context, voids: Mapping[str, str]) -> None:
    note: dict[str, Json] = dict(voids)
    context.outbox.bindings.remember(context.spreadsheet.id, NOTE, note)
