"""The port: what the worker asks of a spreadsheet, with the guarantees. Imports nothing of ours but the errors' names.

Every call has a time limit and is one request over the network, counted against the budget. Calls raise
`sheets.errors.SheetsError` alone; a read raises TransientError or PermanentError, a write OutcomeUnknown as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Cell: TypeAlias = "str | int | float | bool | None"
"""An unformatted cell; "" and None are blank, dates are serial numbers of the spreadsheet's wall time."""

JsonObject: TypeAlias = "dict[str, object]"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a sheet by its id, zero-based and half-open; None leaves that side open. Never a title, never A1."""

    sheet_id: int
    first_row: int | None = None
    end_row: int | None = None
    first_column: int | None = None
    end_column: int | None = None

    def grid_range(self) -> JsonObject:
        """Google's GridRange."""
        sides = {
            "startRowIndex": self.first_row,
            "endRowIndex": self.end_row,
            "startColumnIndex": self.first_column,
            "endColumnIndex": self.end_column,
        }
        return {"sheetId": self.sheet_id, **{name: side for name, side in sides.items() if side is not None}}


@dataclass(frozen=True, slots=True)
class SheetTab:
    """One sheet: its id (never changes), title, place from 0, grid size, and the ids of what lies on it."""

    sheet_id: int
    title: str
    index: int
    rows: int
    columns: int
    charts: tuple[int, ...] = ()
    bandings: tuple[int, ...] = ()
    protections: tuple[int, ...] = ()
    conditional_rules: int = 0


@dataclass(frozen=True, slots=True)
class Description:
    """A spreadsheet without its cells. `sheets`: in the order of the tabs. `markers`: developer metadata id → value,
    of those at spreadsheet level that carry the key `MARKER_KEY`."""

    title: str
    locale: str
    timezone: str
    sheets: tuple[SheetTab, ...]
    markers: Mapping[int, str] = field(default_factory=dict)

    def by_id(self, sheet_id: int) -> SheetTab | None:
        return next((sheet for sheet in self.sheets if sheet.sheet_id == sheet_id), None)

    def by_title(self, title: str) -> SheetTab | None:
        """The sheet of this title; titles are compared as the spreadsheet does, without regard to case."""
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == title.casefold()), None)


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of one area as read, row by row, without trailing blanks; and the sheet's title and grid as of then.

    rows, columns: where the area ends; the size of the grid for an area that is open below and to the right.
    """

    cells: Sequence[Sequence[Cell]]
    title: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a write answered.

    replies:    one object a request
    first_rows: the first row's cells as text, by sheet id, of the sheets that the body asked for in the response
    cells:      sheet id → (row, column) from 0 → the cell as it stands after the write, of all ranges asked for
    """

    replies: Sequence[Mapping[str, object]]
    first_rows: Mapping[int, Sequence[str]]
    cells: Mapping[int, Mapping[tuple[int, int], Cell]] = field(default_factory=dict)


MARKER_KEY = "svod.delivery"


class Spreadsheet(Protocol):
    """One spreadsheet, by id. Not for use from several threads at once."""

    @property
    def id(self) -> str:
        """The spreadsheet's id."""

    @property
    def calls(self) -> int:
        """How many requests were sent so far; only grows."""

    def describe(self) -> Description:
        """Sheets and markers as they are now. One read."""

    def read(self, areas: Sequence[Area]) -> list[Block]:
        """The cells of each area, all as of one moment. One read, whatever their number.

        Raises TabMissing for an unknown sheet id.
        """

    def write(self, body: str) -> Reply:
        """Carry out one `batchUpdate`, all of it or nothing. `body`: the JSON text, sent as it is. One write.

        OutcomeUnknown: it may be applied now, later or never. TransientError and PermanentError: surely not applied.
        """

    def marker(self, sequence: int) -> str | None:
        """The value of the marker with this developer metadata id, or None when there is none. One read."""

    def version(self) -> int:
        """A number that grows with every change of the spreadsheet by anybody (Drive). One call beside the budget."""
