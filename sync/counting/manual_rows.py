"""Keys of manual rows: what names such a row is its key, so that an edit of its figures is a change of the same row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from campaign import Cell
from sync.records.table import ACCEPTED, MUNICIPALITY, OKTMO, AnswersTable
from sync.texts import problems as texts

PREFIX = "hand:"
"""Start of such a key. The journal of staff edits keeps these keys: the word stays as it was first written."""


def manual_row_keys(table: AnswersTable, positions: Iterable[int]) -> dict[int, str]:
    """Return the key of each manual row: position → key, for positions in the order of the tab.

    The key is a hash of ОКТМО, municipality and «Принято» as typed. Rows that agree in all three are numbered from the
    top: «hand:…», «hand:…:2».
    """
    keys: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for position in positions:
        oktmo = _text(_cell(table, OKTMO, position))
        oktmo = oktmo.zfill(8) if oktmo.isdigit() else oktmo
        naming = [oktmo, _text(_cell(table, MUNICIPALITY, position)), _text(_cell(table, ACCEPTED, position))]
        key = PREFIX + hashlib.sha256("\n".join(naming).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        counts[key] += 1
        keys[position] = key if counts[key] == 1 else f"{key}:{counts[key]}"
    return keys


def _cell(table: AnswersTable, column: str, position: int) -> Cell:
    cells = table.columns.get(column)
    return None if cells is None else cells[position]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return texts.TRUE if cell else texts.FALSE
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
