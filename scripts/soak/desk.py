"""Fuzz of the desk: a signed-in browser follows its links and presses its buttons, with odd values and bad tokens.

Mails are made that way too; a rehearsal keeps them.
"""

from __future__ import annotations

import random
import re
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from scripts.plain_client import PageForm, read_page
from scripts.soak.form import METHODS, ODD
from scripts.soak.stage import CAMPAIGN, Stage
from scripts.soak.tally import Caller, Tally

STEPS = ["", "/steps/opening", "/steps/reminder", "/steps/x", "/steps/opening/files", "/steps/reminder/again"]
TAILS = [
    "contacts", "link", "deadline", "remarks", "remarks/back", "receipts/1.pdf", "receipts/999999.pdf", "answer/pdf",
    "answer/docx", "answer/exe", "reissue", "revoke", "deadline/over", "files/1", "",
]  # fmt: skip
PAGES = ["", "/account", "/journal", "/sign-in", "/sign-in/code", "/link", "/link/x", "/sign-out", "/static/x/desk.css"]
QUERIES = ["state", "step", "page", "to", "oktmo", "q", "sort", "before", "part", "next"]
LAST = 3
"""Municipalities with which everything may be done; the links of the others are the form's."""
SPOILING = re.compile(r"/(reissue|revoke)$")
NAMES = [
    (re.compile(r"/desk/static/.*"), "/desk/static/…"),
    (re.compile(r"/desk/link/.*"), "/desk/link/…"),
    (re.compile(rf"/{CAMPAIGN}(?=/|$)"), "/{campaign}"),
    (re.compile(r"/\d{8}(?=/|$)"), "/{oktmo}"),
    (re.compile(r"/mails/(?!steps)[^/]+"), "/mails/{mail}"),
    (re.compile(r"/\d+(?=\.pdf|/|$)"), "/{number}"),
]


def fuzz(stage: Stage, links: dict[str, str], seed: int, seconds: float) -> Tally:
    """Send until the time is over."""
    return _Desk(stage, sorted(links)[-LAST:], seed, seconds).run()


class _Desk:
    def __init__(self, stage: Stage, oktmos: list[str], seed: int, seconds: float) -> None:
        self._stage, self._oktmos = stage, oktmos
        self._dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._caller = Caller(stage.form, seconds)
        self._links = ["/desk/"]
        self._forms: list[PageForm] = []
        self._signed = False

    def run(self) -> Tally:
        actions = [self._follow, self._follow, self._press, self._press, self._known, self._method]
        while self._caller.going:
            if not self._signed:
                self._sign_in()
            self._dice.choice(actions)()
        return self._caller.tally

    def _sign_in(self) -> None:
        """Open the one-time link and press its button; then the desk's pages are known anew."""
        self._caller.session.cookies.clear()
        self._signed = True
        self._links, self._forms = ["/desk/", f"/desk/{CAMPAIGN}/", f"/desk/{CAMPAIGN}/mails"], []
        link = self._stage.run("svod", "staff", "link", "--bare").strip().rsplit("\n", 1)[-1]
        self._ask("GET", urlsplit(link).path)
        self._ask("GET", "/desk/link")
        for form in [one for one in self._forms if one.action.endswith("/link")]:
            self._send(form, oddness=0.0)
            self._signed = True

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response | None:
        label = urlsplit(path).path if path.isascii() and len(path) < 300 else "/desk/odd"
        for pattern, name in NAMES:
            label = pattern.sub(name, label, count=1)
        answer = self._caller.ask(f"desk: {method} {label}", method, path, **options)
        if answer is not None and "/desk/sign-in" in answer.headers.get("Location", ""):
            self._signed = False
        if answer is not None and answer.headers.get("Content-Type", "").startswith("text/html"):
            page = read_page(answer)
            ours = {urlsplit(urljoin(answer.url, one)) for one in page.links}
            found = [f"{one.path}?{one.query}".rstrip("?") for one in ours if one.path.startswith("/desk")]
            self._links = (self._links + sorted(found))[-200:]
            self._forms = (self._forms + [one for one in page.forms if "/desk" in one.action])[-60:]
        return answer

    def _follow(self) -> None:
        path = self._dice.choice(self._links)
        if self._dice.random() < 0.2:
            value = quote(self._dice.choice(ODD)[:500])
            path = f"{path.partition('?')[0]}?{self._dice.choice(QUERIES)}={value}"
        self._ask("GET", path)

    def _press(self) -> None:
        if self._forms:
            self._send(self._dice.choice(self._forms), oddness=self._dice.choice([0.0, 0.1, 0.5]))

    def _send(self, form: PageForm, oddness: float) -> None:
        dice, path = self._dice, urlsplit(form.action).path
        if "sign-out" in path and dice.random() < 0.98:
            return
        if SPOILING.search(path) and not any(oktmo in path for oktmo in self._oktmos):
            return
        fields = {name: list(values) for name, values in form.fields.items()}
        for name, values in form.choices.items():
            fields[name] = [dice.choice(values)]
        if form.buttons and (button := dice.choice(form.buttons))[0]:
            fields[button[0]] = [button[1]]
        for name in fields.keys() - ({"csrf_token"} if oddness < 0.5 else set()):
            if dice.random() < oddness:
                fields[name] = [dice.choice(ODD)]
        if form.method == "post":
            self._ask("POST", path, data=fields)
        else:
            self._ask("GET", path, params=fields)

    def _known(self) -> None:
        """An address that no page need lead to; a form's token where one is known."""
        dice = self._dice
        place = f"/desk/{CAMPAIGN}/{dice.choice([*self._oktmos, '00000000', 'x'])}/{dice.choice(TAILS)}"
        path = dice.choice([place, f"/desk/{CAMPAIGN}/mails{dice.choice(STEPS)}", f"/desk{dice.choice(PAGES)}"])
        if "sign-out" in path:
            return
        tokens = [form.fields["csrf_token"] for form in self._forms if "csrf_token" in form.fields]
        fields = {"csrf_token": tokens[-1] if tokens else "", dice.choice(QUERIES): dice.choice(ODD)}
        self._ask(*dice.choice([("GET", path), ("POST", path)]), data=fields)

    def _method(self) -> None:
        self._ask(self._dice.choice(METHODS), self._dice.choice(self._links))
