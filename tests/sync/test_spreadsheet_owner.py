"""A spreadsheet is one campaign's: a worker with another campaign file on the same folder writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from campaign import load_campaign
from outbox.records import Json
from sync.errors import ForeignCampaign
from sync.publication.spreadsheet_owner import CAMPAIGN
from tests.sync.harness import ROOT, Desk, fast_campaign
from tests.sync.test_processes import Workers

ALEXANDROV = "17605000"
REFUSAL = (
    "Таблица заполнена кампанией «flagmany-2023», а в файле — «zima-2026». Укажите другую таблицу (SPREADSHEET_ID) "
    "или другую папку данных (DATA_DIR) либо верните файл прежней кампании (SVOD_CONFIG).\n"
)


@pytest.fixture(scope="session")
def other_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another campaign: other id, a question of its own."""
    text = fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8"))
    text = text.replace("id: flagmany-2023", "id: zima-2026").replace("title: Комментарий,", "title: О зиме,")
    path = tmp_path_factory.mktemp("other") / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def workers(desk: Desk, campaign_file: Path) -> Iterator[Workers]:
    made = Workers(desk, campaign_file)
    yield made
    made.end()


def everything(desk: Desk) -> dict[str, list[list[object]]]:
    return {title: desk.grid(sheet_id) for title, sheet_id in desk.sheets().items()}


def elsewhere(desk: Desk, other_file: Path) -> Desk:
    """The same desk with the other campaign's file."""
    campaign = load_campaign(other_file)
    return replace(desk, campaign=campaign, context=replace(desk.context, campaign=campaign))


def test_a_worker_with_another_campaign_refuses(desk: Desk, workers: Workers, other_file: Path) -> None:
    desk.submit(ALEXANDROV)
    assert workers.call("--once").returncode == 0
    before = everything(desk)
    other = str(other_file)
    for command in (["--once"], []):
        done = workers.call(*command, SVOD_CONFIG=other)
        assert (done.returncode, done.stderr) == (2, REFUSAL)
    for command in (["rebuild", "--into", "new"], ["restore", "ФО-00001"]):
        done = workers.call(*command, SVOD_CONFIG=other)
        assert (done.returncode, done.stderr) == (1, REFUSAL)
    assert f"Сейчас мешает:        {REFUSAL}" in workers.call("status", SVOD_CONFIG=other).stdout
    assert everything(desk) == before
    again = workers.call("--once")
    assert again.returncode == 0, again.stderr
    assert "Сейчас мешает:        ничего" in workers.call("status").stdout


def test_a_spreadsheet_without_reports_is_kept_as_well(desk: Desk, workers: Workers, other_file: Path) -> None:
    assert workers.call("--once").returncode == 0
    assert workers.call("--once", SVOD_CONFIG=str(other_file)).stderr == REFUSAL


def forget(desk: Desk, value: Json = None) -> None:
    """An outbox from before this memory."""
    desk.outbox.bindings.remember(desk.spreadsheet.id, CAMPAIGN, value)


def test_an_older_outbox_is_recognised_by_the_reports_that_it_brought(desk: Desk, other_file: Path) -> None:
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    forget(desk)
    with pytest.raises(ForeignCampaign):
        elsewhere(desk, other_file).worker().prepare()
    assert desk.outbox.bindings.recall(desk.spreadsheet.id, CAMPAIGN) is None
    desk.worker().prepare()
    assert desk.outbox.bindings.recall(desk.spreadsheet.id, CAMPAIGN) == desk.campaign.id


def test_an_older_outbox_without_reports_is_taken_as_it_is(desk: Desk) -> None:
    desk.worker().prepare()
    forget(desk)
    desk.worker().prepare()
    assert desk.outbox.bindings.recall(desk.spreadsheet.id, CAMPAIGN) == desk.campaign.id


def test_the_running_worker_writes_no_notice_into_the_other_campaigns_summary(desk: Desk, other_file: Path) -> None:
    desk.worker().refresh_now()
    before = everything(desk)
    standby = elsewhere(desk, other_file).worker()  # it stood by, and has the lease now
    standby.deliver()
    standby.refresh()
    assert standby.trouble is not None
    assert standby.trouble + "\n" == REFUSAL
    assert everything(desk) == before
