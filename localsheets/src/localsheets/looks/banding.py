"""Alternating colours of rows and columns."""

from localsheets.a1 import Box
from localsheets.jsontypes import Json
from localsheets.looks.colors import hex_color
from localsheets.model import Sheet
from localsheets.model.areas import area_of


class Banding:
    """The background of banded ranges in one tab, for cells without a background of their own."""

    def __init__(self, bands: list[tuple[Box, Json, Json]]) -> None:
        self._bands = bands

    def __bool__(self) -> bool:
        return bool(self._bands)

    def color(self, row: int, column: int) -> str | None:
        """Return `#rrggbb` behind a cell, or None; of two overlapping bandings the later one wins."""
        found = None
        for box, rows, columns in self._bands:
            if box.top <= row < box.bottom and box.left <= column < box.right:
                found = (
                    _band(rows, row - box.top, row == box.bottom - 1)
                    or _band(columns, column - box.left, column == box.right - 1)
                    or found
                )
        return found


def banding_of(sheet: Sheet) -> Banding:
    """Return the banding of a tab."""
    return Banding(
        [
            (sheet.clip(area_of(band["range"])), band.get("rowProperties", {}), band.get("columnProperties", {}))
            for band in sheet.features.get("bandedRanges", ())
            if "range" in band
        ]
    )


def _band(colors: Json, offset: int, last: bool) -> str | None:
    if not colors:
        return None
    header = hex_color(colors.get("headerColorStyle"))
    if header and offset == 0:
        return header
    footer = hex_color(colors.get("footerColorStyle"))
    if footer and last:
        return footer
    name = "secondBandColorStyle" if (offset - bool(header)) % 2 else "firstBandColorStyle"
    return hex_color(colors.get(name))
