"""The reading API: over HTTP, with a token, against a store with reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings

from campaign import load_campaign
from outbox.records import Correction, MunicipalityStatus
from tests.desk.harness import desk_site, svod
from tests.outbox.factories import report
from tests.webform.harness import CAMPAIGN, ROOT, Site

MANY = 7
CODES = sorted(one.oktmo for one in load_campaign(ROOT / "config.yaml").municipalities)
NAME = "Контактное лицо"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service with reports of seven municipalities, the first of them twice."""
    made = desk_site(tmp_path_factory.mktemp("api"))
    made.start()
    with made.outbox() as outbox:
        for key, number in enumerate([*range(MANY), 0]):
            given = {"answers": {"comment": "=1+1"}, "contacts": {"contact_name": NAME}, "base_version": key // MANY}
            sent = report(CODES[number], f"{key:032x}", campaign=CAMPAIGN, **given)
            outbox.submissions.submit(sent)
        as_of = outbox.submissions.all(CAMPAIGN)[-1].accepted_at
        last = outbox.submissions.latest(CAMPAIGN, CODES[0])
        assert last is not None
        outbox.statuses.publish(
            CAMPAIGN,
            [
                MunicipalityStatus(
                    CODES[0], "on_time", last.receipt, 2, 2, False, {"informed": 5},
                    (Correction("informed", 4, 5),), (), as_of,
                )
            ],
        )  # fmt: skip
    yield made
    made.stop()


def new_token(site: Site, *words: str) -> str:
    return svod(site, "token", "add", "Витрина", *words).stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return new_token(site)


def ask(site: Site, path: str, token: str | None, **headers: str) -> requests.Response:
    if token:
        headers["Authorization"] = f"Bearer {token}"
    url = path if "://" in path else f"{site.address}{path if path.startswith('/') else f'/api/v1/{path}'}"
    return requests.get(url, headers=headers, timeout=30)


def pages(site: Site, path: str, token: str) -> list[dict[str, Any]]:
    """Return the items of all pages."""
    items, following = [], f"/api/v1/{path}"
    while following:
        page = ask(site, following, token).json()
        items += page["items"]
        following = page["next"]
    return items


def test_campaigns_and_their_questions(site: Site, token: str) -> None:
    (brief,) = ask(site, "campaigns", token).json()["items"]
    assert (brief["id"], brief["reported"], brief["rehearsal"]) == (CAMPAIGN, 1, True)
    whole = ask(site, f"campaigns/{CAMPAIGN}", token).json()
    questions = {one["id"]: one for one in whole["questions"]}
    assert questions["contact_name"]["kept_at_home"]
    assert questions["informed"]["unit"] == "чел."


def test_all_versions_come_once_whatever_the_size_of_a_page(site: Site, token: str) -> None:
    for limit in (1, 3, 8, 500):
        found = pages(site, f"campaigns/{CAMPAIGN}/reports?limit={limit}", token)
        assert [one["number"] for one in found] == list(range(1, MANY + 2))
        assert [one["counts"] for one in found] == [False] * MANY + [True]
    assert found[-1]["version"] == 2
    assert found[0]["answers"] == {"comment": "=1+1"}


def test_every_municipality_comes_once_with_its_state(site: Site, token: str) -> None:
    found = pages(site, f"campaigns/{CAMPAIGN}/municipalities?limit=4", token)
    codes = [one["oktmo"] for one in found]
    assert codes == sorted(set(codes))
    first = next(one for one in found if one["oktmo"] == CODES[0])
    assert (first["state"], first["counted"]) == ("on_time", {"informed": 5})
    assert first["corrections"] == [{"question": "informed", "submitted": 4, "sheet": 5}]
    assert {one["state"] for one in found if one is not first} == {None}


def test_contacts_are_for_their_own_right(site: Site, token: str) -> None:
    path = f"campaigns/{CAMPAIGN}/reports"
    assert NAME not in ask(site, path, token).text
    assert ask(site, path, token).json()["items"][0]["contacts"] is None
    allowed = new_token(site, "--contacts")
    assert ask(site, path, allowed).json()["items"][0]["contacts"] == {"contact_name": NAME}


@pytest.mark.parametrize("path", ["campaigns", f"campaigns/{CAMPAIGN}/reports", "campaigns/unknown", "nowhere"])
def test_without_a_good_token_nothing_is_said(site: Site, token: str, path: str) -> None:
    for secret in (None, "svod_", f"{token}x", token.upper(), "я" * 10):
        headers = {"X-Forwarded-For": f"198.51.100.{hash((path, secret)) % 250}"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}".encode().decode("latin-1")
        refused = requests.get(f"{site.address}/api/v1/{path}", headers=headers, timeout=30)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert "svod token add" not in refused.text
        assert refused.json()["title"] == "Нужен ключ"
    assert ask(site, f"{path}?token={token}", None, **{"X-Forwarded-For": "198.51.100.251"}).status_code == 401


def test_a_revoked_token_ends_at_once(site: Site) -> None:
    secret = new_token(site)
    assert ask(site, "campaigns", secret).status_code == 200
    number = svod(site, "token", "list").stdout.splitlines()[-1].split("\t")[0]
    svod(site, "token", "revoke", number)
    assert ask(site, "campaigns", secret).status_code == 401
    assert svod(site, "token", "revoke", number, check=False).returncode == 2


def test_secrets_are_neither_kept_nor_logged(site: Site, token: str) -> None:
    ask(site, f"campaigns?x={token}", token)
    kept = b"".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
    assert token.encode() not in kept
    assert re.search(rb'"route": "/api/v1/campaigns".*"token": \d+', kept)


def test_an_unchanged_page_is_not_sent_again(site: Site, token: str) -> None:
    first = ask(site, "campaigns", token)
    again = ask(site, "campaigns", token, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_what_is_not_understood_is_refused_in_words(site: Site, token: str) -> None:
    path = f"campaigns/{CAMPAIGN}/reports"
    for query in (
        "limit=0",
        "limit=501",
        "limit=x",
        "after=-1",
        "after=99999999999",
        "unknown=1",
        "after=" + "9" * 500,
    ):
        refused = ask(site, f"{path}?{query}", token)
        assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json"), query
        assert "Проверьте параметры" in refused.json()["detail"]
    assert ask(site, "campaigns/unknown", token).status_code == 404
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.post(f"{site.address}/api/v1/campaigns", headers=headers, timeout=30).status_code == 405
    body = requests.get(f"{site.address}/api/v1/campaigns", headers=headers, data=b"x" * 5000, timeout=30)
    assert body.status_code == 413


def test_a_program_that_asks_too_often_waits(site: Site) -> None:
    secret = new_token(site)
    answers = [ask(site, "campaigns", secret) for _ in range(125)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"


def test_answers_are_as_the_document_says(site: Site) -> None:
    """schemathesis: parameters of every kind, each answer held against its schema."""
    import schemathesis  # here, because every process of the suite imports this module

    document = ask(site, "openapi.json", None).json()
    secrets = [new_token(site) for _ in range(4)]
    for number, found in enumerate(schemathesis.openapi.from_dict(document).get_all_operations()):
        operation: Any = found.ok()  # type: ignore[union-attr]
        _check(operation, f"{site.address}/api/v1", {"Authorization": f"Bearer {secrets[number % 4]}"})


def _check(operation: Any, base: str, headers: dict[str, str]) -> None:
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import response_schema_conformance

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    )
    def check(case: Any) -> None:
        answer = case.call(base_url=base, headers=headers)
        case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])

    check()
