"""Delivery over real HTTP: exactly once, under every fault, whatever staff do in between."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from outbox.errors import LeaseLost
from sheets import OutcomeUnknown, TransientError
from sync.errors import AnswersTabDeleted, ForeignMarker, ForeignTab, Stopped
from sync.lease import Held
from sync.process import commands
from sync.process.metrics import Metrics
from sync.texts import worker as texts
from tests.acceptance.harness import wait_for
from tests.sync.harness import Desk, once

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"
BATCH = ":batchUpdate"


def ids(desk: Desk) -> list[object]:
    known = {submission.id for submission in desk.outbox.submissions.get_many(str(row["ID"]) for row in desk.rows())}
    return [row["ID"] for row in desk.rows() if row["ID"] in known]


def test_a_row_stands_under_its_headers_with_typed_cells(desk: Desk) -> None:
    reason = {"registered_above_informed": "пришли  сами", "personal_data:comment": ""}
    comment = '=IMPORTXML("https://example.org")'
    sent = desk.submit(ALEXANDROV, {"comment": comment, "registered_teachers": 12}, reasons=reason)
    assert desk.deliver_all(desk.worker()) == 1
    (row,) = desk.rows()
    assert row["Приём"] == sent.receipt
    assert row["ОКТМО"] == ALEXANDROV
    assert row["Муниципалитет"] == "Александровский муниципальный район"
    assert row["Версия"] == 1
    assert row["ID"] == sent.id
    assert row["Зарегистрировались: педагоги"] == 12
    assert row["Аудитории"] == "Родители"
    assert row["Комментарий"] == comment
    assert row["Пояснения"] == "Зарегистрировалось больше, чем проинформировано: пришли сами\nКомментарий"
    accepted = row["Принято"]
    assert isinstance(accepted, float)
    assert abs(accepted - 45066.5) < 1  # 20 May 2023, Moscow


def test_tabs_are_made_in_order_and_the_empty_sheet_goes(desk: Desk) -> None:
    desk.worker().prepare()
    assert list(desk.sheets()) == list(desk.campaign.spreadsheet.tabs.model_dump().values())
    assert desk.sheets()["Ответы"] == desk.answers_id()
    before = desk.sheets()
    desk.worker().prepare()
    assert desk.sheets() == before


def test_nothing_kept_at_home_leaves(desk: Desk) -> None:
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    assert desk.spreadsheet.bodies
    assert not any("Тайное" in body or "000-00-00" in body for body in desk.spreadsheet.bodies)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "error", "status": 429, "next": 2},
        {"kind": "error", "status": 503, "next": 2},
        {"kind": "error", "status": 500, "next": 1},
        {"kind": "reset_before", "next": 2},
        {"kind": "reset_after", "next": 1},
        {"kind": "late_commit", "seconds": 3, "next": 1},
        {"kind": "late_commit", "seconds": 0.5, "reset": True, "next": 1},
        {"kind": "hang", "seconds": 3, "next": 1},
    ],
    ids=lambda rule: f"{rule['kind']}-{rule.get('status', rule.get('seconds', ''))}",
)
def test_exactly_once_under_faults(desk: Desk, rule: dict[str, object]) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = [desk.submit(oktmo).id for oktmo in (ALEXANDROV, VYAZNIKI)]
    desk.client.set_timeout(2.0)
    desk.server.faults({**rule, "path": BATCH, "method": "POST"})
    desk.deliver_all(worker)
    assert sorted(map(str, ids(desk))) == sorted(sent)


@pytest.mark.parametrize("rule", [{"kind": "reset_after"}, {"kind": "reset_before"}], ids=["committed", "not"])
def test_exactly_once_when_the_worker_dies_after_an_attempt(desk: Desk, rule: dict[str, object]) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    desk.server.faults({**rule, "next": 1, "path": BATCH, "method": "POST"})
    step = worker.step()
    assert isinstance(step.error, OutcomeUnknown)
    desk.deliver_all(desk.worker())
    assert ids(desk) == [sent.id]


@pytest.mark.parametrize(
    ("rule", "error"),
    [({"kind": "error", "status": 429}, "TransientError"), ({"kind": "reset_before"}, "OutcomeUnknown")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_delivery_that_fails_is_counted_by_its_class(desk: Desk, rule: dict[str, object], error: str) -> None:
    metrics = Metrics()
    worker = desk.worker(metrics)
    worker.prepare()
    desk.submit(ALEXANDROV)
    desk.server.faults({**rule, "next": 1, "path": BATCH, "method": "POST"})
    worker.deliver()
    counted = {"campaign": desk.campaign.id, "job": "deliver", "error": error}
    assert metrics.registry.get_sample_value("svod_failures_total", counted) == 1
    desk.deliver_all(worker)
    assert metrics.registry.get_sample_value("svod_failures_total", counted) == 1


def test_a_retry_sends_the_same_body(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.submit(ALEXANDROV)
    desk.server.faults({"kind": "reset_before", "next": 2, "path": BATCH, "method": "POST"})
    first = len(desk.spreadsheet.bodies)
    worker.step()
    desk.submit(VYAZNIKI)  # comes too late for the frozen batch
    desk.deliver_all(worker)
    bodies = desk.spreadsheet.bodies[first:]
    assert len(bodies) == 4
    assert bodies[0] == bodies[1] == bodies[2] != bodies[3]


def test_retry_after_is_respected(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.submit(ALEXANDROV)
    desk.server.faults({"kind": "error", "status": 429, "retry_after": 40, "next": 1, "path": BATCH})
    step = worker.step()
    assert isinstance(step.error, TransientError)
    assert worker.prepare().deliverer.wait >= 40


def test_an_expired_token_costs_nothing(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    desk.server.faults(expire_tokens=True)
    desk.deliver_all(worker)
    assert ids(desk) == [sent.id]


def test_a_foreign_marker_stops_everything(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    stranger = {
        "metadataId": 1,
        "metadataKey": "svod.delivery",
        "metadataValue": "f" * 32,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    desk.staff({"createDeveloperMetadata": {"developerMetadata": stranger}})
    with pytest.raises(ForeignMarker, match="№ 1"):
        desk.deliver_all(worker)
    assert desk.outbox.deliveries.open(desk.spreadsheet.id) is not None
    with pytest.raises(ForeignMarker):
        desk.deliver_all(desk.worker())
    assert sent.id not in ids(desk)


def test_order_is_kept_and_versions_follow(desk: Desk) -> None:
    sent = [desk.submit(oktmo).id for oktmo in (ALEXANDROV, VYAZNIKI, ALEXANDROV, GOROKHOVETS)]
    desk.deliver_all(desk.worker())
    assert ids(desk) == sent
    assert [row["Версия"] for row in desk.rows()] == [1, 1, 2, 1]


def test_a_poison_row_is_set_aside_and_the_rest_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.records.cells.CELL_LIMIT", 10**9)
    sent = [desk.submit(oktmo) for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS)]
    poison = desk.submit(ALEXANDROV, {"comment": "а" * 50_001})
    sent.append(desk.submit(VYAZNIKI))
    desk.deliver_all(desk.worker())
    assert ids(desk) == [one.id for one in sent]
    (aside,) = desk.outbox.deliveries.set_aside_list(desk.campaign.id, desk.spreadsheet.id)
    assert aside.submission.id == poison.id
    assert "Таблица не приняла строку" in aside.reason


def test_a_row_that_is_refused_once_is_tried_again(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    desk.server.faults({"kind": "error", "status": 400, "next": 1, "path": BATCH, "method": "POST"})
    desk.deliver_all(worker)
    assert ids(desk) == [sent.id]
    assert desk.outbox.deliveries.set_aside_list(desk.campaign.id, desk.spreadsheet.id) == []


def test_a_cell_beyond_the_limit_is_never_sent(desk: Desk) -> None:
    desk.submit(ALEXANDROV, {"comment": "а" * 50_001})
    after = desk.submit(VYAZNIKI)
    desk.deliver_all(desk.worker())
    assert ids(desk) == [after.id]
    (aside,) = desk.outbox.deliveries.set_aside_list(desk.campaign.id, desk.spreadsheet.id)
    assert "«Комментарий» длиннее 50000 знаков" in aside.reason


def test_when_every_row_is_refused_none_is_set_aside(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = [desk.submit(oktmo).id for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS)]
    desk.server.faults({"kind": "error", "status": 400, "rate": 1, "path": BATCH, "method": "POST"})
    with pytest.raises(Stopped, match="одну за другой"):
        desk.deliver_all(worker)
    assert not desk.outbox.deliveries.set_aside_list(desk.campaign.id, desk.spreadsheet.id)
    desk.server.clear_faults()
    desk.deliver_all(worker)
    assert ids(desk) == sent


def test_status_names_a_failure_while_it_lasts(desk: Desk) -> None:
    def said() -> dict[str, str]:
        lines = commands.status(desk.context, None).splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    worker = desk.worker()
    desk.server.faults({"kind": "error", "status": 503, "next": 1, "path": "/v4/spreadsheets"})
    worker.deliver()
    assert (said()["Последняя отправка"], said()["Сейчас мешает"] == "ничего") == ("ещё не было", False)
    desk.time.now += 100
    worker.deliver()
    assert (said()["Последняя отправка"], said()["Сейчас мешает"]) == ("ещё не было", "ничего")
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    assert said()["Последняя отправка"].endswith(texts.DELIVERED)


def test_a_renamed_tab_is_found(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    properties = {"sheetId": desk.answers_id(), "title": "Answers' 2"}
    rename = {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    desk.spreadsheet.before_write = once(lambda: desk.staff(rename))
    desk.deliver_all(worker)
    assert ids(desk) == [sent.id]


def test_a_refused_repetition_of_an_attempt_that_lands_late_leaves_one_row(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    desk.server.faults({"kind": "late_commit", "seconds": 2, "reset": True, "next": 1, "path": BATCH, "method": "POST"})
    assert isinstance(worker.step().error, OutcomeUnknown)

    def rename(title: str) -> None:
        properties = {"sheetId": desk.answers_id(), "title": title}
        desk.staff({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    rename("Ответы 2")
    kinds = []
    while "refused" not in kinds:
        kinds.append(worker.step().kind)
        desk.time.now += worker.prepare().deliverer.wait
    rename("Ответы")
    desk.deliver_all(worker)
    tried = desk.server.operations
    wait_for(lambda: any(one["fault"] == "late_commit" for one in tried(desk.spreadsheet.id)), 30, "no late attempt")
    assert ids(desk) == [sent.id]


def test_a_deleted_answers_tab_stops_and_says_so(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.submit(ALEXANDROV)
    desk.staff({"deleteSheet": {"sheetId": desk.answers_id()}})
    with pytest.raises(AnswersTabDeleted, match="«Ответы» удалена"):
        desk.deliver_all(worker)
    with pytest.raises(AnswersTabDeleted):
        desk.worker().prepare()


def test_a_tab_of_the_same_title_is_not_taken_over(desk: Desk) -> None:
    desk.staff({"addSheet": {"properties": {"title": "Ответы"}}})
    with pytest.raises(ForeignTab, match="уже есть вкладка «Ответы»"):
        desk.worker().prepare()


def test_old_markers_are_found_by_their_sequence(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    closed = desk.outbox.deliveries.old_markers(desk.spreadsheet.id, keep_last=0, older_than=timedelta(0))
    assert list(desk.spreadsheet.describe().markers) == closed == [1]


def test_a_delivery_is_one_call(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS):
        desk.submit(oktmo)
    before = len(desk.server.operations(desk.spreadsheet.id))
    desk.deliver_all(worker)
    calls = desk.server.operations(desk.spreadsheet.id)[before:]
    assert [call["kind"] for call in calls] == ["spreadsheets.batchUpdate"]


def test_a_worker_without_its_lease_writes_nothing(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    worker.refresh_now()
    desk.submit(ALEXANDROV)
    desk.outbox.leases.release(desk.lease)
    assert desk.outbox.leases.acquire(desk.lease.name, "another", timedelta(hours=1)) is not None
    before = len(desk.spreadsheet.bodies)
    with pytest.raises(LeaseLost):
        worker.step()
    with pytest.raises(LeaseLost):
        worker.refresh_now()
    assert len(desk.spreadsheet.bodies) == before
    assert desk.rows() == []


def test_a_successor_goes_on_with_the_delivery_of_the_one_before(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    desk.server.faults({"kind": "late_commit", "seconds": 1, "reset": True, "next": 1, "path": BATCH})
    assert worker.step().error is not None
    desk.outbox.leases.release(desk.lease)
    lease = desk.outbox.leases.acquire(desk.lease.name, "another", timedelta(hours=1))
    assert lease is not None
    successor = replace(desk, lease=lease)
    with Held(desk.outbox, lease):
        successor.deliver_all(successor.worker())
    time.sleep(1.5)  # what the first one had sent has landed by now
    assert ids(desk) == [sent.id]
    desk.submit(VYAZNIKI)
    with pytest.raises(LeaseLost):
        desk.deliver_all(worker)
