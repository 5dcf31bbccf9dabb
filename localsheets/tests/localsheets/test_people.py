"""Access in the browser: the one-time link, accounts, forged requests, headers, the journal."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import requests

from localsheets.grid.answering import HEADERS
from localsheets.people import People
from tests.localsheets.grid_harness import Staff, command, seeded
from tests.localsheets.harness import Server
from tests.localsheets.sample import ANSWERS, MUNICIPALITIES

PASSWORD = "длинный пароль 1"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with tokens and without accounts, as `make run` starts it."""
    with seeded(tmp_path_factory.mktemp("closed"), opened=False) as server:
        yield server


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Server]:
    """A server with two accounts."""
    people = People(tmp_path / "sheets.db")
    people.add("Редактор", "edit", PASSWORD)
    people.add("Читатель", "read", PASSWORD)
    with seeded(tmp_path, opened=False) as server:
        yield server


def signed_in(server: Server) -> Staff:
    """Return a client that has used a one-time link."""
    staff = Staff(server.base)
    answer = staff.follow(f"{server.base}/staff/{People(server.data_dir / 'sheets.db').make_link()}")
    assert answer.status_code == 303, answer.text
    return staff


def cells_of(server: Server, gid: int = ANSWERS) -> str:
    return f"/grid/{server.spreadsheet_id}/{gid}/cells"


def change(row: int, column: int, was: str, now: str) -> dict[str, object]:
    return {"edits": [{"r": row, "k": None, "c": column, "was": was, "now": now}]}


def test_on_this_machine_one_may_look_at_once_but_not_edit(closed: Server) -> None:
    staff = Staff(closed.base)
    page = staff.get("/")
    assert page.status_code == 200
    assert "Только просмотр" in page.text
    assert "Строка ▾" not in page.text
    answer = staff.edit(cells_of(closed), change(40, 0, "", "x"))
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Вам открыт только просмотр")


def test_a_link_signs_in_once_and_only_by_its_button(closed: Server) -> None:
    url = command(closed, "staff-link", "--bare").stdout.strip()
    assert url.startswith(closed.base + "/staff/")
    path = url.removeprefix(closed.base)
    scanner = Staff(closed.base)
    for _ in range(3):
        assert scanner.get(path).status_code == 200  # looking does not use it up
    assert scanner.get(path).headers["Referrer-Policy"] == "no-referrer"
    staff = Staff(closed.base)
    staff.session.headers["Origin"] = "null"  # what browsers send from such a page
    assert staff.follow(url).status_code == 303
    assert "Сотрудник министерства" in staff.get("/").text
    again = Staff(closed.base).follow(url)
    assert again.status_code == 403
    assert staff.send("/logout", csrf=staff.csrf()).status_code == 403, "only the link's page has no origin"
    del staff.session.headers["Origin"]
    assert "уже использована или устарела" in again.text
    assert staff.edit(cells_of(closed), change(41, 0, "", "записано")).status_code == 200


def test_links_can_be_revoked_and_people_can_leave(closed: Server) -> None:
    staff, other = signed_in(closed), signed_in(closed)
    token = staff.csrf()
    assert staff.send("/logout", csrf=token).status_code == 303
    assert "Только просмотр" in staff.get("/").text
    assert "Сотрудник министерства" in other.get("/").text
    assert command(closed, "staff-link", "--revoke").returncode == 0
    assert "Только просмотр" in other.get("/").text


def test_a_forged_request_changes_nothing(closed: Server) -> None:
    staff = signed_in(closed)
    for token in ("", "x" * 43):
        assert staff.edit(cells_of(closed), change(42, 0, "", "x"), csrf=token).status_code == 403
    good = staff.csrf()
    foreign = staff.session.post(
        closed.base + cells_of(closed),
        json={"edits": [{"r": 42, "k": None, "c": 0, "was": "", "now": "x"}]},
        headers={"X-CSRF-Token": good, "Origin": "https://example.org"},
        timeout=30,
    )
    assert foreign.status_code == 403
    form = staff.send("/logout", csrf="wrong")
    assert form.status_code == 403
    assert "Сотрудник министерства" in staff.get("/").text


def test_another_name_for_this_machine_is_not_this_machine(closed: Server) -> None:
    """A page elsewhere may point a name of its own at 127.0.0.1; a proxy brings people from elsewhere."""
    for headers in ({"Host": "evil.example.org"}, {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}):
        answer = requests.get(closed.base + "/", headers=headers, timeout=30, allow_redirects=False)
        assert answer.status_code == 303, headers
        assert "/login" in answer.headers["Location"]
        path = f"/spreadsheets/d/{closed.spreadsheet_id}/export"
        answer = requests.get(closed.base + path, headers=headers, timeout=30, allow_redirects=False)
        assert answer.status_code == 303


def test_files_to_keep_carry_russian_names(closed: Server) -> None:
    staff = Staff(closed.base)
    path = f"/spreadsheets/d/{closed.spreadsheet_id}/export"
    for kind, gid, ending in (("csv", str(MUNICIPALITIES), "Муниципалитеты.csv"), ("xlsx", "", ".xlsx")):
        answer = staff.get(path, format=kind, gid=gid)
        assert answer.status_code == 200
        named = unquote(answer.headers["Content-Disposition"])
        assert named.startswith("attachment")
        assert named.endswith(ending)
        assert answer.headers["Cache-Control"] == "no-store"
    table = staff.get(path, format="csv", gid=str(MUNICIPALITIES))
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table.content.decode("utf-8-sig").startswith("ОКТМО,")


def test_headers_and_cookie(closed: Server) -> None:
    staff = Staff(closed.base)
    for path in ("/", "/login", f"/spreadsheets/d/{closed.spreadsheet_id}/history", "/spreadsheets/d/nothing/edit"):
        answer = staff.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
    cookie = requests.get(closed.base + "/login", timeout=30).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    by_tls = requests.get(closed.base + "/login", headers={"X-Forwarded-Proto": "https"}, timeout=30)
    assert by_tls.headers["Set-Cookie"].startswith("__Host-svod_sheets=")
    assert "Secure" in by_tls.headers["Set-Cookie"]
    assert "Path=/" in by_tls.headers["Set-Cookie"]


def test_with_accounts_nobody_looks_without_signing_in(guarded: Server) -> None:
    staff = Staff(guarded.base)
    assert staff.get("/").status_code == 303
    assert staff.get(f"/spreadsheets/d/{guarded.spreadsheet_id}/export").status_code == 303
    assert staff.get(f"/grid/{guarded.spreadsheet_id}/version").status_code == 401
    wrong = staff.send("/login", csrf=staff.csrf("/login"), name="Читатель", password="не тот пароль")
    assert wrong.status_code == 403
    assert "Имя или пароль не подходят" in wrong.text
    right = staff.send("/login", csrf=staff.csrf("/login"), name=" читатель ", password=PASSWORD)
    assert right.status_code == 303
    assert right.headers["Location"] == "/"
    assert "Читатель" in staff.get("/").text
    assert staff.edit(cells_of(guarded), change(43, 0, "", "x")).status_code == 403
    editor = Staff(guarded.base)
    wanted = f"/spreadsheets/d/{guarded.spreadsheet_id}/edit?gid={ANSWERS}"
    asked = editor.get(wanted).headers["Location"]
    assert asked.startswith("/login?then=")
    entered = {"csrf": editor.csrf(asked), "name": "Редактор", "password": PASSWORD}
    assert editor.send("/login", **entered, then="https://evil.example.org/").headers["Location"] == "/"
    entered["csrf"] = editor.csrf(asked)
    assert editor.send("/login", **entered, then=wanted).headers["Location"] == wanted
    assert editor.edit(cells_of(guarded), change(43, 0, "", "x")).status_code == 200


@pytest.mark.slow
def test_commands_say_what_is_wrong(tmp_path: Path) -> None:
    def add(name: str, password: str) -> str:
        return command(tmp_path, "account", "add", name, "--password-stdin", entered=password + "\n").stderr.strip()

    assert add("Анна", "коротко") == "В пароле должно быть не меньше 10 знаков."
    assert add("Анна", "1234567890").startswith("Такой пароль легко подобрать")
    assert add("<b>", PASSWORD).startswith("Имя — от 2 до 60")
    assert add("Анна", PASSWORD) == ""
    assert add("АННА", PASSWORD) == "Учётная запись «АННА» уже есть."
    assert "нет" in command(tmp_path, "account", "remove", "Борис").stderr
    elsewhere = command(tmp_path / "nowhere", "staff-link")
    assert elsewhere.returncode == 1
    assert "ещё не запускался" in elsewhere.stderr
    with sqlite3.connect(tmp_path / "sheets.db") as connection:
        (held,) = connection.execute("SELECT hash FROM account").fetchone()
    assert held.startswith("$argon2id$")


@pytest.mark.slow
def test_outside_loopback_it_starts_only_with_accounts(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="account add"), seeded(tmp_path / "none", opened=False, host="0.0.0.0"):
        pass
    command(tmp_path, "account", "add", "Редактор", "--role", "edit", "--password-stdin", entered=PASSWORD + "\n")
    with seeded(tmp_path, opened=False, host="0.0.0.0") as server:
        assert server.base.startswith("http://127.0.0.1:"), "an address that one can be sent to"
        token_uri = json.loads((tmp_path / "credentials.json").read_text())["token_uri"]
        assert token_uri == f"{server.base}/token"
        assert Staff(server.base).get("/").status_code == 303


def test_every_edit_is_in_the_journal_with_who_and_what(closed: Server) -> None:
    staff = signed_in(closed)
    assert staff.edit(cells_of(closed), change(50, 2, "", "<b>5</b>")).status_code == 200
    conflict = staff.edit(cells_of(closed), change(50, 2, "", "6")).json()
    assert conflict["kind"] == "conflict"
    assert conflict["message"] == "Ячейку C51 уже изменили: было пусто, сейчас «<b>5</b>», вы ввели «6»."
    path = f"/grid/{closed.spreadsheet_id}/{MUNICIPALITIES}/cells"
    assert staff.edit(path, change(2, 6, "200", "210")).json()["kind"] == "protected"
    history = staff.get(f"/spreadsheets/d/{closed.spreadsheet_id}/history").text
    assert "Сотрудник министерства" in history
    assert "C51" in history
    assert "&lt;b&gt;5&lt;/b&gt;" in history
    assert "<b>5</b>" not in history
    assert "<td>6</td>" not in history
    assert "<td>G3" not in history  # what was not made is not in it


BAD_EDITS: list[object] = [
    [], {}, {"edits": []}, {"edits": [1]}, {"edits": [{"r": 0}]}, {"edits": "x"}, None, "x", 5,
    {"edits": [{"r": -1, "k": None, "c": 0, "was": "", "now": "x"}]},
    {"edits": [{"r": 10**12, "k": None, "c": 0, "was": "", "now": "x"}]},
    {"edits": [{"r": 0, "k": "1", "c": 0, "was": "", "now": "x"}]},
    {"edits": [{"r": True, "k": None, "c": 0, "was": "", "now": "x"}]},
    {"edits": [{"r": 0, "k": None, "c": 0, "was": "", "now": "\ud800"}]},
    {"edits": [{"r": 0, "k": None, "c": 0, "was": "", "now": "x"}] * 20_001},
]  # fmt: skip


def test_bad_edits_are_refused_and_never_a_crash(closed: Server) -> None:
    staff = signed_in(closed)
    token = staff.csrf()
    for body in BAD_EDITS:
        answer = staff.edit(cells_of(closed), body, token)
        assert answer.status_code in {400, 413}, (body, answer.text[:200])
        assert answer.json()["message"]
    headers = {"X-CSRF-Token": token, "Content-Type": "application/json"}
    for raw in ("[" * 200_000, "{", '{"edits": [{"r": 1e999}]}', "\x00"):
        address = closed.base + cells_of(closed)
        assert staff.session.post(address, data=raw, headers=headers, timeout=30).status_code == 400
    lines = f"/grid/{closed.spreadsheet_id}/{ANSWERS}/lines"
    for axis, action in ((["ROWS"], "insert"), ("ROWS", {}), (None, None), ({}, "delete")):
        assert staff.edit(lines, {"axis": axis, "action": action, "at": 0, "count": 1}, token).status_code == 400
    title = f"/grid/{closed.spreadsheet_id}/{ANSWERS}/title"
    assert staff.edit(title, {"title": "\ud800"}, token).status_code == 400
    long = change(60, 0, "", "д" * 50_001)
    assert "50 000 знаков" in staff.edit(cells_of(closed), long, token).json()["message"]
    gone = staff.edit(f"/grid/{closed.spreadsheet_id}/999/cells", change(0, 0, "", "x"), token)
    assert gone.status_code == 410
    assert staff.edit("/grid/nothing/0/cells", change(0, 0, "", "x"), token).status_code == 404
    for path in ("/grid/nothing/version", f"/grid/{closed.spreadsheet_id}/999/view", "/spreadsheets/d/nothing/edit"):
        assert staff.get(path).status_code == 404
    assert staff.get(f"/spreadsheets/d/{closed.spreadsheet_id}/edit", gid="x").status_code == 404
    assert staff.get(f"/spreadsheets/d/{closed.spreadsheet_id}/table", page="-5").status_code == 200


def test_the_files_are_for_the_owner_alone(closed: Server) -> None:
    for name in ("sheets.db", "sheets.db-wal", "credentials.json"):
        mode = stat.S_IMODE((closed.data_dir / name).stat().st_mode)
        assert mode & 0o077 == 0, oct(mode)
