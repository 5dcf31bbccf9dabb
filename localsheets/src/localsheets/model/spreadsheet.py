"""One spreadsheet: its properties, its tabs in order, and everything that belongs to the whole.

A published state is immutable. `fork` returns a copy to work on; its sheets are forked at their first change.
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
    """The state of a spreadsheet.

    file:     Drive's metadata: name, times in RFC 3339, version, permissions, owner
    props:    SpreadsheetProperties without title, defaultFormat and theme
    metadata: id → DeveloperMetadata
    recomputed: how often formulas were computed anew as time went by
    rewritten: characters of formulas that were rewritten in this fork
    computed: False while some formula's value is not of this state; they are being computed in the background
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
        self.recomputed = 0
        self.rewritten = 0
        self.computed = True
        self.editor = ""  # the e-mail of this fork's editor
        self._forked: set[int] = set()
        self.removed_stores: set[int] = set()

    def fork(self, editor: str = "") -> "Spreadsheet":
        """Return a copy that may be changed while this one is being read."""
        other = copy.copy(self)
        other.file = copy.deepcopy(self.file)
        other.props = copy.deepcopy(self.props)
        other.sheets = self.sheets.copy()
        other.named_ranges = copy.deepcopy(self.named_ranges)
        other.metadata = self.metadata.copy()
        other.editor = editor
        other.rewritten = 0
        other._forked = set()
        other.removed_stores = set()
        return other

    @property
    def locale(self) -> str:
        return str(self.props["locale"])

    @property
    def version(self) -> int:
        """Return Drive's `version`, one more with each committed change, plus how often formulas were recomputed."""
        return int(self.file["version"]) + self.recomputed

    # Sheets

    def sheet(self, sheet_id: int) -> Sheet:
        """Return a sheet to read. Raises RequestFailed with Google's words if there is none."""
        for sheet in self.sheets:
            if sheet.props["sheetId"] == sheet_id:
                return sheet
        raise RequestFailed(f"No sheet with id: {sheet_id}")

    def find_sheet(self, title: str) -> Sheet | None:
        """Return the sheet of a title, or None; Google compares titles without regard to case."""
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        folded = title.casefold()
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == folded), None)

    def writable(self, sheet_id: int) -> Sheet:
        """Return a sheet to change, forked at its first change."""
        held = self.sheet(sheet_id)
        if held.store in self._forked:
            return held
        fresh = held.fork()
        self.sheets[self.sheets.index(held)] = fresh
        self._forked.add(fresh.store)
        return fresh

    def forked(self) -> Iterator[Sheet]:
        """Return the sheets that this fork may have changed."""
        return (sheet for sheet in self.sheets if sheet.store in self._forked)

    def add_sheet(self, props: Json, index: int | None = None) -> Sheet:
        """Add an empty sheet; `props` is complete but for `index`."""
        sheet = Sheet(self.next_store, props)
        self.next_store += 1
        self._forked.add(sheet.store)
        if index is None:
            self.sheets.append(sheet)
        else:
            self.sheets.insert(index, sheet)
        return sheet

    def remove_sheet(self, sheet_id: int) -> None:
        """Remove a sheet with its rows, named ranges and metadata."""
        sheet = self.sheet(sheet_id)
        self.sheets.remove(sheet)
        self._forked.discard(sheet.store)
        self.removed_stores.add(sheet.store)
        self.named_ranges = [named for named in self.named_ranges if named["range"].get("sheetId", 0) != sheet_id]
        self.metadata = {number: entry for number, entry in self.metadata.items() if metadata_sheet(entry) != sheet_id}

    def fresh_sheet_id(self) -> int:
        """Return an unused sheet id, a positive 31-bit number as Google's."""
        taken = {sheet.id for sheet in self.sheets}
        while True:
            number = secrets.randbelow(2**31 - 1) + 1
            if number not in taken:
                return number

    def check_cells(self) -> None:
        """Raise RequestFailed if there are more cells than Google allows."""
        if sum(sheet.row_count * sheet.column_count for sheet in self.sheets) > CELL_LIMIT:
            raise RequestFailed(
                f"This action would increase the number of cells in the workbook above the limit of {CELL_LIMIT} cells."
            )


def metadata_sheet(entry: Json) -> int | None:
    """Return the sheet id of a DeveloperMetadata; None for one of the whole spreadsheet."""
    location = entry["location"]
    if location.get("spreadsheet"):
        return None
    if "dimensionRange" in location:
        return int(location["dimensionRange"].get("sheetId", 0))
    return int(location.get("sheetId", 0))


def fresh_number(taken: set[int]) -> int:
    """Return a positive 31-bit number that is not in `taken`."""
    while True:
        number = secrets.randbelow(2**31 - 1) + 1
        if number not in taken:
            return number
