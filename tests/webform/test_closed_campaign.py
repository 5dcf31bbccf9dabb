"""A campaign that the ministry has ended takes no more reports, whatever its deadline; what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.webform.campaigns import KOVROV, write_campaign
from tests.webform.clerk import Clerk
from tests.webform.harness import Site

ENDED = "Министерство закончило собирать эти сведения."


def test_what_is_ended_is_read_and_not_sent(tmp_path: Path, make: Callable[..., Site]) -> None:
    file = write_campaign(tmp_path, "clubs")
    site = make(config=str(file))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[KOVROV])
    site.stop()
    write_campaign(tmp_path, "clubs", closed=True)
    site.start()
    answer = clerk.send(form, {"clubs": "5"})
    assert "Отчёт не отправлен." in answer.text
    assert "Введённое сохранено черновиком" in answer.text
    assert ENDED in answer.text
    assert "продлить срок" not in answer.text, "no extension would open it"
    home = clerk.get(form.path.removesuffix("form"))
    assert ENDED in home.text
    assert "Заполнить отчёт" not in home.text
    with site.outbox() as outbox:
        assert outbox.submissions.latest("clubs", KOVROV) is None
