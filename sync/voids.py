"""Rows that were written under wrong headers, because staff moved columns in the very moment of a flush.

They are written again at the end, under the right headers, and the stray ones are marked by their content in the same
atomic request: at no moment does a row count twice, and no cell is addressed by a place that may be stale.
Imported by `sync` alone. The note is kept among the outbox's bindings until the rows have arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from outbox.records import Delivery, Json
from sync import table
from sync.columns import Columns
from sync.context import Context
from sync.texts import worker as texts

NOTE = "stray_rows"


@dataclass(frozen=True, slots=True)
class Void:
    """One stray row. `receipt_place`: the column, from 0, in which its receipt number stands."""

    id: str
    receipt: str
    receipt_place: int

    def requests(self, sheet_id: int) -> list[dict[str, object]]:
        """The requests that mark it: its id wherever it stands, and its receipt in the column it was written to."""
        place = {"startRowIndex": 1, "startColumnIndex": self.receipt_place, "endColumnIndex": self.receipt_place + 1}
        return [
            _replace(self.id, {"sheetId": sheet_id}),
            _replace(self.receipt, {"range": {"sheetId": sheet_id, **place}}),
        ]


def _replace(find: str, where: Mapping[str, object]) -> dict[str, object]:
    how = {"find": find, "replacement": texts.MOVED_ROW, "matchCase": True, "matchEntireCell": True}
    return {"findReplace": {**how, **where}}


def read_voids(context: Context) -> dict[str, Void]:
    """Stray rows by submission id; some may have arrived again already (the worker died before it forgot them)."""
    note = context.outbox.bindings.recall(context.spreadsheet.id, NOTE)
    voids = {}
    for one, kept in note.items() if isinstance(note, dict) else ():
        if isinstance(kept, list) and len(kept) == 2:
            voids[one] = Void(one, str(kept[0]), int(str(kept[1])))
    return voids


def add_voids(context: Context, delivery: Delivery, built: Columns) -> None:
    """Note the rows of a delivery as stray. `built`: the columns that they were laid out for."""
    receipts = {s.id: s.receipt for s in context.outbox.submissions.get_many(delivery.submission_ids)}
    place = built.places[table.RECEIPT]
    new = {one: Void(one, receipt, place) for one, receipt in receipts.items()}
    _keep(context, {**read_voids(context), **new})


def drop_voids(context: Context, ids: Iterable[str]) -> None:
    """Forget the stray rows of these submissions: they have been marked."""
    voids = read_voids(context)
    rest = {one: void for one, void in voids.items() if one not in set(ids)}
    if len(rest) != len(voids):
        _keep(context, rest)


def _keep(context: Context, voids: Mapping[str, Void]) -> None:
    note: dict[str, Json] = {one: [void.receipt, void.receipt_place] for one, void in voids.items()}
    context.outbox.bindings.remember(context.spreadsheet.id, NOTE, note)
