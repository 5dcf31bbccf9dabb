"""One spreadsheet: its properties, its tabs in order, and what belongs to the whole. Imports `model.sheet`, `errors`.

A published state is never changed. `fork` gives a copy to work on, whose sheets are forked when first written to.
"""

import copy
import secrets
from collections.abc import Iterator

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model.sheet import Sheet
from localsheets.model.styles import Styles

CELL_LIMIT = 10_000_000


class Spreadsheet:
    """`file`: what Drive knows (name, times in RFC 3339, version, permissions, owner). `props`: SpreadsheetProperties
    without title, defaultFormat and theme. `metadata`: id → DeveloperMetadata.
    """

    def __init__(self, spreadsheet_id: str, file: Json, props: Json) -> None:
        self.id = spreadsheet_id
        self.file = file
        self.props = props
        self.sheets: list[Sheet] = []
        self.named_ranges: list[Json] = []
        self.metadata: dict[int, Json] = {}
        self.styles = Styles()
        self.next_store = 1
        self.editor = ""  # the e-mail of who works on this fork
        self._forked: set[int] = set()
        self.removed_stores: set[int] = set()

    def fork(self, editor: str = "") -> "Spreadsheet":
        """A copy that may be changed while this one is being read."""
        other = copy.copy(self)
        other.file = copy.deepcopy(self.file)
        other.props = copy.deepcopy(self.props)
        other.sheets = self.sheets.copy()
        other.named_ranges = copy.deepcopy(self.named_ranges)
        other.metadata = self.metadata.copy()
        other.editor = editor
        other._forked = set()
        other.removed_stores = set()
        return other

    @property
    def locale(self) -> str:
        return str(self.props["locale"])

    @property
    def version(self) -> int:
        """Grows by one with each committed change; Drive's `version`."""
        return int(self.file["version"])

    # Sheets

    def sheet(self, sheet_id: int) -> Sheet:
        """A sheet to read. Raises RequestFailed as Google words it."""
        for sheet in self.sheets:
            if sheet.props["sheetId"] == sheet_id:
                return sheet
        raise RequestFailed(f"No sheet with id: {sheet_id}")

    def find_sheet(self, title: str) -> Sheet | None:
        """By title; Google compares titles without regard to case."""
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        folded = title.casefold()
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == folded), None)

    def writable(self, sheet_id: int) -> Sheet:
        """A sheet to change, forked on first use."""
        held = self.sheet(sheet_id)
        if held.store in self._forked:
            return held
        fresh = held.fork()
        self.sheets[self.sheets.index(held)] = fresh
        self._forked.add(fresh.store)
        return fresh

    def forked(self) -> Iterator[Sheet]:
        """The sheets that this fork may have changed."""
        return (sheet for sheet in self.sheets if sheet.store in self._forked)

    def add_sheet(self, props: Json, index: int | None = None) -> Sheet:
        """A new, empty sheet; `props` is complete but for `index`."""
        sheet = Sheet(self.next_store, props)
        self.next_store += 1
        self._forked.add(sheet.store)
        if index is None:
            self.sheets.append(sheet)
        else:
            self.sheets.insert(index, sheet)
        return sheet

    def remove_sheet(self, sheet_id: int) -> None:
        """Takes a sheet and its rows away."""
        sheet = self.sheet(sheet_id)
        self.sheets.remove(sheet)
        self._forked.discard(sheet.store)
        self.removed_stores.add(sheet.store)
        self.named_ranges = [named for named in self.named_ranges if named["range"].get("sheetId", 0) != sheet_id]
        self.metadata = {number: entry for number, entry in self.metadata.items() if metadata_sheet(entry) != sheet_id}

    def fresh_sheet_id(self) -> int:
        """An id that no sheet has, as Google's: a positive 31-bit number."""
        taken = {sheet.id for sheet in self.sheets}
        while True:
            number = secrets.randbelow(2**31 - 1) + 1
            if number not in taken:
                return number

    def check_cells(self) -> None:
        """Refuses a state with more cells than Google holds."""
        if sum(sheet.row_count * sheet.column_count for sheet in self.sheets) > CELL_LIMIT:
            raise RequestFailed(
                f"This action would increase the number of cells in the workbook above the limit of {CELL_LIMIT} cells."
            )


def metadata_sheet(entry: Json) -> int | None:
    """The sheet id that a DeveloperMetadata belongs to; None for the whole spreadsheet."""
    location = entry["location"]
    if location.get("spreadsheet"):
        return None
    if "dimensionRange" in location:
        return int(location["dimensionRange"].get("sheetId", 0))
    return int(location.get("sheetId", 0))


def fresh_number(taken: set[int]) -> int:
    """A positive 31-bit number that is not taken."""
    while True:
        number = secrets.randbelow(2**31 - 1) + 1
        if number not in taken:
            return number
