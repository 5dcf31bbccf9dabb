"""The run of one edit: on a fork, in one transaction with its entries in the journal."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from localsheets.errors import ProtectedRange, RequestFailed, SheetsError
from localsheets.grid.access import require_editor
from localsheets.grid.answering import answer
from localsheets.grid.changes import ChangeError
from localsheets.grid.context import grid
from localsheets.grid.texts import Edits
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.people import Deletion, Edit


@dataclass(slots=True)
class Record:
    """What goes into the journal with an edit.

    deletion: what a deletion took away; the last entry describes it
    returned: the number of the deletion that this edit gives back
    """

    entries: list[Edit] = field(default_factory=list)
    deletion: Deletion | None = None
    returned: int | None = None


Work = Callable[[Spreadsheet, Sheet, Record], Json]


def refusing(blueprint: Blueprint) -> None:
    """Let a blueprint answer its scripts when an edit was not made."""

    @blueprint.errorhandler(ChangeError)
    def _not_changed(error: ChangeError) -> Response:
        return answer(error.body, error.status)


def read_body() -> Json:
    """Return the JSON object in the request of somebody who may edit. Raises SignInError, RefusedError, ChangeError."""
    require_editor()
    try:
        body = request.get_json(silent=True)
    except RecursionError as error:
        raise ChangeError(400, "failed", Edits.BAD) from error
    if not isinstance(body, dict):
        raise ChangeError(400, "failed", Edits.BAD)
    return body


def run_edit(
    spreadsheet_id: str, gid: int, work: Work, judge: Callable[[Spreadsheet], None] = lambda _fork: None
) -> Json:
    """Run an edit on a fork and commit it; return its result with the new version. Raises ChangeError.

    judge: looks at the fork once its formulas are computed; may raise ChangeError.
    """
    seen = require_editor()
    record = Record()
    held = grid()

    def on_fork(fork: Spreadsheet) -> Json:
        try:
            sheet = fork.sheet(gid)
        except RequestFailed as error:
            raise ChangeError(410, "gone", Edits.TAB_GONE) from error
        try:
            result = work(fork, sheet, record)
        except ProtectedRange as error:
            raise ChangeError(403, "refused", Edits.REFUSED) from error
        except RequestFailed as error:
            raise ChangeError(400, "failed", Edits.FAILED.format(reason=error)) from error
        except SheetsError as error:
            if "protected cell" in error.message:
                raise ChangeError(403, "refused", Edits.REFUSED) from error
            raise ChangeError(error.code, "failed", Edits.FAILED.format(reason=error.message)) from error
        record.entries[:] = [
            Edit(seen.name, edit.tab or sheet.title, edit.place, edit.was, edit.became) for edit in record.entries
        ]
        return result

    def along(connection: sqlite3.Connection) -> None:
        held.journal.write(connection, spreadsheet_id, record.entries, record.deletion, record.returned)

    try:
        result, state = held.store.change(spreadsheet_id, seen.name, on_fork, along, judge)
    except SheetsError as error:
        if error.code == 404:
            raise
        message = Edits.BUSY if error.code == 503 else Edits.FAILED.format(reason=error.message)
        raise ChangeError(error.code, "failed", message) from error
    if record.deletion is not None:
        result["deletion"] = record.deletion.number
    return {"version": state.version, **result}
