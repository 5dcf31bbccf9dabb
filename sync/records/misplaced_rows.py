"""Rows of «Ответы» under wrong headers: staff moved columns in the very moment of a delivery.

Such rows are written again at the end, under the right headers. In the same atomic request the `ID` in the misplaced
row is replaced by a mark that names the submission, so at no moment does a row count twice, and no cell is addressed by
a place that may be stale. Decision 19 gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaign import Cell
from outbox.records import Json
from sync.context import Context
from sync.texts import worker as texts

NOTE = "misplaced_rows"
"""Name of the note among the outbox's bindings: submission id → receipt, of all rows that were ever misplaced."""


def mark(submission_id: str) -> str:
    """Return the words that take the place of the `ID` of a misplaced row."""
    return texts.MISPLACED_MARK.format(id=submission_id)


def mark_request(sheet_id: int, submission_id: str) -> dict[str, object]:
    """Return the request that marks the misplaced row of a submission, wherever it stands.

    Nobody outside the outbox knows an `ID` before its row is delivered, so no other cell can hold it.
    """
    how = {"find": submission_id, "replacement": mark(submission_id), "matchCase": True, "matchEntireCell": True}
    return {"findReplace": {**how, "sheetId": sheet_id}}


def read_misplaced(context: Context) -> dict[str, str]:
    """Return submission id → receipt of the rows that were misplaced, those written again since among them."""
    note = context.outbox.bindings.recall(context.spreadsheet.id, NOTE)
    return {one: str(receipt) for one, receipt in note.items()} if isinstance(note, dict) else {}


def note_misplaced(context: Context, submission_ids: Iterable[str]) -> None:
    """Remember that the rows of these submissions are misplaced."""
    new = {s.id: s.receipt for s in context.outbox.submissions.get_many(submission_ids)}
    note: dict[str, Json] = {**read_misplaced(context), **new}
    context.outbox.bindings.remember(context.spreadsheet.id, NOTE, note)


@dataclass(frozen=True, slots=True)
class MisplacedRows:
    """Indexes from 0 of misplaced rows below the header.

    marked:  rows with the mark of a submission that is written anew elsewhere
    pending: rows of a submission that is to be written again
    """

    marked: frozenset[int] = frozenset()
    pending: frozenset[int] = frozenset()


def find_misplaced(
    columns: Sequence[Sequence[Cell]],
    ids: Sequence[Cell],
    misplaced: Mapping[str, bool],
    known: Callable[[Iterable[str]], Collection[str]],
) -> MisplacedRows:
    """Find the rows that hold the mark, or while the submission is pending the id, of a misplaced submission.

    A row with another known id under «ID» is that submission's row, whatever else staff write in it.

    columns:   all columns of the tab, cells below the header
    ids:       the column «ID»
    misplaced: submission id → True while its row is still to be written again
    known:     returns those of the given ids that are ids of submissions
    """
    marks = frozenset[Cell](map(mark, misplaced))
    pending = frozenset[Cell](one for one, waits in misplaced.items() if waits)
    marked, waiting = _rows_with(columns, marks), _rows_with(columns, pending)
    others = {str(ids[row]) for row in marked | waiting if isinstance(ids[row], str)} - {str(one) for one in pending}
    of_others = known(others) if others else ()
    foreign = {row for row in marked | waiting if ids[row] in of_others}
    return MisplacedRows(marked - foreign, waiting - foreign)


def _rows_with(columns: Sequence[Sequence[Cell]], words: frozenset[Cell]) -> frozenset[int]:
    """Return the rows in which a cell is one of these words; such rows are rare, so whole columns are passed first."""
    return frozenset(
        row
        for cells in columns
        if words and not words.isdisjoint(cells)
        for row, cell in enumerate(cells)
        if cell in words
    )
