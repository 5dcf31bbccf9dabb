"""What became of each row of «Ответы», as its column «Учёт» shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sync.records.table import ID, OKTMO
from tests.sync.factories import ALEXANDROV, KOVROV, NOW, VYAZNIKI, Made, answers, at, changed, serial

COUNTS, COUNTS_MANUAL = "считается", "считается (строка добавлена вручную)"
EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(minutes=10)


def shown(made: Made) -> list[str | None]:
    """«Учёт» of every row, from the top; None for a row without an account."""
    accounts = made.summary().accounts
    return [accounts[row].text if row in accounts else None for row in range(2, len(made.rows) + 2)]


def versions(made: Made) -> None:
    for day in (1, 2, 3):
        made.submit(ALEXANDROV, answers(day), at(f"2023-05-0{day} 12:00"))
    made.rows.reverse()


def an_error(made: Made) -> None:
    made.row_of(made.submit(ALEXANDROV))["informed"] = "много"


def an_error_in_a_superseded_version(made: Made) -> None:
    made.row_of(made.submit(ALEXANDROV, when=EARLIER))["informed"] = "много"
    made.submit(ALEXANDROV)


def a_newer_version_waits(made: Made) -> None:
    made.submit(ALEXANDROV, when=EARLIER)
    made.submit(ALEXANDROV, delivered=False)


def the_newest_was_deleted(made: Made) -> None:
    made.submit(ALEXANDROV, when=EARLIER)
    made.submit(ALEXANDROV, row=False)


def equal_copies(made: Made) -> None:
    made.submit(ALEXANDROV)
    made.rows.append(dict(made.rows[0]))


def differing_copies(made: Made) -> None:
    equal_copies(made)
    made.rows[1]["events"] = 9


def a_manual_row_alone(made: Made) -> None:
    made.manual_row(oktmo=KOVROV, accepted=serial(NOW))


def a_manual_row_with_an_error(made: Made) -> None:
    made.manual_row({**answers(), "links": ("нет",)}, oktmo=KOVROV)


def a_later_manual_row(made: Made) -> None:
    made.submit(ALEXANDROV)
    made.manual_row(oktmo=ALEXANDROV, accepted=serial(LATER))


def manual_rows_that_do_not_count(made: Made) -> None:
    made.submit(ALEXANDROV)
    made.manual_row(oktmo=ALEXANDROV, accepted=serial(EARLIER))
    made.manual_row(oktmo=ALEXANDROV)


def several_manual_rows(made: Made) -> None:
    made.manual_row(answers(7), oktmo=KOVROV)
    made.manual_row(answers(8), oktmo=KOVROV)


def rows_of_nobody(made: Made) -> None:
    made.manual_row(name="Муром")
    made.manual_row(oktmo=KOVROV, name=made.campaign.by_oktmo[VYAZNIKI].name)


def an_id_that_staff_cleared(made: Made) -> None:
    made.row_of(made.submit(ALEXANDROV))[ID] = ""


def a_municipality_that_left_the_file(made: Made) -> None:
    made.submit(ALEXANDROV)
    left = [m for m in made.campaign.municipalities if m.oktmo != ALEXANDROV]
    made.campaign = changed(made.campaign, municipalities=tuple(left))


def a_note_beside_the_table(made: Made) -> None:
    made.rows.append({OKTMO: ""})


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (versions, [COUNTS, "заменён версией 3", "заменён версией 3"]),
        (an_error, ["исключён: ошибка в столбце «Сколько человек проинформировано»"]),
        (an_error_in_a_superseded_version, ["заменён версией 2", COUNTS]),
        (a_newer_version_waits, [COUNTS]),
        (the_newest_was_deleted, ["заменён версией 2"]),
        (equal_copies, [COUNTS, "копия: считается другая такая же строка"]),
        (differing_copies, ["исключён: строки этого отчёта различаются"] * 2),
        (a_manual_row_alone, [COUNTS_MANUAL]),
        (a_manual_row_with_an_error, ["исключён: ошибка в столбце «Ссылки на публикации»"]),
        (a_later_manual_row, ["заменён строкой, добавленной вручную", COUNTS_MANUAL]),
        (
            manual_rows_that_do_not_count,
            [
                COUNTS,
                "исключён: есть более поздние сведения",
                "исключён: нет времени в «Принято», а от муниципалитета есть отчёт",
            ],
        ),
        (several_manual_rows, ["исключён: вручную добавлено несколько строк, неясно, какая верна"] * 2),
        (
            rows_of_nobody,
            [
                "исключён: непонятно, чья это строка",
                "исключён: код и название относятся к разным муниципалитетам",
            ],
        ),
        (an_id_that_staff_cleared, [COUNTS_MANUAL]),
        (a_municipality_that_left_the_file, ["исключён: муниципалитета нет в списке кампании"]),
        (a_note_beside_the_table, [None]),
    ],
)
def test_every_row_has_its_account(arrange: Callable[[Made], None], expected: list[str | None]) -> None:
    made = Made()
    arrange(made)
    assert shown(made) == expected


def test_the_rows_that_count_are_as_many_as_the_reports() -> None:
    made = Made()
    for arrange in (versions, a_manual_row_alone):
        arrange(made)
    made.submit(VYAZNIKI)
    assert sum(text in (COUNTS, COUNTS_MANUAL) for text in shown(made)) == made.summary().totals.reported == 3
