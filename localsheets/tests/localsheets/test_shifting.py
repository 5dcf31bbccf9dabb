"""Spans under inserts, deletes and moves, and the search for a table, against plain counting."""

from hypothesis import given
from hypothesis import strategies as st

from localsheets.a1 import Box
from localsheets.cells import Cell
from localsheets.model.defaults import sheet_props
from localsheets.model.sheet import Sheet
from localsheets.model.shifting import Shift, deleting, inserting, moving
from localsheets.values.write import find_table

SIZE = 12
SPANS = st.tuples(st.integers(0, SIZE - 1), st.integers(1, SIZE)).map(lambda p: (p[0], min(SIZE, p[0] + p[1])))


def marked(order: list[int | None], span: tuple[int, int]) -> list[int]:
    """Return the places of a span's lines after their order has changed."""
    return [at for at, line in enumerate(order) if line is not None and span[0] <= line < span[1]]


def check(shift: Shift, order: list[int | None], span: tuple[int, int]) -> None:
    """Compare a shift with the lines of a span that stay together; no line left means None."""
    places = marked(order, span)
    moved = shift(*span)
    if not places:
        assert moved is None
        return
    assert moved is not None
    if places[-1] - places[0] + 1 == len(places):
        assert moved == (places[0], places[-1] + 1)
    else:
        assert moved[1] - moved[0] >= len(places)


@given(span=SPANS, at=st.integers(0, SIZE), count=st.integers(1, 4))
def test_inserting(span: tuple[int, int], at: int, count: int) -> None:
    order: list[int | None] = list(range(SIZE))
    order[at:at] = [None] * count
    check(inserting(at, count), order, span)


@given(span=SPANS, cut=SPANS)
def test_deleting(span: tuple[int, int], cut: tuple[int, int]) -> None:
    order: list[int | None] = list(range(SIZE))
    del order[cut[0] : cut[1]]
    check(deleting(cut), order, span)


@given(span=SPANS, block=SPANS, to=st.integers(0, SIZE))
def test_moving(span: tuple[int, int], block: tuple[int, int], to: int) -> None:
    first, last = block
    if first <= to <= last:
        return
    lines: list[int | None] = list(range(SIZE))
    rest = lines[:first] + lines[last:]
    at = to if to < first else to - (last - first)
    order = rest[:at] + lines[first:last] + rest[at:]
    places = marked(order, span)
    together = places[-1] - places[0] + 1 == len(places)
    assert moving(first, last, to)(*span) == ((places[0], places[-1] + 1) if together else span)


GRIDS = st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=7, max_size=7)


def islands(grid: list[list[bool]], start: tuple[int, int]) -> Box:
    """Return the box around a filled cell that no filled cell touches from outside, grown step by step."""
    box = Box(start[0], start[0] + 1, start[1], start[1] + 1)
    while True:
        touching = [
            (row, column)
            for row in range(max(0, box.top - 1), min(len(grid), box.bottom + 1))
            for column in range(max(0, box.left - 1), min(len(grid[0]), box.right + 1))
            if grid[row][column]
        ]
        grown = Box(
            min(box.top, *(row for row, _ in touching)) if touching else box.top,
            max(box.bottom, *(row + 1 for row, _ in touching)) if touching else box.bottom,
            min(box.left, *(column for _, column in touching)) if touching else box.left,
            max(box.right, *(column + 1 for _, column in touching)) if touching else box.right,
        )
        if grown == box:
            return box
        box = grown


@given(grid=GRIDS, top=st.integers(0, 6), left=st.integers(0, 5), height=st.integers(1, 7), width=st.integers(1, 6))
def test_the_table_of_an_append(grid: list[list[bool]], top: int, left: int, height: int, width: int) -> None:
    sheet = Sheet(1, sheet_props(0, "T", 7, 6))
    for at, row in enumerate(grid):
        sheet.put(at, [Cell("x") if filled else Cell() for filled in row])
    box = Box(top, min(7, top + height), left, min(6, left + width))
    inside = [
        (row, column)
        for row in range(box.top, box.bottom)
        for column in range(box.left, box.right)
        if grid[row][column]
    ]
    table = find_table(sheet, box)
    if not inside:
        assert table == (None, box.top, box.left)
        return
    expected = islands(grid, max(inside))
    assert table == (expected, expected.bottom, expected.left)
