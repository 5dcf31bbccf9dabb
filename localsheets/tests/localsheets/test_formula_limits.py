"""Hostile formulas, through the front door: the server goes on answering, and the cell says what happened."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from localsheets.grid.texts import Edits, Errors
from localsheets.patterns import Replacer, compiled
from localsheets.scanning import scan
from tests.localsheets.grid_harness import Staff
from tests.localsheets.harness import Book, Server, running, until
from tests.localsheets.test_tokens import token

pytestmark = pytest.mark.slow

# Alone each of them once froze the serving process, or ended it.
FREEZING = ["=ФАКТР(1e300)", "=VDB(1;0;1e9;0;1e9)"]
HUNGRY = '=ПОДСТАВИТЬ(ПОВТОР("a";32767);"a";ПОВТОР("b";32767))'
CRASHING = ["=ДАТА(1900;1e9;1)", "=ДАТАМЕС(1;1e300)"]
# Whole columns mean the used part: 1, 2, 3 in A1:A3, nothing elsewhere.
WHOLE = [
    ("=СЧЁТЗ(Sheet1!B:Z)", 0),
    ("=СЧЁТЗ(Sheet1!A:A)", 3),
    ("=МЕДИАНА(Sheet1!A:Z)", 2),
    ("=СЧЁТЕСЛИ(Sheet1!A1:XFD1048575;1)", 1),
    ("=COUNTBLANK(Sheet1!$A2:$A)", 0),
    ("=LARGE(Sheet1!A:C;1)", 3),
    ("=SUMPRODUCT(Sheet1!A1:A1048575)", 6),
    ("=СУММ(Sheet1!1:2)", 3),
    ("=СУММ(Sheet1!A5000:A)", 0),
    ("=SUMPRODUCT(Sheet1!A:A;A:A)", 1),
    ("=СУММ(Sheet1!A1:A3)+ЧСТРОК(Sheet1!B1:B500)", 506),
    ("=СЧЁТЗ(A:Z)", "#REF!"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("limits")


@pytest.fixture(scope="module")
def limited(data: Path) -> Iterator[Server]:
    with running(data) as server:
        yield server


@pytest.fixture
def book(limited: Server) -> Iterator[Book]:
    """A Russian spreadsheet. The process that serves it is the same afterwards."""
    before = limited.workers()
    yield limited.new(locale="ru_RU")
    assert limited.workers() == before


def shows(book: Book, area: str, *values: object) -> Callable[[], bool]:
    """Return a condition: the column of cells shows the values."""
    return lambda: [row[0] for row in book.raw(f"Sheet1!{area}")] == list(values)


def formulas(book: Book, area: str, *texts: str) -> None:
    book.write(f"Sheet1!{area}", [[text] for text in texts], typed=True)


class Others:
    """Meanwhile: the health check, a token, a read of a cell, a page; in a thread of their own."""

    def __init__(self, book: Book) -> None:
        self.answered = 0
        self._book = book
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._problems: list[str] = []

    def _ask(self) -> None:
        base = self._book.server.base
        reads = ["/healthz", f"{self._book.path}/values/Sheet1!A1", f"/spreadsheets/d/{self._book.id}/table?gid=0"]
        while not self._ends.wait(0.05):  # they want the processor too
            found = [requests.get(base + path, timeout=30).status_code for path in reads]
            found.append(token(self._book.server, "no assertion").status_code)
            if found != [200, 200, 200, 400]:
                self._problems.append(str(found))
            self.answered += 1

    def __enter__(self) -> "Others":
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ends.set()
        self._thread.join()
        assert not self._problems


@pytest.mark.parametrize("text", [*FREEZING, HUNGRY, *CRASHING])
def test_reads_are_answered_while_a_formula_is_stopped(book: Book, text: str) -> None:
    book.write("Sheet1!A1:A2", [[20], ["=A1+1"]], typed=True)
    with Others(book) as others:
        formulas(book, "B1", text)
        assert others.answered or text not in FREEZING
        until(shows(book, "B1", "#ERROR!"))
    book.write("Sheet1!A1", [[30]])
    until(shows(book, "A2:B2", 31))
    error = book.sheet(ranges="Sheet1!B1", fields="sheets.data")["data"][0]["rowData"][0]["values"][0]["effectiveValue"]
    assert error["errorValue"]["type"] == "ERROR"
    assert "stopped" in error["errorValue"]["message"]
    formulas(book, "B1", "=A1*2")
    until(shows(book, "B1", 60))


def test_reads_find_a_thread_beside_more_writes_than_there_are(tmp_path: Path) -> None:
    """Of twenty writes, each with a formula that takes seconds, six may wait; the others are refused at once."""
    with running(tmp_path / "crowd", LOCALSHEETS_THREADS="8") as server:
        book = server.new(locale="ru_RU")
        address = f"{server.base}{book.path}/values/Sheet1!{{}}1"
        answers: list[requests.Response] = []

        def write(letter: str) -> None:
            body = {"values": [[FREEZING[0]]]}
            params = {"valueInputOption": "USER_ENTERED"}
            answers.append(requests.put(address.format(letter), json=body, params=params, timeout=60))

        with Others(book) as others:
            threads = [threading.Thread(target=write, args=(letter,)) for letter in "ABCDEFGHIJKLMNOPQRST"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert others.answered
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {200, 503}
        assert {answer.headers["Retry-After"] for answer in answers if answer.status_code == 503} == {"1"}
        assert len(book.raw()[0]) - book.raw()[0].count("") == statuses.count(200), "what was refused is not there"


def test_of_a_pasted_block_only_the_culprits_are_stopped(book: Book) -> None:
    book.write("Sheet1!A1", [[20]])
    formulas(book, "B1:B6", "=A1+1", CRASHING[0], "=A1*2", "=A1/0", CRASHING[1], "=B2+1")
    until(shows(book, "B1:B6", 21, "#ERROR!", 40, "#DIV/0!", "#ERROR!", "#ERROR!"))


def test_whole_columns_mean_the_used_part(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"title": "Второй", "sheetId": 5}}})
    book.write("'Второй'!A1", [[1]])
    book.write("Sheet1!A1:A3", [[1], [2], [3]])
    places = [f"'Второй'!{column}1" for column in "BCDEFGHIJKLM"]
    for place, (text, _value) in zip(places, WHOLE, strict=True):
        book.write(place, [[text]], typed=True)
    assert [book.raw(place) for place in places] == [[[value]] for _text, value in WHOLE]


def test_a_bomb_that_a_figure_sets_off_is_found(book: Book) -> None:
    formulas(book, "B1:B3", "=A1+1", "=ФАКТР(A2)", "=B2+A1")
    book.write("Sheet1!A1:A2", [[1], [5]])
    until(shows(book, "B1:B3", 2, 120, 121))
    book.write("Sheet1!A1:A2", [[2], [1e300]])
    until(shows(book, "B1:B3", 3, "#ERROR!", "#ERROR!"))


def test_the_grid_says_what_happened_and_what_to_do(book: Book, limited: Server) -> None:
    staff = Staff(limited.base)
    path = f"/grid/{book.id}/0"
    token_of_page = staff.csrf()

    def put(row: int, text: str) -> requests.Response:
        edit = {"r": row, "k": None, "c": 0, "was": "", "now": text}
        return staff.edit(f"{path}/cells", {"edits": [edit]}, token_of_page)

    assert put(0, CRASHING[0]).status_code == 200
    until(shows(book, "A1", "#ERROR!"))
    assert f'title="{Errors.STOPPED}"' in staff.get(f"{path}/rows/0").json()["html"]
    assert put(1, "=1/0").status_code == 200
    until(shows(book, "A2", "#DIV/0!"))
    assert Errors.KINDS["DIVIDE_BY_ZERO"] in staff.get(f"{path}/rows/0").json()["html"]
    for text in ("=" + "(" * 65 + "1" + ")" * 65, "=" + "1+" * 5000 + "1", "='" + "'" * 9000):
        refused = put(2, text)
        assert (refused.status_code, refused.json()["message"]) == (422, Edits.FORMULA_LONG.format(cell="A3"))
    assert put(2, "='''").json()["message"] == Edits.FORMULA_BROKEN.format(cell="A3")


def test_the_api_refuses_formulas_beyond_excels_limits(book: Book) -> None:
    for text, sentence in [
        ("=" + "(" * 20_000 + "1" + ")" * 20_000, "at most 8192 characters"),
        ("=" + "(" * 65 + "1" + ")" * 65, "at most 64 deep"),
    ]:
        body = {"values": [[text]]}
        error = book.server.refused("PUT", book.values_path("Sheet1!A1"), body, valueInputOption="USER_ENTERED")
        assert sentence in error["message"]
    formulas(book, "A1", "=" + "(" * 64 + "1" + ")" * 64)
    assert book.raw("Sheet1!A1") == [[1]]


def test_a_child_killed_by_hand_is_replaced(book: Book, limited: Server) -> None:
    formulas(book, "B1", "=A1+1")
    until(shows(book, "B1", 1))
    worker = limited.workers()[1]
    children = [
        int(child) for listed in Path(f"/proc/{worker}/task").glob("*/children") for child in listed.read_text().split()
    ]
    assert children
    for child in children:
        os.kill(child, signal.SIGKILL)
    book.write("Sheet1!A1", [[5]])
    until(shows(book, "B1", 6))


@pytest.mark.parametrize("shape", ["'", "''a", '"', "a.", "A1:", "1,", "a ", "Лист!"])
def test_the_scanner_is_linear(shape: str) -> None:
    """Forty times the text asks for far less than four hundred times the work; quadratic work is 1,600 times."""

    def seconds(size: int) -> float:
        text = "=" + shape * (size // len(shape))
        start = time.thread_time()
        assert sum(len(found.text) for found in scan(text)) == len(text)
        return time.thread_time() - start

    assert seconds(400_000) < 400 * max(min(seconds(10_000) for _ in range(5)), 0.0005)


def test_a_replacement_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localsheets.patterns.MAX_SECONDS", 0.01)
    replacer: Any = Replacer(compiled("a*b|a"), ["x"], 50_000)
    with pytest.raises(Exception, match="too often"):
        replacer.replace("a" * 50_000)


def test_a_bomb_that_waits_is_stopped_and_stays_so(limited: Server, data: Path) -> None:
    """It goes off at a later write; after a restart of the server, which this test ends, it is not computed again."""
    book = limited.new(locale="ru_RU")
    book.write("Sheet1!A1:A2", [[99_999], [1]])
    formulas(book, "B1:B2", f"=ЕСЛИ(ТДАТА()>A1;{CRASHING[0][1:]};0)", "=A2+1")
    until(shows(book, "B1:B2", 0, 2))
    book.write("Sheet1!A1:A2", [[1], [2]])
    until(shows(book, "B1:B2", "#ERROR!", 3))
    limited.stop()
    limited.log.write_bytes(b"")
    with running(data) as again:
        same = Book(again, book.id)
        same.write("Sheet1!A2", [[3]])
        until(shows(same, "B1:B2", "#ERROR!", 4))
        assert "formula engine ended" not in again.log.read_text()
        formulas(same, "B3", "=ДАТА(1900;A3;1)")
        same.write("Sheet1!A3", [[1e9]])
        again.kill()  # probably before the background has found the formula
    with running(data) as last:
        until(shows(Book(last, book.id), "B1:B3", "#ERROR!", 4, "#ERROR!"))
