"""What «Замечания» says of the ministry's edits: all that happened, nothing that did not, as people read it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from campaign import Campaign, Cell, load_campaign
from outbox.records import Json, Submission
from sync.counting.describe import MOST_LOST_IDS
from sync.manual_edits.cell_answers import cell_json
from sync.manual_edits.detect import compare
from sync.records.remarks import Remark
from tests.sync.factories import ALEXANDROV, CONFIG, NOW, Made, answers, the_campaign

CAMPAIGN = the_campaign()
FIGURE = "registered_college_students"


def look(made: Made, *, minutes: int = 0) -> list[tuple[str, str | None, Json, Json]]:
    """One comparison, its edits journalled: kind, question, from, to of each difference."""
    known = {(edit.row_key, edit.question): edit for edit in made.edits}
    found = compare(
        made.campaign,
        made.table(),
        made.record(),
        known,
        spreadsheet_id="sheet",
        seen_at=NOW + timedelta(minutes=minutes),
    )
    made.edits = list(found.values())
    return [(e.kind, e.question, e.was, e.now) for e in made.edits]


def remarks_with(made: Made, *codes: str) -> list[Remark]:
    return [remark for remark in made.summary().problems if remark.code in codes]


@pytest.mark.parametrize(("cell", "word"), [(True, "ИСТИНА"), (False, "ЛОЖЬ")])
def test_a_tick_box_in_a_figure_is_named_as_the_error_names_it(cell: Cell, word: str) -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    made.row_of(sent)[FIGURE] = cell
    assert look(made) == [("changed", FIGURE, 10, word)]
    (corrected,) = remarks_with(made, "corrected")
    (error,) = remarks_with(made, "not_a_number")
    assert corrected.shown == error.shown == word


@pytest.mark.parametrize(
    ("cell", "shown", "code"),
    [
        (12.5, "12,5", "not_whole"),
        (0.4375, "0,4375", "not_whole"),
        (-0.05, "-0,05", "not_whole"),
        ("#DIV/0!", "#DIV/0!", "formula_error"),
        ("двенадцать", "двенадцать", "not_a_number"),
        ("", "", "blank"),
    ],
)
def test_a_correction_that_keeps_the_report_out_is_not_named_as_counting(cell: Cell, shown: str, code: str) -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    made.row_of(sent)[FIGURE] = cell
    made.row_of(sent)["informed"] = 300
    look(made)
    corrected, other = remarks_with(made, "corrected")
    (error,) = remarks_with(made, code)
    assert (corrected.question, corrected.shown, error.shown) == (FIGURE, shown, shown)
    said = f"«{shown}»" if shown else "ничего"
    assert corrected.message.endswith(f"в таблице — {said}. Отчёт не учтён: в его строке есть ошибка.")
    assert other.message.endswith("в таблице — «300». Отчёт не учтён: в его строке есть ошибка.")
    made.row_of(sent)[FIGURE] = 10
    look(made)
    (counted,) = remarks_with(made, "corrected")
    assert counted.message.endswith("в таблице — «300». Учитывается то, что стоит в таблице.")


def test_a_tick_box_that_answers_yes_or_no_is_that_answer(tmp_path: Path) -> None:
    made = Made()
    text, yes_no = "type: long_text, title: Комментарий", "type: yes_no, title: Комментарий"
    made.campaign = narrower(tmp_path, (text, yes_no), ("hint: Без фамилий и телефонов., max_length: 2000", "hint: Н"))
    sent = made.submit(ALEXANDROV, answers(10, comment=False))
    made.row_of(sent)["comment"] = True
    assert look(made) == [("changed", "comment", False, True)]
    (corrected,) = remarks_with(made, "corrected")
    assert corrected.shown == "да"
    assert "было «нет», в таблице — «да»." in corrected.message


def test_a_number_that_does_not_read_is_one_text_whatever_its_kind() -> None:
    texts = {cell_json(CAMPAIGN.by_id[FIGURE], cell) for cell in (-1, -1.0)}
    assert texts == {"-1"}


def narrower(tmp_path: Path, *replacements: tuple[str, str]) -> Campaign:
    """The campaign file with these pieces replaced."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_campaign(path)


def a_full_report(made: Made) -> Submission:
    """With a large figure, two audiences and two links; one figure is edited, so that the row is looked at."""
    links = ("https://example.org/1", "https://example.org/2")
    values = answers(10, events=1382, audiences=("teachers", "parents"), links=links)
    sent = made.submit(ALEXANDROV, values)
    made.row_of(sent)[FIGURE] = 11
    return sent


@pytest.mark.parametrize("kind", [int, float])
def test_a_lower_maximum_makes_no_edits(tmp_path: Path, kind: type[int | float]) -> None:
    made = Made()
    sent = a_full_report(made)
    made.row_of(sent)["events"] = kind(1382)
    made.campaign = narrower(tmp_path, ("maximum: 100000,", "maximum: 1000,"))
    assert look(made) == [("changed", FIGURE, 10, 11)]
    assert [r.question for r in remarks_with(made, "above_maximum")] == ["events"]
    made.row_of(sent)["events"] = kind(1383)
    assert ("changed", "events", 1382, "1383") in look(made)


def test_fewer_links_make_no_edits(tmp_path: Path) -> None:
    made = Made()
    sent = a_full_report(made)
    made.campaign = narrower(tmp_path, ("max_items: 100}", "max_items: 1}"))
    assert look(made) == [("changed", FIGURE, 10, 11)]
    made.row_of(sent)["links"] = "https://example.org/1\nhttps://example.org/3"
    assert [question for _, question, *_ in look(made)] == [FIGURE, "links"]


def test_an_option_less_makes_no_edits_and_hides_none(tmp_path: Path) -> None:
    made = Made()
    sent = a_full_report(made)
    stood = str(made.row_of(sent)["audiences"])
    titles = {option.id: option.title for option in CAMPAIGN.by_id["audiences"].options}
    teachers, parents, other = titles["teachers"], titles["parents"], titles["local_staff"]
    assert stood.split("; ") == [teachers, parents]
    made.campaign = narrower(tmp_path, ("          - {id: parents, title: Родители}\n", ""))
    assert look(made) == [("changed", FIGURE, 10, 11)]
    for cell in (parents, f"{teachers}; {other}", f"{stood}; {other}", f"{stood}; Марсиане", f"{other}; {parents}"):
        made.row_of(sent)["audiences"] = cell
        assert [question for _, question, *_ in look(made)] == [FIGURE, "audiences"], cell
    made.row_of(sent)["audiences"] = f"{teachers}; parents"  # as the worker writes it today
    assert [kind for kind, question, *_ in look(made) if question == "audiences"] == ["restored"]


@pytest.mark.parametrize(("cell", "says"), [("много", "много"), (-5, "−5"), ("", ""), (300, "300"), ("сорок", None)])
def test_a_lost_correction_names_what_stands_in_the_new_row(cell: Cell, says: str | None) -> None:
    made = Made()
    older = made.submit(ALEXANDROV, answers(10), NOW - timedelta(days=1))
    made.row_of(older)["informed"] = "сорок"
    look(made, minutes=-60)
    newer = made.submit(ALEXANDROV, answers(12))
    made.row_of(newer)["informed"] = cell
    look(made, minutes=60)
    lost = remarks_with(made, "correction_lost")
    assert [remark.shown for remark in lost] == ([] if says is None else [says])
    words = f"В новой версии — «{says}»." if says else "В новой версии — ничего."
    counts = "Учтена новая версия." if cell == 300 else "Новая версия не учтена: в её строке есть ошибка."
    assert all(remark.message.endswith(f"{words} {counts}") for remark in lost)


def test_a_deleted_row_is_named_for_the_version_just_before_too() -> None:
    made = Made()
    sent = [made.submit(ALEXANDROV, answers(8 + i), NOW - timedelta(days=3 - i)) for i in range(3)]
    for one in sent[:2]:
        made.rows.remove(made.row_of(one))
    assert [kind for kind, *_ in look(made)] == ["deleted", "deleted"]
    remarks = remarks_with(made, "old_row_deleted", "row_deleted")
    assert [(r.code, r.receipt) for r in remarks] == [("old_row_deleted", one.receipt) for one in sent[:2]]
    assert made.summary().totals.main == 10


def test_a_deleted_row_beside_one_by_hand_is_no_old_one() -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(8))
    made.rows.remove(made.row_of(sent))
    made.manual_row(answers(9), oktmo=ALEXANDROV)
    look(made)
    assert made.summary().totals.main == 9
    assert not remarks_with(made, "old_row_deleted")
    (replaced,) = remarks_with(made, "row_replaced")
    assert (replaced.receipt, f"svod restore {sent.receipt}" in replaced.advice) == (sent.receipt, True)


@pytest.mark.parametrize("left", ["", "7"])
def test_cleared_ids_are_named_as_what_they_are(left: str) -> None:
    made = Made()
    sent = [made.submit(m.oktmo, answers(8)) for m in CAMPAIGN.municipalities]
    for row in made.rows:
        row["id"] = left
    look(made)
    lost = remarks_with(made, "id_lost")
    assert [(r.receipt, r.row, r.shown) for r in lost[:2]] == [(s.receipt, s.number + 1, left) for s in sent[:2]]
    assert len(lost) == MOST_LOST_IDS + 1  # the last one counts the rest
    assert "в других строках: 1" in next(r for r in lost if r.row is None).message
    for row, one in zip(made.rows, sent, strict=True):
        row["id"] = one.id
    look(made)
    assert not made.summary().problems


def test_a_cleared_id_gets_one_remark() -> None:
    made = Made()
    old = made.submit(ALEXANDROV, answers(8), NOW - timedelta(days=1))
    new = made.submit(ALEXANDROV, answers(9))
    made.row_of(old)["id"] = ""
    look(made)
    assert [(r.code, r.level, r.receipt) for r in made.summary().problems] == [("id_lost", "warning", old.receipt)]
    made.row_of(new)["id"] = None
    look(made)
    said = [(r.code, r.level, r.receipt) for r in made.summary().problems]
    assert said == [("id_lost", "error", new.receipt), ("id_lost", "warning", old.receipt)]
    assert made.summary().totals.main == 9


def test_a_total_under_the_answers_is_no_report() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(8))
    made.rows.append({FIGURE: "Итого по области", "informed": 100})
    look(made)
    (found,) = remarks_with(made, "unknown_municipality")
    assert found.shown == "Итого по области"
    assert "Если это итог или пометка, перенесите её правее столбцов" in found.advice
    assert made.summary().totals.main == 8


def test_an_edit_of_a_superseded_row_loses_nothing() -> None:
    made = Made()
    older = made.submit(ALEXANDROV, answers(10), NOW - timedelta(days=1))
    made.row_of(older)["informed"] = 40
    look(made, minutes=-60)
    made.submit(ALEXANDROV, answers(12))
    look(made, minutes=1)
    (lost,) = remarks_with(made, "correction_lost")
    assert "исправили на «40»" in lost.message
    made.row_of(older)[FIGURE] = None
    look(made, minutes=2)
    look(made, minutes=3)
    assert [r.question for r in remarks_with(made, "correction_lost")] == ["informed"]
    (old,) = remarks_with(made, "old_row_corrected")
    assert (old.question, old.receipt, old.shown) == (FIGURE, older.receipt, "")
    assert "стало ничего" in old.message
    assert "Делать ничего не нужно" in old.advice


def test_the_time_of_an_edit_is_that_of_its_first_sight() -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    seen = []
    for minutes, cell in enumerate((40, 40, 41, 41, 110, 110, 41)):
        made.row_of(sent)["informed"] = cell
        look(made, minutes=minutes)
        seen += [(edit.now, edit.seen_at - NOW) for edit in made.edits]
    after = [timedelta(minutes=minutes) for minutes in range(7)]
    assert seen == [(n, after[m]) for n, m in ((40, 0), (40, 0), (41, 2), (41, 2), (110, 4), (41, 6))]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (45073, "27.05.2023"),
        (45073.0, "27.05.2023"),
        ("45073", "27.05.2023"),
        (44646, "26.03.2022"),
        (44645, None),
        (45442, "30.05.2024"),
        (45443, None),
        (45073.5, None),
        (-45073, None),
        (4507300, None),
        (10**12, None),
        (True, None),
        ("", None),
        ("27.05.2023", None),
    ],
)
def test_a_figure_that_may_be_a_date_is_named_as_one(cell: Cell, day: str | None) -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    made.row_of(sent)[FIGURE] = cell
    look(made)
    (remark,) = remarks_with(made, "corrected")
    like = f"Число похоже на дату {day}: если в ячейку вписали дату, впишите вместо неё число."
    assert remark.level == "warning"
    assert ("похоже на дату" in remark.advice, like in remark.advice) == (day is not None,) * 2


def test_a_serial_number_beyond_the_maximum_is_named_as_a_date(tmp_path: Path) -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    made.campaign = narrower(tmp_path, ("maximum: 100000,", "maximum: 1000,"))
    made.row_of(sent)["events"] = 45073
    look(made)
    (remark,) = remarks_with(made, "corrected")
    assert "похоже на дату 27.05.2023" in remark.advice
    assert remarks_with(made, "above_maximum") != []


def test_a_number_in_a_text_is_no_date() -> None:
    made = Made()
    sent = made.submit(ALEXANDROV, answers(10))
    made.row_of(sent)["comment"] = 45073
    look(made)
    (remark,) = remarks_with(made, "corrected")
    assert "похоже" not in remark.advice
