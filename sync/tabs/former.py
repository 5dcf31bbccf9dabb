"""Columns of «Муниципалитеты» that the worker no longer keeps up: marked as such, never deleted.

Deleting would go by the place, which may be stale, and would break the ministry's formulas; so they stay, and are the
ministry's from then on. Imported by `sync.tabs` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from campaign import Cell
from sync.tabs.page import Rectangle
from sync.tabs.render import FORMAT_FIELDS, grid_range
from sync.tabs.styles import FORMER, FORMER_HEADER
from sync.tabs.written import Request
from sync.texts import tabs as texts

LOOKS = "userEnteredFormat.backgroundColorStyle,userEnteredFormat.textFormat"
"""Of the figures; their patterns stay."""


def former_title(title: str, as_of: datetime, header: Sequence[Cell]) -> str:
    """What stands above the column instead of its title; another than all that stand in the row of titles."""
    new = texts.FORMER_COLUMN.format(title=title, since=texts.short_day(as_of))
    return texts.FORMER_COLUMN.format(title=title, since=texts.short_moment(as_of)) if new in header else new


def former_requests(
    sheet_id: int, rows: Sequence[Sequence[Cell]], header: tuple[int, int], bottom: int, titles: tuple[str, str]
) -> Iterator[Request]:
    """Another title, and grey figures, once the rows and columns of ours stand in their places.

    rows: as read; header: row and column of the title; bottom: where our rows end; titles: the present one, the new.
    Should staff move columns between our read and our write, a wrong one may turn grey, but no title of theirs is
    written over: the title is found by what it says.
    """
    row, column = header
    present, new = titles
    # A cell of the ministry's that says the same is left alone: then only the one place, if the title is still there.
    alone = sum(cell == present for cells in rows for cell in cells) == 1
    yield {
        "findReplace": {
            "find": present,
            "replacement": new,
            "matchCase": True,
            "matchEntireCell": True,
            "range": {"sheetId": sheet_id}
            if alone
            else grid_range(sheet_id, Rectangle(row, row + 1, column, column + 1)),
        }
    }
    for area, looks, fields in (
        (Rectangle(row, row + 1, column, column + 1), FORMER_HEADER, FORMAT_FIELDS),
        (Rectangle(row + 1, bottom, column, column + 1), FORMER, LOOKS),
    ):
        yield {
            "repeatCell": {
                "range": grid_range(sheet_id, area),
                "cell": {"userEnteredFormat": looks},
                "fields": fields,
            }
        }
