"""A running service with the desk, and people at it: plain HTTP with a browser's cookies."""

from __future__ import annotations

import itertools
import re
from html import unescape
from pathlib import Path
from subprocess import CompletedProcess

import requests

from svod.__main__ import run
from tests.commands import run_command
from tests.webform.harness import Site, make_site

PASSWORD = "вязаный апельсин смотрит вдаль"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_addresses = itertools.count(1)


def desk_site(folder: Path, config: Path | None = None, **environ: str) -> Site:
    """A site of form and desk behind a trusted proxy, so that people come from addresses of their own; not started."""
    made = make_site(folder, config, TRUSTED_PROXIES="1", **environ)
    made.application = "svod.web:create_app()"
    return made


def svod(site: Site, *words: str, entered: str = "", check: bool = True) -> CompletedProcess[str]:
    """`svod …` in the site's environment."""
    done = run_command(run, *words, environ=site.environ, entered=entered)
    assert not check or done.returncode == 0, done.stderr
    return done


def add_staff(site: Site, name: str, role: str = "work") -> None:
    svod(site, "staff", "add", name, "--role", role, "--password-stdin", entered=f"{PASSWORD}\n")


class Person:
    """Somebody with a browser and an address of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.headers["X-Forwarded-For"] = f"192.0.2.{next(_addresses) % 250}"
        self.page: requests.Response

    @property
    def text(self) -> str:
        """The words of the page, without its marks."""
        body = re.sub(r"(?s)<(head|style|svg).*?</\1>", " ", self.page.text)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.address)

    def get(self, path: str) -> requests.Response:
        self.page = self.session.get(path if "://" in path else self.site.address + path, timeout=30)
        return self.page

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form of the page that is open."""
        token = _TOKEN.search(self.page.text)
        data = {"csrf_token": unescape(token[1])} | fields if token else fields
        self.page = self.session.post(self.site.address + path, data=data, timeout=30)
        return self.page

    def sign_in(self, name: str, password: str = PASSWORD, then: str = "") -> requests.Response:
        self.get("/desk/sign-in")
        return self.post("/desk/sign-in", name=name, password=password, then=then)


def signed_in(site: Site, name: str) -> Person:
    person = Person(site)
    assert person.sign_in(name).status_code == 200, person.text
    assert person.path == "/desk/"
    return person
