"""Columns of «Муниципалитеты»: found by header, over the life of a campaign file and whatever staff do to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campaign import load_campaign
from sheets import OutcomeUnknown
from sync.texts import tabs as texts
from tests.sync.harness import ROOT, Desk, fast_campaign, once
from tests.sync.test_staff import rebuilt_by

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
EVENTS, SITES, MARKS = "Встречи и мероприятия", "Публикации на сайтах образовательных организаций", texts.MARKS
SOCIAL = "Публикации в социальных сетях"
FORMER = f"{EVENTS} (не обновляется с 20.05.2023)"
OWN = "Звонки"
HEADER = 3
Change = Callable[[str], str]
files = itertools.count()


def changed(desk: Desk, *changes: Change) -> Desk:
    """The same desk after the campaign file was changed and the worker started again; no change: as it was."""
    text = fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8"))
    for change in changes:
        assert change(text) != text
        text = change(text)
    path = Path(desk.folder / f"{next(files)}.yaml")
    path.write_text(text, encoding="utf-8")
    campaign = load_campaign(path)
    return replace(desk, campaign=campaign, context=replace(desk.context, campaign=campaign))


def dropped(text: str) -> str:
    text = text.replace("events + ", "").replace("at: events", "at: informed")
    return "\n".join(line for line in text.splitlines() if "id: events" not in line)


def renamed(text: str) -> str:
    return text.replace(f"title: {EVENTS},", "title: Встречи,")


def another_id(text: str) -> str:
    return (
        text.replace("id: events", "id: meetings")
        .replace("events +", "meetings +")
        .replace("at: events", "at: meetings")
    )


def swapped(text: str) -> str:
    first, second = f"title: {EVENTS},", f"title: {SOCIAL},"
    return text.replace(first, "title: X,").replace(second, first).replace("title: X,", second)


def planned(text: str) -> str:
    return text.replace(f'oktmo: "{ALEXANDROV}",', f'oktmo: "{ALEXANDROV}", plan: 40,')


def without_group(text: str) -> str:
    start = text.index("  - id: local_government\n")
    return text[:start] + text[text.index("\n\n", start) + 1 :]


def sheet(desk: Desk) -> int:
    return desk.sheets()["Муниципалитеты"]


def tab(desk: Desk) -> list[list[object]]:
    return desk.grid(sheet(desk))


def titles(desk: Desk) -> list[object]:
    return next(row for row in tab(desk) if row and "ОКТМО" in row)


def column(desk: Desk, title: str, which: int = 0) -> dict[object, object]:
    """What stands in a column, by OKTMO; of several with the title the `which`-th."""
    places = [place for place, cell in enumerate(titles(desk)) if cell == title]
    code = titles(desk).index("ОКТМО")
    rows = [[*row, *[""] * (len(titles(desk)) - len(row))] for row in tab(desk)[HEADER:]]
    return {row[code]: row[places[which]] for row in rows if len(str(row[code])) == 8}


def put(desk: Desk, row: int, place: int, **value: object) -> None:
    """Staff type into a cell; both counted from 0."""
    start = {"sheetId": sheet(desk), "rowIndex": row, "columnIndex": place}
    cell = {"userEnteredValue": value}
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})


def span(desk: Desk, place: int, count: int = 1) -> dict[str, object]:
    return {"sheetId": sheet(desk), "dimension": "COLUMNS", "startIndex": place, "endIndex": place + count}


def insert(desk: Desk, place: int, title: str) -> None:
    """Staff insert a column with a title and a word beside the first municipality."""
    desk.staff({"insertDimension": {"range": span(desk, place), "inheritFromBefore": place > 0}})
    put(desk, HEADER, place, stringValue=title)
    put(desk, HEADER + 1, place, stringValue="звонили")


def move(desk: Desk, source: int, destination: int) -> None:
    desk.staff({"moveDimension": {"source": span(desk, source), "destinationIndex": destination}})


def own_column(desk: Desk, title: str = OWN) -> None:
    """Staff's own column to the right of ours."""
    place = len(titles(desk))
    desk.staff({"appendDimension": {"sheetId": sheet(desk), "dimension": "COLUMNS", "length": 2}})
    put(desk, HEADER, place, stringValue=title)
    put(desk, HEADER + 1, place, stringValue="звонили")


def at_work(desk: Desk) -> Desk:
    """A report of 3 events delivered and shown."""
    desk.submit(ALEXANDROV, {"events": 3})
    worker = desk.worker()
    desk.deliver_all(worker)
    worker.refresh_now()
    return desk


def restarted(desk: Desk, *changes: Change) -> Desk:
    """The file changed, the worker started again and at work."""
    later = changed(desk, *changes)
    later.worker().refresh_now()
    return later


def journal(desk: Desk) -> list[tuple[str, str]]:
    entries = desk.outbox.journal.last(desk.campaign.id, desk.spreadsheet.id)
    return [(entry.result, entry.detail) for entry in entries if entry.kind == "columns"]


def notices(desk: Desk) -> list[str]:
    """The lines of «Свод» below «Поправьте в таблице»."""
    rows = [str(row[0]) if row else "" for row in desk.grid(desk.sheets()["Свод"])]
    if texts.NOTICES_SECTION not in rows:
        return []
    start = rows.index(texts.NOTICES_SECTION) + 1
    return rows[start : rows.index("", start)]


def refreshed(desk: Desk) -> None:
    desk.time.now += 100
    desk.worker().refresh_now()


def test_the_column_of_a_dropped_question_says_that_it_is_no_longer_kept_up(desk: Desk) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    later = restarted(desk, dropped)
    assert titles(desk) == [FORMER if title == EVENTS else title for title in before] + [OWN]
    assert column(desk, FORMER)[ALEXANDROV] == 3
    assert column(desk, OWN)[ALEXANDROV] == "звонили"
    assert journal(desk)[0] == ("столбец больше не обновляется", f"«{FORMER}»")
    stands = tab(desk)
    worker = later.worker()
    worker.refresh_now()
    assert not worker.refresh_now().wrote
    assert tab(desk)[2:] == stands[2:]
    later.submit(VYAZNIKI)
    later.deliver_all(worker)
    worker.refresh_now()
    assert column(desk, FORMER)[VYAZNIKI] == texts.DASH  # as it was left
    assert len(journal(desk)) == 1


def test_several_columns_come_and_go_at_once(desk: Desk) -> None:
    """A target group, and the plan."""
    before = titles(at_work(desk))
    later = restarted(desk, planned)
    at = before.index(MARKS)
    assert titles(desk) == [*before[:at], "План", "Доля плана", *before[at:]]
    assert column(desk, "План")[ALEXANDROV] == 40
    restarted(later, without_group)
    gone = ["Руководители ОМСУ", "Сотрудники ОМСУ", "План", "Доля плана"]
    former = {title: f"{title} (не обновляется с 20.05.2023)" for title in gone}
    expected = [*before[:at], "План", "Доля плана", *before[at:]]
    assert titles(desk) == [former.get(str(title), title) for title in expected]
    assert column(desk, former["План"])[ALEXANDROV] == 40


@pytest.mark.parametrize("disturbed", [False, True], ids=["as it was", "with columns moved"])
@pytest.mark.parametrize(("change", "new"), [(renamed, ["Встречи"]), (swapped, [SOCIAL, EVENTS])])
def test_a_changed_title_renames_the_column(desk: Desk, change: Change, new: list[str], disturbed: bool) -> None:
    at_work(desk)
    if disturbed:
        insert(desk, 8, OWN)
        move(desk, 15, 3)
    before = titles(desk)
    later = restarted(desk, change)
    now = dict(zip([EVENTS, SOCIAL], new, strict=False))
    assert titles(desk) == [now.get(str(title), title) for title in before]
    assert (column(desk, new[0])[ALEXANDROV], column(desk, SITES)[ALEXANDROV]) == (3, 1)
    refreshed(later)
    assert titles(desk) == [now.get(str(title), title) for title in before]


def test_a_question_put_back_gets_a_new_column(desk: Desk) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    later = restarted(desk, dropped)
    restarted(later)
    at = before.index(EVENTS)
    assert sorted(map(str, titles(desk))) == sorted([*map(str, before), FORMER, OWN])
    assert titles(desk)[at : at + 2] == [FORMER, EVENTS]
    assert (column(desk, EVENTS)[ALEXANDROV], column(desk, FORMER)[ALEXANDROV]) == (3, 3)
    assert column(desk, OWN)[ALEXANDROV] == "звонили"


def test_a_column_of_the_ministry_with_the_title_of_a_new_one_stops_the_tab_alone(desk: Desk) -> None:
    later = restarted(at_work(desk), dropped)
    own_column(desk, EVENTS)
    stands = tab(desk)
    again = restarted(later)
    assert tab(desk) == stands  # with its stamp
    assert notices(desk) == [
        f"Вкладка «Муниципалитеты» не обновляется: повторяются заголовки: «{EVENTS}» — переименуйте лишний столбец."
    ]
    put(desk, HEADER, titles(desk).index(EVENTS), stringValue="Своё")
    refreshed(again)
    assert (notices(desk), column(desk, EVENTS)[ALEXANDROV]) == ([], 3)
    assert column(desk, "Своё")[ALEXANDROV] == "звонили"


@pytest.mark.parametrize("word", ["", "Принят"])
def test_a_missing_header_stops_the_tab_alone_until_it_is_back(desk: Desk, word: str) -> None:
    worker = at_work(desk).worker()
    worker.refresh_now()
    at = titles(desk).index("Принято")
    put(desk, HEADER, at, stringValue=word)
    stands = tab(desk)
    desk.submit(VYAZNIKI, {"events": 4})
    desk.deliver_all(worker)
    worker.refresh_now()
    assert tab(desk) == stands
    assert notices(desk) == ["Вкладка «Муниципалитеты» не обновляется: не найдены заголовки: «Принято» — верните их."]
    put(desk, HEADER, at, stringValue=" Принято ")
    worker.refresh_now()
    assert (notices(desk), column(desk, EVENTS)[VYAZNIKI]) == ([], 4)


def test_a_row_inserted_above_the_header_stops_the_tab(desk: Desk) -> None:
    worker = at_work(desk).worker()
    worker.refresh_now()
    rows = {"sheetId": sheet(desk), "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    desk.staff({"insertDimension": {"range": rows, "inheritFromBefore": False}})
    worker.refresh_now()
    assert "заголовок должен стоять в строке 4, а стоит в строке 5" in notices(desk)[0]
    desk.staff({"deleteDimension": {"range": rows}})
    worker.refresh_now()
    assert notices(desk) == []


def test_columns_that_staff_moved_and_inserted_stay_where_they_are(desk: Desk) -> None:
    at_work(desk)
    insert(desk, 3, OWN)
    move(desk, titles(desk).index(EVENTS), 0)
    move(desk, titles(desk).index("ОКТМО"), len(titles(desk)))
    order = titles(desk)
    desk.submit(VYAZNIKI, {"events": 8})
    worker = desk.worker()
    desk.deliver_all(worker)
    worker.refresh_now()
    assert titles(desk) == order
    assert (column(desk, EVENTS)[VYAZNIKI], column(desk, OWN)[ALEXANDROV]) == (8, "звонили")


def test_the_column_for_notes_may_be_deleted(desk: Desk) -> None:
    worker = at_work(desk).worker()
    worker.refresh_now()
    at = titles(desk).index(texts.NOTES)
    desk.staff({"deleteDimension": {"range": span(desk, at)}})
    worker.refresh_now()
    assert notices(desk) == []
    assert texts.NOTES not in titles(desk)


def rename_own(desk: Desk) -> None:
    put(desk, HEADER, titles(desk).index(OWN), stringValue=f"{OWN} 2")


@pytest.mark.parametrize(
    "deed",
    [
        lambda desk: move(desk, len(titles(desk)) - 1, 2),
        lambda desk: insert(desk, len(titles(desk)) - 1, "Ещё"),
        lambda desk: insert(desk, 0, "Ещё"),
        rename_own,
    ],
    ids=["move", "insert", "insert first", "write"],
)
@pytest.mark.parametrize("change", [dropped, None], ids=["columns change", "figures change"])
def test_what_staff_do_in_the_moment_of_the_write(
    desk: Desk, deed: Callable[[Desk], None], change: Change | None
) -> None:
    worker = at_work(desk).worker()
    worker.refresh_now()
    own_column(desk, "Своё")
    own_column(desk)
    later = changed(desk, change) if change else desk
    worker = later.worker()
    worker.prepare()
    later.submit(VYAZNIKI)
    later.deliver_all(worker)
    later.spreadsheet.before_write = once(lambda: deed(desk), "updateCells")
    worker.refresh_now()
    worker.refresh_now()
    theirs = [title for title in titles(desk) if str(title).startswith((OWN, "Своё"))]
    assert len(theirs) == 2
    for title in theirs:
        cells = column(desk, str(title))
        assert cells == {**dict.fromkeys(cells, ""), ALEXANDROV: "звонили"}
    assert (column(desk, SITES)[VYAZNIKI], notices(desk)) == (1, [])


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
@pytest.mark.parametrize("change", [dropped, renamed, swapped, planned])
def test_a_worker_that_dies_while_it_writes_the_columns(desk: Desk, kind: str, change: Change) -> None:
    at_work(desk)
    own_column(desk)
    later = changed(desk, change)
    later.worker().prepare()
    worker = later.worker()
    worker.prepare()
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(OutcomeUnknown):
        worker.refresh_now()
    later.worker().refresh_now()
    later.worker().refresh_now()
    wanted = {q.header for q in later.campaign.sheet_questions if q.id in ("events", "social_publications")}
    found = titles(desk)
    assert len(found) == len(set(found))
    assert wanted <= set(found)
    assert (FORMER in found) == (change is dropped)
    assert column(desk, OWN)[ALEXANDROV] == "звонили"
    if change is not dropped:
        header = next(q.header for q in later.campaign.sheet_questions if q.id == "events")
        assert column(desk, header)[ALEXANDROV] == 3


def test_an_outbox_that_forgot_the_tab(desk: Desk) -> None:
    at_work(desk)
    own_column(desk)
    before = tab(desk)
    desk.outbox.bindings.remember(desk.spreadsheet.id, "keyed_municipalities", None)
    desk.worker().refresh_now()
    assert tab(desk)[2:] == before[2:]
    assert notices(desk) == []


def test_a_deleted_tab_is_made_again_with_the_columns_of_today(desk: Desk) -> None:
    before = titles(at_work(desk))
    desk.staff({"deleteSheet": {"sheetId": sheet(desk)}})
    restarted(desk, dropped)
    assert titles(desk) == [title for title in before if title != EVENTS]


def test_a_rebuilt_spreadsheet_has_the_columns_of_today(desk: Desk) -> None:
    before = titles(at_work(desk))
    later = restarted(desk, dropped)
    fresh = desk.server.create()
    rebuilt_by(later, fresh, edits=0)
    target = replace(later, context=replace(later.context, spreadsheet=desk.at(fresh)), spreadsheet=desk.at(fresh))
    assert titles(target) == [title for title in before if title != EVENTS]
    assert FORMER in titles(desk)
