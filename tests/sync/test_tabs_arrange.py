"""Rows that staff sorted, added to or deleted come back as wholes, and everything else stays as it is."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.summary import Summary
from sync.tabs import MunicipalitiesAsRead, Request
from sync.tabs.arrange import Arrangement, Insert, Move, Step, arrange, longest_ascending
from sync.tabs.municipalities import MunicipalitiesTab
from sync.texts import tabs as texts
from tests.sync.made import ALEXANDROV, KOVROV, VYAZNIKI, Made, answers, changed, the_campaign

Grid = list[list[object]]
CAMPAIGN = the_campaign()
WANTED = [f"k{i}" for i in range(8)]


def apply(rows: list[object], steps: tuple[Step, ...]) -> list[object]:
    """As Google does: indexes of a move are those before it."""
    rows = list(rows)
    for step in steps:
        if isinstance(step, Insert):
            rows[step.index : step.index] = [None] * step.count
        else:
            row = rows.pop(step.source)
            rows.insert(step.destination - (step.destination > step.source), row)
    return rows


PRESENT = st.lists(
    st.one_of(st.sampled_from(WANTED), st.integers(0, 3).map(lambda n: f"staff{n}"), st.none()), max_size=14
)


@settings(max_examples=400, deadline=None)
@given(PRESENT)
def test_ours_come_first_in_order_and_all_else_keeps_its_order(present: list[str | None]) -> None:
    keys = [key if key in WANTED else None for key in present]
    found: Arrangement = arrange(keys, WANTED)
    before: list[object] = list(enumerate(present))
    after = apply(before, found.steps)
    after += [None] * (len(WANTED) - len(after))
    for key, origin, there in zip(WANTED, found.origin, after, strict=False):
        assert there == (None if origin is None else (origin, key))
    ours = {origin for origin in found.origin if origin is not None}
    staff = [row for row in before if row[0] not in ours]  # type: ignore[index]
    assert [row for row in after[len(WANTED) :] if row is not None] == staff


def test_nothing_moves_when_everything_stands() -> None:
    assert arrange([*WANTED, None, None], WANTED).steps == ()


def test_one_displaced_row_is_one_move() -> None:
    assert arrange([WANTED[-1], *WANTED[:-1]], WANTED).steps == (Move(0, 8),)
    assert len(arrange([*WANTED[1:4], WANTED[0], *WANTED[4:]], WANTED).steps) == 1


def test_an_empty_tab_needs_no_insertion() -> None:
    assert arrange([], WANTED).steps == ()


def test_a_new_municipality_is_an_inserted_row() -> None:
    assert arrange([*WANTED[:3], *WANTED[4:], None], WANTED).steps == (Insert(3, 1),)


def test_longest_ascending() -> None:
    assert longest_ascending([3, 1, 2, 5, 4]) == [1, 2, 4]
    assert longest_ascending([]) == []


# The tab itself, with notes ---------------------------------------------------------------------------------------


def summary() -> Summary:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    made.submit(KOVROV, answers(0))
    return made.summary()


def written_grid(found: Summary) -> Grid:
    """The tab as it stands after the first write, as an unformatted read gives it."""
    return bring([], found)


def bring(cells: Grid, found: Summary) -> Grid:
    """The grid after our requests: moves and inserts of whole rows and columns, then the rows that differ."""
    width = max((len(row) for row in cells), default=0)
    tab = MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead(cells, len(cells), width))  # type: ignore[arg-type]
    columns = [list(column) for column in zip(*[[*row, *[None] * (width - len(row))] for row in cells], strict=True)]
    columns = [c if isinstance(c, list) else [None] * len(cells) for c in apply(list(columns), tab.columns.steps)]
    rows: Grid = [list(row) for row in zip(*columns, strict=True)]
    rows = [r if isinstance(r, list) else [] for r in apply(list(rows), tab.rows.steps)]
    put(rows, list(tab.writing(7, everything=not cells)))
    return rows


def put(rows: Grid, requests: list[Request]) -> None:
    """As updateCells does."""
    for request in requests:
        update: Any = request["updateCells"]
        top, left, right = (update["range"][key] for key in ("startRowIndex", "startColumnIndex", "endColumnIndex"))
        for i, row in enumerate(update["rows"], start=top):
            while len(rows) <= i:
                rows.append([])
            rows[i] += [None] * (right - len(rows[i]))
            for j, cell in enumerate(row["values"], start=left):
                rows[i][j] = next(iter(cell.get("userEnteredValue", {"": None}).values()))


def by_oktmo(rows: Grid) -> list[object]:
    return [row[0] for row in rows[3 : 3 + len(CAMPAIGN.municipalities)]]


def test_the_first_write_and_then_nothing() -> None:
    found = summary()
    grid = written_grid(found)
    assert by_oktmo(grid) == [m.oktmo for m in CAMPAIGN.municipalities]
    tab = MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead(grid, 100, 30))  # type: ignore[arg-type]
    assert not tab.steps
    assert list(tab.writing(7, everything=False)) == []


def garble(draw: random.Random, row: list[object], grid: Grid) -> None:
    """Staff clear the code, write over it, copy another's onto it, or leave blanks around it; and clear other cells.

    The name stays, and says whose row it is.
    """
    codes = [cell for other in grid for cell in other if isinstance(cell, str) and cell in CAMPAIGN.by_oktmo]
    for i, cell in enumerate(row[:-1]):
        if isinstance(cell, str) and cell in CAMPAIGN.by_oktmo:
            row[i] = draw.choice([None, "", f" {cell}\u00a0", "17648001", 17648001, "Опечатка", draw.choice(codes)])
            for column in draw.sample(range(i + 1, len(row) - 1), draw.randint(0, 3)):
                if row[column] not in NAMES and not str(row[column]).startswith("столбец"):
                    row[column] = None


NAMES = {m.name for m in CAMPAIGN.municipalities}
CODE, NAME, STATE = 0, 1, 2
ALL_WORDS: dict[int, object] = dict.fromkeys(range(4))
"""Code, name, state and receipt: what is left are figures, or dashes."""
LOSSES: dict[str, tuple[range, dict[int, object]]] = {
    "codes cleared": (range(3, 24), {0: None}),
    "codes and names cleared": (range(3, 24), {0: None, 1: None}),
    "all of ours cleared": (range(3, 25), dict.fromkeys(range(19))),
    "another code": (range(12, 13), {0: "17648001"}),
    # Of a report: of a silent one it would be taken for a municipality that the file has dropped.
    "another code and name": (range(3, 4), {0: 17648001, 1: "Опечатка"}),
    "a merge over two rows": (range(9, 10), {0: None, 1: None}),
    "code overwritten with another's": (range(12, 13), {0: ALEXANDROV}),
    "a code copied down": (range(4, 6), {0: ALEXANDROV}),
    "a code copied up": (range(3, 5), {0: "17615000"}),
    "a code copied to all": (range(3, 24), {0: KOVROV}),
    "the region's word over a code": (range(7, 8), {0: "Итого"}),
    "codes copied, names cleared": (range(4, 6), {0: ALEXANDROV, 1: None}),
    "code, name and state copied down": (
        range(4, 6),
        {0: ALEXANDROV, 1: CAMPAIGN.by_oktmo[ALEXANDROV].name, 2: "сдан в срок"},
    ),
    "the words of a silent one cleared": (range(9, 10), {0: None, 1: None, 2: None}),
    "the words of a report cleared": (range(3, 4), ALL_WORDS),
    "the words of several cleared": (range(3, 12), ALL_WORDS),
    "the words of the total cleared": (range(24, 25), ALL_WORDS),
    "first cells of the header and of the total": (range(2, 25, 22), {0: None}),
}


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "sorted"])
@pytest.mark.parametrize(("rows", "cells"), LOSSES.values(), ids=LOSSES)
def test_notes_stay_though_the_code_is_lost(rows: range, cells: dict[int, object], turned: bool) -> None:
    found = summary()
    grid = written_grid(found)
    width = len(MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead([], 0, 0)).headers)
    for row in grid:
        row += [*[None] * (width - len(row)), f"заметка о {row[0]}"]
    written = [list(row) for row in grid]
    for i in rows:
        for column, value in cells.items():
            grid[i][column] = value
    if turned and NAME not in cells:  # with the name gone too, only the place tells who it was
        grid[3:24] = grid[23:2:-1]
    assert bring(grid, found) == written


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_notes_stay_beside_their_municipality_whatever_staff_do(draw: random.Random) -> None:
    found = summary()
    width = len(MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead([], 0, 0)).headers)
    grid = [[*row, *[None] * (width - len(row))] for row in written_grid(found)]
    notes = {}
    for row in grid:
        note = f"заметка {draw.random()}"
        notes[row[0]] = note
        row.append(note)
    own: list[object] = []
    for _ in range(draw.randint(1, 6)):
        match draw.randint(0, 5):
            case 0:
                draw.shuffle(grid)
            case 1:
                by = draw.randint(0, 5)
                grid[3:] = sorted(grid[3:], key=lambda row: str(row[by : by + 1]))
            case 2:
                own.append(f"строка {draw.random()}")
                grid.insert(draw.randint(0, len(grid)), ["", own[-1]])
            case 3:
                column = draw.randint(0, width)
                for i, row in enumerate(grid):
                    row.insert(column, f"столбец {column}" if i % 2 else None)
            case 5:
                garble(draw, draw.choice(grid), grid)
            case 4:
                victim = draw.choice(grid)
                # Without the header row a column that staff inserted could not be told from ours.
                if len(victim) > 2 and texts.OKTMO not in victim:
                    grid.remove(victim)
                    notes = {key: note for key, note in notes.items() if note not in victim}
    before = sorted(str(cell) for row in grid for cell in row if str(cell).startswith(("столбец", "строка", "заметка")))
    after = bring(grid, found)
    assert by_oktmo(after) == [m.oktmo for m in CAMPAIGN.municipalities]
    kept = sorted(str(c) for row in after for c in row if str(c).startswith(("столбец", "строка", "заметка")))
    assert kept == before
    for row in after[3 : 4 + len(CAMPAIGN.municipalities)]:
        assert row[0] not in notes or notes[row[0]] in row
    again = MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead(after, len(after), 40))  # type: ignore[arg-type]
    assert not again.steps


def noted(found: Summary) -> Grid:
    """The tab as written, each row with a note that names its municipality."""
    grid = written_grid(found)
    width = len(MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead([], 0, 0)).headers)
    return [[*row, *[None] * (width - len(row)), f"заметка о {row[CODE]}"] for row in grid]


def test_one_code_after_another_overwritten_and_a_refresh_in_between() -> None:
    found = summary()
    grid = noted(found)
    written = [list(row) for row in grid]
    grid[4][CODE] = grid[5][CODE] = grid[3][CODE]
    grid = bring(grid, found)
    grid[3][CODE] = "17615000"
    assert bring(grid, found) == written


def test_a_code_overwritten_in_the_only_row_that_has_it() -> None:
    found = summary()
    grid = noted(found)
    del grid[8]
    code = CAMPAIGN.municipalities[5].oktmo  # whose row was deleted
    grid[3][CODE] = code
    after = bring(grid, found)
    assert after[3][-1] == f"заметка о {ALEXANDROV}"
    assert (after[8][CODE], len(after)) == (code, 25)
    assert not any("заметка" in str(cell) for cell in after[8])


def test_of_rows_with_one_code_staff_s_own_is_not_taken() -> None:
    found = summary()
    grid = noted(found)
    own: list[object] = [ALEXANDROV, CAMPAIGN.by_oktmo[ALEXANDROV].name, "обещали исправить"]
    own += [None] * (len(grid[0]) - len(own))
    written = [list(row) for row in grid]
    assert bring([list(own), *grid], found) == [*written, own]


@pytest.mark.parametrize(
    "words",
    [
        {STATE: "обещали"},
        {STATE: "обещали", 6: 5},
        {6: "около 40"},
        {3: "по телефону"},
        {18: "перезвонить"},
        {STATE: "не сдан", 7: "обещали"},
        {STATE: True},
    ],
)
@pytest.mark.parametrize("row", [5, 24], ids=["of a municipality", "of the region"])
def test_staff_s_own_row_with_a_name_of_ours_is_never_taken(row: int, words: dict[int, object]) -> None:
    found = summary()
    grid = noted(found)
    own: list[object] = [None] * len(grid[0])
    own[NAME], own[-1] = grid[row][NAME], "своё"
    for column, word in words.items():
        own[column] = word
    notes = [line[-1] for line in grid if line is not grid[row]]
    codes = [line[CODE] for line in grid]
    del grid[row]
    after = bring([*grid, [], list(own)], found)
    assert after[-1] == own
    assert [line[CODE] for line in after[:25]] == codes
    assert [line[-1] for line in after[:25] if "заметка" in str(line[-1])] == notes


@pytest.mark.parametrize("below", [True, False], ids=["below", "between"])
@pytest.mark.parametrize("own", [[*[None] * 6, 5, 7], [None, "Всего", *[None] * 4, 5]])
def test_staff_s_own_sums_in_the_place_of_a_deleted_row_are_not_taken(own: list[object], below: bool) -> None:
    found = summary()
    grid = noted(found)
    row = 24 if below else 9
    grid[row] = list(own)
    after = bring(grid, found)
    assert after[25] == [*own, *[None] * (len(after[25]) - len(own))]


def test_words_cleared_in_a_sorted_tab_give_no_note_to_another() -> None:
    found = summary()
    grid = noted(found)
    for row in grid[8:10]:
        row[:3] = [None] * 3
    grid[3:24] = grid[23:2:-1]
    after = bring(grid, found)
    assert all(row[-1] == f"заметка о {row[CODE]}" for row in after[3:24] if "заметка" in str(row[-1]))
    assert sum("заметка" in str(row[-1]) for row in after) == 25


def test_a_new_version_in_between_does_not_part_the_note() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    grid = noted(made.summary())
    made.submit(ALEXANDROV, answers(25))
    for cleared in ({CODE: None}, ALL_WORDS):
        garbled = [list(row) for row in grid]
        for column, value in cleared.items():
            garbled[3][column] = value
        assert bring(garbled, made.summary())[3][-1] == f"заметка о {ALEXANDROV}"


def test_a_sort_between_read_and_write_never_parts_notes_from_their_code() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    before = made.summary()
    grid = written_grid(before)
    for row in grid:
        row.append(f"заметка о {row[0]}")
    made.submit(KOVROV, answers(3))
    after = made.summary()
    tab = MunicipalitiesTab(CAMPAIGN, after, MunicipalitiesAsRead(grid, 100, 30))  # type: ignore[arg-type]
    requests = list(tab.writing(7, everything=False))
    grid[3:24] = grid[23:2:-1]  # staff sort here, and then the write arrives
    put(grid, requests)
    assert all(row[-1] == f"заметка о {row[0]}" for row in grid[3:24])
    found = MunicipalitiesTab(CAMPAIGN, after, MunicipalitiesAsRead(grid, 100, 30))  # type: ignore[arg-type]
    assert found.disturbed  # and the next look mends the figures
    mended = bring(grid, after)
    assert not MunicipalitiesTab(CAMPAIGN, after, MunicipalitiesAsRead(mended, 100, 30)).disturbed  # type: ignore[arg-type]
    assert all(row[-1] == f"заметка о {row[0]}" for row in mended[3:24])


def test_a_sort_alone_disturbs_nothing() -> None:
    found = summary()
    grid = written_grid(found)
    grid[3:24] = grid[23:2:-1]
    tab = MunicipalitiesTab(CAMPAIGN, found, MunicipalitiesAsRead(grid, 100, 30))  # type: ignore[arg-type]
    assert (tab.disturbed, tab.steps) == (False, True)


def test_a_municipality_that_goes_is_kept_and_marked() -> None:
    made = Made()
    made.submit(VYAZNIKI, answers(5))
    grid = written_grid(made.summary())
    for row in grid:
        row.append(f"заметка о {row[0]}")
    made.campaign = changed(CAMPAIGN, municipalities=CAMPAIGN.municipalities[1:])
    tab = MunicipalitiesTab(made.campaign, made.summary(), MunicipalitiesAsRead(grid, 100, 30))  # type: ignore[arg-type]
    assert tab.gone == (ALEXANDROV,)
    last = tab.page.rows[-1]
    assert [c.value for c in last[:3]] == [ALEXANDROV, "Александровский муниципальный район", texts.GONE]
    assert tab.rows.origin[-1] == 3


def test_a_deleted_header_row_is_written_again_and_rows_are_still_found() -> None:
    found = summary()
    grid = written_grid(found)
    grid[4].append("заметка")
    key = grid[4][0]
    del grid[2]
    after = bring(grid, found)
    assert after[2][0] == texts.OKTMO
    row = next(row for row in after if row[0] == key)
    assert "заметка" in row
