"""The used part of a tab."""

import functools
import json

from localsheets.a1 import Box
from localsheets.model import Sheet
from localsheets.model.areas import area_of


def used_box(sheet: Sheet) -> Box:
    """Return the box from A1 to the last row and column with a value, note, format, merge or chart; maybe empty."""
    bottom = len(sheet.rows)
    right = 0
    for row in sheet.rows:
        if row is None:
            continue
        if row.width > right:
            right = row.width
        if row.meta:
            right = max(right, _meta_width(row.meta))
    for merge in sheet.features.get("merges", ()):
        box = sheet.clip(area_of(merge))
        bottom, right = max(bottom, box.bottom), max(right, box.right)
    return Box(0, min(bottom, sheet.row_count), 0, min(right, sheet.column_count))


@functools.lru_cache(maxsize=4096)
def _meta_width(text: str) -> int:
    """Return the number of columns with formats, formulas or notes, decoded once for rows that share their text."""
    meta = json.loads(text)
    styled = sum(int(count) for count, _style in meta.get("s", ()))
    return max([styled, *(int(at) + 1 for part in "fnex" for at in meta.get(part, ()))])
