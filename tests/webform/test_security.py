"""Headers, routes, cookies, tokens in no log, limits on frequency: each pinned by one exact test."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.webform.clerk import Clerk, Page, read_page, report
from tests.webform.harness import REPORTS, ROOT, Site, make_site
from webform import create_app

ROUTES = Path(__file__).with_name("routes.json")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OF_THE_SERVER = {"Connection", "Content-Length", "Date", "Server", "Set-Cookie", "Vary"}


def headers(page_headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in page_headers.items() if name not in OF_THE_SERVER}


def static_files(page: Page) -> list[str]:
    """Addresses of the page's own files: style, icon, scripts."""
    return sorted(set(re.findall(r'"(/static/[^"]+)"', page.text)))


def test_headers(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    assert headers(clerk.get("/").headers) == HEADERS
    assert headers(clerk.get(site.links[oktmo]).headers) == HEADERS | {"Referrer-Policy": "no-referrer"}
    assert headers(clerk.enter(site.links[oktmo]).headers) == HEADERS
    assert headers(clerk.get("/nothing").headers) == HEADERS
    assert headers(clerk.get("/static/form.css").headers) == HEADERS, "only the address that holds the hash is served"
    style = clerk.get(next(one for one in static_files(clerk.get("/")) if one.endswith(".css")))
    own = {name: style.headers.pop(name) for name in ("ETag", "Last-Modified")}
    assert all(own.values())
    assert headers(style.headers) == HEADERS | {
        "Content-Type": 'text/css; charset="utf-8"',
        "Cache-Control": "max-age=315360000, public, immutable",
    }


def test_routes(make: Callable[..., Site]) -> None:
    """A new route is a decision: it is written here too."""
    site = make()
    app = create_app(site.environ)
    routes = sorted(
        f"{rule.rule} {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}"
        for rule in app.url_map.iter_rules()
    )
    assert routes == json.loads(ROUTES.read_text(encoding="utf-8"))


def test_session_cookie(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = clerk.get(site.links[oktmo])
    assert "Set-Cookie" not in page.headers, "a mail scanner gets nothing"
    answer = clerk.ask("/enter", page.form.fields, follow=False)
    parts = answer.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith("svod=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
    assert answer.headers["Location"] == f"{REPORTS}/{oktmo}/form"


def test_under_tls_behind_a_proxy(make: Callable[..., Site]) -> None:
    """Link, form and receipt with X-Forwarded-Proto behind the configured ProxyFix; the cookie bears `__Host-`."""
    site = make(PUBLIC_URL="https://svod.example.org", TRUSTED_PROXIES="1", TRUSTED_PROXY_HOST="1")
    app = create_app(site.environ)
    client = app.test_client()
    site.read_links()
    link = site.links["17701000"]
    assert link.startswith("https://svod.example.org/m/")
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "svod.example.org", "X-Forwarded-For": "192.0.2.7"}
    origin = "https://svod.example.org"

    def ask(method: str, path: str, referrer: str | None, **how: object) -> tuple[int, str, str, str]:
        sent = forwarded | ({"Referer": referrer} if referrer else {})
        answer = client.open(path, method=method, headers=sent, **how)  # type: ignore[arg-type]
        cookie = answer.headers.get("Set-Cookie", "")
        return answer.status_code, answer.headers.get("Location", ""), answer.text, cookie

    def fields(text: str, **changes: str | list[str] | None) -> dict[str, str | list[str]]:
        page = read_page("", 200, text, {"Content-Type": "text/html"})
        return {name: value for name, value in (dict(page.form.fields) | changes).items() if value is not None}

    token = link.removeprefix(origin)
    _, _, text, _ = ask("GET", token, None)
    status, target, _, cookie = ask("POST", "/enter", None, data=fields(text))
    assert (status, target) == (303, f"{REPORTS}/17701000/form")
    assert cookie.startswith("__Host-svod=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    _, _, form, _ = ask("GET", target, f"{origin}/enter")
    status, target, _, _ = ask("POST", target, origin + target, data=fields(form, **report()))
    assert (status, target) == (303, f"{REPORTS}/17701000/check")
    _, _, check, _ = ask("GET", target, origin + f"{REPORTS}/17701000/form")
    assert "Осталось отправить" in check
    status, receipt, _, _ = ask("POST", f"{REPORTS}/17701000/submissions", origin + target, data=fields(check))
    assert (status, receipt) == (303, f"{REPORTS}/17701000/receipts/1")
    foreign = ask("POST", f"{REPORTS}/17701000/submissions", "https://evil.example/", data=fields(check))
    assert foreign[0] == 400
    answer = client.get(receipt, headers=forwarded)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "https://svod.example.org/confirm" in answer.text


def test_tokens_and_people_are_in_no_log(make: Callable[..., Site]) -> None:
    site = make()
    site.start()
    site.read_links()
    token = site.links["17701000"].rsplit("/", 1)[1]
    old = site.old_link("17701000").rsplit("/", 1)[1]
    clerk = Clerk(site.address)
    form = clerk.enter(site.links["17701000"])
    shared = clerk.get("/cabinet/default/17701000/address")
    calendar = re.search(r"/calendar/([^\s<\"]+)\.ics", shared.text)
    assert calendar is not None
    assert token in shared.text
    clerk.get(calendar[0])
    clerk.get(f"/r/{old}")
    clerk.ask("/", [("code", token)])
    clerk.send(clerk.send(form, report(informed="нет")), report())
    clerk.send(clerk.send(clerk.get(f"{REPORTS}/17701000/form")))
    clerk.get(f"/m/{token}x")
    clerk.get(f"/m/{token}?q={token}")
    clerk.get(f"/nothing/{token}")
    for secret in (f"m/{token}", f"r/{old}", f"calendar/{calendar[1]}"):
        with pytest.raises(OSError):  # noqa: PT011 - whatever the connection's end is called
            urllib.request.urlopen(f"{site.address}/{secret}{'x' * 5000}", timeout=10)  # noqa: S310
    session = next(iter(clerk.jar)).value
    assert session
    site.stop()
    written = "".join(path.read_text(errors="replace") for path in site.folder.rglob("*") if path.suffix == ".log")
    for route in ("/m/<code>", "/r/<token>", "/calendar/<token>.ics"):
        assert f'"route": "{route}"' in written
    for secret in (
        token,
        token[:9],
        old[:20],
        calendar[1][:20],
        session[:20],
        "otdel@example.org",
        "Ответственный",
        "00-00-00",
        "17701000",
    ):
        assert secret not in written
    assert json.loads(written.splitlines()[0])["event"] == "request", "one JSON event a line"


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A form that takes little of each municipality; each test has some of its own."""
    made = make_site(tmp_path_factory.mktemp("limited"), SUBMISSIONS_RATE="3 per hour", DRAFTS_RATE="2 per hour")
    made.start()
    made.read_links()
    yield made
    made.stop()


def test_submissions_are_limited_by_link_not_by_address(limited: Site) -> None:
    site = limited
    clerk = Clerk(site.address)
    form = clerk.enter(site.links["17610000"])
    pages = [clerk.send(form, report(comment=f"Ещё раз, {n}")) for n in range(4)]
    assert [page.status for page in pages] == [200, 200, 200, 429]
    assert "подождите минуту" in pages[3].text
    assert clerk.field(pages[3], "comment") == "Ещё раз, 3", "what was typed stays"
    drafts = [clerk.send(form, report(), button="Сохранить черновик").status for _ in range(3)]
    assert drafts == [200, 200, 429]
    neighbour = Clerk(site.address)
    assert neighbour.send(neighbour.enter(site.links["17605000"]), report()).status == 200
    checks = [neighbour.get(f"{REPORTS}/17605000/{page}").status for page in ("check", "form?checked", "check", "form")]
    assert checks == [200, 200, 429, 200], "a page that checks the whole draft again costs as much as a submission"


def test_failed_links_are_limited_by_address_and_good_ones_are_not(limited: Site) -> None:
    site = limited
    clerk = Clerk(site.address)
    for _ in range(40):
        assert clerk.get(site.links["17701000"]).status == 200
    statuses = [clerk.get("/r/wrong").status for _ in range(32)]
    assert statuses[:30] == [404] * 30
    assert statuses[-1] == 429
    codes = [
        clerk.send(clerk.get("/confirm"), {"number": "ФО-00001", "code": "AAAA-AAAA-AAAA"}).status for _ in range(3)
    ]
    assert codes == [404] * 3, "counted apart"
    receipt = clerk.send(clerk.send(clerk.enter(site.links["17701000"]), report()))
    code = re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}\b", receipt.text)
    assert code is not None
    right: dict[str, str | list[str] | None] = {"number": "ФО-00001", "code": code[0]}
    assert clerk.send(clerk.get("/confirm"), right).status == 200
    while clerk.send(clerk.get("/confirm"), right | {"code": "AAAA-AAAA-AAAA"}).status == 404:
        pass
    assert clerk.send(clerk.get("/confirm"), right).status == 429, "guessing does not go on behind the limit"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "cross-site", "Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "null"}, 200),
        ({}, 200),
    ],
)
def test_no_page_of_another_site_opens_a_report_here(
    site: Site, oktmo: str, headers: dict[str, str], status: int
) -> None:
    """It could put its own municipality into the clerk's browser, who would then fill in a foreign report."""
    clerk = Clerk(site.address)
    button = clerk.get(site.links[oktmo]).form
    assert clerk.ask(button.action, button.fields, follow=True, **headers).status == status


def test_a_wrong_method_is_answered_with_the_right_ones(site: Site) -> None:
    answer = Clerk(site.address).ask("/healthz", [])
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_first_view_is_small(site: Site, oktmo: str) -> None:
    """Form, style, script and icon: at most 40 kB over the wire; one round trip of blocking requests."""
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    wire = len(form.text.encode())
    for address in static_files(form):
        request = urllib.request.Request(site.address + address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            body = answer.read()
            packed = answer.headers.get("Content-Encoding") == "gzip"
        wire += len(body)
        content = gzip.decompress(body) if packed else body
        assert content == (ROOT / "webform/static" / address.rpartition("/")[2]).read_bytes()
    assert wire <= 40_000
    head = form.text.split("</head>")[0]
    assert head.count('<link rel="stylesheet"') == 1
    assert head.count("<script") == head.count('<script type="module"') > 0, "no script blocks"
    assert "http" not in head, "nobody else's web page"
    assert "style=" not in form.text
    assert len((ROOT / "webform/static/form.css").read_bytes()) <= 16_000


def test_no_large_library_in_a_fresh_web_process(make: Callable[..., Site]) -> None:
    site = make()
    look = "sys.exit(not {'pandas', 'openpyxl'}.isdisjoint(sys.modules))"
    code = f"import sys; from webform import create_app; create_app(); {look}"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=site.environ, timeout=60).returncode == 0


def test_a_look_at_the_head_of_a_page_is_no_failed_code(site: Site) -> None:
    for path in ("/", "/confirm"):
        line = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=10)
        line.request("HEAD", path)
        assert line.getresponse().status == 200
        line.close()
