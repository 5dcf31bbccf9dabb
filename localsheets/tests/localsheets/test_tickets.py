"""One-time tickets: another program opens the grid for the people who have signed in to it."""

import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from unittest import mock

import pytest
import requests
from itsdangerous import URLSafeTimedSerializer

from localsheets.people import People
from tests.localsheets.grid_harness import Staff, command, seeded
from tests.localsheets.harness import Server

KEY = "k" * 40
ORIGIN = "https://desk.example.org"
OFF = "не включён"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key, an account (so that nobody passes as local), and a file of the version before tickets."""
    folder = tmp_path_factory.mktemp("tickets")
    People(folder / "sheets.db").add("Редактор", "edit", "вязаный апельсин вдали")
    with sqlite3.connect(folder / "sheets.db") as connection:
        connection.execute("ALTER TABLE sign_in DROP COLUMN ticket")
        connection.execute("DROP TABLE ticket")
    key = folder / "ticket_key"
    key.write_text(KEY + "\n")
    key.chmod(0o600)
    with seeded(folder, opened=False) as running:
        yield running


def ticket(server: Server, key: str = KEY, **changed: str) -> str:
    body = {
        "nonce": secrets.token_urlsafe(16),
        "name": "Специалист отдела",
        "role": "edit",
        "origin": ORIGIN,
        "to": f"/spreadsheets/d/{server.spreadsheet_id}/edit#gid=0&range=A7",
        "subject": "7",
    } | changed
    signer = URLSafeTimedSerializer(key, salt="localsheets ticket", signer_kwargs={"digest_method": hashlib.sha256})
    text = signer.dumps(body)
    return text if isinstance(text, str) else text.decode()


_addresses = iter(range(1, 250))


class Browser(Staff):
    """A browser at an address of its own, behind a proxy."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.base)
        self.session.headers["X-Forwarded-For"] = f"192.0.2.{next(_addresses)}"

    def hand_over(self, text: str, origin: str | None = ORIGIN) -> requests.Response:
        headers = {"Origin": origin} if origin else {}
        url, data = f"{self.base}/ticket", {"ticket": text}
        return self.session.post(url, data=data, headers=headers, timeout=30, allow_redirects=False)

    def write(self, server: Server, was: str, now: str) -> requests.Response:
        body = {"edits": [{"r": 900, "k": None, "c": 0, "was": was, "now": now}]}
        return self.edit(f"/grid/{server.spreadsheet_id}/0/cells", body)


def test_a_ticket_opens_its_place_under_its_name(server: Server) -> None:
    person = Browser(server)
    answer = person.hand_over(ticket(server))
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/spreadsheets/d/{server.spreadsheet_id}/edit#gid=0&range=A7",
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Специалист отдела" in person.get("/").text
    assert person.write(server, "", "со стола").status_code == 200
    history = person.get(f"/spreadsheets/d/{server.spreadsheet_id}/history").text
    assert "Специалист отдела" in history
    assert "со стола" in history
    logged = [json.loads(line) for line in (server.data_dir / "access.log").read_text().splitlines()][-1]
    assert (logged["event"], logged["by"], logged["subject"]) == ("signed in", "ticket", "7")
    assert "Специалист" not in (server.data_dir / "access.log").read_text()


def test_who_may_only_look_gets_no_right_to_edit(server: Server) -> None:
    person = Browser(server)
    assert person.hand_over(ticket(server, role="read")).status_code == 303
    refused = person.write(server, "", "x")
    assert refused.status_code == 403
    assert "только просмотр" in refused.json()["message"]


def test_a_ticket_works_once(server: Server) -> None:
    text = ticket(server)
    assert Browser(server).hand_over(text).status_code == 303
    second = Browser(server)
    answer = second.hand_over(text)
    assert answer.status_code == 403
    assert "уже использован" in answer.text
    assert second.get("/").status_code == 303, "to the sign-in page"


@pytest.mark.parametrize("origin", [None, "null", "https://desk.example.org.evil.example", "http://desk.example.org"])
def test_a_ticket_from_another_page_is_refused(server: Server, origin: str | None) -> None:
    person, text = Browser(server), ticket(server)
    answer = person.hand_over(text, origin)
    assert answer.status_code == 403
    assert "начат не на той странице" in answer.text
    assert person.hand_over(text).status_code == 303, "it was not used up"


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "0" * 20_000, "\ud7ff\u0000"])
def test_what_is_no_ticket_is_refused(server: Server, text: str) -> None:
    answer = Browser(server).hand_over(text)
    assert answer.status_code == 403
    assert "Подпись входа не подходит" in answer.text


def test_a_ticket_of_another_key_or_with_strange_words_is_refused(server: Server) -> None:
    made = ticket(server)
    for text in (
        ticket(server, key="x" * 40),
        made[:-2] + ("AA" if not made.endswith("AA") else "BB"),
        ticket(server, role="owner"),
        ticket(server, name=""),
        ticket(server, name="И" * 61),
        ticket(server, name="Имя\nс чертой"),
        ticket(server, nonce="short"),
        ticket(server, subject="номер"),
    ):
        answer = Browser(server).hand_over(text)
        assert answer.status_code == 403
        assert "Подпись входа не подходит" in answer.text


def test_a_ticket_goes_stale_within_a_minute(server: Server) -> None:
    now = time.time()
    with mock.patch("itsdangerous.timed.time.time", return_value=now - 61):
        text = ticket(server)
    answer = Browser(server).hand_over(text)
    assert answer.status_code == 403
    assert "устарел" in answer.text


def test_a_ticket_leads_to_no_other_place(server: Server) -> None:
    for place in ("https://evil.example/", "//evil.example", "/staff/x", "/spreadsheets/d/x/edit\r\nX: y"):
        answer = Browser(server).hand_over(ticket(server, to=place))
        assert answer.headers["Location"] == "/"


def test_a_session_of_a_ticket_ends(server: Server) -> None:
    """By signing out, by `staff-link --revoke`, and after its hour, here made to pass in the file."""
    person, revoked, late = Browser(server), Browser(server), Browser(server)
    for one in (person, revoked, late):
        one.hand_over(ticket(server))
        assert one.get("/").status_code == 200
    assert person.send("/logout", csrf=person.csrf()).status_code == 303
    assert person.get("/").status_code == 303
    with sqlite3.connect(server.data_dir / "sheets.db") as connection:
        connection.execute("UPDATE ticket SET until = until - 3601")
    connection.close()
    assert late.get("/").status_code == 303
    assert "Откройте её оттуда ещё раз" in late.get("/login").text
    revoked.hand_over(ticket(server))
    assert command(server, "staff-link", "--revoke").returncode == 0
    assert revoked.get("/").status_code == 303


def test_ten_at_once_use_a_ticket_once(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    text, browsers = ticket(server), [Browser(server) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda one: one.hand_over(text).status_code, browsers))
    assert sorted(answers) == [303] + [403] * 9


def test_guessing_is_slowed(server: Server) -> None:
    stranger = Browser(server)
    answers = {stranger.hand_over("x").status_code for _ in range(31)}
    assert answers == {403, 429}


def test_without_a_private_key_no_ticket_is_taken(server: Server) -> None:
    """The key is read at each use: it may come, change and go while the server runs."""
    key, text = server.data_dir / "ticket_key", ticket(server)
    key.chmod(0o644)
    assert OFF in Browser(server).hand_over(text).text
    key.chmod(0o600)
    key.write_text("short")
    assert OFF in Browser(server).hand_over(text).text
    key.unlink()
    assert OFF in Browser(server).hand_over(text).text
    key.touch(0o600)
    key.write_text(KEY)
    assert Browser(server).hand_over(text).status_code == 303
