"""Objects over a sheet with an id: charts, bandings, filter views, protected ranges."""

from typing import NamedTuple

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.spreadsheet import fresh_number


class Kind(NamedTuple):
    """feature: the field of the sheet that holds them; number: the field with the id; called: the name in refusals."""

    feature: str
    number: str
    called: str


def find(state: Spreadsheet, kind: Kind, number: int) -> tuple[Sheet, Json]:
    """Return (sheet, object), both of the fork. Raises RequestFailed if there is no such id."""
    for sheet in state.sheets:
        if any(held[kind.number] == number for held in sheet.features.get(kind.feature, ())):
            fork = state.writable(sheet.id)
            return fork, next(held for held in fork.features[kind.feature] if held[kind.number] == number)
    raise RequestFailed(f"No {kind.called}: {number}")


def add(state: Spreadsheet, kind: Kind, sheet_id: int, entry: Json) -> None:
    """Put an object on a sheet, with a new id if it has none. Raises RequestFailed for a taken id."""
    taken = {int(held[kind.number]) for sheet in state.sheets for held in sheet.features.get(kind.feature, ())}
    number = entry.setdefault(kind.number, fresh_number(taken))
    if number in taken:
        raise RequestFailed(f"A {kind.called} {number} already exists")
    state.writable(sheet_id).features.setdefault(kind.feature, []).append(entry)


def replace(state: Spreadsheet, kind: Kind, sheet: Sheet, held: Json, sheet_id: int, changed: Json) -> None:
    """Put `changed` in the place of `held`, or last if on another sheet."""
    listed: list[Json] = sheet.features[kind.feature]
    at = listed.index(held)
    changed[kind.number] = held[kind.number]
    if sheet_id == sheet.id:
        listed[at] = changed
    else:
        del listed[at]
        state.writable(sheet_id).features.setdefault(kind.feature, []).append(changed)


def delete(state: Spreadsheet, kind: Kind, number: int) -> None:
    """Delete an object. Raises RequestFailed if there is no such id."""
    sheet, held = find(state, kind, number)
    sheet.features[kind.feature].remove(held)
