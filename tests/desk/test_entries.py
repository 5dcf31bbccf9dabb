"""Lists of entries on the ministry's page of a municipality and in the reading API, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from outbox.records import Json
from tests.desk.harness import PASSWORD, Person, add_staff, desk_site
from tests.desk.test_api import ask, new_token
from tests.outbox.factories import report
from tests.webform.harness import ROOT, Site

pytestmark = pytest.mark.slow

FILE = Path(ROOT) / "tests" / "webform" / "events.yaml"
FIRST = "10000001"
ENTRIES: list[Json] = [
    {"day": "2023-05-01", "name": "Бал <b>", "participants": 1200, "cost": "1.5", "guests": ["press"]},
    {"day": "2023-05-02", "name": "Бег", "participants": 5},
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = desk_site(tmp_path_factory.mktemp("entries"), FILE)
    made.start()
    answers: dict[str, Json] = {"held": True, "events": ENTRIES, "events_count": 2, "events_participants": 1205}
    with made.outbox() as outbox:
        outbox.submissions.submit(report(FIRST, f"{7:032x}", campaign="events", answers=answers))
    yield made
    made.stop()


def test_programs_get_every_entry_and_what_it_asks(site: Site) -> None:
    token = new_token(site)
    questions = {one["id"]: one for one in ask(site, "campaigns/events", token).json()["questions"]}
    asked = questions["events"]
    assert (asked["type"], [one["id"] for one in asked["entries"]][:3]) == ("repeats", ["day", "name", "participants"])
    assert questions["events_count"]["entries"] == []
    (sent,) = ask(site, "campaigns/events/reports", token).json()["items"]
    assert sent["answers"]["events"] == ENTRIES
    assert sent["answers"]["events_participants"] == 1205


def test_the_ministry_sees_every_entry(site: Site) -> None:
    add_staff(site, "spec")
    person = Person(site)
    person.sign_in("spec", PASSWORD)
    page = person.get(f"/desk/events/{FIRST}/")
    assert page.status_code == 200
    assert "Мероприятие 2: Дата: 02.05.2023; Название: Бег; Число участников: 5" in person.text
    assert "Бал &lt;b&gt;" in page.text
