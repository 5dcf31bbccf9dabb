"""One encoded, immutable row: the JSON text of its values, ready to be sent, and of everything else.

Text, because reading a whole sheet then joins strings, and a row costs one string in memory and on disk.
"""

import json
from collections.abc import Sequence

from localsheets.cells.cell import Cell, CellError, Value

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Row:
    """One row; immutable.

    key:   the row's lasting number, kept when the row moves
    text:  JSON list of unformatted values, `""` for an empty cell, trailing empties left out
    width: number of values in `text`
    meta:  JSON of styles, formulas, notes, errors and extras; empty if there are none
    """

    __slots__ = ("formatted", "formatted_stamp", "key", "meta", "text", "width")

    def __init__(self, key: int, text: str, width: int, meta: str) -> None:
        self.key = key
        self.text = text
        self.width = width
        self.meta = meta
        # The formatted list, filled by `values.render` on first use for the locale in the stamp.
        self.formatted: str | None = None
        self.formatted_stamp = ""

    def values(self) -> list[bool | int | float | str]:
        """Return the unformatted values, `""` for an empty cell."""
        values: list[bool | int | float | str] = json.loads(self.text)
        return values

    def cells(self) -> list[Cell]:
        """Return the decoded cells up to the last one with any content."""
        values: list[Value] = [None if value == "" else value for value in json.loads(self.text)]
        if not self.meta:
            return [Cell(value) for value in values]
        meta = json.loads(self.meta)
        styles: list[int] = []
        for count, style in meta.get("s", ()):
            styles.extend([style] * count)
        formulas = meta.get("f", {})
        notes = meta.get("n", {})
        errors = meta.get("e", {})
        extras = meta.get("x", {})
        rare = {int(name) for part in (formulas, notes, errors, extras) for name in part}
        width = max(len(values), len(styles), max(rare, default=-1) + 1)
        values.extend([None] * (width - len(values)))
        styles.extend([0] * (width - len(styles)))
        cells = [Cell(value, None, style) for value, style in zip(values, styles, strict=True)]
        for column in rare:
            name = str(column)
            value = CellError(*errors[name]) if name in errors else values[column]
            cells[column] = Cell(value, formulas.get(name), styles[column], notes.get(name, ""), extras.get(name))
        return cells

    @property
    def plain(self) -> bool:
        """True if `values` says all about the values: no formula, no error."""
        return not self.has_formula() and '"e":{' not in self.meta

    def has_formula(self) -> bool:
        """Return True if a cell of the row holds a formula."""
        return '"f":{' in self.meta


def make_row(key: int, cells: Sequence[Cell]) -> Row | None:
    """Return the encoded row, or None if no cell holds anything."""
    end = len(cells)
    while end and cells[end - 1].bare:
        end -= 1
    if not end:
        return None
    cells = cells[:end]
    values: list[bool | int | float | str] = []
    for cell in cells:
        value = cell.value
        if value is None:
            values.append("")
        elif isinstance(value, CellError):
            values.append(value.shown)
        else:
            values.append(value)
    while values and values[-1] == "":
        values.pop()
    meta: dict[str, object] = {}
    runs: list[list[int]] = []
    for cell in cells:
        if runs and runs[-1][1] == cell.style:
            runs[-1][0] += 1
        else:
            runs.append([1, cell.style])
    while runs and not runs[-1][1]:
        runs.pop()
    if runs:
        meta["s"] = runs
    rare = (
        ("f", {str(i): cell.formula for i, cell in enumerate(cells) if cell.formula is not None}),
        ("n", {str(i): cell.note for i, cell in enumerate(cells) if cell.note}),
        ("e", {str(i): list(cell.value) for i, cell in enumerate(cells) if isinstance(cell.value, CellError)}),
        ("x", {str(i): cell.extra for i, cell in enumerate(cells) if cell.extra}),
    )
    meta.update({name: part for name, part in rare if part})
    return Row(key, _encode(values), len(values), _encode(meta) if meta else "")
