"""Fuzz of the form: every route, with links good and bad, with fields as typed and as nobody types them."""

from __future__ import annotations

import random
import time
from typing import Any

from scripts.plain_client import read_page
from scripts.soak.stage import CAMPAIGN, Stage
from scripts.soak.tally import Caller, Tally

ODD = [
    "", " ", "0", "-1", "1 234", "1,5", "1.000", "9" * 400, "1e309", "=1+1", "\x00", "\ufeff", "<script>", "'\"--",
    "\u202e", "é" * 3000, "☃" * 50_001, "• " * 20_000 + "x", "- " * 40_000, "<" * 20_000 + ">" * 20_000,
    "https://" + "a" * 3000, "Z" * 300_000, "yes", "31.02.2027", "2027-13-40", "\r\n" * 5_000, "ФО-00001", "None",
]  # fmt: skip
REPORTS = f"/reports/{CAMPAIGN}"
PAGES = ["", "/form", "/form?checked", "/check", "/draft", "/draft/delete", "/receipts/1", "/receipts/999999"]
DOORS = ["/form", "/edit", "/draft", "/submissions", "/draft/delete"]
OUTSIDE = [
    "/",
    "/healthz",
    "/confirm",
    "/leave",
    "/favicon.ico",
    "/robots.txt",
    "/static/../etc",
    "/reports/1/form",
    "/cabinet/x/1/",
]
GOOD = {
    "contact_email": "a@example.org",
    "contact_phone": "8 (4922) 11-22-33",
    "links": "https://example.org/news/1",
    "informed": "5000",
}
"""What makes a report of the first campaign good where "7" does not."""
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
SUBMIT_SECONDS = 2.0
"""Between two reports that could be accepted: the spreadsheet shall not grow with the length of a soak."""


def fuzz(stage: Stage, links: dict[str, str], seed: int, seconds: float) -> Tally:
    """Send until the time is over."""
    return _Form(stage, links, seed, seconds).run()


class _Form:
    def __init__(self, stage: Stage, links: dict[str, str], seed: int, seconds: float) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._caller = Caller(stage.form, seconds)
        self._links = links
        self._submitted = 0.0

    def run(self) -> Tally:
        actions = [self._outside, self._page, self._typed, self._typed, self._script, self._raw, self._method]
        while self._caller.going:
            oktmo = self._dice.choice(sorted(self._links))
            self._caller.session.cookies.clear()
            self._enter(oktmo)
            for _ in range(12):
                if self._caller.going:
                    self._dice.choice(actions)(oktmo)
        return self._caller.tally

    def _ask(self, label: str, method: str, path: str, **options: Any) -> Any:
        return self._caller.ask(f"form: {label}", method, path, **options)

    def _enter(self, oktmo: str) -> None:
        link = self._links[oktmo]
        self._ask("GET /m/…", "GET", link)
        self._ask("POST /enter", "POST", "/enter", data={"code": link.rsplit("/", 1)[1]})

    def _outside(self, _oktmo: str) -> None:
        dice = self._dice
        if dice.random() < 0.3:
            token = self._links[dice.choice(sorted(self._links))].rsplit("/", 1)[1]
            spoilt = token[: dice.randrange(len(token))] + dice.choice(["", "x", "%00", "é" * 50, "." * 2000])
            self._ask("GET /m/…", "GET", f"/m/{spoilt}")
            self._ask("POST /enter", "POST", "/enter", data={"code": spoilt})
        elif dice.random() < 0.5:
            path = dice.choice(OUTSIDE)
            self._ask(f"GET {path}", "GET", path)
        else:
            fields = {"number": dice.choice(ODD), "code": dice.choice(ODD)}
            self._ask("POST /confirm", "POST", "/confirm", data=fields)

    def _page(self, oktmo: str) -> None:
        page = self._dice.choice(PAGES)
        self._ask(f"GET {page or '/reports/…'}", "GET", f"{REPORTS}/{oktmo}{page}")

    def _fields(self, oktmo: str, oddness: float) -> dict[str, list[str]]:
        """What the form would send, filled; each field odd by this chance."""
        answer = self._ask("GET /form", "GET", f"{REPORTS}/{oktmo}/form")
        if answer is None or answer.status_code != 200:
            return {}
        forms = [form for form in read_page(answer).forms if "key" in form.fields]
        if not forms:
            return {}
        form, dice = forms[0], self._dice
        filled = {name: list(values) for name, values in form.fields.items()}
        for name in filled.keys() - {"csrf_token", "key", "base_version", "ticket", "opened"}:
            good = GOOD.get(name, "7")
            filled[name] = [dice.choice(ODD) if dice.random() < oddness else good]
        for name, values in form.choices.items():
            filled[name] = [dice.choice(ODD) if dice.random() < oddness else dice.choice(values)]
        if dice.random() < oddness:
            filled[dice.choice(sorted(filled))] = [dice.choice(ODD), dice.choice(ODD)]
        return filled

    def _typed(self, oktmo: str) -> None:
        good = time.monotonic() - self._submitted > SUBMIT_SECONDS
        door = self._dice.choice(DOORS)
        fields = self._fields(oktmo, 0.0 if good else self._dice.choice([0.05, 0.3]))
        if good:
            door, self._submitted = "/submissions", time.monotonic()
        self._ask(f"POST {door}", "POST", f"{REPORTS}/{oktmo}{door}", data=fields)

    def _script(self, oktmo: str) -> None:
        fields = self._fields(oktmo, 0.1)
        headers = {"Accept": "application/json"}
        self._ask("POST /draft, JSON", "POST", f"{REPORTS}/{oktmo}/draft", data=fields, headers=headers)

    def _raw(self, oktmo: str) -> None:
        """A body that no form sends."""
        dice = self._dice
        kind = dice.choice(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"])
        piece = dice.choice([b"a=&", b"%", b"--x\r\n", b"\xff", b"{}", b"[", dice.randbytes(50)])
        body = piece * dice.choice([1, 100, 20_000])
        path = dice.choice([f"{REPORTS}/{oktmo}{door}" for door in DOORS] + ["/enter", "/confirm", "/leave"])
        # Above the limit the answer comes before the body was read, and the connection is closed: sent whole, as
        # browsers do, that is a broken pipe for this client. Those sizes are tested elsewhere.
        self._ask("POST, any body", "POST", path, data=body[:900_000], headers={"Content-Type": kind})

    def _method(self, oktmo: str) -> None:
        path = self._dice.choice([f"{REPORTS}/{oktmo}{one}" for one in PAGES + DOORS] + OUTSIDE)
        self._ask("any method", self._dice.choice(METHODS), path)
