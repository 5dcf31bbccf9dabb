"""Columns of «Муниципалитеты» over the life of a campaign file: what the worker gives up says so, what is the
ministry's stays."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campaign import load_campaign
from sync.texts import tabs as texts
from tests.sync.desk import ROOT, Desk, fast_campaign, once

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
EVENTS, SITES, MARKS = "Встречи и мероприятия", "Публикации на сайтах образовательных организаций", texts.MARKS
SOCIAL = "Публикации в социальных сетях"
FORMER = f"{EVENTS} (не обновляется с 20.05.2023)"
OWN = "Заметки министерства"
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
    rows = [[*row, *[""] * (places[which] + 1 - len(row))] for row in tab(desk)]
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
    put(desk, 2, place, stringValue=title)
    put(desk, 3, place, stringValue="звонили")


def move(desk: Desk, source: int, destination: int) -> None:
    desk.staff({"moveDimension": {"source": span(desk, source), "destinationIndex": destination}})


def own_column(desk: Desk, title: str = OWN) -> None:
    """Staff's own column to the right of ours."""
    place = len(titles(desk))
    desk.staff({"appendDimension": {"sheetId": sheet(desk), "dimension": "COLUMNS", "length": 2}})
    put(desk, 2, place, stringValue=title)
    put(desk, 3, place, stringValue="звонили")


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


def ours(desk: Desk) -> list[object]:
    """The titles up to «Отметки»."""
    found = titles(desk)
    return found[: found.index(MARKS) + 1]


def test_the_column_of_a_dropped_question_says_that_it_is_no_longer_kept_up(desk: Desk) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    later = restarted(desk, dropped)
    assert titles(desk) == [title for title in before if title != EVENTS] + [FORMER, OWN]
    assert column(desk, FORMER)[ALEXANDROV] == 3
    assert column(desk, OWN)[ALEXANDROV] == "звонили"
    assert journal(desk)[0] == ("столбец больше не обновляется", f"«{FORMER}»")
    stands = tab(desk)
    worker = later.worker()
    worker.refresh_now()
    later.worker().refresh_now()
    assert not worker.refresh_now().wrote
    assert tab(desk) == stands
    later.submit(VYAZNIKI)
    later.deliver_all(worker)
    worker.refresh_now()
    assert column(desk, FORMER)[VYAZNIKI] == texts.DASH  # as it was left
    assert len(journal(desk)) == 1


def test_a_former_column_is_grey_and_not_protected(desk: Desk) -> None:
    restarted(at_work(desk), dropped)
    place = titles(desk).index(FORMER)
    found: object = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}", includeGridData="true")
    (shown,) = [one for one in found["sheets"] if one["properties"].get("sheetId") == sheet(desk)]  # type: ignore[index]
    (protection,) = shown["protectedRanges"]
    assert protection["range"]["endColumnIndex"] == place
    cells = [row["values"][place]["userEnteredFormat"] for row in shown["data"][0]["rowData"][2:25]]
    assert cells[0]["backgroundColorStyle"] == {"rgbColor": dict.fromkeys(("red", "green", "blue"), 0.92941177)}
    assert all("backgroundColorStyle" not in one and one["textFormat"]["italic"] for one in cells[1:])
    assert {one["numberFormat"]["pattern"] for one in cells[1:] if "numberFormat" in one} == {"#,##0"}


def test_several_columns_are_given_up_at_once(desk: Desk) -> None:
    """A target group, and the plan."""
    later = restarted(at_work(desk), planned)
    before = titles(desk)
    assert "Доля плана" in before
    restarted(later, without_group)
    gone = ["Руководители ОМСУ", "Сотрудники ОМСУ", "План", "Доля плана"]
    former = [f"{title} (не обновляется с 20.05.2023)" for title in gone]
    assert titles(desk) == [title for title in before if title not in gone] + former
    assert column(desk, former[2])[ALEXANDROV] == 40


@pytest.mark.parametrize("disturbed", [False, True], ids=["as it was", "with a column inserted"])
@pytest.mark.parametrize(("change", "new"), [(renamed, ["Встречи"]), (swapped, [SOCIAL, EVENTS])])
def test_a_changed_title_leaves_no_twin(desk: Desk, change: Change, new: list[str], disturbed: bool) -> None:
    before = titles(at_work(desk))
    if disturbed:
        insert(desk, 8, OWN)
        move(desk, 15, 3)
    later = restarted(desk, change)
    now = dict(zip([EVENTS, SOCIAL], new, strict=False))
    expected = [now.get(str(title), title) for title in before] + ([OWN] if disturbed else [])
    assert titles(desk) == expected
    assert (column(desk, new[0])[ALEXANDROV], column(desk, SITES)[ALEXANDROV]) == (3, 1)
    later.worker().refresh_now()
    assert titles(desk) == expected


def test_a_question_under_another_id_keeps_its_column(desk: Desk) -> None:
    before = titles(at_work(desk))
    desk.edit(1, EVENTS, "Прежние встречи")  # «Ответы» can't have two of one title, and the worker says so
    restarted(desk, another_id)
    assert titles(desk) == before


def test_a_question_put_back_has_its_column_again(desk: Desk) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    put(desk, 4, titles(desk).index(OWN), formulaValue="=N4*2")
    assert column(desk, OWN)[VYAZNIKI] == 6
    later = restarted(desk, dropped)
    assert column(desk, OWN)[VYAZNIKI] == 6
    restarted(later)
    assert titles(desk) == [*before, OWN]
    assert column(desk, OWN) | {VYAZNIKI: 6} == column(desk, OWN)
    desk.submit(ALEXANDROV, {"events": 5})
    worker = desk.worker()
    desk.deliver_all(worker)
    worker.refresh_now()
    assert column(desk, OWN)[VYAZNIKI] == 10  # the ministry's formula follows the column there and back


@pytest.mark.parametrize("typed", [{"stringValue": "уточняют"}, {"numberValue": 4}])
def test_a_former_column_that_staff_wrote_in_is_theirs(desk: Desk, typed: dict[str, object]) -> None:
    before = titles(at_work(desk))
    later = restarted(desk, dropped)
    put(desk, 4, titles(desk).index(FORMER), **typed)
    restarted(later)
    assert titles(desk) == [*before, FORMER]
    assert column(desk, FORMER)[VYAZNIKI] == next(iter(typed.values()))
    assert column(desk, EVENTS)[VYAZNIKI] == texts.DASH
    restarted(later, dropped)  # and dropped again: the newer one beside the older
    newer = FORMER.replace("2023)", "2023 12:16)")
    assert titles(desk) == [title for title in before if title != EVENTS] + [newer, FORMER]
    assert column(desk, FORMER)[VYAZNIKI] == next(iter(typed.values()))


def test_what_staff_typed_while_the_worker_was_off_stays(desk: Desk) -> None:
    before = titles(at_work(desk))
    put(desk, 4, before.index(EVENTS), stringValue="уточняют")
    put(desk, 30, before.index(EVENTS), stringValue="ниже")
    later = restarted(desk, dropped)
    assert column(desk, FORMER)[VYAZNIKI] == "уточняют"
    restarted(later)
    assert column(desk, FORMER)[VYAZNIKI] == "уточняют"
    assert tab(desk)[30][titles(desk).index(FORMER)] == "ниже"
    assert column(desk, EVENTS)[VYAZNIKI] == texts.DASH


def test_a_column_of_the_ministry_with_the_title_of_a_dropped_one_is_theirs(desk: Desk) -> None:
    before = titles(at_work(desk))
    own_column(desk, EVENTS)
    later = restarted(desk, dropped)
    assert titles(desk) == [title for title in before if title != EVENTS] + [FORMER, EVENTS]
    assert column(desk, EVENTS)[ALEXANDROV] == "звонили"
    desk.staff({"deleteDimension": {"range": span(desk, titles(desk).index(FORMER))}})
    later = restarted(later)
    assert titles(desk) == [*before, EVENTS]
    assert (column(desk, EVENTS)[ALEXANDROV], column(desk, EVENTS, 1)[ALEXANDROV]) == (3, "звонили")
    move(desk, len(before), 0)  # theirs to the left of ours
    later.submit(VYAZNIKI, {"events": 8})
    worker = later.worker()
    later.deliver_all(worker)
    worker.refresh_now()
    assert titles(desk) == [*before, EVENTS]
    assert (column(desk, EVENTS)[VYAZNIKI], column(desk, EVENTS, 1)[ALEXANDROV]) == (8, "звонили")


def test_columns_that_staff_moved_and_inserted_before_the_question_was_dropped(desk: Desk) -> None:
    before = titles(at_work(desk))
    insert(desk, 3, OWN)
    move(desk, titles(desk).index(EVENTS), 0)
    move(desk, titles(desk).index(SITES), len(titles(desk)))
    restarted(desk, dropped)
    assert ours(desk) == [title for title in before if title != EVENTS]
    assert titles(desk)[len(before) - 1 :] in ([FORMER, OWN], [OWN, FORMER])
    assert column(desk, OWN)[ALEXANDROV] == "звонили"
    assert (column(desk, FORMER)[ALEXANDROV], column(desk, SITES)[ALEXANDROV]) == (3, 1)


def rename_own(desk: Desk) -> None:
    put(desk, 2, titles(desk).index(OWN), stringValue=f"{OWN} 2")


@pytest.mark.parametrize("twin", [False, True], ids=["alone", "with a title of ours"])
@pytest.mark.parametrize(
    "deed",
    [
        lambda desk: move(desk, len(titles(desk)) - 1, len(titles(desk)) - 2),
        lambda desk: insert(desk, len(titles(desk)) - 1, "Ещё"),
        lambda desk: insert(desk, 0, "Ещё"),
        rename_own,
    ],
    ids=["move", "insert", "insert first", "write"],
)
def test_what_staff_do_in_the_moment_of_the_write(desk: Desk, deed: Callable[[Desk], None], twin: bool) -> None:
    at_work(desk)
    own_column(desk, EVENTS if twin else "Своё")
    own_column(desk)
    later = changed(desk, dropped)
    later.spreadsheet.before_write = once(lambda: deed(desk), "findReplace")
    worker = later.worker()
    worker.refresh_now()
    worker.refresh_now()
    theirs = [title for title in titles(desk) if str(title).startswith((OWN, "Своё", EVENTS)) and title != FORMER]
    assert len(theirs) == 2
    assert all(column(desk, str(title))[ALEXANDROV] == "звонили" for title in theirs)


def test_a_column_that_staff_deleted_takes_none_of_theirs(desk: Desk) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    desk.staff({"deleteDimension": {"range": span(desk, before.index(MARKS))}})
    desk.worker().refresh_now()
    assert titles(desk) == [*before, OWN]
    assert column(desk, OWN)[ALEXANDROV] == "звонили"


def test_an_empty_column_that_staff_gave_another_title_is_theirs(desk: Desk) -> None:
    """It may be one of theirs that came into the place of one of ours that they deleted."""
    before = titles(at_work(desk))
    put(desk, 2, before.index(MARKS), stringValue=OWN)
    desk.worker().refresh_now()
    assert titles(desk) == [*before, OWN]


@pytest.mark.parametrize(
    ("title", "word"),
    [(EVENTS, "Слово"), (EVENTS, OWN), (EVENTS, ""), ("ОКТМО", "Слово"), ("ОКТМО", ""), (MARKS, "")],
)
def test_a_title_that_staff_wrote_over_is_mended_where_it_stands(desk: Desk, title: str, word: str) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    put(desk, 2, before.index(title), stringValue=word)
    desk.worker().refresh_now()
    assert titles(desk) == [*before, OWN]
