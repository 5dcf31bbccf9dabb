"""The port: the worker's calls to a spreadsheet, with their guarantees.

Every call has a time limit and is one request over the network, counted against the budget. Calls raise no other
exception than `sheets.errors.SheetsError`: a read TransientError or PermanentError, a write OutcomeUnknown as well.
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
        """Return Google's GridRange."""
        sides = {
            "startRowIndex": self.first_row,
            "endRowIndex": self.end_row,
            "startColumnIndex": self.first_column,
            "endColumnIndex": self.end_column,
        }
        return {"sheetId": self.sheet_id, **{name: side for name, side in sides.items() if side is not None}}


@dataclass(frozen=True, slots=True)
class SheetTab:
    """One sheet: its id (which never changes), title, index from 0, grid size, and the ids of the objects over it."""

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
    """A spreadsheet without its cells.

    sheets:  in the order of the tabs
    markers: id → value of the developer metadata at spreadsheet level with the key `MARKER_KEY`
    kind:    value of the one with the key `KIND_KEY`, None without one
    """

    title: str
    locale: str
    timezone: str
    sheets: tuple[SheetTab, ...]
    markers: Mapping[int, str] = field(default_factory=dict)
    kind: str | None = None

    def by_id(self, sheet_id: int) -> SheetTab | None:
        return next((sheet for sheet in self.sheets if sheet.sheet_id == sheet_id), None)

    def by_title(self, title: str) -> SheetTab | None:
        """Return the sheet of this title, or None; as in the spreadsheet, case does not matter."""
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == title.casefold()), None)


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of one area as read, row by row, without trailing blanks, with the sheet's title.

    rows, columns: the end of the area; the size of the grid for an area that is open below and to the right
    """

    cells: Sequence[Sequence[Cell]]
    title: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a write.

    replies:    one object for each request
    first_rows: sheet id → the cells of the first row as text, for the sheets that the body asked for in the response
    cells:      sheet id → (row, column) from 0 → the cell as it stands after the write, of all ranges asked for
    """

    replies: Sequence[Mapping[str, object]]
    first_rows: Mapping[int, Sequence[str]]
    cells: Mapping[int, Mapping[tuple[int, int], Cell]] = field(default_factory=dict)


MARKER_KEY = "svod.delivery"
KIND_KEY = "svod.kind"


def marker_request(sequence: int, marker: str) -> dict[str, object]:
    """Return the request of a `batchUpdate` that leaves a marker. With it everything is refused if its id exists."""
    metadata = {
        "metadataId": sequence,
        "metadataKey": MARKER_KEY,
        "metadataValue": marker,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def marker_removal(sequence: int) -> dict[str, object]:
    """Return the request of a `batchUpdate` that removes a marker, if it is there."""
    lookup = {"metadataId": sequence, "metadataKey": MARKER_KEY}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


class Spreadsheet(Protocol):
    """One spreadsheet, by id. Not for use from several threads at once."""

    @property
    def id(self) -> str:
        """The spreadsheet's id."""

    @property
    def calls(self) -> int:
        """The number of requests sent so far; it only grows."""

    def describe(self) -> Description:
        """Return sheets and markers as they are now. One read."""

    def read(self, areas: Sequence[Area], *, dates_as_text: bool = False) -> list[Block]:
        """Return the cells of each area, all as of one moment. One read for any number of areas.

        dates_as_text: dates and times as the text that the sheet shows, instead of serial numbers
        Raises TabMissing for an unknown sheet id.
        """

    def write(self, body: str) -> Reply:
        """Carry out one `batchUpdate` atomically. body: the JSON text, sent as it is. One write.

        Raises OutcomeUnknown if it may be applied now, later or never; TransientError or PermanentError if it surely is
        not.
        """

    def marker(self, sequence: int) -> str | None:
        """Return the value of the marker with this developer metadata id, or None. One read."""

    def version(self) -> int:
        """Return Drive's version, which grows with every change by anybody. One call outside the budget."""
