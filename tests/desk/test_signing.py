"""Signing in and out, one-time links, codes, who may open what; through real HTTP."""

from __future__ import annotations

import json
import re
import time

import pyotp
import pytest
from argon2 import PasswordHasher

from desk.people.passwords import NOBODYS, Passwords
from svod.web import create_app
from tests.desk.harness import PASSWORD, Person, add_staff, desk_site, signed_in, svod
from tests.webform.harness import Site

pytestmark = pytest.mark.slow

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
OF_THE_SERVER = {"Connection", "Content-Length", "Date", "Server", "Set-Cookie", "Vary"}


def test_a_specialist_signs_in_and_out(site: Site) -> None:
    person = Person(site)
    person.get("/desk")
    assert person.path == "/desk/sign-in?then=/"
    person.sign_in("WORK ")
    assert "Отчитались 0 из 21" in person.text
    assert "work (работа)" in person.text
    cookie = person.session.cookies.copy()
    person.post("/desk/sign-out")
    assert person.path == "/desk/sign-in"
    person.session.cookies.update(cookie)
    person.get("/desk/")
    assert person.path.startswith("/desk/sign-in"), "a copy of the cookie opens nothing"


def test_after_signing_in_the_page_that_was_asked_for_opens_and_no_foreign_one(site: Site) -> None:
    person = Person(site)
    person.get("/desk/account?x=1")
    then = re.search(r'name="then" value="([^"]+)"', person.page.text)
    assert then is not None
    person.post("/desk/sign-in", name="work", password=PASSWORD, then=then[1])
    assert person.path == "/desk/account?x=1"
    for foreign in ("//example.org/", "https://example.org/", "/\\example.org", "example.org", "//["):
        assert signed_in_to(site, foreign).path == "/desk/"


def signed_in_to(site: Site, then: str) -> Person:
    person = Person(site)
    person.sign_in("work", then=then)
    return person


def test_a_wrong_password_is_refused_and_so_are_many(site: Site) -> None:
    person = Person(site)
    assert person.sign_in("work", "не тот пароль").status_code == 403
    assert "Имя или пароль не подходят" in person.text
    assert person.sign_in("нет такого", PASSWORD).status_code == 403
    assert "Имя или пароль не подходят" in person.text
    for _ in range(8):
        person.sign_in("work", "не тот пароль")
    assert person.page.status_code == 429
    assert person.sign_in("work").status_code == 429, "not even with the right one"
    signed_in(site, "work")  # from another address


@pytest.mark.parametrize("name", ["", "\0", "\ud800", "я" * 10_000, "' OR 1=1 --"])
def test_any_name_is_answered(site: Site, name: str) -> None:
    person = Person(site)
    person.get("/desk/sign-in")
    fields = {"name": name.encode("utf-8", "surrogatepass"), "password": b"x", "csrf_token": token(person)}
    answer = person.session.post(f"{site.address}/desk/sign-in", data=fields, timeout=30)
    assert answer.status_code in (403, 413)


def test_an_unknown_name_costs_as_much_as_a_known_one() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS), "made with the parameters of today's passwords"
    assert not Passwords().is_right(None, PASSWORD)


def token(person: Person) -> bytes:
    found = re.search(r'name="csrf_token" value="([^"]+)"', person.page.text)
    assert found is not None
    return found[1].encode()


def test_who_is_removed_or_gets_another_password_is_out_at_once(site: Site) -> None:
    add_staff(site, "Временный", "administer")
    person = signed_in(site, "временный")
    svod(site, "staff", "password", "Временный", "--password-stdin", entered="совсем другой длинный пароль\n")
    person.get("/desk/")
    assert person.path.startswith("/desk/sign-in")
    person.sign_in("Временный", "совсем другой длинный пароль")
    assert person.path == "/desk/"
    svod(site, "staff", "remove", "Временный")
    person.get("/desk/")
    assert person.path.startswith("/desk/sign-in")
    assert person.sign_in("Временный", "совсем другой длинный пароль").status_code == 403


def test_a_one_time_link_signs_one_browser_in_and_lets_its_person_set_a_password(site: Site) -> None:
    added = svod(site, "staff", "add", "Новый сотрудник", "--role", "work", "--link").stdout
    link = next(re.finditer(r"http\S+/desk/link/\S+", added))[0]
    looking, person, late = Person(site), Person(site), Person(site)
    for one in (looking, person, late):  # a mail scanner opens it too
        one.get(link)
        assert one.path == "/desk/link", "the secret leaves the address"
        assert "Нажмите кнопку" in one.text
    person.post("/desk/link")
    assert person.path == "/desk/"
    assert late.post("/desk/link").status_code == 403
    assert "Ссылка уже использована или устарела" in late.text
    assert looking.get(link).status_code == 403
    person.get("/desk/account")
    assert "Нынешний пароль" not in person.text
    for new, again, status, words in (
        ("короткий", "короткий", 400, "не меньше 10 знаков"),
        ("йцукенгшщзхъ", "йцукенгшщзхъ", 400, "легко подобрать"),
        (PASSWORD, PASSWORD + "!", 400, "не совпадают"),
    ):
        assert person.post("/desk/account", new=new, again=again).status_code == status
        assert words in person.text
    person.post("/desk/account", new=PASSWORD, again=PASSWORD)
    assert "Пароль задан" in person.text
    other = signed_in(site, "Новый сотрудник")
    other.get("/desk/account")
    assert other.post("/desk/account", old="не тот", new=PASSWORD, again=PASSWORD).status_code == 403
    person.get("/desk/account")
    assert "Нынешний пароль" in person.text, "the session of the link has become one of the password"


def test_a_code_is_asked_for_once_and_a_recovery_code_works_once(site: Site) -> None:
    add_staff(site, "С кодом")
    printed = svod(site, "staff", "totp", "С кодом").stdout
    secret = re.search(r"Ключ для приложения с кодами: (\w+)", printed)
    assert secret is not None
    *_, recovery = printed.split()
    person = Person(site)
    person.sign_in("С кодом", then="/account")
    assert person.path == "/desk/sign-in/code?then=/account"
    still_out = Person(site)
    still_out.session.cookies.update(person.session.cookies)
    still_out.get("/desk/")
    assert still_out.path.startswith("/desk/sign-in")
    assert person.post("/desk/sign-in/code", code="000000").status_code == 403
    code = pyotp.TOTP(secret[1]).at(time.time())
    person.post("/desk/sign-in/code", code=code, then="/account")
    assert person.path == "/desk/account"
    assert "пароль и код" in person.text
    again = Person(site)
    again.sign_in("С кодом")
    assert again.post("/desk/sign-in/code", code=code).status_code == 403, "a code that was seen does nothing"
    again.post("/desk/sign-in/code", code=recovery.upper())
    assert again.path == "/desk/"
    third = Person(site)
    third.sign_in("С кодом")
    assert third.post("/desk/sign-in/code", code=recovery).status_code == 403
    svod(site, "staff", "totp", "С кодом", "--off")
    again.get("/desk/")
    assert again.path.startswith("/desk/sign-in"), "a change of how one signs in ends what began before"
    signed_in(site, "С кодом")


def test_a_form_of_a_foreign_page_does_nothing(site: Site) -> None:
    person = signed_in(site, "work")
    refused = person.session.post(f"{site.address}/desk/sign-out", timeout=30)
    assert refused.status_code == 400
    person.get("/desk/")
    assert person.path == "/desk/"
    too_long = person.session.post(f"{site.address}/desk/sign-out", data={"x": "я" * 40_000}, timeout=30)
    assert too_long.status_code == 413


def test_headers(site: Site) -> None:
    person = signed_in(site, "work")
    for path in ("/desk/", "/desk/account", "/desk/nothing"):
        found = {name: value for name, value in person.get(path).headers.items() if name not in OF_THE_SERVER}
        assert found == HEADERS, path
    cookie = next(one for one in person.session.cookies if one.name == "svod-desk")
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/desk", True)
    style = re.search(r'href="(/desk/static/[^"]+\.css)"', person.get("/desk/").text)
    assert style is not None
    assert person.get(style[1]).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert person.get("/desk/static/0/desk.css").headers["Cache-Control"] == "no-store"
    assert person.get("/desk/static/0/../texts.py").status_code == 404


def test_form_and_desk_know_nothing_of_each_others_sessions(site: Site) -> None:
    person = signed_in(site, "work")
    assert "svod-desk" in person.session.cookies
    site.read_links()
    clerk = Person(site)
    clerk.get(site.links["17605000"])
    clerk.get("/desk/")
    assert clerk.path.startswith("/desk/sign-in")


def test_the_log_names_accounts_by_number_and_holds_no_secret(site: Site) -> None:
    add_staff(site, "Иная Фамилия")
    person = signed_in(site, "Иная Фамилия")
    link = svod(site, "staff", "link", "Иная Фамилия", "--bare").stdout.strip()
    person.get(link)
    log = site.log.read_text(encoding="utf-8")
    assert "Фамилия" not in log
    assert json.dumps("Иная")[1:-1] not in log
    assert PASSWORD not in log
    assert link.rpartition("/")[2] not in log
    with site.outbox() as outbox:
        account = outbox.staff.find("иная фамилия")
        assert account is not None
        ways = [act.detail for _, act in outbox.acts.last(50) if act.account == account.id and act.act == "signed_in"]
    assert f'"account": {account.id}, "by": "password", "event": "signed_in"' in log
    assert ways == [{"by": "password"}]


def test_accounts_by_command(site: Site) -> None:
    assert svod(site, "staff", "add", "work", "--link", check=False).stderr.endswith("«work» уже есть.\n")
    assert "от 2 до 60" in svod(site, "staff", "add", "x" * 61, "--link", check=False).stderr
    weak = svod(site, "staff", "add", "Слабый", "--password-stdin", entered="password123\n", check=False)
    assert (weak.returncode, "легко подобрать" in weak.stderr) == (2, True)
    assert "Учётной записи «Слабый» нет" in svod(site, "staff", "remove", "Слабый", check=False).stderr
    listed = svod(site, "staff", "list").stdout
    assert re.search(r"\d+\twork\tработа\tпароль\n", listed)


def test_a_link_without_a_name_is_a_rehearsals(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    person = Person(site)
    person.get(svod(site, "staff", "link", "--bare").stdout.strip())
    person.post("/desk/link")
    assert "Репетиция (управление)" in person.text
    real = desk_site(tmp_path_factory.mktemp("real"), SVOD_NOW="real", PUBLIC_URL="https://svod.example.org")
    (real.folder / "clock.json").unlink()
    refused = svod(real, "staff", "link", check=False)
    assert (refused.returncode, "Назовите учётную запись" in refused.stderr) == (2, True)


def test_under_tls_behind_a_proxy(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The cookie bears `__Host-`; a form without the service's own page as its referrer does nothing."""
    made = desk_site(tmp_path_factory.mktemp("tls"), PUBLIC_URL="https://svod.example.org")
    add_staff(made, "work")
    client = create_app(made.environ).test_client()
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": "svod.example.org"}
    page = client.get("/desk/sign-in", headers=forwarded)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    fields = {"csrf_token": found[1], "name": "work", "password": PASSWORD}
    assert client.post("/desk/sign-in", headers=forwarded, data=fields).status_code == 400
    own = forwarded | {"Referer": "https://svod.example.org/desk/sign-in"}
    answer = client.post("/desk/sign-in", headers=own, data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-svod-desk=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/;", "SameSite=Lax"))
    assert "Domain" not in cookie
