"""Attached files on the desk: whoever works with contacts takes them, and the journal says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from tests.desk.harness import add_staff, desk_site, signed_in, svod
from tests.webform.clerk import Clerk
from tests.webform.harness import Site
from tests.webform.test_files import ANSWERS, FILE, opened
from tests.webform.uploads import JPG, PDF

OKTMO = "10000001"
PLACE = f"/desk/papers/{OKTMO}/"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service where one municipality sent two files, and another one attached a file without sending it."""
    made = desk_site(tmp_path_factory.mktemp("papers"), FILE)
    made.start()
    made.read_links()
    for role in ("read", "work", "administer"):
        add_staff(made, role, role)
    clerk, page = opened(made, OKTMO)
    for name, content in (("Акт № 1.pdf", PDF), ("фото.jpg", JPG)):
        page = clerk.upload(page, name, content)
    clerk.send(clerk.send(clerk.get(f"/reports/papers/{OKTMO}/form"), ANSWERS))
    other, page = opened(made, "10000002")
    other.upload(page, "черновик.pdf", PDF)
    yield made
    made.stop()


def test_files_are_taken_by_a_press_that_is_journalled(papers: Site) -> None:
    person = signed_in(papers, "work")
    person.get(PLACE)
    assert "Акт № 1.pdf" in person.text
    places = re.findall(r'action="(/desk/papers/\d+/files/[0-9a-f]{32})"', person.page.text)
    assert len(places) == 2
    taken = person.post(places[0])
    assert taken.content == PDF
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert taken.headers["Cache-Control"] == "no-store"
    assert person.get(places[1]).url.endswith(PLACE), "an address alone gives nothing"
    journal = signed_in(papers, "administer")
    journal.get("/desk/journal")
    assert "взят приложенный файл, вопрос «Акты проверки»" in journal.text
    assert "Акт № 1" not in journal.text


def test_a_program_learns_how_many_files_there_are_and_no_names(papers: Site) -> None:
    token = svod(papers, "token", "add", "Витрина", "--contacts").stdout.splitlines()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    found = requests.get(f"{papers.address}/api/v1/campaigns/papers/reports", headers=headers, timeout=30)
    assert found.json()["items"][0]["answers"]["papers"] == 2
    assert "Акт" not in found.text


def test_who_only_reads_sees_that_there_are_files(papers: Site) -> None:
    person = signed_in(papers, "read")
    person.get(PLACE)
    assert "Приложены файлы" in person.text
    assert "Акт № 1.pdf" not in person.text


def test_what_was_not_sent_or_is_of_another_municipality_is_not_given(papers: Site) -> None:
    with papers.outbox() as outbox:
        (draft,) = outbox.attachments.current("papers", "10000002")
        sent = outbox.attachments.current("papers", OKTMO)[0]
    person = signed_in(papers, "work")
    for path in (f"10000002/files/{draft.id}", f"10000002/files/{sent.id}", f"{OKTMO}/files/{'0' * 32}"):
        person.get(PLACE)
        assert person.post(f"/desk/papers/{path}").status_code == 404
    stranger = Clerk(papers.address)
    assert stranger.get(f"{PLACE}files/{sent.id}").path.startswith("/desk/sign-in")
