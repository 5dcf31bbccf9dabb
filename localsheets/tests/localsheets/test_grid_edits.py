"""Edits as the page sends them, over HTTP: concurrent edits, rows with lasting keys, undo."""

import threading
from collections.abc import Iterator

import pytest

from tests.localsheets.grid_harness import Staff, seeded
from tests.localsheets.harness import Json, Server
from tests.localsheets.sample import ANSWERS, HIDDEN, MUNICIPALITIES, PROBLEMS


@pytest.fixture(scope="module")
def seeded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with seeded(tmp_path_factory.mktemp("edits")) as server:
        yield server


class Tab:
    """One tab, as in one person's page."""

    def __init__(self, server: Server, gid: int = ANSWERS) -> None:
        self.staff = Staff(server.base)
        self.server = server
        self.path = f"/grid/{server.spreadsheet_id}/{gid}"
        self.token = self.staff.csrf()

    def send(self, tail: str, body: object) -> tuple[int, Json]:
        answer = self.staff.edit(f"{self.path}/{tail}", body, self.token)
        return answer.status_code, answer.json()

    def put(self, row: int, column: int, was: str, now: str, key: int | None = None) -> tuple[int, Json]:
        return self.send("cells", {"edits": [{"r": row, "k": key, "c": column, "was": was, "now": now}]})

    def read(self, area: str, **options: str) -> list[list[object]]:
        options.setdefault("valueRenderOption", "UNFORMATTED_VALUE")
        title = {ANSWERS: "Ответы", PROBLEMS: "Замечания", HIDDEN: "Служебный"}[int(self.path.rsplit("/", 1)[1])]
        path = f"/v4/spreadsheets/{self.server.spreadsheet_id}/values/{title}!{area}"
        found: list[list[object]] = self.server.call("GET", path, **options).get("values", [])
        return found


def test_nothing_is_lost_between_eight_people(seeded_server: Server) -> None:
    """Each adds a letter to the text just read and retries after a conflict; in the end all letters are there."""
    assert Tab(seeded_server).put(60, 9, "", "буквы: ")[0] == 200
    each = 12
    conflicts = []

    def add(letter: str) -> None:
        tab = Tab(seeded_server)
        current = "буквы: "
        for _ in range(each):
            while True:
                status, body = tab.put(60, 9, current, current + letter)
                if status == 200:
                    current += letter
                    break
                assert body["kind"] == "conflict", body
                conflicts.append(letter)
                current = str(body["cells"][0]["current"])

    people = [threading.Thread(target=add, args=(letter,)) for letter in "абвгдежз"]
    for person in people:
        person.start()
    for person in people:
        person.join()
    ((text,),) = Tab(seeded_server).read("J61")
    assert sorted(str(text).removeprefix("буквы: ")) == sorted("абвгдежз" * each)
    assert conflicts


def test_a_block_is_written_whole_or_not_at_all(seeded_server: Server) -> None:
    tab = Tab(seeded_server)
    edits = [{"r": 70 + at, "k": None, "c": 0, "was": "", "now": str(at)} for at in range(50)]
    edits[30]["was"] = "чего там нет"
    status, body = tab.send("cells", {"edits": edits})
    assert (status, body["kind"]) == (409, "conflict")
    assert [cell["cell"] for cell in body["cells"]] == ["A101"]
    assert tab.read("A71:A120") == []
    edits[30]["was"] = ""
    edits[49]["now"] = "=IMPORTXML(1)"
    assert tab.send("cells", {"edits": edits})[1]["kind"] == "formula"
    assert tab.read("A71:A120") == []
    edits[49]["now"] = "49"
    assert tab.send("cells", {"edits": edits})[0] == 200
    assert tab.read("A71:A120") == [[at] for at in range(50)]


def test_undo_gives_back_value_and_kind(seeded_server: Server) -> None:
    tab = Tab(seeded_server)
    for at, typed in enumerate(("1,5", "'007", "=СУММ(F2:F3)", "27.05.2023", "12%", "ИСТИНА", "текст", "1 234,5")):
        row, name = 130 + at, f"J{131 + at}"
        status, body = tab.put(row, 9, "", typed)
        assert status == 200, (typed, body)
        before = tab.read(name, valueRenderOption="FORMULA")
        status, body = tab.put(row, 9, body["inverse"][0]["was"], "другое")
        assert status == 200, (typed, body)
        assert tab.send("cells", {"edits": body["inverse"]})[0] == 200
        assert tab.read(name, valueRenderOption="FORMULA") == before, typed


def test_a_number_typed_over_a_mistaken_date_is_a_number(seeded_server: Server) -> None:
    """«1.5» makes the cell a date; the number that mends it would show as one too, and so would undo's."""
    tab = Tab(seeded_server)
    before = "20"
    assert tab.put(39, 5, "", before)[0] == 200
    status, body = tab.put(39, 5, str(before), "1.5")
    assert status == 200
    ((shown,),) = tab.read("F40", valueRenderOption="FORMATTED_VALUE")
    assert shown == "01.05"
    undone, _ = tab.send("cells", {"edits": body["inverse"]})
    assert undone == 200
    assert tab.read("F40", valueRenderOption="FORMATTED_VALUE") == [[before]]
    assert tab.put(39, 5, str(before), "1.5")[0] == 200
    seen = str(body["inverse"][0]["was"])
    assert tab.put(39, 5, seen, "12,5")[0] == 200
    assert tab.read("F40", valueRenderOption="FORMATTED_VALUE") == [["12,5"]]
    assert tab.put(39, 5, "12,5", "02.05.2023")[0] == 200
    assert tab.read("F40", valueRenderOption="FORMATTED_VALUE") == [["02.05.2023"]]


def test_a_paste_beyond_the_edge_makes_the_tab_larger(seeded_server: Server) -> None:
    tab = Tab(seeded_server, HIDDEN)
    assert tab.put(14, 5, "", "дальше")[0] == 200
    properties = seeded_server.call("GET", f"/v4/spreadsheets/{seeded_server.spreadsheet_id}")["sheets"][4][
        "properties"
    ]
    assert properties["gridProperties"] == {"rowCount": 15, "columnCount": 6}
    assert tab.read("F15") == [["дальше"]]


def test_rows_that_moved_are_not_deleted(seeded_server: Server) -> None:
    tab = Tab(seeded_server)
    page = tab.staff.get(f"{tab.path}/rows/0").json()["html"]
    key = int(page.split('data-r="5" data-k="')[1].split('"')[0])
    body = {"axis": "ROWS", "action": "delete", "spans": [[5, 6]], "rows": [{"r": 5, "k": key}]}
    assert tab.send("lines", {"axis": "ROWS", "action": "insert", "at": 3, "count": 1})[0] == 200
    status, answer = tab.send("lines", body)
    assert (status, answer["kind"]) == (409, "moved")
    body.update(spans=[[6, 7]], rows=[{"r": 6, "k": key}])
    before = tab.read("A8")
    assert tab.send("lines", body)[0] == 200
    assert tab.read("A7") == before
    assert tab.send("lines", {"axis": "ROWS", "action": "delete", "spans": [[3, 4]]})[0] == 200
    status, answer = tab.put(5, 7, "x", "y", key)
    assert (status, answer["kind"]) == (409, "gone")


def test_what_a_deleted_column_held_is_in_the_journal(seeded_server: Server) -> None:
    tab = Tab(seeded_server, PROBLEMS)
    assert tab.send("lines", {"axis": "COLUMNS", "action": "delete", "spans": [[3, 4]]})[0] == 200
    history = tab.staff.get(f"/spreadsheets/d/{seeded_server.spreadsheet_id}/history").text
    assert "удалён столбец D" in history
    assert "Проверьте оба числа." in history


LINES: list[tuple[dict[str, object], str]] = [
    ({"axis": "ROWS", "action": "delete", "spans": [[0, 1000000]]}, "за край листа"),
    ({"axis": "COLUMNS", "action": "delete", "spans": [[0, 5]]}, "все столбцы"),
    ({"axis": "ROWS", "action": "turn", "at": 0}, "не разобран"),
    ({"axis": "ROWS", "action": "insert", "at": -1}, "не разобран"),
    ({"axis": "ROWS", "action": "insert", "at": 0, "count": 0}, "за край листа"),
]


@pytest.mark.parametrize(("body", "words"), LINES)
def test_lines_that_cannot_be(seeded_server: Server, body: dict[str, object], words: str) -> None:
    tab = Tab(seeded_server, PROBLEMS)
    if body["axis"] == "COLUMNS":
        body = {**body, "spans": [[0, tab.staff.get(f"{tab.path}/view").json()["columns"]]]}
    status, answer = tab.send("lines", body)
    assert status == 400
    assert words in answer["message"]


def test_titles(seeded_server: Server) -> None:
    tab = Tab(seeded_server)
    for title, words in (("", "не может быть пустым"), ("я" * 101, "длиннее"), ("свод", "уже есть"), (5, "пустым")):
        status, answer = tab.send("title", {"title": title})
        assert status in {409, 422}
        assert words in answer["message"]


def test_a_range_that_is_protected_for_good_is_refused(seeded_server: Server) -> None:
    protected = {"range": {"sheetId": ANSWERS, "startRowIndex": 150, "endRowIndex": 151}}
    seeded_server.call(
        "POST",
        f"/v4/spreadsheets/{seeded_server.spreadsheet_id}:batchUpdate",
        {"requests": [{"addProtectedRange": {"protectedRange": protected}}]},
    )
    status, answer = Tab(seeded_server).put(150, 0, "", "x")
    assert (status, answer["kind"]) == (403, "refused")
    assert "защищён" in answer["message"]


PROTECTED: list[tuple[str, dict[str, object], bool]] = [
    ("sort", {"column": 0, "down": True}, True),
    ("lines", {"axis": "ROWS", "action": "delete", "spans": [[5, 6]]}, True),
    ("lines", {"axis": "ROWS", "action": "insert", "at": 5, "count": 1}, True),
    ("lines", {"axis": "COLUMNS", "action": "insert", "at": 3, "count": 1}, True),
    ("lines", {"axis": "COLUMNS", "action": "insert", "at": 8, "count": 1}, False),  # beside the range
    ("lines", {"axis": "ROWS", "action": "insert", "at": 22, "count": 1}, False),  # below it
    ("lines", {"axis": "ROWS", "action": "delete", "spans": [[22, 23]]}, False),
]


@pytest.mark.parametrize(("tail", "body", "asks"), PROTECTED)
def test_a_range_that_warns_asks_before_lines_change(
    seeded_server: Server, tail: str, body: dict[str, object], asks: bool
) -> None:
    tab = Tab(seeded_server, MUNICIPALITIES)
    status, answer = tab.send(tail, body)
    if not asks:
        assert status == 200, answer
        return
    assert (status, answer["kind"]) == (409, "protected")
    assert answer["message"] == "A1:H22: Заполняет обработчик. Изменить всё равно?"
    if tail == "sort":
        assert tab.send(tail, {**body, "confirmed": True})[0] == 200
