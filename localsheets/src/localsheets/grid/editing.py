"""Edits from the browser: cells, rows, columns, order, names of tabs.

Each goes through the engine of the API, in one transaction with its entry in the journal. A cell comes with the text
that the person saw; if it has changed meanwhile, nothing is written and both texts are returned.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request

from localsheets.a1 import Box, cell_name, column_name
from localsheets.cells import CellError
from localsheets.errors import ProtectedRange, RequestFailed, SheetsError
from localsheets.formulas import english, not_computed, recalculate
from localsheets.grid.access import require_editor
from localsheets.grid.answering import answer, dressed
from localsheets.grid.changes import Change, ChangeError, read_changes, read_rows, sound, whole
from localsheets.grid.context import grid
from localsheets.grid.entering import entered
from localsheets.grid.protecting import ask_about_box, ask_about_cells
from localsheets.grid.styles import frozen_rows
from localsheets.grid.texts import Edits
from localsheets.jsontypes import Json
from localsheets.locales import locale_of
from localsheets.looks import used_box
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.celldata import CELL_CHARACTERS
from localsheets.people import Edit
from localsheets.requests import run_batch
from localsheets.values.write import fill

blueprint = Blueprint("editing", __name__, url_prefix="/grid")
dressed(blueprint)

MAX_TITLE = 100
Work = Callable[[Spreadsheet, Sheet, list[Edit]], Json]


@blueprint.errorhandler(ChangeError)
def _not_changed(error: ChangeError) -> Response:
    return answer(error.body, error.status)


def _body() -> Json:
    try:
        body = request.get_json(silent=True)
    except RecursionError as error:
        raise ChangeError(400, "failed", Edits.BAD) from error
    if not isinstance(body, dict):
        raise ChangeError(400, "failed", Edits.BAD)
    return body


def _run(spreadsheet_id: str, gid: int, work: Work) -> Response:
    """Run an edit on a fork and commit it with its entries in the journal."""
    seen = require_editor()
    entries: list[Edit] = []
    held = grid()

    def on_fork(fork: Spreadsheet) -> Json:
        try:
            sheet = fork.sheet(gid)
        except RequestFailed as error:
            raise ChangeError(410, "gone", Edits.TAB_GONE) from error
        try:
            result = work(fork, sheet, entries)
        except ProtectedRange as error:
            raise ChangeError(403, "refused", Edits.REFUSED) from error
        except RequestFailed as error:
            raise ChangeError(400, "failed", Edits.FAILED.format(reason=error)) from error
        except SheetsError as error:
            if "protected cell" in error.message:
                raise ChangeError(403, "refused", Edits.REFUSED) from error
            raise ChangeError(error.code, "failed", Edits.FAILED.format(reason=error.message)) from error
        entries[:] = [Edit(seen.name, edit.tab or sheet.title, edit.place, edit.was, edit.became) for edit in entries]
        return result

    writer = held.journal.writer(spreadsheet_id, entries)
    result, state = held.store.change(spreadsheet_id, seen.name, on_fork, writer)
    return answer({"version": state.version, **result})


# Cells


@blueprint.post("/<spreadsheet_id>/<int:gid>/cells")
def cells(spreadsheet_id: str, gid: int) -> Response:
    """Type texts into cells: `{"edits": [{r, k, c, was, now}], "confirmed": bool}`."""
    body = _body()
    changes = read_changes(body)
    confirmed = body.get("confirmed") is True

    def work(fork: Spreadsheet, sheet: Sheet, entries: list[Edit]) -> Json:
        placed = _place(sheet, changes)
        _check_conflicts(fork, sheet, placed)
        if not confirmed:
            ask_about_cells(fork, sheet, [(at, change.column) for at, change in placed])
        for at, change in placed:
            _check_text(fork, cell_name(at, change.column), change.now)
        _grow(fork, sheet, placed)
        locale = locale_of(fork.locale)
        for at, change in placed:
            fill(fork, sheet.id, Box(at, at + 1, change.column, change.column + 1), [[change.now]], typed=True)
            entries.append(Edit("", "", cell_name(at, change.column), change.was, change.now))
        if any(change.now.startswith("=") for _at, change in placed):
            recalculate(fork)
        after = fork.sheet(gid)
        inverse = []
        for at, change in placed:
            cell = after.cell(at, change.column)
            if cell.formula is not None and isinstance(cell.value, CellError) and cell.value.kind == "ERROR":
                raise ChangeError(422, "formula", Edits.FORMULA_BROKEN.format(cell=cell_name(at, change.column)))
            row = after.rows[at] if at < len(after.rows) else None
            now = entered(cell, fork.styles, locale)
            key = row.key if row is not None else None
            inverse.append({"r": at, "k": key, "c": change.column, "was": now, "now": change.was})
        return {"inverse": inverse}

    return _run(spreadsheet_id, gid, work)


def _place(sheet: Sheet, changes: list[Change]) -> list[tuple[int, Change]]:
    """Return the present number of each row, found by its lasting key. Raises ChangeError for a deleted row."""
    keys: dict[int, int] | None = None
    placed = []
    for change in changes:
        at = change.row
        held = sheet.rows[at] if at < len(sheet.rows) else None
        if change.key is not None and (held is None or held.key != change.key):
            if keys is None:
                keys = {row.key: number for number, row in enumerate(sheet.rows) if row is not None}
            found = keys.get(change.key)
            if found is None:
                raise ChangeError(409, "gone", Edits.ROW_GONE.format(row=at + 1, now=change.now[:200]))
            at = found
        placed.append((at, change))
    return placed


def _check_conflicts(state: Spreadsheet, sheet: Sheet, placed: list[tuple[int, Change]]) -> None:
    locale = locale_of(state.locale)
    found = []
    for at, change in placed:
        current = entered(sheet.cell(at, change.column), state.styles, locale)
        if current not in {change.was, change.now}:
            row = sheet.rows[at] if at < len(sheet.rows) else None
            found.append(
                {"r": at, "k": row.key if row is not None else None, "c": change.column,
                 "cell": cell_name(at, change.column), "was": change.was, "current": current, "now": change.now}
            )  # fmt: skip
    if not found:
        return
    one = found[0]
    message = (
        Edits.CONFLICT.format(cell=one["cell"], **{name: _quoted(str(one[name])) for name in ("was", "current", "now")})
        if len(found) == 1
        else Edits.CONFLICTS.format(cells=", ".join(str(each["cell"]) for each in found[:20]))
    )
    raise ChangeError(409, "conflict", message, {"cells": found})


def _quoted(text: str) -> str:
    return Edits.QUOTED.format(text=text) if text else Edits.NOTHING


def _check_text(state: Spreadsheet, name: str, text: str) -> None:
    if len(text) > CELL_CHARACTERS:
        raise ChangeError(422, "long", Edits.TOO_LONG.format(cell=name))
    if not text.startswith("=") or len(text) < 2:
        return
    if english(text, state.locale) is None:
        raise ChangeError(422, "formula", Edits.FORMULA_BROKEN.format(cell=name))
    missing = not_computed(text)
    if missing:
        raise ChangeError(422, "formula", Edits.FORMULA_UNKNOWN.format(cell=name, names=", ".join(missing)))


def _grow(fork: Spreadsheet, sheet: Sheet, placed: list[tuple[int, Change]]) -> None:
    """Enlarge the tab for a block pasted over its edge, as Google Sheets does."""
    rows = max(at for at, _change in placed) + 1
    columns = max(change.column for _at, change in placed) + 1
    if rows > sheet.row_count or columns > sheet.column_count:
        fork.writable(sheet.id).resize(max(rows, sheet.row_count), max(columns, sheet.column_count))
        fork.check_cells()


# Rows and columns


@blueprint.post("/<spreadsheet_id>/<int:gid>/lines")
def lines(spreadsheet_id: str, gid: int) -> Response:
    """Insert or delete rows or columns: `{"axis", "action", "at", "count", "rows": [{r, k}], "confirmed"}`."""
    body = _body()
    axis, action = body.get("axis"), body.get("action")
    if axis not in ("ROWS", "COLUMNS") or action not in ("insert", "delete"):
        raise ChangeError(400, "failed", Edits.BAD)
    at, count = whole(body, "at"), whole(body, "count", 1)
    expected = read_rows(body)

    def work(fork: Spreadsheet, sheet: Sheet, entries: list[Edit]) -> Json:
        for row, key in expected:
            held = sheet.rows[row] if row < len(sheet.rows) else None
            if (held.key if held is not None else None) != key:
                raise ChangeError(409, "moved", Edits.ROWS_MOVED)
        size = sheet.row_count if axis == "ROWS" else sheet.column_count
        if not count or at + (count if action == "delete" else 0) > size:
            raise ChangeError(400, "failed", Edits.OUTSIDE)
        if action == "delete" and count >= size:
            raise ChangeError(400, "failed", Edits.LAST_ROWS if axis == "ROWS" else Edits.LAST_COLUMNS)
        if body.get("confirmed") is not True:
            # Lines inserted at an edge of a range are outside it.
            first, last = (at, at + count) if action == "delete" else (at - 1, at + 1)
            ask_about_box(fork, sheet, _stripe(sheet, str(axis), first, last), across=action == "insert")
        span = {"sheetId": gid, "dimension": axis, "startIndex": at, "endIndex": at + count}
        if action == "delete":
            entries.extend(_lost(fork, sheet, str(axis), at, count))
            run_batch(fork, [{"deleteDimension": {"range": span}}])
        else:
            run_batch(fork, [{"insertDimension": {"range": span, "inheritFromBefore": at > frozen_rows(sheet)}}])
        entries.insert(0, Edit("", "", _line_words(str(axis), str(action), at, count)))
        return {}

    return _run(spreadsheet_id, gid, work)


def _stripe(sheet: Sheet, axis: str, start: int, end: int) -> Box:
    """Return the box of whole rows or columns."""
    if axis == "ROWS":
        return Box(start, end, 0, sheet.column_count)
    return Box(0, sheet.row_count, start, end)


def _line_words(axis: str, action: str, at: int, count: int) -> str:
    rows = axis == "ROWS"
    first = str(at + 1) if rows else column_name(at)
    last = str(at + count) if rows else column_name(at + count - 1)
    text = {
        (True, "insert", True): Edits.ROW_INSERTED,
        (True, "insert", False): Edits.ROWS_INSERTED,
        (True, "delete", True): Edits.ROW_DELETED,
        (True, "delete", False): Edits.ROWS_DELETED,
        (False, "insert", True): Edits.COLUMN_INSERTED,
        (False, "insert", False): Edits.COLUMNS_INSERTED,
        (False, "delete", True): Edits.COLUMN_DELETED,
        (False, "delete", False): Edits.COLUMNS_DELETED,
    }[rows, action, count == 1]
    return text.format(first=first, last=last)


def _lost(state: Spreadsheet, sheet: Sheet, axis: str, at: int, count: int) -> list[Edit]:
    """Return the content of deleted rows or columns, cell by cell, for the journal."""
    locale = locale_of(state.locale)
    used = used_box(sheet)
    box = Box(at, min(at + count, used.bottom), 0, used.right)
    if axis == "COLUMNS":
        box = Box(0, used.bottom, at, min(at + count, used.right))
    found: list[Edit] = []
    for row, cells_of_row in sheet.iterate(box) if box.height > 0 and box.width > 0 else ():
        for shift, cell in enumerate(cells_of_row):
            text = entered(cell, state.styles, locale)
            if text and len(found) < 5_000:
                found.append(Edit("", "", cell_name(row, box.left + shift), text, ""))
    return found


@blueprint.post("/<spreadsheet_id>/<int:gid>/sort")
def sort(spreadsheet_id: str, gid: int) -> Response:
    """Sort the rows below the frozen ones by a column: `{"column", "down"}`."""
    body = _body()
    column, down = whole(body, "column"), body.get("down") is True

    def work(fork: Spreadsheet, sheet: Sheet, entries: list[Edit]) -> Json:
        if column >= sheet.column_count:
            raise ChangeError(400, "failed", Edits.OUTSIDE)
        top = frozen_rows(sheet)
        bottom = used_box(sheet).bottom
        if body.get("confirmed") is not True:
            ask_about_box(fork, sheet, Box(top, max(bottom, top), 0, sheet.column_count))
        if bottom > top:
            grid_range = {"sheetId": gid, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": 0,
                          "endColumnIndex": sheet.column_count}  # fmt: skip
            spec = {"dimensionIndex": column, "sortOrder": "DESCENDING" if down else "ASCENDING"}
            run_batch(fork, [{"sortRange": {"range": grid_range, "sortSpecs": [spec]}}])
        words = Edits.SORTED_DOWN if down else Edits.SORTED_UP
        entries.append(Edit("", "", words.format(column=column_name(column))))
        return {}

    return _run(spreadsheet_id, gid, work)


@blueprint.post("/<spreadsheet_id>/<int:gid>/title")
def title(spreadsheet_id: str, gid: int) -> Response:
    """Rename a tab: `{"title"}`."""
    given = _body().get("title")
    text = " ".join(sound(given).split()) if isinstance(given, str) else ""
    if not text:
        raise ChangeError(422, "title", Edits.TITLE_EMPTY)
    if len(text) > MAX_TITLE:
        raise ChangeError(422, "title", Edits.TITLE_LONG)

    def work(fork: Spreadsheet, sheet: Sheet, entries: list[Edit]) -> Json:
        before = sheet.title
        other = fork.find_sheet(text)
        if other is not None and other.id != sheet.id:
            raise ChangeError(409, "title", Edits.TITLE_TAKEN.format(title=text))
        properties = {"sheetId": gid, "title": text}
        run_batch(fork, [{"updateSheetProperties": {"properties": properties, "fields": "title"}}])
        entries.append(Edit("", before, Edits.RENAMED, before, text))
        return {}

    return _run(spreadsheet_id, gid, work)
