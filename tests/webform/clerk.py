"""A clerk without JavaScript: opens pages, reads their one form, sends it with its hidden fields, keeps cookies."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = list[tuple[str, str]]
BOUNDARY = "a-boundary-of-the-tests"


@dataclass
class Form:
    """A form of a page: where its first button leads, what it would send, where its other buttons lead.

    choices: name → what each of its boxes would send when it is ticked
    """

    action: str = ""
    method: str = "get"
    fields: Fields = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    url: str
    status: int
    text: str
    headers: dict[str, str]
    forms: list[Form] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    title: str = ""

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    @property
    def form(self) -> Form:
        """The page's only form."""
        assert len(self.forms) == 1, [form.action for form in self.forms]
        return self.forms[0]

    def error(self, name: str) -> str:
        """The words of the error of a field, "" without one."""
        return self.ids.get(f"{name}-error", "")

    @property
    def errors(self) -> dict[str, str]:
        return {name[: -len("-error")]: words for name, words in self.ids.items() if name.endswith("-error")}


class _Reader(HTMLParser):
    """Reads forms as a browser would send them, and the words of every element with an id."""

    VOID = frozenset({"input", "link", "meta", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.ids: dict[str, str] = {}
        self.title = ""
        self._open: list[tuple[str, str | None]] = []
        self._form: Form | None = None
        self._area: tuple[str, str] | None = None
        self._button: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in self.VOID:
            self._open.append((tag, given.get("id")))
        if "id" in given:
            assert given["id"] not in self.ids, f"id twice: {given['id']}"
            self.ids[given["id"]] = ""
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if "disabled" in given:
            return
        if tag == "input" and name:
            self._form.names.add(name)
            if given.get("type") in ("checkbox", "radio"):
                self._form.choices.setdefault(name, []).append(given.get("value", ""))
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._form.fields.append((name, given.get("value", "")))
        elif tag == "textarea" and name:
            self._form.names.add(name)
            self._area = (name, "")
        elif tag == "button":
            self._button = given.get("formaction", self._form.action)
            self._form.buttons.append(("", self._button))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "textarea" and self._area and self._form:
            # A browser drops the first line break of a text area and sends line breaks as CRLF.
            name, text = self._area
            text = text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
            self._form.fields.append((name, text))
            self._area = None
        if tag == "button":
            self._button = None
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area = (self._area[0], self._area[1] + data)
        if self._button is not None and self._form:
            words, action = self._form.buttons[-1]
            self._form.buttons[-1] = (words + data, action)
        for tag, name in self._open:
            if tag == "title":
                self.title += data
            if name:
                self.ids[name] += data


def read_page(url: str, status: int, text: str, headers: dict[str, str]) -> Page:
    reader = _Reader()
    if headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(text)
    ids = {name: re.sub(r"[ \t\r\n]+", " ", words).strip() for name, words in reader.ids.items()}
    return Page(url, status, text, headers, reader.forms, ids, reader.title)


def _text(content: bytes) -> str:
    """The text of a page; of an attached file its bytes, one sign each."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


class Clerk:
    """One browser without JavaScript."""

    def __init__(self, address: str, headers: dict[str, str] | None = None) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.headers = headers or {}
        self.page: Page | None = None
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self._follow = urllib.request.build_opener(cookies)
        self._stay = urllib.request.build_opener(cookies, _Stay())

    def get(self, url: str) -> Page:
        return self.ask(url)

    def ask(self, url: str, fields: Fields | bytes | None = None, *, follow: bool = True, **headers: str) -> Page:
        """One request; fields, or a body as it is, make it a POST."""
        body = urllib.parse.urlencode(fields).encode() if isinstance(fields, list) else fields
        return self._ask(url, body, {name.replace("_", "-"): value for name, value in headers.items()}, follow=follow)

    def _ask(self, url: str, body: bytes | None, headers: dict[str, str], *, follow: bool = True) -> Page:
        url = urllib.parse.urljoin(self.address, url)
        request = urllib.request.Request(url, body, self.headers | headers)  # noqa: S310 - the test's own server
        try:
            with (self._follow if follow else self._stay).open(request, timeout=30) as answer:
                page = read_page(answer.url, answer.status, _text(answer.read()), dict(answer.headers))
        except urllib.error.HTTPError as error:
            with error:
                page = read_page(error.url or url, error.code, error.read().decode(), dict(error.headers))
        self.page = page
        return page

    def fetch(self, url: str) -> tuple[bytes, dict[str, str]]:
        """Return the file at this address, and the headers of the answer."""
        request = urllib.request.Request(urllib.parse.urljoin(self.address, url), headers=self.headers)  # noqa: S310
        with self._follow.open(request, timeout=30) as answer:
            return answer.read(), dict(answer.headers)

    def give(self, page: Page, name: str, content: bytes, filename: str = "blank.xlsx") -> Page:
        """Send the page's form with a file under this name, as a browser does."""
        parts = [(f'name="{field}"', value.encode()) for field, value in page.form.fields if field != name]
        parts.append((f'name="{name}"; filename="{filename}"', content))
        mark = b"----a-mark-that-no-file-has"
        body = b"".join(
            b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (mark, head.encode(), value)
            for head, value in parts
        )
        kind = f"multipart/form-data; boundary={mark.decode()}"
        return self._ask(page.form.action, body + b"--%s--\r\n" % mark, {"Content-Type": kind})

    def send(
        self,
        page: Page,
        changes: dict[str, str | list[str] | None] | None = None,
        button: str = "",
        *,
        follow: bool = True,
    ) -> Page:
        """Send the page's form with these fields changed (None: left out); `button`: words of another button."""
        form = page.form
        changes = changes or {}
        fields = [(name, value) for name, value in form.fields if name not in changes]
        for name, value in changes.items():
            if value is not None:
                fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        action = next((action for words, action in form.buttons if words.strip() == button), "") if button else ""
        assert not button or action, (button, form.buttons)
        return self.ask(action or form.action, fields, follow=follow)

    def upload(self, page: Page, filename: str, content: bytes) -> Page:
        """Attach a file on its question's page."""
        form = next(one for one in page.forms if one.action.endswith("/add"))
        line = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
        head = "".join(f'{line}"{name}"\r\n\r\n{value}\r\n' for name, value in form.fields if name != "file")
        quoted = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")  # as browsers do
        head += f'{line}"file"; filename="{quoted}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self.ask(form.action, body, Content_Type=kind)

    def enter(self, link: str) -> Page:
        """Open a personal link and press its button: the form."""
        return self.send(self.get(link))

    def field(self, page: Page, name: str) -> str | None:
        return next((value for key, value in page.form.fields if key == name), None)


GOOD: dict[str, str | list[str] | None] = {
    "contact_name": "Ответственный исполнитель",
    "contact_post": "специалист",
    "contact_phone": "8 (4922) 00-00-00",
    "contact_email": "otdel@example.org",
    "registered_college_students": "10",
    "registered_university_students": "5",
    "registered_school_heads": "3",
    "registered_teachers": "20",
    "registered_local_heads": "1",
    "registered_local_staff": "2",
    "informed": "1 234",
    "audiences": ["teachers", "parents"],
    "events": "4",
    "site_publications": "2",
    "media_publications": "0",
    "social_publications": "1",
    "links": "https://example.org/news/1\r\nhttps://example.org/news/2",
    "comment": "Провели встречи в школах.",
}
"""A report of the first campaign that nothing stands in the way of."""


def report(**changes: str | list[str] | None) -> dict[str, str | list[str] | None]:
    return GOOD | changes
