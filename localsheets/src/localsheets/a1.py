"""A1 notation: ranges as text, and as half-open indices.

Facts from Google's guide (developers.google.com/workspace/sheets/api/guides/concepts#cell) and the recorded answers:
`A1:1` is the whole row 1, `D4:A1` is `A1:D4`, a title other than letters, digits and `_` is quoted.
"""

import re
from typing import NamedTuple

MAX_COLUMN = 18278  # ZZZ

_PART = re.compile(r"\$?([A-Za-z]{1,3})?(?:\$?([1-9]\d{0,9}))?")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Area(NamedTuple):
    """A range in rows and columns, half-open and 0-based; None means unbounded on that side."""

    top: int | None
    bottom: int | None
    left: int | None
    right: int | None


class Box(NamedTuple):
    """A bounded range, half-open and 0-based: top ≤ row < bottom, left ≤ column < right."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def meets(self, other: "Box") -> bool:
        """Return True if the two boxes share a cell."""
        return (
            self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right
        )


WHOLE = Area(None, None, None, None)


def column_name(index: int) -> str:
    """Return the letters of a column: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int:
    """Return the index of a column: A → 0."""
    index = 0
    for letter in name.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def quote_title(title: str) -> str:
    """Return a sheet's title as written before `!`: quoted unless it is a plain ASCII name that is not a cell."""
    if _PLAIN_TITLE.fullmatch(title) and (parse_area(title) is None or not re.fullmatch(r"[A-Za-z]{1,3}\d+", title)):
        return title
    return "'" + title.replace("'", "''") + "'"


def split_title(text: str) -> tuple[str | None, str | None]:
    """Split `'My ''tab'''!A1` into (title, range).

    A text without `!` gives (None, text), a quoted title alone (title, None). Raises ValueError for quotes that do not
    match.
    """
    if text.startswith("'"):
        found = re.match(r"'((?:[^']|'')*)'(?:!(.*))?$", text, re.DOTALL)
        if not found:
            raise ValueError(text)
        return found.group(1).replace("''", "'"), found.group(2)
    if "!" in text:
        title, _, rest = text.rpartition("!")
        return title, rest
    return None, text


def parse_area(text: str) -> Area | None:
    """Parse `B2:C`, `2:5` or `$A$1`; None for any other text."""
    first, colon, second = text.partition(":")
    one = _corner(first)
    if one is None:
        return None
    if not colon:
        column, row = one
        if column is None or row is None:
            return None
        return Area(row, row + 1, column, column + 1)
    other = _corner(second)
    if other is None:
        return None
    (left, top), (right, bottom) = one, other
    # `A1:1` and `A1:B`: a side named by one corner only starts there and is open at the other end.
    rows = _side(top, bottom)
    columns = _side(left, right)
    return Area(*rows, *columns)


def _corner(text: str) -> tuple[int | None, int | None] | None:
    found = _PART.fullmatch(text.strip())
    if not found or (found.group(1) is None and found.group(2) is None):
        return None
    column = column_index(found.group(1)) if found.group(1) else None
    row = int(found.group(2)) - 1 if found.group(2) else None
    if column is not None and column >= MAX_COLUMN:
        return None
    return column, row


def _side(one: int | None, other: int | None) -> tuple[int | None, int | None]:
    if one is None and other is None:
        return None, None
    if one is None or other is None:
        start = one if one is not None else other
        return start, None
    return min(one, other), max(one, other) + 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell: (0, 0) → A1."""
    return f"{column_name(column)}{row + 1}"


def box_name(box: Box) -> str:
    """Return `A1:B2`, or `A1` for a single cell."""
    first = cell_name(box.top, box.left)
    if box.height == 1 and box.width == 1:
        return first
    return f"{first}:{cell_name(box.bottom - 1, box.right - 1)}"


def full_name(title: str, box: Box) -> str:
    """Return the name with its tab: `Sheet1!A1:B2`."""
    return f"{quote_title(title)}!{box_name(box)}"


def area_name(area: Area) -> str:
    """Return an area as Google names it in a refusal, open ends left open: `A1001:B`, `AA1:2`, `A1001:B1001`."""
    first = cell_name(area.top or 0, area.left or 0)
    right = column_name(area.right - 1) if area.right else ""
    bottom = str(area.bottom) if area.bottom else ""
    last = right + bottom
    return first if not last or last == first else f"{first}:{last}"


def grid_range(sheet_id: int, box: Box) -> dict[str, int]:
    """Return the box as a GridRange."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": box.top,
        "endRowIndex": box.bottom,
        "startColumnIndex": box.left,
        "endColumnIndex": box.right,
    }
