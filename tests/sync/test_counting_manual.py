"""Manual rows: their municipality, and when they count."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from sync.records.states import State
from sync.records.table import ID
from tests.sync.factories import (
    ALEXANDROV,
    KOVROV,
    KOVROV_DISTRICT,
    NOW,
    VYAZNIKI,
    Made,
    answers,
    at,
    changed,
    codes,
    serial,
    state_of,
    the_campaign,
    total_of,
)

EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("oktmo", "name"),
    [
        (KOVROV, ""),
        (int(KOVROV), ""),
        ("", "город Ковров"),
        ("", "  ГОРОД   ковров "),
        (KOVROV, "город Ковров"),
        (KOVROV, "Ковров (внесено по телефону)"),
    ],
)
def test_a_row_added_by_hand_counts_where_there_is_no_submission(oktmo: str | int, name: str) -> None:
    made = Made()
    made.manual_row(answers(7), oktmo=oktmo, name=name, accepted="28.05.2023 10:00")
    summary = made.summary()
    assert (state_of(summary, KOVROV), total_of(summary, KOVROV)) == (State.ON_TIME, 7)
    assert codes(summary, KOVROV) == ["hand_row"]
    assert total_of(summary, KOVROV_DISTRICT) is None


@pytest.mark.parametrize("name", ["Ковров", "ковровский", "г. Ковров", "Гусь-Хрустальный"])
def test_likeness_suggests_and_never_decides(name: str) -> None:
    made = Made()
    made.manual_row(name=name)
    summary = made.summary()
    assert summary.totals.reported == 0
    (remark,) = summary.problems
    assert (remark.code, remark.oktmo, remark.row) == ("unknown_municipality", None, 2)
    assert "Возможно, имелось в виду" in remark.advice
    assert remark in summary.left_out


@pytest.mark.parametrize(
    ("oktmo", "name", "code"),
    [
        ("99999999", "", "unknown_municipality"),
        ("", "", "unknown_municipality"),
        ("", "Итого", "unknown_municipality"),
        (True, "", "unknown_municipality"),
        (KOVROV, "Ковровский муниципальный район", "municipality_conflict"),
    ],
)
def test_a_row_of_nobody_is_named_and_left_out(oktmo: str | bool, name: str, code: str) -> None:
    made = Made()
    made.manual_row(oktmo=oktmo, name=name)
    summary = made.summary()
    assert [r.code for r in summary.problems] == [code]
    assert summary.totals.main is None


def test_a_row_without_time_counts_where_there_is_no_submission_and_asks_for_one() -> None:
    made = Made()
    made.manual_row(oktmo=KOVROV)
    summary = made.summary(at("2023-07-01 12:00"))
    assert (state_of(summary, KOVROV), codes(summary, KOVROV)) == (State.ON_TIME, ["hand_row_without_time"])


@pytest.mark.parametrize("accepted", ["", "28.05.2023 10:00"])
@pytest.mark.parametrize("cell", ["семь", ""])
def test_no_remark_says_that_an_excluded_row_added_by_hand_counts(cell: str, accepted: str) -> None:
    made = Made()
    made.manual_row(oktmo=KOVROV, accepted=accepted)
    made.rows[0]["informed"] = cell
    summary = made.summary()
    assert state_of(summary, KOVROV) is State.EXCLUDED
    messages = [r.message for r in summary.problems if r.oktmo == KOVROV]
    assert len(messages) == 2
    assert not [words for words in messages if re.search(r"\b(учтен[аыо]|учтён)\b", words) and "не учт" not in words]
    assert any("Если в ней нет ошибок" in words for words in messages)


def test_no_remark_says_that_one_of_equal_rows_with_an_error_counts() -> None:
    made = Made()
    made.submit(ALEXANDROV)
    made.rows[0]["informed"] = "семь"
    made.rows.append(dict(made.rows[0]))
    summary = made.summary()
    assert state_of(summary) is State.EXCLUDED
    assert not [r for r in summary.problems if "Учтена" in r.message]


def test_a_late_row_added_by_hand_is_late() -> None:
    made = Made()
    made.manual_row(oktmo=KOVROV, accepted=serial(at("2023-05-31 00:00")))
    assert state_of(made.summary(at("2023-06-01 12:00")), KOVROV) is State.LATE


def test_an_extension_makes_it_in_time() -> None:
    made = Made()
    made.manual_row(oktmo=KOVROV, accepted=serial(at("2023-05-31 00:00")))
    made.submit(ALEXANDROV, when=at("2023-05-31 10:00"), late=True)
    made.extensions = {KOVROV: at("2023-06-02 00:00"), ALEXANDROV: at("2023-06-02 00:00")}
    summary = made.summary(at("2023-06-01 12:00"))
    assert [state_of(summary, o) for o in (KOVROV, ALEXANDROV)] == [State.ON_TIME, State.ON_TIME]


def after_deletion(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10), row=False)
    made.manual_row(answers(7), oktmo=ALEXANDROV)


def beside_and_later(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10))
    made.manual_row(answers(7), oktmo=ALEXANDROV, accepted=serial(LATER))


def beside_and_earlier(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10))
    made.manual_row(answers(7), oktmo=ALEXANDROV, accepted=serial(EARLIER))


def beside_without_time(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10))
    made.manual_row(answers(7), oktmo=ALEXANDROV)


def beside_with_bad_time(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10))
    made.manual_row(answers(7), oktmo=ALEXANDROV, accepted="после обеда")


def several_with_times(made: Made) -> None:
    made.manual_row(answers(7), oktmo=ALEXANDROV, accepted=serial(LATER))
    made.manual_row(answers(10), oktmo=ALEXANDROV, accepted=serial(LATER + timedelta(hours=1)))
    made.manual_row(answers(8), oktmo=ALEXANDROV)


def several_without_time(made: Made) -> None:
    made.manual_row(answers(7), oktmo=ALEXANDROV)
    made.manual_row(answers(7), oktmo=ALEXANDROV)


def several_at_one_time(made: Made) -> None:
    made.manual_row(answers(7), oktmo=ALEXANDROV, accepted=serial(LATER))
    made.manual_row(answers(8), oktmo=ALEXANDROV, accepted=serial(LATER))


def beside_an_excluded_one(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10))
    made.rows[0]["informed"] = "?"
    made.manual_row(answers(7), oktmo=ALEXANDROV, accepted=serial(LATER))


def itself_with_an_error(made: Made) -> None:
    made.submit(ALEXANDROV, answers(10))
    made.manual_row({**answers(7), "informed": -1}, oktmo=ALEXANDROV, accepted=serial(LATER))


@pytest.mark.parametrize(
    ("arrange", "state", "total", "named"),
    [
        (after_deletion, State.ON_TIME, 7, {"hand_row_without_time"}),
        (beside_and_later, State.ON_TIME, 7, {"hand_row"}),
        (beside_and_earlier, State.ON_TIME, 10, {"hand_row_older"}),
        (beside_without_time, State.ON_TIME, 10, {"doubled_municipality"}),
        (beside_with_bad_time, State.ON_TIME, 10, {"doubled_municipality", "accepted_unreadable"}),
        (several_with_times, State.ON_TIME, 10, {"hand_row", "hand_row_older"}),
        (several_without_time, State.EXCLUDED, None, {"doubled_municipality"}),
        (several_at_one_time, State.EXCLUDED, None, {"doubled_municipality"}),
        (beside_an_excluded_one, State.ON_TIME, 7, {"hand_row"}),
        (itself_with_an_error, State.EXCLUDED, None, {"hand_row", "negative"}),
    ],
)
def test_rows_added_by_hand(arrange: Callable[[Made], None], state: State, total: int | None, named: set[str]) -> None:
    made = Made()
    arrange(made)
    summary = made.summary(LATER + timedelta(hours=2))
    assert (state_of(summary), total_of(summary)) == (state, total)
    assert named <= set(codes(summary)) | {r.code for r in summary.left_out}


def test_an_unknown_id_is_a_row_added_by_hand() -> None:
    made = Made()
    made.manual_row(answers(7), oktmo=KOVROV)
    made.rows[0][ID] = "0" * 32
    assert total_of(made.summary(), KOVROV) == 7


def test_staff_notes_below_the_table_are_no_row() -> None:
    made = Made()
    made.submit(ALEXANDROV)
    made.rows.append({})
    assert made.summary().problems == ()


def test_a_municipality_that_the_file_no_longer_names_is_left_out_and_named() -> None:
    made = Made()
    made.submit(ALEXANDROV)
    made.submit(VYAZNIKI)
    made.campaign = changed(the_campaign(), municipalities=the_campaign().municipalities[1:])
    summary = made.summary()
    assert summary.totals.reported == 1
    assert [r.code for r in summary.left_out] == ["municipality_gone"]


def test_sorting_the_tab_changes_nothing_but_the_links() -> None:
    made = Made()
    for i, municipality in enumerate(the_campaign().municipalities[:9]):
        made.submit(municipality.oktmo, answers(i))
    straight = made.summary()
    made.rows.reverse()
    turned = made.summary()
    assert turned.totals == straight.totals
    assert [m.values for m in turned.municipalities] == [m.values for m in straight.municipalities]
