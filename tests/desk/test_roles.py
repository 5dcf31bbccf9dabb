"""Who may open what: every page of the desk, its methods and the role that it asks for."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from desk.access import OPEN
from svod.web import create_app
from tests.desk.harness import Person
from tests.webform.harness import Site

pytestmark = pytest.mark.slow

PAGES = {
    "GET /": "read",
    "GET /<campaign:campaign>/<oktmo>/contacts": "read",
    "GET /<campaign:campaign>/<oktmo>/deadline": "read",
    "GET /<campaign:campaign>/<oktmo>/link": "read",
    "GET /<campaign:campaign>/<oktmo>/remarks": "read",
    "GET /<campaign:campaign>/<oktmo>/remarks/back": "read",
    "GET /<campaign:campaign>/contacts": "read",
    "GET /<campaign:campaign>/<oktmo>/files/<file>": "read",
    "GET /account": "read",
    "GET /link": None,
    "GET /link/<secret>": None,
    "GET /sign-in": None,
    "GET /sign-in/code": None,
    "GET /static/<digest>/<name>": None,
    "GET /<campaign:campaign>/": "read",
    "GET /<campaign:campaign>/<oktmo>/": "read",
    "GET /<campaign:campaign>/<oktmo>/receipts/<int:version>.pdf": "read",
    "GET /<campaign:campaign>/mails": "read",
    "GET /<campaign:campaign>/mails/<mail>": "read",
    "GET /<campaign:campaign>/mails/<mail>/address": "read",
    "GET /<campaign:campaign>/mails/steps/<step>": "work",
    "GET /<campaign:campaign>/mails/steps/<step>/files": "work",
    "GET /journal": "administer",
    "POST /<campaign:campaign>/<oktmo>/answer/<any('docx', 'pdf'):kind>": "work",
    "POST /<campaign:campaign>/<oktmo>/contacts": "work",
    "POST /<campaign:campaign>/<oktmo>/deadline": "work",
    "POST /<campaign:campaign>/<oktmo>/deadline/over": "work",
    "POST /<campaign:campaign>/<oktmo>/files/<file>": "work",
    "POST /<campaign:campaign>/<oktmo>/link": "work",
    "POST /<campaign:campaign>/<oktmo>/reissue": "work",
    "POST /<campaign:campaign>/<oktmo>/remarks": "work",
    "POST /<campaign:campaign>/<oktmo>/remarks/back": "work",
    "POST /<campaign:campaign>/<oktmo>/revoke": "work",
    "POST /<campaign:campaign>/contacts": "work",
    "POST /<campaign:campaign>/sheet": "read",
    "GET /<campaign:campaign>/note.<any('docx', 'pdf'):kind>": "read",
    "GET /<campaign:campaign>/reports.<any('xlsx', 'csv', 'json'):kind>": "read",
    "GET /<campaign:campaign>/summary.pdf": "read",
    "GET /<campaign:campaign>/restore": "work",
    "GET /<campaign:campaign>/restore/do": "work",
    "GET /<campaign:campaign>/restore/drop": "work",
    "POST /<campaign:campaign>/restore": "work",
    "POST /<campaign:campaign>/restore/do": "work",
    "POST /<campaign:campaign>/restore/drop": "work",
    "POST /<campaign:campaign>/mails/<mail>/address": "work",
    "POST /<campaign:campaign>/mails/<mail>/again": "work",
    "POST /<campaign:campaign>/mails/<mail>/bounced": "work",
    "POST /<campaign:campaign>/mails/<mail>/forgive": "work",
    "POST /<campaign:campaign>/mails/steps/<step>": "work",
    "POST /<campaign:campaign>/mails/steps/<step>/again": "work",
    "POST /<campaign:campaign>/mails/steps/<step>/files": "work",
    "POST /account": "read",
    "POST /link": None,
    "POST /sign-in": None,
    "POST /sign-in/code": None,
    "POST /sign-out": "read",
}
"""The role that each asks for; None for those who are not signed in."""
SAMPLES = {
    "version": "1",
    "kind": "pdf",
    "file": "x",
    "secret": "x",
    "digest": "x",
    "name": "x",
    "campaign": "flagmany-2023",
    "oktmo": "17605000",
    "mail": "x",
    "step": "reminder",
}


@pytest.fixture(scope="module")
def app(site: Site) -> Flask:
    form = create_app(site.environ)
    assert isinstance(form.wsgi_app, DispatcherMiddleware)
    desk = form.wsgi_app.mounts["/desk"]
    assert isinstance(desk, Flask)
    return desk


def routes(app: Flask) -> dict[str, str]:
    """Return «METHOD rule» → endpoint."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[f"{method} {rule.rule}"] = rule.endpoint
    return found


def test_every_page_asks_for_its_role(app: Flask) -> None:
    roles = {
        route: None if endpoint in OPEN else getattr(app.view_functions[endpoint], "role", "closed")
        for route, endpoint in routes(app).items()
    }
    assert roles == PAGES


def test_a_stranger_gets_nothing_and_a_reader_no_more_than_is_read(app: Flask, site: Site) -> None:
    stranger, reader = Person(site), Person(site)
    reader.sign_in("read")
    for route, role in PAGES.items():
        if role is None:
            continue
        method, rule = route.split(maxsplit=1)
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: SAMPLES[found[1]], rule)
        address = f"{site.address}/desk{path}"
        answer = stranger.session.request(method, address, allow_redirects=False, timeout=30)
        assert answer.status_code == (303 if method == "GET" else 401), route
        assert "Location" not in answer.headers or answer.headers["Location"].startswith("/desk/sign-in"), route
        if role != "read":
            assert reader.session.request(method, address, timeout=30).status_code == 403, route
