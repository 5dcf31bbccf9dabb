"""Where a mistake was made: what the ministry wrote into the spreadsheet is never called a municipality's mistake."""

from __future__ import annotations

import re

import pytest

from sync.process.worker import Worker
from sync.texts import problems as problem_texts
from sync.texts import tabs as texts
from tests.sync.harness import Desk

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, GOROKHOVETS, GUS = "17605000", "17610000", "17615000", "17620000"
INFORMED, EVENTS = "Сколько человек проинформировано", "Встречи и мероприятия"
DAY = 86_400
PAST_THE_DEADLINE = 12 * DAY


def line(desk: Desk, tab: str, oktmo: str) -> list[object]:
    """The row of a municipality in a tab with its code."""
    (found,) = [row for row in desk.grid(desk.sheets()[tab]) if oktmo in map(str, row[:3])]
    return found


def silent(desk: Desk, oktmo: str) -> dict[str, str]:
    """The row of «Не сдали» by header."""
    rows = desk.grid(desk.sheets()["Не сдали"])
    header = next(row for row in rows if row and row[0] == texts.MUNICIPALITY)
    (found,) = [row for row in rows if oktmo in row]
    return dict(zip(map(str, header), [*map(str, found), *[""] * len(header)], strict=False))


def state(desk: Desk, oktmo: str) -> str:
    header = desk.grid(desk.sheets()["Муниципалитеты"])[3]
    return str(line(desk, "Муниципалитеты", oktmo)[header.index(texts.STATE)])


def remarks(desk: Desk, municipality: str) -> list[dict[str, str]]:
    header, *rows = desk.grid(desk.sheets()["Замечания"])[3:]
    by_header = [dict(zip(map(str, header), map(str, row), strict=False)) for row in rows]
    return [row for row in by_header if municipality in row.get(texts.MUNICIPALITY, "")]


def reported(desk: Desk, *oktmos: str) -> Worker:
    worker = desk.worker()
    for oktmo in oktmos:
        desk.submit(oktmo)
    desk.deliver_all(worker)
    worker.refresh_now()
    return worker


@pytest.mark.parametrize(
    ("cell", "shown"), [("2,5", "«2,5»"), (-3, "«−3»"), ("двенадцать", "«двенадцать»"), (None, "")]
)
def test_the_ministrys_typing_error_is_not_reported_to_the_municipality(
    desk: Desk, cell: str | int | None, shown: str
) -> None:
    worker = reported(desk, ALEXANDROV)
    desk.edit(2, EVENTS, cell)
    desk.time.now += PAST_THE_DEADLINE
    worker.refresh_now()
    row = silent(desk, ALEXANDROV)
    assert row[texts.SITUATION] == "исключён (ошибка)"
    assert row[texts.LEFT] == "отчёт пришёл в срок"
    assert row[texts.REMINDER].startswith("Напоминание не нужно: ")
    assert "(строка 2)" in row[texts.REMINDER]
    assert f"{EVENTS}: " in row[texts.REMINDER]
    assert "Ошибка внесена в таблицу: в отчёте было «1»." in row[texts.REMINDER]
    for blame in ("просим", "Просим", "безотлагательно", "исправить ответы"):
        assert blame not in row[texts.REMINDER]
    (error,) = [r for r in remarks(desk, "Александровский") if r[texts.LEVEL] == texts.ERROR]
    assert "в отчёте было «1»" in error[texts.TO_DO]
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert not [one for one in status.remarks if one.level == "error" and one.asks]
    assert shown in " ".join(r[texts.WHAT] for r in remarks(desk, "Александровский"))


def test_a_rule_broken_by_a_correction_asks_nothing_of_the_clerk(desk: Desk) -> None:
    worker = reported(desk, ALEXANDROV)
    desk.edit(2, INFORMED, 2)
    worker.refresh_now()
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert [(one.code, one.asks) for one in status.remarks if one.code == "registered_above_informed"] == [
        ("registered_above_informed", False)
    ]
    desk.submit(VYAZNIKI, {"informed": 2})
    desk.deliver_all(worker)
    worker.refresh_now()
    own = desk.outbox.statuses.get(desk.campaign.id, VYAZNIKI)
    assert own is not None
    assert [one.asks for one in own.remarks if one.code == "registered_above_informed"] == [True]


def test_an_error_in_the_ministrys_own_row_is_the_ministrys(desk: Desk) -> None:
    worker = reported(desk, ALEXANDROV)
    header = desk.grid()[0]
    texts_of = {"ОКТМО": VYAZNIKI, EVENTS: "много"}
    cells = [{"userEnteredValue": {"stringValue": texts_of[str(h)]}} if h in texts_of else {} for h in header]
    row = {"values": cells}
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": [row], "fields": "userEnteredValue"}})
    desk.time.now += PAST_THE_DEADLINE
    worker.refresh_now()
    reminder = silent(desk, VYAZNIKI)
    assert reminder[texts.REMINDER].startswith("Напоминание не нужно: ошибка в строке 3, которую министерство добавило")
    assert reminder[texts.LEFT] == texts.DASH


def test_a_deleted_row_makes_nobody_overdue(desk: Desk) -> None:
    worker = reported(desk, ALEXANDROV, VYAZNIKI)
    desk.delete_rows(2, 3)
    desk.time.now += PAST_THE_DEADLINE
    worker.refresh_now()
    row = silent(desk, ALEXANDROV)
    assert (row[texts.SITUATION], row[texts.LEFT]) == ("удалён", "отчёт пришёл в срок")


def test_a_report_sent_in_time_stays_so_when_it_is_corrected_later(desk: Desk) -> None:
    worker = reported(desk, ALEXANDROV, VYAZNIKI)
    desk.time.now += PAST_THE_DEADLINE
    desk.submit(ALEXANDROV, {"events": 7}, late=True)
    desk.submit(GOROKHOVETS, late=True)
    desk.submit(GOROKHOVETS, {"events": 2}, late=True)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert [state(desk, oktmo) for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS)] == [
        "сдан в срок",
        "сдан в срок",
        "сдан с опозданием",
    ]
    assert "исправлен после срока" in " ".join(map(str, line(desk, "Муниципалитеты", ALEXANDROV)))
    for oktmo in (VYAZNIKI, GOROKHOVETS):
        assert "исправлен после срока" not in " ".join(map(str, line(desk, "Муниципалитеты", oktmo)))
    assert (desk.figure("сдан в срок"), desk.figure("сдан с опозданием")) == (2, 1)
    assert desk.figure(texts.CORRECTED_LATE_COUNT) == 1
    assert desk.figure(EVENTS + ", ед.") == 10


def test_an_outlier_stands_under_its_figure_and_asks_for_nothing(desk: Desk) -> None:
    worker = desk.worker()
    codes = [m.oktmo for m in desk.campaign.municipalities[:9]]
    for oktmo in codes:
        desk.submit(oktmo, {"informed": 6_000})
    desk.submit(codes[0], {"registered_college_students": 3, "registered_teachers": 4_000, "informed": 6_000})
    desk.deliver_all(worker)
    worker.refresh_now()
    total = desk.campaign.tables[0].total
    (remark,) = [r for r in remarks(desk, "Александровский") if r[texts.CODE] == "outlier"]
    assert remark[texts.QUESTION] == total
    assert re.sub(r"\s", "", remark[texts.VALUE]) == "4007"
    status = desk.outbox.statuses.get(desk.campaign.id, codes[0])
    assert status is not None
    (published,) = [one for one in status.remarks if one.code == "outlier"]
    assert (published.title, published.asks) == (total, False)


def test_what_was_left_out_is_one_line_a_municipality_errors_first(desk: Desk) -> None:
    worker = reported(desk, ALEXANDROV, VYAZNIKI, GOROKHOVETS)
    header = desk.grid()[0]
    one = [{"userEnteredValue": {"stringValue": ALEXANDROV}} if h == "ОКТМО" else {} for h in header]
    rows = [{"values": one} for _ in range(30)]
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": rows, "fields": "userEnteredValue"}})
    desk.edit(3, EVENTS, "много")
    desk.edit(4, EVENTS, "много")
    worker.refresh_now()
    page = desk.grid(desk.sheets()["Свод"])
    start = next(i for i, row in enumerate(page) if row and row[0] == texts.LEFT_OUT_SECTION)
    listed = [str(row[0]).partition(" муниципальный")[0] for row in page[start + 1 : start + 4]]
    assert listed == ["Вязниковский", "Гороховецкий", "Александровский"]
    assert texts.LEFT_OUT_OTHERS.format(count=29) in str(page[start + 3][1])
    assert problem_texts.EXCLUDED in str(page[start + 1][1])
