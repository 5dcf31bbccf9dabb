"""Page breaks, placed so that no heading is alone at the bottom of a page.

Excel ignores such breaks in a tab that is fitted to the width of a page; LibreOffice does not.
"""

from collections.abc import Iterator, Sequence

ACROSS, DOWN = 8.27, 11.69  # A4, inches
LEFT, RIGHT, TOP, BOTTOM = 0.5, 0.4, 0.5, 0.6  # margins, inches
DPI = 96
LINE_PIXELS = 20  # a row without a height of its own
WIDER = 1.065
"""Measured: LibreOffice takes columns for wider by this, with Arial's digits where XlsxWriter counts in Calibri's."""
SPARE = 0.03  # tolerance of the measure, as a part of a page
FIRST_ROWS = 4
"""A heading, a header row and two rows: fewer than this do not stand alone at the bottom."""

Block = tuple[int, int]
"""Rows that belong together: the first, and the one after the last."""


def page_room(width: int, *, landscape: bool) -> float:
    """Return the pixels of a tab that fit on a page downwards when `width` fits across, at a whole per cent."""
    across, down = (DOWN, ACROSS) if landscape else (ACROSS, DOWN)
    percent = min(100, int(100 * (across - LEFT - RIGHT) * DPI / max(1, width * WIDER)))
    return (down - TOP - BOTTOM) * DPI * 100 / max(10, percent)


def filled_blocks(filled: Sequence[bool]) -> Iterator[Block]:
    """Return the runs of rows with any content."""
    start = None
    for at, full in enumerate([*filled, False]):
        if full and start is None:
            start = at
        elif not full and start is not None:
            yield start, at
            start = None


def page_breaks(heights: Sequence[int], blocks: Sequence[Block], room: float, repeated: int = 0) -> list[int]:
    """Return the rows that begin a page, chosen so that no block of rows is cut.

    A block of at most half a page is kept whole; in a longer one no page ends within the first rows. heights: of all
    rows, pixels, 0 for hidden ones. room: of a page, pixels. repeated: height of the rows repeated on every page but
    the first.
    """
    of_row: dict[int, Block] = {at: block for block in blocks for at in range(*block)}
    found: list[int] = []
    top = at = 0
    used = 0
    while at < len(heights):
        needed = used + heights[at]
        start, end = of_row.get(at, (at, at)) if needed > room * (1 - SPARE) else (at, at)
        if start > top and end > at and (at - start < FIRST_ROWS or sum(heights[start:end]) <= room / 2):
            found.append(start)
            top, at, used = start, start, repeated
        elif needed > room * (1 + SPARE if at not in of_row else 1) and at > top:
            top, used = at, repeated
        else:
            at, used = at + 1, needed
    return found
