"""Requests that broke off, come from strangers, or cannot be parsed: nothing is kept or shown, nobody is locked out."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from tests.webform.clerk import Clerk, Page, report
from tests.webform.harness import CAMPAIGN, REPORTS, Site, make_site
from webform.bodies import MAX_FIELDS

GOOD = "17735000"
SECRET_WORDS = "otdel@example.org"


def cookies(clerk: Clerk) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in clerk.jar)


def sent(site: Site, head: str, body: bytes) -> bytes:
    """What comes back for these bytes; the sending side is closed after them."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def torn(site: Site, clerk: Clerk, path: str, fields: object, missing: int) -> bytes:
    body = urllib.parse.urlencode(fields).encode()  # type: ignore[arg-type]
    head = (
        f"POST {path} HTTP/1.1\nHost: 127.0.0.1\nContent-Type: application/x-www-form-urlencoded\n"
        f"Cookie: {cookies(clerk)}\nContent-Length: {len(body)}\n"
    )
    return sent(site, head, body[:-missing])


def logged(site: Site, words: str) -> str:
    """The log once these words are in it: lines are written twenty times a second."""
    deadline = time.monotonic() + 10
    while words not in (text := site.log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert words in text
    return text


def test_a_submission_that_broke_off_is_not_kept(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report(social_publications="128"))
    ordered = sorted(check.form.fields, key=lambda pair: pair[0] == "social_publications")
    answer = torn(site, clerk, check.form.action, ordered, 2)
    assert answer.startswith(b"HTTP/1.1 400")
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, oktmo) is None
    assert clerk.send(check).path.endswith("/receipts/1")
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        assert kept is not None
        assert kept.answers["social_publications"] == 128


def test_a_draft_that_broke_off_leaves_the_one_that_is_there(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    form = clerk.send(form, {"comment": "Первая строка"}, button="Сохранить черновик")
    fields = [(name, "вторая строка" if name == "comment" else value) for name, value in form.form.fields]
    assert torn(site, clerk, f"{REPORTS}/{oktmo}/draft", fields, 40).startswith(b"HTTP/1.1 400")
    with site.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
        assert draft is not None
        assert draft.typed["comment"] == "Первая строка"


@pytest.mark.parametrize("chunk", ["zz\r\n", f"email={SECRET_WORDS}\r\n"])
def test_chunks_that_are_none_are_a_bad_request(site: Site, chunk: str) -> None:
    head = "POST /enter HTTP/1.1\nHost: 127.0.0.1\nTransfer-Encoding: chunked\n"
    head += "Content-Type: application/x-www-form-urlencoded\n"
    assert sent(site, head, chunk.encode()).startswith(b"HTTP/1.1 400")
    assert SECRET_WORDS not in logged(site, "/enter")


@pytest.mark.parametrize(
    "head",
    [
        f"POST /enter HTTP/1.1\nHost: 127.0.0.1\n\ntoken={SECRET_WORDS}\n",
        f"GET / HTTP/1.1\nHost: 127.0.0.1\nCookie svod={SECRET_WORDS}\n",
        f"token={SECRET_WORDS} / HTTP/1.1\nHost: 127.0.0.1\n",
    ],
)
def test_what_is_no_request_is_not_repeated_in_the_log(site: Site, head: str) -> None:
    sent(site, head, b"")
    text = logged(site, "Invalid request")
    assert SECRET_WORDS not in text
    assert "127.0.0.1" not in text.split("Invalid request", 1)[1].splitlines()[0]


@pytest.mark.parametrize(
    ("head", "status", "words"),
    [
        (f"GET /{'a' * 5000} HTTP/1.1\nHost: 127.0.0.1\n", 414, "Слишком длинный адрес"),
        (f"GET / HTTP/1.1\nHost: 127.0.0.1\nCookie: a={'b' * 20000}\n", 431, "Удалите файлы cookie"),
        (f"GET / HTTP/1.1\nHost: 127.0.0.1\nCookie svod={SECRET_WORDS}\n", 400, "Запрос не понят"),
    ],
)
def test_what_cannot_be_read_gets_a_page_in_russian(site: Site, head: str, status: int, words: str) -> None:
    answer = sent(site, head, b"")
    top, _, page = answer.partition(b"\r\n\r\n")
    assert top.startswith(f"HTTP/1.1 {status} ".encode())
    assert words in page.decode()
    assert "телефон" in page.decode() or "example.org" in page.decode()
    assert SECRET_WORDS not in page.decode()
    headers = dict(line.split(": ", 1) for line in top.decode("ascii").split("\r\n")[1:])
    assert headers["Content-Length"] == str(len(page))
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Connection"] == "close"


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A form that takes little of each municipality; each test has one of its own."""
    made = make_site(tmp_path_factory.mktemp("limited"), SUBMISSIONS_RATE="2 per hour", DRAFTS_RATE="2 per hour")
    made.start()
    made.read_links()
    yield made
    made.stop()


def test_strangers_use_up_nobodys_rate(limited: Site) -> None:
    site = limited
    stranger = Clerk(site.address)
    foreign = stranger.enter(site.links["17701000"])
    token = stranger.field(foreign, "csrf_token") or ""
    for _ in range(4):
        assert stranger.ask(f"{REPORTS}/{GOOD}/draft", []).status == 403
        assert stranger.ask(f"{REPORTS}/{GOOD}/submissions", [("csrf_token", token)]).status == 403
    clerk = Clerk(site.address)
    form = clerk.send(clerk.enter(site.links[GOOD]), report(), button="Сохранить черновик")
    assert form.status == 200
    assert clerk.send(form).status == 200


def test_links_that_open_nothing_close_none_that_do(limited: Site) -> None:
    oktmo = "17605000"
    stranger = Clerk(limited.address)
    assert {stranger.get(f"/r/nothing-{n}").status for n in range(35)} == {404, 429}
    assert "Проверьте свои ответы" not in Clerk(limited.address).enter(limited.links[oktmo]).text
    assert Clerk(limited.address).enter(limited.links[oktmo]).path == f"{REPORTS}/{oktmo}/form"


def test_a_token_in_a_header_vouches_for_that_request_alone(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    fields = [pair for pair in form.form.fields if pair[0] != "csrf_token"]
    token = clerk.field(form, "csrf_token") or ""
    path = f"{REPORTS}/{oktmo}/form"
    assert clerk.ask(path, fields).status == 400
    assert clerk.ask(path, fields, X_CSRFToken=token).status == 200
    assert clerk.ask(path, fields).status == 400


def test_the_script_gets_words_of_its_own(limited: Site) -> None:
    oktmo = "17610000"
    clerk = Clerk(limited.address, {"Accept": "application/json"})
    form = clerk.enter(limited.links[oktmo])
    answers: list[Page] = [clerk.ask(f"{REPORTS}/{oktmo}/draft", form.form.fields) for _ in range(3)]
    assert [page.status for page in answers] == [200, 200, 429]
    assert json.loads(answers[2].text) == {
        "saved": None,
        "problem": "Черновик сохранится чуть позже: слишком много сохранений подряд. Форма попробует ещё раз.",
    }


def test_a_number_is_confirmed_however_it_was_copied(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    receipt = clerk.send(clerk.send(clerk.enter(site.links[oktmo]), report()))
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        assert kept is not None
    code = re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}\b", receipt.text)
    assert code is not None
    for typed in (kept.receipt.replace("-", "–"), kept.receipt.replace("ФО", "fo"), f" № {kept.number}"):
        page = Clerk(site.address).ask("/confirm", [("number", typed), ("code", code[0].replace("-", "—"))])
        assert "подлинная" in page.text
    cyrillic = code[0].translate(str.maketrans("ABEKMHOPCTYXOI", "авекмноРСТУХ01"))
    for look_alike in (cyrillic, cyrillic.upper(), code[0].lower()):
        page = Clerk(site.address).ask("/confirm", [("number", kept.receipt), ("code", look_alike)])
        assert "подлинная" in page.text, look_alike
    for typed in (str(kept.number + 1), "№", "9" * 60):
        page = Clerk(site.address).ask("/confirm", [("number", typed), ("code", code[0])])
        assert "Такой квитанции нет" in page.text


@pytest.mark.parametrize(
    ("number", "code", "blank"),
    [("", "", {"number", "code"}), ("ФО-00001", " ", {"code"}), ("", "AAAA-AAAA-AAAA", {"number"})],
)
def test_a_confirmation_without_number_or_code_asks_for_it(site: Site, number: str, code: str, blank: set[str]) -> None:
    clerk = Clerk(site.address)
    page = clerk.send(clerk.get("/confirm"), {"number": number, "code": code})
    assert page.status == 200
    assert page.title.startswith("Ошибка: ")
    assert "Впишите номер и код" in page.text
    assert "Такой квитанции нет" not in page.text
    assert set(page.errors) == blank
    assert page.text.count('aria-invalid="true"') == len(blank)


def test_slow_clients_do_not_hold_the_threads_for_good(make: Callable[..., Site]) -> None:
    """More of them than there are threads: with half a body, half a header, and one that sends a byte now and then."""
    site = make(WEB_REQUEST_SECONDS="3")
    site.start()
    half = b"POST /confirm HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nnum"
    slow = [socket.create_connection(("127.0.0.1", site.port), timeout=20) for _ in range(40)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(half if number % 2 else half[:30])
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as leaver:
            leaver.sendall(b"GET /r/whoever-left HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for _ in range(10):
            slow[1].sendall(b"b")
            time.sleep(0.1)
        with urllib.request.urlopen(f"{site.address}/healthz", timeout=20) as answer:  # noqa: S310
            assert answer.status == 200
        assert Clerk(site.address).get("/nothing").status == 404
    finally:
        for connection in slow:
            connection.close()
    assert "/r/<token>" not in logged(site, '"route": null'), "nothing is begun for a client that left while it waited"


@pytest.mark.parametrize("path", ["/nothing", "/enter", "/desk/sign-in", "/api/v1/campaigns"])
def test_a_connection_lives_on_after_a_body_that_was_refused(site: Site, path: str) -> None:
    """The answer says that the connection is kept, so the client's next request goes there."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection.request("POST", path, body=b"x" * 2_000_000)
    refused = connection.getresponse()
    refused.read()
    assert refused.status >= 400
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


def test_clients_that_hold_their_connections_hold_up_nobody(site: Site) -> None:
    """More of them than there are threads: with nothing sent, and with an answer after which they do not close."""
    ending = [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"\x16\x03\r\n\r\n"]
    held = [socket.create_connection(("127.0.0.1", site.port), timeout=20) for _ in range(150)]
    try:
        for number, connection in enumerate(held[:40]):
            connection.sendall(ending[number % len(ending)])
        with urllib.request.urlopen(f"{site.address}/healthz", timeout=15) as answer:  # noqa: S310
            assert answer.status == 200
        assert {connection.recv(12).split(b" ")[1] for connection in held[:40]} <= {b"200", b"400", b"308"}
    finally:
        for connection in held:
            connection.close()


def test_a_redirect_stays_with_us(site: Site, oktmo: str) -> None:
    """Whatever host the client names, and whatever looks like one."""
    for path, target in (
        (f"{REPORTS}/{oktmo}", f"{REPORTS}/{oktmo}/"),
        (f"{REPORTS}/{oktmo}?a=1", f"{REPORTS}/{oktmo}/?a=1"),
        (f"/{REPORTS}//{oktmo}/", f"{REPORTS}/{oktmo}/"),
    ):
        head = f"GET {path} HTTP/1.1\nHost: evil.example.org\nX-Forwarded-Host: evil.example.org\nConnection: close\n"
        answer = sent(site, head, b"").decode()
        assert answer.startswith("HTTP/1.1 308")
        assert f"\r\nLocation: {target}\r\n" in answer
        assert "evil" not in answer


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (f"{URLENCODED}; charset=windows-1251", "number=нет".encode("cp1251")),
        (f"{URLENCODED}; charset=no-such-charset", b"number=%FF%FE"),
        (URLENCODED, b"\xff\xfe=\x00&&&=%zz"),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
        ("text/plain", b"number=1"),
        ("", b"number=1"),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_answered_as_an_empty_one(site: Site, kind: str, body: bytes) -> None:
    head = f"POST /confirm HTTP/1.1\nHost: 127.0.0.1\nContent-Type: {kind}\nContent-Length: {len(body)}\n"
    top, _, page = sent(site, head + "Connection: close\n", body).partition(b"\r\n\r\n")
    assert top.startswith(b"HTTP/1.1 200 ")
    assert "Впишите номер и код" in page.decode() or "Впишите код" in page.decode()


@pytest.mark.parametrize("end", ["", "--x--\r\n"])
def test_more_parts_than_any_form_has_are_refused(site: Site, end: str) -> None:
    body = ('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * (MAX_FIELDS + 1) + end).encode()
    head = "POST /confirm HTTP/1.1\nHost: 127.0.0.1\nContent-Type: multipart/form-data; boundary=x\n"
    answer = sent(site, f"{head}Content-Length: {len(body)}\nConnection: close\n", body)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "Слишком большой объём данных" in answer.decode()


def test_a_body_without_a_length_is_bounded_too(site: Site) -> None:
    head = f"POST /confirm HTTP/1.1\nHost: 127.0.0.1\nContent-Type: {URLENCODED}\nTransfer-Encoding: chunked\n"
    chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    answer = sent(site, head + "Connection: close\n", chunk + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
