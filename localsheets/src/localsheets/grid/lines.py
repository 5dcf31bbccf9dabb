"""Edits of rows and columns from the browser: insert, delete, give back, sort.

What the page does not show (a filter or hiding leaves it out) stays as it is. A deletion names its rows or columns one
by one, with their lasting keys, and what it takes away is kept beside the journal, so that it can be given back.
"""

from flask import Blueprint, Response

from localsheets.a1 import Box, cell_name, column_name
from localsheets.grid.answering import answer, dressed
from localsheets.grid.changes import ChangeError, read_rows, read_spans, whole
from localsheets.grid.context import grid
from localsheets.grid.deletions import Spans, delete_lines, give_back
from localsheets.grid.entering import entered
from localsheets.grid.protecting import ask_about_box
from localsheets.grid.running import Record, Work, read_body, refusing, run_edit
from localsheets.grid.styles import frozen_rows
from localsheets.grid.tabs import MAX_WANTED, tab_view
from localsheets.grid.texts import Edits
from localsheets.jsontypes import Json
from localsheets.locales import locale_of
from localsheets.looks import used_box
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.protection import guard
from localsheets.people import Deletion, Edit
from localsheets.requests import run_batch
from localsheets.requests.searching import sorted_rows

blueprint = Blueprint("lines", __name__, url_prefix="/grid")
dressed(blueprint)
refusing(blueprint)

KEPT_CELLS = 5_000  # cells of a deletion that the journal lists
NAMED = 20  # spans that an entry names


@blueprint.post("/<spreadsheet_id>/<int:gid>/lines")
def lines(spreadsheet_id: str, gid: int) -> Response:
    """Insert or delete rows or columns.

    Insert: `{"axis", "action", "at", "count", "confirmed"}`. Delete: `{"axis", "action", "spans", "rows", "confirmed"}`
    with `spans` half-open, ascending and apart, and `rows` the deleted rows as `{r, k}`.
    """
    body = read_body()
    axis, action = body.get("axis"), body.get("action")
    if axis not in ("ROWS", "COLUMNS") or action not in ("insert", "delete"):
        raise ChangeError(400, "failed", Edits.BAD)
    work = _insertion(body, str(axis), gid) if action == "insert" else _deletion(body, str(axis), gid)
    return answer(run_edit(spreadsheet_id, gid, work))


def _insertion(body: Json, axis: str, gid: int) -> Work:
    at, count = whole(body, "at"), whole(body, "count", 1)

    def work(fork: Spreadsheet, sheet: Sheet, record: Record) -> Json:
        if not count or at > _size(sheet, axis):
            raise ChangeError(400, "failed", Edits.OUTSIDE)
        if body.get("confirmed") is not True:
            # Lines inserted at an edge of a range are outside it.
            ask_about_box(fork, sheet, _stripe(sheet, axis, at - 1, at + 1), across=True)
        span = {"sheetId": gid, "dimension": axis, "startIndex": at, "endIndex": at + count}
        run_batch(fork, [{"insertDimension": {"range": span, "inheritFromBefore": at > frozen_rows(sheet)}}])
        record.entries.append(Edit("", "", _words(axis, "INSERTED", [(at, at + count)])))
        return {}

    return work


def _deletion(body: Json, axis: str, gid: int) -> Work:
    spans, expected = read_spans(body), read_rows(body)

    def work(fork: Spreadsheet, sheet: Sheet, record: Record) -> Json:
        for row, key in expected:
            held = sheet.rows[row] if row < len(sheet.rows) else None
            if (held.key if held is not None else None) != key:
                raise ChangeError(409, "moved", Edits.ROWS_MOVED)
        if spans[-1][1] > _size(sheet, axis):
            raise ChangeError(400, "failed", Edits.OUTSIDE)
        if sum(end - start for start, end in spans) >= _size(sheet, axis):
            raise ChangeError(400, "failed", Edits.LAST_ROWS if axis == "ROWS" else Edits.LAST_COLUMNS)
        if body.get("confirmed") is not True:
            for start, end in spans:
                ask_about_box(fork, sheet, _stripe(sheet, axis, start, end))
        record.entries.extend(_lost(fork, sheet, axis, spans))
        record.entries.append(Edit("", "", _words(axis, "DELETED", spans)))
        record.deletion = Deletion(gid, delete_lines(fork, gid, axis, spans))
        return {}

    return work


def _size(sheet: Sheet, axis: str) -> int:
    return sheet.row_count if axis == "ROWS" else sheet.column_count


def _stripe(sheet: Sheet, axis: str, start: int, end: int) -> Box:
    """Return the box of whole rows or columns."""
    if axis == "ROWS":
        return Box(start, end, 0, sheet.column_count)
    return Box(0, sheet.row_count, start, end)


def _words(axis: str, action: str, spans: Spans) -> str:
    """Return an entry in words: `удалены строки 10, 12–14`."""
    single = spans[0][0] + 1 == spans[-1][1]
    kind = ("ROW" if axis == "ROWS" else "COLUMN") + ("" if single else "S")
    text: str = getattr(Edits, f"{kind}_{action}")
    return text.format(
        places=", ".join(_span_name(axis, *span) for span in spans[:NAMED]) + ("…" * (len(spans) > NAMED))
    )


def _span_name(axis: str, start: int, end: int) -> str:
    first, last = (str(start + 1), str(end)) if axis == "ROWS" else (column_name(start), column_name(end - 1))
    return first if first == last else f"{first}–{last}"


def _lost(state: Spreadsheet, sheet: Sheet, axis: str, spans: Spans) -> list[Edit]:
    """Return the content of deleted rows or columns, cell by cell, for the journal."""
    locale = locale_of(state.locale)
    used = used_box(sheet)
    found: list[Edit] = []
    for start, end in spans:
        stripe = _stripe(sheet, axis, start, end)
        box = Box(stripe.top, min(stripe.bottom, used.bottom), stripe.left, min(stripe.right, used.right))
        for row, cells in sheet.iterate(box) if box.height > 0 and box.width > 0 else ():
            for shift, cell in enumerate(cells):
                text = entered(cell, state.styles, locale)
                if text and len(found) < KEPT_CELLS:
                    found.append(Edit("", "", cell_name(row, box.left + shift), text, ""))
    return found


# The way back


@blueprint.post("/<spreadsheet_id>/<int:gid>/restore")
def restore(spreadsheet_id: str, gid: int) -> Response:
    """Give deleted rows or columns back: `{"number"}`, the number of the deletion's entry in the journal."""
    number = whole(read_body(), "number")
    found = grid().journal.deletion(spreadsheet_id, number)
    if found is not None and found.sheet != gid:
        raise ChangeError(400, "failed", Edits.BAD)
    return answer(restore_deletion(spreadsheet_id, number))


def restore_deletion(spreadsheet_id: str, number: int) -> Json:
    """Give deleted rows or columns back; return their place as `sheet`, `row` and `column`. Raises ChangeError."""
    found = grid().journal.deletion(spreadsheet_id, number)
    if found is None:
        raise ChangeError(410, "gone", Edits.NOT_KEPT)

    def work(fork: Spreadsheet, sheet: Sheet, record: Record) -> Json:
        now = grid().journal.deletion(
            spreadsheet_id, number
        )  # again, because one edit runs at a time only from here on
        if now is None or now.returned:
            raise ChangeError(409, "gone", Edits.RETURNED_ALREADY)
        axis = str(found.body["axis"])
        spans = give_back(fork, sheet.id, found.body)
        record.entries.append(Edit("", "", _words(axis, "RETURNED", spans)))
        record.returned = number
        first = spans[0][0]
        return {"sheet": sheet.id, "row": first if axis == "ROWS" else 0, "column": 0 if axis == "ROWS" else first}

    return run_edit(spreadsheet_id, found.sheet, work)


# Order


@blueprint.post("/<spreadsheet_id>/<int:gid>/sort")
def sort(spreadsheet_id: str, gid: int) -> Response:
    """Sort shown rows below the frozen ones by a column: `{"column", "down", "filter"}`; others keep their places."""
    body = read_body()
    column, down, wanted = whole(body, "column"), body.get("down") is True, body.get("filter", "")
    if not isinstance(wanted, str):
        raise ChangeError(400, "failed", Edits.BAD)

    def work(fork: Spreadsheet, sheet: Sheet, record: Record) -> Json:
        if column >= sheet.column_count:
            raise ChangeError(400, "failed", Edits.OUTSIDE)
        top = frozen_rows(sheet)
        bottom = max(used_box(sheet).bottom, top)
        box = Box(top, bottom, 0, sheet.column_count)
        if body.get("confirmed") is not True:
            ask_about_box(fork, sheet, box)
        spans = tab_view(fork, sheet, wanted[:MAX_WANTED]).spans()
        shown = [at for start, end in spans for at in range(max(start, top), min(end, bottom))]
        spec = {"dimensionIndex": column, "sortOrder": "DESCENDING" if down else "ASCENDING"}
        if len(shown) == bottom - top and shown:
            grid_range = {"sheetId": gid, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": 0,
                          "endColumnIndex": sheet.column_count}  # fmt: skip
            run_batch(fork, [{"sortRange": {"range": grid_range, "sortSpecs": [spec]}}])
        elif shown:
            guard(fork, sheet, box)
            _sort_shown(fork.writable(gid), [at for at in shown if at < len(sheet.rows)], spec)
        words = Edits.SORTED_DOWN if down else Edits.SORTED_UP
        part = Edits.SORTED_PART if len(shown) < bottom - top else ""
        record.entries.append(Edit("", "", words.format(column=column_name(column)) + part))
        return {}

    return answer(run_edit(spreadsheet_id, gid, work))


def _sort_shown(sheet: Sheet, shown: list[int], spec: Json) -> None:
    """Sort some rows among the places that they take up; all others stay."""
    order = sorted_rows({at: sheet.cells(at) for at in shown}, [spec])
    rows = sheet.rows.copy()
    for place, source in zip(shown, order, strict=True):
        rows[place] = sheet.rows[source]
    sheet.arrange(0, rows)
