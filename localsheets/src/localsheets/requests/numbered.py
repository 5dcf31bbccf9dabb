"""What lies over a sheet and has a number: charts, bandings, views, protected ranges. Imports `model`, `errors`."""

from typing import NamedTuple

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.spreadsheet import fresh_number


class Kind(NamedTuple):
    """`feature`: where a sheet keeps them; `number`: the field with the number; `called`: as refusals name them."""

    feature: str
    number: str
    called: str


def find(state: Spreadsheet, kind: Kind, number: int) -> tuple[Sheet, Json]:
    """The one with a number and its sheet, both of the fork. Raises RequestFailed when there is none."""
    for sheet in state.sheets:
        if any(held[kind.number] == number for held in sheet.features.get(kind.feature, ())):
            fork = state.writable(sheet.id)
            return fork, next(held for held in fork.features[kind.feature] if held[kind.number] == number)
    raise RequestFailed(f"No {kind.called}: {number}")


def add(state: Spreadsheet, kind: Kind, sheet_id: int, entry: Json) -> None:
    """Puts it on a sheet, numbered anew when it has no number. Raises RequestFailed for a number that is taken."""
    taken = {int(held[kind.number]) for sheet in state.sheets for held in sheet.features.get(kind.feature, ())}
    number = entry.setdefault(kind.number, fresh_number(taken))
    if number in taken:
        raise RequestFailed(f"A {kind.called} {number} already exists")
    state.writable(sheet_id).features.setdefault(kind.feature, []).append(entry)


def replace(state: Spreadsheet, kind: Kind, sheet: Sheet, held: Json, sheet_id: int, changed: Json) -> None:
    """Puts `changed` where `held` was, or last on another sheet."""
    listed: list[Json] = sheet.features[kind.feature]
    at = listed.index(held)
    changed[kind.number] = held[kind.number]
    if sheet_id == sheet.id:
        listed[at] = changed
    else:
        del listed[at]
        state.writable(sheet_id).features.setdefault(kind.feature, []).append(changed)


def delete(state: Spreadsheet, kind: Kind, number: int) -> None:
    """Takes it away. Raises RequestFailed when there is none."""
    sheet, held = find(state, kind, number)
    sheet.features[kind.feature].remove(held)
