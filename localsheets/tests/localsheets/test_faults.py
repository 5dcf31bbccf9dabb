"""Faults and quotas on demand, as a client meets them."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.localsheets.harness import Book, Json, Server, rows_of, running


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("faulty")) as server:
        yield server


@pytest.fixture
def book(faulty: Server) -> Iterator[Book]:
    yield faulty.new()
    assert faulty.session.delete(f"{faulty.base}/_faults", timeout=10).status_code == 200


def flush(book: Book, name: str, timeout: float = 10) -> requests.Response:
    body: Any = {"requests": [{"appendCells": {"sheetId": 0, "rows": rows_of([name]), "fields": "userEnteredValue"}}]}
    return requests.post(f"{book.server.base}{book.path}:batchUpdate", json=body, timeout=timeout)


def test_the_next_requests_are_refused_as_asked(book: Book) -> None:
    book.server.faults(
        rules=[
            {"status": 503, "next": 2, "path": "batchUpdate"},
            {"status": 429, "next": 1, "path": "batchUpdate", "retry_after": 7},
            {"status": 500, "next": 1, "method": "GET"},
        ]
    )
    answers = [flush(book, "a") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 503, 429, 200]
    assert answers[0].json()["error"] == {
        "code": 503,
        "message": "The service is currently unavailable.",
        "status": "UNAVAILABLE",
    }
    assert answers[2].json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert "'Write requests'" in answers[2].json()["error"]["message"]
    assert answers[2].headers["Retry-After"] == "7"
    assert book.server.refused("GET", book.path)["status"] == "INTERNAL"
    assert book.values() == [["a"]]


def test_a_429_names_the_quota_that_the_request_draws_on(book: Book) -> None:
    book.server.faults(rules=[{"status": 429, "next": 2}])
    assert "'Read requests'" in book.server.refused("GET", book.path)["message"]
    body = {"dataFilters": [{"gridRange": {"sheetId": 0}}]}
    assert "'Read requests'" in book.server.refused("POST", f"{book.path}/values:batchGetByDataFilter", body)["message"]


def test_a_rate_strikes_some_and_can_be_repeated(book: Book) -> None:
    def run() -> list[int]:
        book.server.faults(rules=[{"status": 503, "rate": 0.5, "path": "/values/"}], seed=7)
        return [book.server.send("GET", book.values_path("A1")).status_code for _ in range(40)]

    first = run()
    assert {200, 503} == set(first)
    assert run() == first


def test_user_and_project_quotas_are_counted_apart(book: Book) -> None:
    book.server.faults(quotas={"user_reads": 3, "user_writes": 2, "project_reads": 5})
    read = [book.server.send("GET", book.path, quotaUser="one").status_code for _ in range(4)]
    assert read == [200, 200, 200, 429]
    error = book.server.refused("GET", book.path, quotaUser="one")
    assert error["message"] == (
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service "
        "'sheets.googleapis.com' for consumer 'project_number:1'."
    )
    assert error["details"][0]["metadata"]["quota_limit_value"] == "3"
    assert [flush(book, "w").status_code for _ in range(3)] == [200, 200, 429], "writes are counted apart"
    other = [book.server.send("GET", book.path, quotaUser="two").status_code for _ in range(3)]
    assert other == [200, 200, 429]
    assert "per minute'" in book.server.refused("GET", book.path, quotaUser="three")["message"]


def test_a_reset_before_the_commit_changes_nothing(book: Book) -> None:
    book.server.faults(rules=[{"kind": "reset_before", "next": 1, "path": "batchUpdate"}])
    with pytest.raises(requests.ConnectionError):
        flush(book, "a")
    assert book.values() == []
    assert flush(book, "b").status_code == 200


def test_a_reset_after_the_commit_leaves_the_caller_in_the_dark(book: Book) -> None:
    book.server.faults(rules=[{"kind": "reset_after", "next": 1, "path": "batchUpdate"}])
    with pytest.raises(requests.ConnectionError):
        flush(book, "a")
    assert book.values() == [["a"]]
    struck = [one for one in book.server.operations() if one["fault"] == "reset_after"]
    assert (struck[-1]["status"], struck[-1]["committed"], struck[-1]["rows"]) == (0, True, 1)


def test_a_hang_gives_no_answer(book: Book) -> None:
    book.server.faults(rules=[{"kind": "hang", "next": 1, "seconds": 3, "path": "batchUpdate"}])
    with pytest.raises(requests.ReadTimeout):
        flush(book, "a", timeout=0.3)
    assert book.values() == []


@pytest.mark.parametrize("cut", [False, True])
def test_a_commit_can_land_after_the_caller_has_given_up(book: Book, cut: bool) -> None:
    book.server.faults(rules=[{"kind": "late_commit", "next": 1, "seconds": 3, "reset": cut, "path": "batchUpdate"}])
    with pytest.raises(requests.ConnectionError if cut else requests.ReadTimeout):
        flush(book, "late", timeout=0.3)
    assert book.values() == []
    until = time.monotonic() + 60
    while not book.values() and time.monotonic() < until:
        time.sleep(0.1)
    assert book.values() == [["late"]]


def test_latency_delays_every_call(book: Book) -> None:
    book.server.faults(latency={"milliseconds": 200, "spread": 50})
    operations = len(book.server.operations())
    book.values()
    assert book.server.operations()[operations]["milliseconds"] >= 150


def test_racing_appends_overwrite_as_in_reality(book: Book) -> None:
    def race() -> int:
        barrier = threading.Barrier(10)

        def one(number: int) -> None:
            barrier.wait()
            requests.post(
                f"{book.server.base}{book.values_path('Sheet1', ':append')}",
                params={"valueInputOption": "RAW"},
                json={"values": [[number]]},
                timeout=30,
            ).raise_for_status()

        before = len(book.values())
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(one, range(10)))
        return len(book.values()) - before

    assert race() == 10, "without the race mode nothing is lost"
    book.server.faults(race={"milliseconds": 300})
    assert race() < 10


@pytest.mark.parametrize(
    "body",
    [
        {"colour": 1},
        {"rules": [{"status": 503}]},
        {"rules": [{"status": 503, "next": 1, "rate": 0.5}]},
        {"rules": [{"status": 999, "next": 1}]},
        {"rules": [{"kind": "flood", "next": 1}]},
        {"rules": [{"kind": "hang", "status": "x", "next": 1}]},
        {"rules": [{"status": [503], "next": 1}]},
        {"rules": [{"next": -1}]},
        {"rules": [{"rate": 2}]},
        {"rules": [{"next": 1, "path": "("}]},
        {"rules": 5},
        {"latency": {"milliseconds": "x"}},
        {"quotas": {"reads": 5}},
        [],
    ],
)
def test_nonsense_is_refused_and_changes_nothing(book: Book, body: Json) -> None:
    before = book.server.session.get(f"{book.server.base}/_faults", timeout=10).json()
    answer = book.server.session.post(f"{book.server.base}/_faults", json=body, timeout=10)
    assert answer.status_code == 400
    assert book.server.session.get(f"{book.server.base}/_faults", timeout=10).json() == before


def test_a_page_of_another_site_cannot_set_faults(book: Book) -> None:
    answer = book.server.session.post(
        f"{book.server.base}/_faults", data='{"rules": []}', headers={"Content-Type": "text/plain"}, timeout=10
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/_faults", "/_operations"])
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example.org"}, {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-Proto": "https"}]
)
def test_who_comes_through_a_proxy_or_by_another_name_is_not_on_this_machine(
    book: Book, path: str, headers: dict[str, str]
) -> None:
    """Through a proxy on the same machine, and from a rebound page, requests come from 127.0.0.1 too."""
    assert requests.get(book.server.base + path, headers=headers, timeout=30).status_code == 403
    body = {"rules": [{"status": 503, "rate": 1}]}
    assert requests.post(f"{book.server.base}/_faults", json=body, headers=headers, timeout=30).status_code == 403
    assert requests.get(book.server.base + book.path, headers=headers, timeout=30).status_code == 403, "the open API"
    assert book.get()["spreadsheetId"] == book.id


def test_the_operation_log_counts_calls(book: Book) -> None:
    start = book.server.operations()[-1]["seq"]
    flush(book, "a")
    book.values()
    kinds = [(one["kind"], one["status"], one["spreadsheet"]) for one in book.server.operations(start)]
    assert kinds == [("spreadsheets.batchUpdate", 200, book.id), ("values.get", 200, book.id)]
