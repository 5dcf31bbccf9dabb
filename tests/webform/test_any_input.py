"""Whatever is sent, the form answers with a page and gives back what was typed. Hypothesis over the application."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import load_campaign
from outbox.address_codes import Holder
from tests.webform.clerk import GOOD, read_page
from tests.webform.harness import REPORTS, ROOT, Site
from webform import create_app
from webform.forms.form_input import FormInput, from_json, showable
from webform.forms.plan import Plan
from webform.services import NAME

CAMPAIGN = load_campaign(ROOT / "config.yaml")
PLAN = Plan(CAMPAIGN)
FORM = f"{REPORTS}/17701000/form"
TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "0",
            "1 234",
            "-1",
            "1,5",
            "=1+1",
            "\x00",
            "\N{ZERO WIDTH NO-BREAK SPACE}",
            "9" * 400,
            "<script>",
            "yes",
            "teachers",
        ]
    ),
)
NAMES = st.sampled_from(sorted(PLAN.single | PLAN.several)) | st.text(max_size=20)
FIELDS = st.lists(st.tuples(NAMES, TEXTS), max_size=25)


@pytest.fixture
def client(make: Callable[..., Site]) -> FlaskClient:
    app = create_app(make(SUBMISSIONS_RATE="1000000 per minute").environ)
    client = app.test_client()
    client.post("/enter", data={"code": app.extensions[NAME].codes.code(Holder("default", "17701000"), 1)})
    return client


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=FIELDS)
def test_the_form_gives_back_what_was_typed(client: FlaskClient, sent: list[tuple[str, str]]) -> None:
    form = read_page("", 200, client.get(FORM).text, {"Content-Type": "text/html"}).form
    unseen = [(n, v) for n, v in form.fields if n in ("csrf_token", "key", "base_version", "ticket", "opened")]
    names = [n for n, _ in unseen]
    typed = [(n, _sendable(v)) for n, v in sent if n not in names]
    fields: dict[str, list[str]] = {}
    for name, value in [*unseen, *typed]:
        fields.setdefault(_sendable(name), []).append(value)
    answer = client.post(FORM, data=fields, follow_redirects=True)
    assert answer.status_code == 200
    page = read_page("", 200, answer.text, {"Content-Type": "text/html"})
    shown = dict(page.form.fields)
    for name, question in CAMPAIGN.by_id.items():
        values = fields.get(name, [""])
        if name in PLAN.single and not question.options and "\n" not in values[0] and "\r" not in values[0]:
            assert shown.get(name, "") == showable(values[0])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=FIELDS, body=st.binary(max_size=200))
def test_no_post_is_a_fault(client: FlaskClient, sent: list[tuple[str, str]], body: bytes) -> None:
    fields: dict[str, list[str]] = {}
    for name, value in sent:
        fields.setdefault(_sendable(name), []).append(_sendable(value))
    for path in ("form", "submissions", "edit", "draft", "draft/delete", "blank"):
        assert client.post(f"{REPORTS}/17701000/{path}", data=fields).status_code < 500
        raw = client.post(f"{REPORTS}/17701000/{path}", data=body, content_type="application/x-www-form-urlencoded")
        assert raw.status_code < 500
    for path in ("/enter", "/confirm"):
        assert client.post(path, data=body, content_type="multipart/form-data; boundary=x").status_code < 500
        assert client.post(path, data=fields | {"number": [_sendable("ФО-1")], "token": ["x"]}).status_code < 500


@given(fields=st.dictionaries(st.sampled_from(sorted(PLAN.single)), st.text()))
def test_a_draft_keeps_what_can_be_kept(fields: dict[str, str]) -> None:
    form_input = FormInput(fields)
    again = from_json(PLAN, form_input.to_json())
    assert again.fields == {name: showable(text) for name, text in fields.items()}
    assert (again == form_input) is form_input.keepable


def _sendable(text: str) -> str:
    """What a browser can put into a request: it has no lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def test_good_report_is_known_to_the_plan() -> None:
    assert set(GOOD) <= PLAN.single | PLAN.several
