"""A plain HTTP client of the form, as a clerk's browser without JavaScript: reads pages, fills and sends their forms.

It knows the form only by its HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

TIMEOUT_SECONDS = 30
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class NoFormError(Exception):
    """The page has no such form; `str()` begins with the page's heading."""


@dataclass
class PageForm:
    """One form of a page: where it goes, and what it would send if nothing were changed."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """name → values of its checkboxes, radio buttons or options, in the order of the page"""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """name and value of each button that sends the form; the name may be empty"""


@dataclass
class Page:
    """What came back: where from, its forms, its words by element id."""

    url: str
    status: int
    forms: list[PageForm]
    by_id: dict[str, str]
    heading: str
    text: str
    links: list[str] = field(default_factory=list)
    """addresses of all links, as they stand in the page"""

    @property
    def errors(self) -> dict[str, str]:
        """Field name → what its error element (`<name>-error`) says."""
        return {
            name.removesuffix("-error"): words
            for name, words in self.by_id.items()
            if name.endswith("-error") and words
        }

    def link(self, segment: str) -> str | None:
        """The whole address of the first link that has this segment in its path; None without one."""
        found = (one for one in self.links if segment in urlsplit(one).path.split("/"))
        return next((urljoin(self.url, one) for one in found), None)

    def form(self, having: str | None = None) -> PageForm:
        """The first form that has a field of this name; the page's first form without a name. Raises NoFormError."""
        for form in self.forms:
            if having is None or having in form.fields or having in form.choices:
                return form
        raise NoFormError(f"{self.heading or self.url}: {self.status}, {having or 'form'}")


class PlainClient:
    """Keeps cookies, follows redirects, sends forms as a browser does.

    retries: how many more times a request is made after its connection failed (about two seconds apart); the form's own
    POSTs may be repeated, they carry a key. Raises requests.RequestException after that.
    """

    def __init__(self, retries: int = 0) -> None:
        self.session = requests.Session()
        if retries:
            again = Retry(retries, status=0, redirect=0, allowed_methods=None, backoff_factor=0.3, backoff_max=2)
            self.session.mount("http://", HTTPAdapter(max_retries=again))
        self.session.headers["User-Agent"] = "svod-plain-client"

    def open(self, url: str) -> Page:
        """GET, with redirects followed."""
        return read_page(self.session.get(url, timeout=TIMEOUT_SECONDS))

    def send(
        self,
        page: Page,
        form: PageForm,
        changes: Mapping[str, str | Sequence[str]] | None = None,
        button: tuple[str, str] | None = None,
    ) -> Page:
        """The form with these fields changed, sent by `button` (the first one without a word), redirects followed."""
        values: dict[str, list[str]] = {name: list(kept) for name, kept in form.fields.items()}
        for name, value in (changes or {}).items():
            values[name] = [value] if isinstance(value, str) else list(value)
        pressed = button or (form.buttons[0] if form.buttons else ("", ""))
        if pressed[0]:
            values[pressed[0]] = [pressed[1]]
        url = urljoin(page.url, form.action or page.url)
        pairs = [(name, value) for name, kept in values.items() for value in kept]
        headers = {"Referer": page.url}
        if form.method == "post":
            response = self.session.post(url, data=pairs, headers=headers, timeout=TIMEOUT_SECONDS)
        else:
            response = self.session.get(url, params=pairs, headers=headers, timeout=TIMEOUT_SECONDS)
        return read_page(response)


def read_page(response: requests.Response) -> Page:
    """The page that came back."""
    response.encoding = "utf-8"
    reader = _Reader()
    reader.feed(response.text)
    reader.close()
    words = {name: " ".join("".join(parts).split()) for name, parts in reader.by_id.items()}
    return Page(
        response.url,
        response.status_code,
        reader.forms,
        words,
        " ".join("".join(reader.heading).split()),
        " ".join("".join(reader.text).split()),
        reader.links,
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self.by_id: dict[str, list[str]] = {}
        self.heading: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self._form: PageForm | None = None
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, got.get("id")))
        if got.get("id"):
            self.by_id.setdefault(got["id"], [])
        if tag == "a" and got.get("href"):
            self.links.append(got["href"])
        if tag == "form":
            self._form = PageForm(got.get("action", ""), got.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in got:
            self._field(self._form, tag, got)

    def _field(self, form: PageForm, tag: str, got: Mapping[str, str]) -> None:
        name, kind = got.get("name", ""), got.get("type", "text").lower()
        if (tag == "button" and got.get("type", "submit") == "submit") or (
            tag == "input" and kind in ("submit", "image")
        ):
            form.buttons.append((name, got.get("value", "")))
        elif tag == "input" and name and kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(got.get("value", "on"))
            if "checked" in got:
                form.fields.setdefault(name, []).append(got.get("value", "on"))
        elif tag == "input" and name and kind not in ("button", "reset", "file"):
            form.fields.setdefault(name, []).append(got.get("value", ""))
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields.setdefault(name, []).append("")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(got.get("value", ""))
            if "selected" in got or self._select not in form.fields:
                form.fields[self._select] = [got.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, _ = self._open.pop()
            if opened == tag:
                break
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._textarea:
            kept = self._form.fields[self._textarea]
            kept[-1] = kept[-1].removeprefix("\n")
            self._textarea = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            self._form.fields[self._textarea][-1] += data
            return
        tags = [tag for tag, _ in self._open]
        if "script" in tags or "style" in tags:
            return
        self.text.append(data + " ")
        if "h1" in tags:
            self.heading.append(data)
        for _, name in self._open:
            if name:
                self.by_id[name].append(data + " ")
