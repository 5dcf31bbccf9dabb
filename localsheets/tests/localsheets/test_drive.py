"""The slice of Drive: files, search, copies, permissions, exports."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.localsheets.harness import Book, Json, Server

FOLDER = "mimeType = 'application/vnd.google-apps.folder'"


def created(server: Server, name: str) -> str:
    return str(server.call("POST", "/drive/v3/files", {"name": name})["id"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name = 'Сбор 1'", ["Сбор 1"]),
        ("name contains 'сбор' and not name = 'Сбор 1'", ["Сбор 2"]),
        (f"({FOLDER} or name = 'Сбор 2') and trashed = false", ["Сбор 2"]),
        ("name = 'It\\'s'", ["It's"]),
        ('name = "Сбор 1" or name = "It\'s"', ["It's", "Сбор 1"]),
        ("name != 'x' and modifiedTime > '2100-01-01T00:00:00Z'", []),
        (FOLDER, []),
        ("trashed = true", []),
        ("'root' in parents and name = 'Сбор 1'", ["Сбор 1"]),
    ],
)
def test_files_are_found(server: Server, query: str, found: list[str]) -> None:
    made = [created(server, name) for name in ("Сбор 1", "Сбор 2", "It's")]
    try:
        listed = server.call("GET", "/drive/v3/files", q=query, orderBy="name", pageSize=1000)["files"]
        assert [file["name"] for file in listed if file["id"] in made] == found
    finally:
        for number in made:
            server.session.delete(f"{server.base}/drive/v3/files/{number}", timeout=30)


@pytest.mark.parametrize(
    "query",
    ["name", "name = ", "colour = 'x'", "(name = 'x'", "name = 'x' and", "name = 'x') ", "(" * 1500, "not " * 1500],
)
def test_searches_that_are_not_understood(server: Server, query: str) -> None:
    error = server.refused("GET", "/drive/v3/files", q=query)
    assert error["code"] == 400
    assert error["errors"][0]["reason"] == "invalid"


def test_pages_of_a_list(server: Server) -> None:
    made = {created(server, f"p{number}") for number in range(5)}
    seen: list[str] = []
    token: str | None = ""
    while token is not None:
        params: Json = {"pageSize": 2, "orderBy": "name desc", "fields": "nextPageToken, files(id)"}
        page = server.call("GET", "/drive/v3/files", **params, **({"pageToken": token} if token else {}))
        seen += [file["id"] for file in page["files"]]
        token = page.get("nextPageToken")
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def test_the_version_grows_with_every_change_and_only_then(book: Book) -> None:
    def version() -> int:
        got = book.server.call("GET", f"/drive/v3/files/{book.id}", fields="version,modifiedTime")
        return int(got["version"])

    before = version()
    book.values()
    assert version() == before
    book.write("A1", [["x"]])
    after = version()
    assert after > before
    book.refused({"deleteSheet": {"sheetId": 99}})
    assert version() == after


def test_a_copy_is_a_file_of_its_own(book: Book) -> None:
    book.write("A1", [["x", 1.5]], typed=True)
    copy = Book(book.server, book.server.call("POST", f"/drive/v3/files/{book.id}/copy", {"name": "Копия"})["id"])
    copy.write("A1", [["y"]])
    assert (book.values(), copy.values()) == ([["x", "1.5"]], [["y", "1.5"]])
    assert copy.get(fields="properties.title") == {"properties": {"title": "Копия"}}
    unnamed = book.server.call("POST", f"/drive/v3/files/{book.id}/copy", {"name": None, "parents": None})
    assert unnamed["name"].startswith("Copy of ")


def test_two_who_take_away_the_same_permission(book: Book) -> None:
    """The first succeeds, the second gets 404, even if both came while it was there."""
    path = f"/drive/v3/files/{book.id}/permissions"
    for _ in range(5):
        given = book.server.call("POST", path, {"type": "user", "role": "reader", "emailAddress": "a@example.org"})
        url = f"{book.server.base}{path}/{given['id']}"
        with ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(lambda url: requests.delete(url, timeout=30).status_code, [url] * 8))
        assert sorted(codes) == [204] + [404] * 7


@pytest.mark.parametrize("by", ["recency", "viewedByMeTime desc,name_natural", "modifiedByMeTime", "createdTime desc"])
def test_orders_of_drive(server: Server, by: str) -> None:
    assert server.call("GET", "/drive/v3/files", orderBy=by, pageSize=1)["files"]
    assert server.refused("GET", "/drive/v3/files", orderBy="colour")["code"] == 400


def test_permissions(book: Book) -> None:
    path = f"/drive/v3/files/{book.id}/permissions"
    given = book.server.call("POST", path, {"type": "user", "role": "writer", "emailAddress": "a@example.org"})
    book.server.call("PATCH", f"{path}/{given['id']}", {"role": "reader"})
    held = {entry["id"]: entry["role"] for entry in book.server.call("GET", path)["permissions"]}
    assert held[given["id"]] == "reader"
    assert book.server.send("DELETE", f"{path}/{given['id']}").status_code == 204
    owner = next(number for number, role in held.items() if role == "owner")
    assert book.server.refused("DELETE", f"{path}/{owner}")["code"] == 403
    # An id is never given twice: the third person does not get the second's.
    second, third = (
        book.server.call(
            "POST", path, {"kind": "drive#permission", "type": "user", "role": "reader", "emailAddress": who}
        )
        for who in ("b@example.org", "c@example.org")
    )
    book.server.send("DELETE", f"{path}/{second['id']}")
    fourth = book.server.call("POST", path, {"type": "domain", "role": "reader", "domain": "example.org"})
    assert len({second["id"], third["id"], fourth["id"]}) == 3
    owned = {"role": "writer", "pendingOwner": True}
    assert book.server.call("PATCH", f"{path}/{third['id']}", owned, fields="*")["pendingOwner"] is True
    bad_changes: list[Json] = [{"role": "king"}, {"role": {}}, {"pendingOwner": "x"}]
    for bad_change in bad_changes:
        assert book.server.refused("PATCH", f"{path}/{third['id']}", bad_change)["code"] == 400
    for bad in (
        {"type": "user", "role": "king"},
        {"type": "user", "role": "reader"},
        {"role": "reader"},
        {"colour": 1},
    ):
        assert book.server.refused("POST", path, bad)["code"] == 400


def test_exports(book: Book) -> None:
    book.write("A1", [['a"b', "c,d", ""], ["", "e\nf", 5]])

    def export(kind: str) -> requests.Response:
        return book.server.send("GET", f"/drive/v3/files/{book.id}/export", mimeType=kind)

    assert export("text/csv").content.decode() == '"a""b","c,d",\r\n,"e\nf",5'
    assert export("text/tab-separated-values").content.decode() == '"a""b"\tc,d\t\r\n\t"e\nf"\t5'
    assert export("image/png").status_code == 400


def test_an_upload_replaces_all_tabs(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"title": "Ещё"}}})
    answer = requests.put(
        f"{book.server.base}/upload/drive/v2/files/{book.id}",
        params={"uploadType": "media", "convert": "true"},
        data="Округ,Всего\nМуром,12\n".encode(),
        headers={"Content-Type": "text/csv"},
        timeout=30,
    )
    assert answer.status_code == 200
    assert len(book.get()["sheets"]) == 1
    title = book.sheet()["properties"]["title"]
    assert book.raw(f"'{title}'") == [["Округ", "Всего"], ["Муром", 12]]


def test_missing_files_are_answered_as_by_drive(server: Server) -> None:
    for method, path in [("GET", ""), ("DELETE", ""), ("GET", "/permissions"), ("POST", "/copy")]:
        error = server.refused(method, f"/drive/v3/files/none{path}", {} if method == "POST" else None)
        assert (error["code"], error["message"]) == (404, "File not found: none.")
        assert error["errors"][0]["reason"] == "notFound"


def test_who_am_i(server: Server) -> None:
    assert "emailAddress" in server.call("GET", "/drive/v3/about", fields="user")["user"]
    assert "fields" in server.refused("GET", "/drive/v3/about")["message"]
