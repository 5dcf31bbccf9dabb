"""Signing in to the grid: sessions on the server, limits, passwords, codes, the log of access."""

import json
import re
import sqlite3
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pyotp
import pytest
import requests
from argon2 import PasswordHasher

from localsheets.people import People, PeopleError
from tests.localsheets.grid_harness import Staff, command, seeded
from tests.localsheets.harness import Server

PASSWORD = "длинный пароль 1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an account that an earlier version made; the tests add their own."""
    folder = tmp_path_factory.mktemp("people")
    with sqlite3.connect(folder / "sheets.db") as connection:
        connection.execute(
            "CREATE TABLE account (name TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL,"
            " hash TEXT NOT NULL, version INTEGER NOT NULL, created REAL NOT NULL) WITHOUT ROWID"
        )
        row = ("Прежняя", "прежняя", "edit", PasswordHasher().hash(PASSWORD), 3, 1.0)
        connection.execute("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?)", row)
    with seeded(folder, opened=False) as running:
        yield running


class Browser(Staff):
    """A browser at an address of its own, as a proxy passes it on. twin: a browser to copy the cookies of."""

    def __init__(self, server: Server, address: str, twin: "Browser | None" = None) -> None:
        super().__init__(server.base)
        self.session.headers["X-Forwarded-For"] = address
        if twin:
            self.session.cookies.update(twin.session.cookies)

    def sign_in(self, name: str, password: str = PASSWORD) -> requests.Response:
        return self.send("/login", csrf=self.csrf("/login"), name=name, password=password)

    def enter(self, code: str) -> requests.Response:
        return self.send("/login/code", csrf=self.csrf("/login/code"), code=code)

    def is_in(self) -> bool:
        return self.get("/").status_code == 200


@cache
def people(server: Server) -> People:
    return People(server.data_dir / "sheets.db")


def add(server: Server, name: str) -> None:
    people(server).add(name, "edit", PASSWORD)


def events(server: Server) -> list[dict[str, object]]:
    return [json.loads(line) for line in (server.data_dir / "access.log").read_text().splitlines()]


def test_an_account_of_an_earlier_version_goes_on(server: Server) -> None:
    person = Browser(server, "192.0.2.1")
    assert person.sign_in("прежняя").status_code == 303
    assert "Прежняя" in person.get("/").text
    path = f"/grid/{server.spreadsheet_id}/0/cells"
    body = {"edits": [{"r": 900, "k": None, "c": 0, "was": "", "now": "x"}]}
    assert person.edit(path, body).status_code in {200, 410}, "the right to edit came along"


def test_signing_out_ends_every_copy_of_the_cookie(server: Server) -> None:
    add(server, "Выходящая")
    person = Browser(server, "192.0.2.2")
    person.sign_in("Выходящая")
    copy = Browser(server, "192.0.2.3", person)
    other = Browser(server, "192.0.2.2")
    other.sign_in("Выходящая")
    assert copy.is_in()
    assert person.send("/logout", csrf=person.csrf()).status_code == 303
    assert not copy.is_in()
    assert other.is_in(), "the person's other computer goes on"


def test_neither_removal_nor_a_new_password_leaves_a_session(server: Server) -> None:
    add(server, "Сменная")
    removed, before = Browser(server, "192.0.2.4"), people(server).find("Сменная")
    removed.sign_in("Сменная")
    people(server).remove("Сменная")
    add(server, "Сменная")
    after = people(server).find("Сменная")
    assert before
    assert after
    assert after.id > before.id
    assert not removed.is_in(), "the same name is another account"
    person = Browser(server, "192.0.2.5")
    person.sign_in("Сменная")
    fresh = "совсем другой пароль"
    done = command(server, "account", "password", "Сменная", "--password-stdin", entered=fresh + "\n")
    assert done.returncode == 0, done.stderr
    assert not person.is_in()
    assert person.sign_in("Сменная").status_code == 403
    assert person.sign_in("Сменная", fresh).status_code == 303


def test_guessing_from_elsewhere_locks_nobody_out(server: Server) -> None:
    add(server, "Названная")
    known = Browser(server, "192.0.2.6")
    known.sign_in("Названная")
    known.send("/logout", csrf=known.csrf())
    stranger = Browser(server, "203.0.113.7")
    answers = [stranger.sign_in("НАЗВАННАЯ ", "догадка догадка") for _ in range(9)]
    assert [answer.status_code for answer in answers] == [403] * 8 + [429]
    assert "Слишком много попыток" in answers[-1].text
    assert stranger.sign_in("Названная").status_code == 429, "not even with the right password"
    known.session.headers["X-Forwarded-For"] = "203.0.113.7"
    assert known.sign_in("Названная").status_code == 303, "a browser that is known, at the very same address"
    assert Browser(server, "192.0.2.8").sign_in("Названная").status_code == 303, "another address"


def test_trying_one_password_with_many_names_is_slowed(server: Server) -> None:
    """One address has 30 attempts a minute, and what exceeds the checks at once is refused instead of waiting."""
    stranger = Browser(server, "203.0.113.9")
    token = stranger.csrf("/login")

    def attempt(number: int) -> requests.Response:
        return Browser(server, "203.0.113.9", stranger).send(
            "/login", csrf=token, name=f"Имя {number}", password="догадка догадка"
        )

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(attempt, range(40)))
    assert {answer.status_code for answer in answers} == {403, 429}
    assert sum("Слишком много попыток" in answer.text for answer in answers) == 10
    assert any("входит слишком много людей" in answer.text for answer in answers)


@pytest.mark.parametrize("password", ["1234567890", "йцукенгшщз", "Пароль12345", "qwerty12345", "Редактор2026"])
def test_common_passwords_are_refused(server: Server, password: str) -> None:
    with pytest.raises(PeopleError, match="легко подобрать"):
        people(server).add("Редактор", "edit", password)


def test_a_code_is_asked_for_and_works_once(server: Server) -> None:
    add(server, "Осторожная")
    before = Browser(server, "192.0.2.10")
    before.sign_in("Осторожная")
    shown = command(server, "account", "totp", "Осторожная").stdout
    assert not before.is_in()
    uri = pyotp.parse_uri(re.findall(r"otpauth://\S+", shown)[0])
    assert isinstance(uri, pyotp.TOTP)
    recovery = re.findall(r"^(?:[0-9a-f]{4}-){3}[0-9a-f]{4}$", shown, re.MULTILINE)
    assert len(recovery) == 10

    person, other = Browser(server, "192.0.2.10"), Browser(server, "192.0.2.11")
    for browser in (person, other):
        assert browser.sign_in("Осторожная").headers["Location"] == "/login/code"
        assert not browser.is_in(), "the password alone opens nothing"
    assert person.enter("000000").status_code == 403
    code = uri.now()
    assert person.enter(f"{code[:3]} {code[3:]}").status_code == 303
    assert person.is_in()
    replayed = other.enter(code)
    assert replayed.status_code == 403
    assert "Код не подходит" in replayed.text
    assert other.enter(uri.at(time.time(), counter_offset=1)).status_code == 303
    for browser, status in ((person, 303), (other, 403)):
        browser.sign_in("Осторожная")
        assert browser.enter(recovery[0].upper()).status_code == status, "a recovery code works once"
    people(server).codes.turn_off("Осторожная")
    assert not person.is_in()
    assert person.sign_in("Осторожная").headers["Location"] == "/"


def test_the_log_has_who_and_what_and_no_secret(server: Server) -> None:
    add(server, "Записанная")
    account = people(server).find("Записанная")
    assert account
    person = Browser(server, "192.0.2.12")
    person.sign_in("Записанная", "догадка догадка")
    person.sign_in("Записанная")
    person.send("/logout", csrf=person.csrf())
    people(server).remove("Записанная")
    link = people(server).make_link()
    person.follow(f"{server.base}/staff/{link}")
    ours = [one for one in events(server) if one.get("account") == account.id]
    assert [(one["event"], one.get("reason") or one.get("by"), one.get("address")) for one in ours] == [
        ("account added", None, None),
        ("sign-in refused", "password", "private"),
        ("signed in", "password", "private"),
        ("signed out", None, "private"),
        ("account removed", None, None),
    ]
    assert events(server)[-1]["by"] == "link"
    log = server.data_dir / "access.log"
    for secret in (
        PASSWORD,
        "догадка",
        "Записанная",
        "192.0.2",
        link,
        *(cookie.value for cookie in person.session.cookies),
    ):
        assert json.dumps(secret).strip('"') not in log.read_text(), secret
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
