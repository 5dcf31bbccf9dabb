"""Deleted rows and columns come back whole: values, formats, formulas elsewhere, ranges; and only once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localsheets.grid_harness import Staff, seeded
from tests.localsheets.harness import Json, Server
from tests.localsheets.sample import ANSWERS, MUNICIPALITIES, NAMES, PROBLEMS, SUMMARY


@pytest.fixture(scope="module")
def seeded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server; each test leaves the tabs that others use as they were."""
    with seeded(tmp_path_factory.mktemp("restore")) as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with seeded(tmp_path) as server:
        yield server


class Person:
    """One person's page over a server."""

    def __init__(self, server: Server) -> None:
        self.server, self.staff = server, Staff(server.base)
        self.token = self.staff.csrf()

    def send(self, gid: int, tail: str, **body: object) -> tuple[int, Json]:
        path = f"/grid/{self.server.spreadsheet_id}/{gid}/{tail}"
        answer = self.staff.edit(path, {**body, "confirmed": True}, self.token)
        return answer.status_code, answer.json()

    def delete(self, gid: int, axis: str, *spans: tuple[int, int]) -> int:
        status, body = self.send(gid, "lines", axis=axis, action="delete", spans=spans)
        assert status == 200, body
        return int(body["deletion"])

    def restore(self, gid: int, number: int) -> tuple[int, Json]:
        return self.send(gid, "restore", number=number)

    def history(self) -> str:
        return self.staff.get(f"/spreadsheets/d/{self.server.spreadsheet_id}/history").text


def whole(server: Server) -> Json:
    """Return everything that the API says of the spreadsheet, formulas, formats and sizes included."""
    found: Json = server.call("GET", f"/v4/spreadsheets/{server.spreadsheet_id}", includeGridData="true")
    del found["spreadsheetUrl"]  # the port may be another one
    return found


DELETIONS = [
    (SUMMARY, "ROWS", [(9, 11)]),  # within a sum and a chart
    (SUMMARY, "ROWS", [(0, 1), (4, 5), (13, 14)]),  # two merges and the sum itself
    (SUMMARY, "COLUMNS", [(1, 2)]),  # figures of the chart and of the sum
    (MUNICIPALITIES, "ROWS", [(0, 1), (20, 22)]),  # the frozen header
    (MUNICIPALITIES, "ROWS", [(0, 22)]),  # all that is banded, coloured, protected
    (MUNICIPALITIES, "COLUMNS", [(0, 1), (2, 3), (5, 8)]),  # a frozen one and the coloured one
    (PROBLEMS, "COLUMNS", [(0, 4)]),
    (ANSWERS, "ROWS", [(19, 900)]),  # the blank rest
]


@pytest.mark.parametrize(("gid", "axis", "spans"), DELETIONS)
def test_all_is_as_before(seeded_server: Server, gid: int, axis: str, spans: list[tuple[int, int]]) -> None:
    person = Person(seeded_server)
    before = whole(seeded_server)
    number = person.delete(gid, axis, *spans)
    assert whole(seeded_server) != before
    assert person.restore(gid, number)[0] == 200
    assert whole(seeded_server) == before


def test_a_deletion_outlives_the_server_and_comes_back_once(own_server: Server) -> None:
    person = Person(own_server)
    before = whole(own_server)
    number = person.delete(ANSWERS, "ROWS", (3, 5), (18, 19))
    own_server.stop()
    server = Server(own_server.data_dir)
    try:
        person = Person(server)
        assert "удалены строки 4–5, 19" in person.history()
        path = f"/spreadsheets/d/{server.spreadsheet_id}/history/{number}/restore"
        assert person.staff.send(path, csrf="чужой").status_code == 403
        answer = person.staff.send(path, csrf=person.token)
        assert (answer.status_code, answer.headers["Location"].rpartition("#")[2]) == (303, f"gid={ANSWERS}&range=A4")
        assert whole(server) == before
        again = person.staff.send(path, csrf=person.token)
        assert again.status_code == 409
        assert "Это уже вернули." in again.text
        assert person.restore(ANSWERS, number)[0] == 409
        assert person.restore(ANSWERS, number + 100)[0] == 410
        assert person.restore(SUMMARY, number)[0] == 400
        assert whole(server) == before
    finally:
        server.stop()


def test_rows_come_back_under_their_neighbour_and_later_work_stays(own_server: Server) -> None:
    person = Person(own_server)
    number = person.delete(ANSWERS, "ROWS", (5, 6))
    formula = {"r": 30, "k": None, "c": 5, "was": "", "now": "=СУММ(F2:F4)"}
    assert person.send(ANSWERS, "cells", edits=[formula])[0] == 200
    assert person.send(ANSWERS, "lines", axis="ROWS", action="insert", at=1, count=2)[0] == 200
    assert person.restore(ANSWERS, number)[1]["row"] == 7
    path = f"/v4/spreadsheets/{own_server.spreadsheet_id}/values/Ответы!"
    got = own_server.call("GET", path + "A7:A9")["values"]
    assert got == [["2023-0003"], ["2023-0004"], ["2023-0005"]]
    assert own_server.call("GET", path + "F34", valueRenderOption="FORMULA")["values"] == [["=СУММ(F4:F6)"]]


def test_a_column_comes_back_to_the_rows_that_are_left(own_server: Server) -> None:
    person = Person(own_server)
    number = person.delete(ANSWERS, "COLUMNS", (3, 4))
    assert person.send(ANSWERS, "sort", column=0, down=True)[0] == 200
    person.delete(ANSWERS, "ROWS", (1, 2))
    assert person.restore(ANSWERS, number)[0] == 200
    path = f"/v4/spreadsheets/{own_server.spreadsheet_id}/values/Ответы!"
    got = own_server.call("GET", path + "A1:D4")["values"]
    assert [[line[0], line[3]] for line in got] == [
        ["Приём", "Муниципалитет"], *([f"2023-{at:04d}", NAMES[at]] for at in (16, 15, 14)),
    ]  # fmt: skip


SPANS = [[], [[3, 3]], [[5, 4]], [[1, 3], [2, 5]], [[5, 6], [1, 2]], [[1]], [["1", 2]], [[1, True]], "ROWS", None, 5]


@pytest.mark.parametrize("spans", SPANS)
def test_spans_that_cannot_be(seeded_server: Server, spans: object) -> None:
    assert Person(seeded_server).send(ANSWERS, "lines", axis="ROWS", action="delete", spans=spans)[0] == 400
