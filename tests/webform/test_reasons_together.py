"""All explanations of a report stand in one cell: what no cell holds is refused in the form, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.webform.campaigns import KOVROV, write_campaign
from tests.webform.clerk import Clerk
from tests.webform.harness import make_site

pytestmark = pytest.mark.slow

RULES = 52


def test_explanations_that_no_cell_holds_are_shortened_in_the_form(tmp_path: Path) -> None:
    config = write_campaign(tmp_path / "campaigns", "many-rules")
    rules = "".join(
        f"  - {{id: r{n}, if: clubs > 0, at: clubs, short: Проверка {n}, message: Больше нуля., advice: Поясните., "
        "level: warning, ask: reason}\n"
        for n in range(RULES)
    )
    config.write_text(config.read_text(encoding="utf-8") + f"rules:\n{rules}", encoding="utf-8")
    site = make_site(tmp_path / "data", config)
    site.start()
    try:
        clerk = Clerk(site.address)
        site.read_links()
        asked = clerk.send(clerk.enter(site.links[KOVROV]), {"clubs": "5"})
        words: dict[str, str | list[str] | None] = {f"reason:r{n}": "Ж" * 1000 for n in range(RULES)}
        refused = clerk.send(asked, words)
        assert set(refused.errors) == {"reason:r0"}, "one of them says what is wrong with all"
        error = refused.error("reason:r0").replace("\N{NO-BREAK SPACE}", " ")
        assert "Все пояснения вместе слишком длинные" in error
        assert "можно не больше 50 000" in error
        assert clerk.field(refused, "reason:r51") == "Ж" * 1000, "what was typed stays"
        shorter = clerk.send(refused, {f"reason:r{n}": "Ж" * 900 for n in range(RULES)})
        assert "Осталось отправить" in shorter.title
        assert clerk.send(shorter).path.endswith("/receipts/1")
    finally:
        site.stop()
