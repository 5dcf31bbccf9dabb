"""A calculated figure is never asked, seen before sending, and sent with the report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.webform.clerk import Clerk
from tests.webform.harness import Site

FILE = Path(__file__).with_name("calculated.yaml")


def figures(text: str) -> dict[str, str]:
    """The calculated figures of a form, as they stand in it."""
    return dict(re.findall(r'<output data-figure="(\w+)"[^>]*>([^<]*)</output>', text))


def test_it_is_shown_at_the_check_and_goes_with_the_report(make: Callable[..., Site]) -> None:
    site = make(config=str(FILE))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    form = clerk.enter(site.links["10000001"])
    assert form.form.names & {"boys", "girls", "pupils", "fed", "share"} == {"boys", "girls", "fed"}
    assert "Считается само" in form.ids["pupils"]
    assert figures(form.text) == {"pupils": "—", "share": "—"}
    wrong = clerk.send(form, {"boys": "10", "girls": "5", "fed": "16", "pupils": "100"})
    assert "Питаются 16, а учеников 15." in wrong.text, "what a browser sends for it is not looked at"
    assert figures(wrong.text) == {"pupils": "15", "share": "106,7"}
    check = clerk.send(wrong, {"fed": "3"})
    for words in ("Всего учеников", "15&nbsp;чел.", "Охват", "20&nbsp;%"):
        assert words in check.text, words
    receipt = clerk.send(check)
    assert "15&nbsp;чел." in receipt.text
    with site.outbox() as outbox:
        latest = outbox.submissions.latest("calculated", "10000001")
    assert latest is not None
    assert dict(latest.answers) == {"boys": 10, "girls": 5, "pupils": 15, "fed": 3, "share": "20"}
    changed = clerk.send(clerk.get("/reports/calculated/10000001/form"), {"girls": ""})
    assert "Что изменится" in changed.text
    assert "Всего учеников" in changed.ids["main"].split("Питание")[1] or "Всего учеников" in changed.text
    clerk.send(changed)
    with site.outbox() as outbox:
        latest = outbox.submissions.latest("calculated", "10000001")
    assert latest is not None
    assert dict(latest.answers) == {"boys": 10, "fed": 3}
