"""Edits from the browser: cells and names of tabs. Rows and columns: `lines`.

Each goes through the engine of the API, in one transaction with its entry in the journal. A cell comes with the text
that the person saw; if it has changed meanwhile, nothing is written and both texts are returned.
"""

from flask import Blueprint, Response

from localsheets.a1 import Box, cell_name
from localsheets.cells import CellError
from localsheets.formulas import beyond, english, not_computed
from localsheets.grid.answering import answer, dressed
from localsheets.grid.changes import Change, ChangeError, read_changes, sound
from localsheets.grid.checks import CheckReader
from localsheets.grid.entering import entered
from localsheets.grid.protecting import ask_about_cells
from localsheets.grid.running import Record, read_body, refusing, run_edit
from localsheets.grid.texts import Checks, Edits
from localsheets.jsontypes import Json
from localsheets.locales import kind_of, locale_of, parse_input
from localsheets.locales.display import DATE_KINDS
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.celldata import CELL_CHARACTERS
from localsheets.model.zones import today_in
from localsheets.people import Edit
from localsheets.requests import run_batch
from localsheets.scanning import MAX_ENTERED
from localsheets.values.write import fill

blueprint = Blueprint("editing", __name__, url_prefix="/grid")
dressed(blueprint)
refusing(blueprint)

MAX_TITLE = 100


# Cells


@blueprint.post("/<spreadsheet_id>/<int:gid>/cells")
def cells(spreadsheet_id: str, gid: int) -> Response:
    """Type texts into cells: `{"edits": [{r, k, c, was, now}], "confirmed": bool}`."""
    body = read_body()
    changes = read_changes(body)
    confirmed = body.get("confirmed") is True
    typed: list[tuple[int, int]] = []

    def work(fork: Spreadsheet, sheet: Sheet, record: Record) -> Json:
        placed = _place(sheet, changes)
        _check_conflicts(fork, sheet, placed)
        if not confirmed:
            ask_about_cells(fork, sheet, [(at, change.column) for at, change in placed])
        if sum(len(change.now) for _at, change in placed if change.now.startswith("=")) > MAX_ENTERED:
            raise ChangeError(422, "formula", Edits.FORMULAS_MANY)
        for at, change in placed:
            _check_text(fork, cell_name(at, change.column), change.now)
        _grow(fork, sheet, placed)
        locale = locale_of(fork.locale)
        for at, change in placed:
            _make_room_for_number(fork, gid, at, change)
            fill(fork, sheet.id, Box(at, at + 1, change.column, change.column + 1), [[change.now]], typed=True)
            record.entries.append(Edit("", "", cell_name(at, change.column), change.was, change.now))
        after = fork.sheet(gid)
        inverse, against = [], ""
        reader = CheckReader(locale, str(fork.props["timeZone"]))
        for at, change in placed:
            typed.append((at, change.column))
            cell = after.cell(at, change.column)
            check = reader.check(cell)
            if not against and check is not None and cell.formula is None and check.refuses(cell):
                against = Checks.AGAINST.format(cell=cell_name(at, change.column))
            row = after.rows[at] if at < len(after.rows) else None
            now = entered(cell, fork.styles, locale)
            key = row.key if row is not None else None
            inverse.append({"r": at, "k": key, "c": change.column, "was": now, "now": change.was})
        return {"inverse": inverse, "against": against}

    def judge(fork: Spreadsheet) -> None:
        for at, column in typed:
            cell = fork.sheet(gid).cell(at, column)
            value = cell.value if cell.formula is not None else None
            if isinstance(value, CellError) and value.kind == "ERROR" and not value.stopped:
                raise ChangeError(422, "formula", Edits.FORMULA_BROKEN.format(cell=cell_name(at, column)))

    return answer(run_edit(spreadsheet_id, gid, work, judge))


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
    if beyond(text):
        raise ChangeError(422, "formula", Edits.FORMULA_LONG.format(cell=name))
    if english(text, state.locale) is None:
        raise ChangeError(422, "formula", Edits.FORMULA_BROKEN.format(cell=name))
    missing = not_computed(text)
    if missing:
        raise ChangeError(422, "formula", Edits.FORMULA_UNKNOWN.format(cell=name, names=", ".join(missing)))


def _make_room_for_number(fork: Spreadsheet, gid: int, at: int, change: Change) -> None:
    """Take the date format from a cell over which a plain number is typed; the grid has no other way to be rid of it.

    «1.5», typed by mistake, makes the cell a date, and any number after it would show as one.
    """
    cell = fork.sheet(gid).cell(at, change.column)
    look, locale = fork.styles[cell.style], locale_of(fork.locale)
    if kind_of(look.get("numberFormat")) not in DATE_KINDS:
        return
    parsed = parse_input(change.now, locale, today_in(str(fork.props["timeZone"])))
    if (
        isinstance(parsed.value, bool)
        or not isinstance(parsed.value, int | float)
        or kind_of(parsed.format) in DATE_KINDS
    ):
        return
    plain = fork.styles.number({name: part for name, part in look.items() if name != "numberFormat"})
    box = Box(at, at + 1, change.column, change.column + 1)
    fork.writable(gid).edit(box, lambda _row, _column, held: held._replace(style=plain))


def _grow(fork: Spreadsheet, sheet: Sheet, placed: list[tuple[int, Change]]) -> None:
    """Enlarge the tab for a block pasted over its edge, as Google Sheets does."""
    rows = max(at for at, _change in placed) + 1
    columns = max(change.column for _at, change in placed) + 1
    if rows > sheet.row_count or columns > sheet.column_count:
        fork.writable(sheet.id).resize(max(rows, sheet.row_count), max(columns, sheet.column_count))
        fork.check_cells()


@blueprint.post("/<spreadsheet_id>/<int:gid>/title")
def title(spreadsheet_id: str, gid: int) -> Response:
    """Rename a tab: `{"title"}`."""
    given = read_body().get("title")
    text = " ".join(sound(given).split()) if isinstance(given, str) else ""
    if not text:
        raise ChangeError(422, "title", Edits.TITLE_EMPTY)
    if len(text) > MAX_TITLE:
        raise ChangeError(422, "title", Edits.TITLE_LONG)

    def work(fork: Spreadsheet, sheet: Sheet, record: Record) -> Json:
        before = sheet.title
        other = fork.find_sheet(text)
        if other is not None and other.id != sheet.id:
            raise ChangeError(409, "title", Edits.TITLE_TAKEN.format(title=text))
        properties = {"sheetId": gid, "title": text}
        run_batch(fork, [{"updateSheetProperties": {"properties": properties, "fields": "title"}}])
        record.entries.append(Edit("", before, Edits.RENAMED, before, text))
        return {}

    return answer(run_edit(spreadsheet_id, gid, work))
