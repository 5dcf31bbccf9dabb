"""A roll-up in an installation: served by the same worker as the campaigns, and known to its commands."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.country import HEAD, put_region, region_line
from tests.sync.harness import Server
from tests.sync.several import CHECKS, CONTEST, MEALS, Several
from tests.sync.test_processes import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROLLUP = "by-region"
OWN = region_line("17", "Владимирская область", campaign=CONTEST)


@pytest.fixture
def several(server: Server, tmp_path: Path) -> Iterator[Several]:
    server.clear_faults()
    made = Several.make(server, tmp_path)
    for other in (MEALS, CHECKS):
        made.file(other).unlink()
    (tmp_path / "spreadsheets").mkdir(mode=0o700)
    (tmp_path / "spreadsheets" / CONTEST).write_text(server.create(), encoding="utf-8")
    yield made
    made.end()
    server.clear_faults()


def figures(several: Several) -> dict[object, object]:
    """Region → «Зарегистрировались»."""
    header, *rows = several.grid(ROLLUP, "Регионы")[3:] or [[]]
    at = header.index("Зарегистрировались") if header else 0
    return {row[0]: row[at] for row in rows}


def test_a_roll_up_is_served_beside_the_campaigns_and_follows_its_file(several: Several, server: Server) -> None:
    foreign = put_region(server, [("18701000", "Город", "сдан в срок", 5, 2)])
    several.submit(CONTEST)
    main = len(several.campaign(CONTEST).main_questions)
    worker = several.start()
    wait_for(lambda: several.reported(CONTEST) == 1, worker)
    several.put(ROLLUP, HEAD + OWN)
    code, said = several.svod("reload")
    assert code == 0, said
    assert "Новая сводка по регионам: Регистрации (by-region)." in said
    assert "by-region:" in said  # its spreadsheet is named before anything else
    wait_for(lambda: figures(several) == {"Владимирская область": main}, worker)

    several.put(ROLLUP, HEAD + OWN + region_line("18", "Волгоград", campaign="absent"))
    code, said = several.svod("reload")
    assert (code, "regions[2].campaign: кампании «absent» в этой папке нет" in said) == (2, True), said
    more = region_line("18", "Волгоград", spreadsheet=foreign) + region_line(
        "19", "Вологда", spreadsheet="1nothing-is-here-at-all"
    )
    several.put(ROLLUP, HEAD + OWN + more)
    assert several.svod("reload")[0] == 0
    wait_for(lambda: figures(several) == {"Владимирская область": main, "Волгоград": 5, "Вологда": "—"}, worker)

    code, said = several.svod("status", "--no-form")
    assert code == 1
    assert "Источники прочитаны:  2 из 3" in said
    assert "  Вологда: таблицы по этому адресу нет" in said
    assert "Регистрации: источники сводки читаются" in said
    said = several.svod("doctor")[1]
    assert "файл сводки" in said
    assert "Регистрации, регионов — 3" in said
    code, said = several.svod("campaign", "check", str(several.file(ROLLUP)))
    assert (code, "регионов: 3, из них с источником: 3; показателей: 2." in said) == (0, True), said

    several.file(ROLLUP).unlink()
    assert "Файла этой сводки больше нет" in several.call("status").stdout
    assert "Файла сводки «Регистрации» (by-region) больше нет" in several.svod("reload")[1]
    several.submit(CONTEST, 1)
    wait_for(lambda: several.reported(CONTEST) == 2, worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert "Traceback" not in several.log()


def test_once_reads_the_sources_after_the_campaigns(several: Several, server: Server) -> None:
    several.submit(CONTEST)
    foreign = put_region(server, [("18701000", "Город", "сдан в срок", 5, 2)])
    several.put(ROLLUP, HEAD + OWN + region_line("18", "Волгоград", spreadsheet=foreign))
    done = several.call("--once")
    assert done.returncode == 0, done.stderr
    assert "Регистрации: Готово: источников прочитано — 2 из 2, сводка на " in done.stdout
    assert figures(several) == {
        "Владимирская область": len(several.campaign(CONTEST).main_questions),
        "Волгоград": 5,
    }
    again = several.call("--once", "--campaign", ROLLUP)  # nothing is due before ten minutes
    assert (again.returncode, again.stdout.count("\n")) == (0, 1), again.stderr


def test_an_installation_may_hold_roll_ups_alone(several: Several, server: Server) -> None:
    several.file(CONTEST).unlink()
    foreign = put_region(server, [("18701000", "Город", "сдан в срок", 5, 2)])
    several.put(ROLLUP, HEAD + region_line("18", "Волгоград", spreadsheet=foreign))
    worker = several.start()
    wait_for(lambda: figures(several) == {"Волгоград": 5}, worker)
    assert "Сводка по регионам" in several.call("status").stdout
    assert worker.poll() is None
