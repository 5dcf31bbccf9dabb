"""A sheet read as a table: keys in row 2, a record in each row below. Mistakes are gathered, with their cells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic_core import ErrorDetails

from campaign.mistakes import FileKey
from campaign.model import ITEM_KINDS
from campaign.model.base import LONGEST_ID
from campaign.model.compile import nearest
from campaign.workbook import texts
from campaign.workbook.errors import CellMistake
from campaign.workbook.grid import Formula, Found, Sheet, ref
from campaign.workbook.layout import FIRST, KEYS, Column
from campaign.workbook.values import CellError, read

Location = tuple[FileKey, ...]
_HINTS, _MOST_KNOWN = 50, 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record of the document stands.

    first: its first cell
    cells: key of the record, as the file calls it → its cell, and the key that the sheet shows; the cell is "" where
           the sheet has no such column
    """

    sheet: str
    first: str
    cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def mistake(self, key: FileKey | None, expected: str) -> CellMistake:
        """Return the mistake at a key of the record; at its first cell where it is none of a column."""
        cell, shown = self.cells.get(str(key), (self.first, "" if key is None else str(key)))
        return CellMistake(self.sheet, cell, shown, expected)


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its filled cells by the key of the file."""

    row: int
    found: Mapping[str, Found | Formula]
    place: Place


def location_of(details: ErrorDetails) -> Location:
    """Return the place in the document that one of pydantic's errors is about."""
    location = tuple(part for part in details["loc"] if part not in ITEM_KINDS)
    key = details.get("ctx", {}).get("key")
    return location if key is None else (*location, str(key))


def mistake_at(places: Mapping[Location, Place], location: Location, expected: str) -> CellMistake:
    """Return the mistake at the deepest part of the location that has a place; the words as they are said of cells."""
    ours = (
        ours
        for words, ours in texts.WORDS.items()
        if expected == words or ("{" in words and expected.startswith(words.partition("{")[0]))
    )
    said = next(ours, expected)
    for length in range(len(location), -1, -1):
        place = places.get(location[:length])
        if place is not None:
            # A line of «Кампания» is a place of its own, which ends with its key.
            key: FileKey | None = location[length] if length < len(location) else (location or (None,))[-1]
            return place.mistake(None if isinstance(key, int) else key, said)
    return CellMistake(texts.CAMPAIGN, "", ".".join(map(str, location)), said)


class Mistakes:
    """The mistakes of a workbook, as they are found; one a cell."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], CellMistake] = {}

    def add(self, mistake: CellMistake) -> None:
        """Keep the mistake, unless its cell has one."""
        self._found.setdefault((mistake.sheet, mistake.cell or mistake.key), mistake)

    def hint(self, name: str, known: Collection[str]) -> str:
        """Return «; может быть, …?» with the nearest known name, or "". Looking takes time: not for many mistakes."""
        many = len(self._found) > _HINTS or len(known) > _MOST_KNOWN or len(name) > LONGEST_ID
        return "" if many else nearest(name, known)

    def in_order(self, sheets: Sequence[str]) -> list[CellMistake]:
        """Return them sheet by sheet, row by row."""

        def place(mistake: CellMistake) -> tuple[int, int, int, str]:
            letters = mistake.cell.rstrip("0123456789").partition(":")[0]
            digits = mistake.cell.partition(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            number = sheets.index(mistake.sheet) if mistake.sheet in sheets else len(sheets)
            return number, int(digits) if digits.isdigit() else 0, len(letters), letters

        return sorted(self._found.values(), key=place)

    def __bool__(self) -> bool:
        return bool(self._found)


def records(
    sheet: Sheet, columns: Sequence[Column], names: Mapping[str, str], mistakes: Mistakes, prefix: str = ""
) -> Iterator[Record]:
    """Yield the rows that have something in a column with a key.

    names:  key of a column → key of the file, where they differ
    prefix: keys that begin with it are taken beside those of `columns`
    """
    for mistake in sheet.mistakes():
        mistakes.add(mistake)
    shown = _keys(sheet, {column.key for column in columns}, mistakes, prefix)
    if not shown:
        mistakes.add(CellMistake(sheet.title, ref(KEYS, 1), "", texts.KEYS_MISSING))
        return
    absent = {names.get(c.key, c.key): ("", c.key) for c in columns if c.key not in shown.values()}
    for row, cells in sheet.rows.items():
        found = {names.get(key, key): cells[column] for column, key in shown.items() if column in cells}
        if row >= FIRST and any(not isinstance(value, str) or value.strip() for value in found.values()):
            places = absent | {names.get(key, key): (ref(row, column), key) for column, key in shown.items()}
            yield Record(row, found, Place(sheet.title, ref(row, min(shown)), places))


def _keys(sheet: Sheet, known: set[str], mistakes: Mistakes, prefix: str) -> dict[int, str]:
    """Return the columns with a key: number → key."""
    shown: dict[int, str] = {}
    for column, found in sheet.rows.get(KEYS, {}).items():
        key = found.strip() if isinstance(found, str) else None
        if key == "":
            continue
        if key in shown.values():
            other = next(number for number, name in shown.items() if name == key)
            words = texts.KEY_TWICE.format(cell=ref(KEYS, other))
            mistakes.add(CellMistake(sheet.title, ref(KEYS, column), key or "", words))
        elif key is not None and (key in known or (prefix and key.startswith(prefix))):
            shown[column] = key
        else:
            hint = mistakes.hint(key, known) if key else ""
            mistakes.add(CellMistake(sheet.title, ref(KEYS, column), key or "", texts.KEY_UNKNOWN.format(hint=hint)))
    return shown


def values(record: Record, columns: Mapping[str, Column], mistakes: Mistakes) -> dict[str, object]:
    """Return the filled cells of a row as values of the file's keys. columns: by the key of the file."""
    made: dict[str, object] = {}
    for key, found in record.found.items():
        if key not in columns or (isinstance(found, str) and not found.strip()):
            continue
        try:
            made[key] = read(columns[key], found)
        except CellError as error:
            mistakes.add(record.place.mistake(key, str(error)))
            made[key] = None
    return made
