"""States that were not asked for lately are dropped from memory, and nobody can tell."""

import contextlib
import copy
import datetime
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localsheets.errors import RequestFailed, SheetsError
from localsheets.model import Spreadsheet
from localsheets.model.defaults import new_spreadsheet
from localsheets.requests import run_batch
from localsheets.storage import Store
from localsheets.storage.published import KEPT_STATES, Published
from localsheets.storage.unfinished import Unfinished
from tests.localsheets.grid_harness import Staff
from tests.localsheets.harness import Book, Json, Server, area, rows_of, span

BOLD = {"textFormat": {"bold": True}}


def formatted(form: Json, *, top: int = 0) -> Json:
    cell = {"userEnteredFormat": form}
    return {"repeatCell": {"range": area(top, top + 1, 0, 2), "cell": cell, "fields": "userEnteredFormat"}}


def whole(book: Book) -> Json:
    found: Json = book.server.call("GET", book.path, includeGridData="true")
    return found


def test_a_spreadsheet_that_nobody_asked_for_lately_is_as_it_was(server: Server) -> None:
    """Cells, formats, notes and version; and a page that was left open cannot reach another row by a key of old."""
    book = server.new(locale="ru_RU")
    staff = Staff(server.base)
    token = staff.csrf()

    def edit(row: int, key: int | None, was: str, now: str) -> Any:
        edits = [{"r": row, "k": key, "c": 0, "was": was, "now": now}]
        return staff.edit(f"/grid/{book.id}/0/cells", {"edits": edits, "confirmed": True}, token)

    book.batch(formatted(BOLD), {"updateCells": {"start": {"sheetId": 0}, "rows": rows_of([1, "б"]), "fields": "*"}})
    last = edit(5, None, "", "=A1+1").json()["inverse"][0]["k"]
    assert edit(6, None, "", "последняя").status_code == 200
    gone = edit(7, None, "", "удалена").json()["inverse"][0]["k"]
    book.batch({"deleteDimension": {"range": span("ROWS", 7, 8)}})
    before, version = whole(book), staff.get(f"/grid/{book.id}/version").json()
    for _ in range(KEPT_STATES + 1):
        server.new()
    assert whole(book) == before
    assert staff.get(f"/grid/{book.id}/version").json() == version
    assert edit(5, last, "=A1+1", "=A1+2").status_code == 200
    assert edit(7, None, "", "новая").json()["inverse"][0]["k"] != gone
    assert edit(7, gone, "удалена", "чужое").status_code == 409
    assert [row[0] for row in book.raw()[5:]] == [3, "последняя", "новая"]


CELLS = st.lists(st.lists(st.sampled_from(["", "x", 1, 2.5, True, "é"]), min_size=1, max_size=3), max_size=3)
FORMS = st.fixed_dictionaries({"textFormat": st.fixed_dictionaries({"fontSize": st.integers(8, 12)})})
REQUESTS = st.one_of(
    CELLS.map(lambda rows: {"appendCells": {"sheetId": 0, "rows": rows_of(*rows), "fields": "userEnteredValue"}}),
    st.builds(formatted, FORMS, top=st.integers(0, 6)),
    st.integers(0, 6).map(lambda at: {"deleteDimension": {"range": span("ROWS", at, at + 1)}}),
    st.integers(0, 6).map(lambda at: {"insertDimension": {"range": span("ROWS", at, at + 1)}}),
    st.integers(1, 3).map(lambda number: {"addSheet": {"properties": {"sheetId": number, "title": f"t{number}"}}}),
    st.integers(1, 3).map(lambda number: {"deleteSheet": {"sheetId": number}}),
)
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["read", "batch", "batch", "batch", "amend"]), st.lists(REQUESTS)),
    max_size=16,
)


def facts(state: Spreadsheet) -> str:
    """Return all that answers are made of, but for the time of the last change."""
    sheets = [
        [sheet.props, sheet.features, sheet.next_key, [row and [row.key, row.text, row.meta] for row in sheet.rows]]
        for sheet in state.sheets
    ]
    return json.dumps([sheets, state.styles.formats, state.version, state.next_store, state.props], sort_keys=True)


def acted(store: Store, name: str, kind: str, requests: list[Json]) -> str:
    """Return the outcome of a step."""
    try:
        if kind == "batch":
            store.change(name, "", lambda fork: run_batch(fork, copy.deepcopy(requests)))
        elif kind == "amend":
            store.amend(name, lambda _fork: None, change=False)
    except (SheetsError, RequestFailed) as error:
        return str(error)
    return facts(store.get(name))


@contextlib.contextmanager
def opened(path: Path, states: Published | None = None) -> Iterator[Store]:
    store = Store(path, states=states)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """A store that keeps all states, and one that keeps the latest alone."""
    folder = tmp_path_factory.mktemp("stores")
    with opened(folder / "all.db") as all_kept, opened(folder / "one.db", Published(states=1)) as one_kept:
        yield all_kept, one_kept


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_is_dropped_changes_no_answer(
    stores: tuple[Store, Store], steps: list[tuple[int, str, list[Json]]]
) -> None:
    all_kept, one_kept = stores
    made = [(fresh(), fresh()) for _ in range(3)]
    for one, other in made:
        other.id = one.id
        all_kept.add(one)
        one_kept.add(other)
    for which, kind, requests in steps:
        name = made[which][0].id
        assert acted(one_kept, name, kind, requests) == acted(all_kept, name, kind, requests)
        assert one_kept.published() == [name]


def fresh() -> Spreadsheet:
    return new_spreadsheet("t", "o@example.org", datetime.datetime.now(datetime.UTC))


def test_rows_are_a_limit_too() -> None:
    """The latest state stays, however large it is."""
    states = [fresh() for _ in range(3)]
    for state in states:
        state.sheets[0].rows = [None] * 60
    kept = Published(rows=100)
    for state in states:
        kept.put(state)
    assert kept.ids() == [states[2].id]
    states[2].sheets[0].rows = [None] * 600
    kept.put(states[2])
    assert kept.ids() == [states[2].id]


def test_formats_of_a_refused_change_are_not_kept(tmp_path: Path) -> None:
    with opened(tmp_path / "sheets.db") as store:
        state = fresh()
        store.add(state)
        for size in range(6, 40):
            batch = [formatted({"textFormat": {"fontSize": size}}), {"deleteSheet": {"sheetId": 9}}]
            with pytest.raises(SheetsError, match="No sheet with id"):
                store.change(state.id, "", partial(run_batch, requests=batch))
        store.change(state.id, "", lambda fork: run_batch(fork, [formatted(BOLD)]))
        assert store.get(state.id).styles.formats == [{}, BOLD]
    with opened(tmp_path / "sheets.db") as again:
        assert again.get(state.id).styles.formats == [{}, BOLD]


def test_what_is_changed_often_is_computed_once() -> None:
    waiting = Unfinished()
    for name in ("a", "b", "a", "a", "c", "b"):
        waiting.put(name)
    assert [waiting.get(0.0) for _ in range(3)] == ["a", "b", "c"]
    waiting.put("a")
    assert waiting.get(0.0) == "a"
