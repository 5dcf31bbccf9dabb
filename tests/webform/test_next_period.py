"""The next period of a campaign: last period's figures beside the fields, contacts remembered for a year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from campaign.next_period import next_period
from tests.webform.clerk import Clerk, report
from tests.webform.harness import ROOT, Site
from tests.webform.test_versions import publish_status

OKTMO, NEXT = "17605000", "flagmany-2024"


def test_figures_and_contacts_come_along(tmp_path: Path, make: Callable[..., Site]) -> None:
    folder = tmp_path / "campaigns"
    folder.mkdir()
    first = folder / "first.yaml"
    first.write_text((ROOT / "config.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    site = make(config=str(folder))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    sent = clerk.send(clerk.send(clerk.enter(site.links[OKTMO]), report()))
    assert "Квитанция" in sent.text
    site.stop()
    (folder / "next.yaml").write_text(next_period(first, None).text, encoding="utf-8")
    site.move("2024-05-01T12:00:00+03:00")
    site.start()
    clerk.enter(site.links[OKTMO])
    form = clerk.get(f"/reports/{NEXT}/{OKTMO}/form")
    assert "Прежнее значение: 1\N{NO-BREAK SPACE}234" in form.ids["informed-before"]
    assert clerk.field(form, "informed") == ""
    assert clerk.field(form, "contact_email") == "otdel@example.org"
    assert clerk.field(form, "registered_teachers") == ""
    publish_status(site, OKTMO)
    assert "35" in clerk.get(form.path).ids["registered_teachers-before"], "what counts, not what was sent"
    site.move("2024-05-29T12:00:00+03:00")
    later = clerk.get(form.path)
    assert clerk.field(later, "contact_email") == "", "asked again after a year"
    asked = clerk.send(later, report(informed="1"))
    assert "Было 35, стало 20" in asked.text, "a rule compares with the period before"
    with site.outbox() as outbox:
        assert outbox.submissions.latest(NEXT, OKTMO) is None
