"""A roll-up of regions: what its spreadsheet shows of campaigns here and of spreadsheets of others, read or not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from campaign import Campaign, Municipality
from outbox.records import MunicipalityStatus
from sync.process.rollup_worker import RollupWorker
from tests.sync.country import TOTAL, Country, all_regions, put_region, region_line
from tests.sync.factories import changed
from tests.sync.harness import NOW, Desk, Server

LINES = [
    ("18701000", "Город", "сдан в срок", 5, 2),
    ("18605000", "Район", "сдан с опозданием", 7, 0),
    ("18610000", "Другой район", "не сдан", "—", "—"),
]
VLADIMIR = region_line("17", "Владимирская область", campaign="flagmany-2023")


@pytest.fixture(autouse=True)
def quiet(server: Server) -> None:
    server.clear_faults()


def trouble(worker: RollupWorker) -> str:
    """What is wrong, as `status` says it; "" for nothing."""
    return worker.trouble or ""


def test_a_region_of_a_campaign_here_and_one_of_a_spreadsheet_stand_side_by_side(
    desk: Desk, server: Server, tmp_path: Path
) -> None:
    worker = desk.worker()
    for municipality in desk.campaign.municipalities[:3]:
        desk.submit(municipality.oktmo)
    desk.deliver_all(worker)
    worker.refresh_now()
    main = len(desk.campaign.main_questions)
    foreign = put_region(server, LINES, total=12)
    text = VLADIMIR + region_line("18", "Волгоградская область", spreadsheet=foreign) + region_line("19", "Вологда")
    (tmp_path / "country").mkdir()
    with Country.open(
        server, tmp_path / "country", text, campaigns=[desk.campaign], outbox=desk.outbox, time=desk.time
    ) as country:
        country.run(country.worker(), 20)
        rows = country.rows()
        own, other, none = rows["Владимирская область"], rows["Волгоградская область"], rows["Вологда"]
        assert (own["Состояние"], own["Отчитались"], own["Муниципалитетов"]) == ("отчитались не все", 3, 21)
        assert own["Зарегистрировались"] == 3 * main
        assert (other["Зарегистрировались"], other["Встречи и мероприятия"], other["Отчитались"]) == (12, 2, 2)
        assert other["Данные на"] == pytest.approx(45066.5)
        assert (none["Состояние"], none["Зарегистрировались"], none["Место"]) == ("источник не указан", "—", "—")
        places = {name: row["Место"] for name, row in rows.items()}
        assert places == {"Владимирская область": 1, "Волгоградская область": 2, "Вологда": "—"}
        assert country.totals()["Зарегистрировались"] == 3 * main + 12
        assert country.beside("Зарегистрировались, чел.")[:2] == [3 * main + 12, 2]
        assert ["Регионов с данными: 2 из 3"] in country.summary()


def test_what_the_worker_of_a_region_writes_is_read_as_it_stands(desk: Desk, server: Server, tmp_path: Path) -> None:
    """The spreadsheet of one installation is the source of another."""
    worker = desk.worker()
    for place, municipality in enumerate(desk.campaign.municipalities[:2]):
        desk.submit(municipality.oktmo, {"events": place})
    desk.deliver_all(worker)
    worker.refresh_now()
    text = region_line("17", "Владимирская область", spreadsheet=desk.spreadsheet.id)
    (tmp_path / "country").mkdir()
    with Country.open(server, tmp_path / "country", text, time=desk.time) as country:
        country.run(country.worker(), 20)
        row = country.rows()["Владимирская область"]
        assert row["Отчитались"] == 2
        assert row["Муниципалитетов"] == 21
        assert row["Зарегистрировались"] == 2 * len(desk.campaign.main_questions)
        assert row["Встречи и мероприятия"] == 1
        assert row["Отметки"] == ""
        shown = desk.context.now().replace(second=0, microsecond=0, tzinfo=None)
        assert (
            abs(float(str(row["Данные на"])) - (shown - shown.replace(1899, 12, 30, 0, 0)).total_seconds() / 86400)
            < 0.01
        )


def test_zero_and_no_report_stay_apart(server: Server, tmp_path: Path) -> None:
    zero = put_region(server, [("18701000", "Город", "сдан в срок", 0, 0)])
    silent = put_region(server, [("19701000", "Город", "не сдан", "—", "—")])
    text = region_line("18", "Нули", spreadsheet=zero) + region_line("19", "Тишина", spreadsheet=silent)
    with Country.open(server, tmp_path, text) as country:
        country.run(country.worker(), 20)
        rows = country.rows()
        assert (rows["Нули"]["Зарегистрировались"], rows["Нули"]["Место"]) == (0, 1)
        assert rows["Нули"]["Состояние"] == "отчитались все"
        assert (rows["Тишина"]["Зарегистрировались"], rows["Тишина"]["Место"]) == ("—", "—")
        assert rows["Тишина"]["Состояние"] == "никто не отчитался"
        assert country.totals()["Зарегистрировались"] == 0


def test_a_source_that_cannot_be_read_keeps_its_last_figures_and_their_time(server: Server, tmp_path: Path) -> None:
    good = put_region(server, [("19701000", "Город", "сдан в срок", 3, 1)])
    bad = put_region(server, LINES)
    text = region_line("18", "Волгоград", spreadsheet=bad) + region_line("19", "Вологда", spreadsheet=good)
    text += region_line("20", "Воронеж", spreadsheet="1nothing-is-here-at-all")
    with Country.open(server, tmp_path, text) as country:
        worker = country.worker()
        country.run(worker, 20)
        unread = country.rows()["Воронеж"]
        assert (unread["Состояние"], unread["Зарегистрировались"]) == ("не прочитан", "—")
        assert "таблицы по этому адресу нет" in str(unread["Отметки"])

        server.faults({"kind": "error", "status": 403, "rate": 1, "path": bad})
        country.run(worker, 700)
        row = country.rows()["Волгоград"]
        assert (row["Состояние"], row["Зарегистрировались"], row["Данные на"]) == (
            "последние известные",
            12,
            pytest.approx(45066.5),
        )
        assert "попросите регион дать адресу svod@example.org право просмотра" in str(row["Отметки"])
        assert country.totals()["Зарегистрировались"] == 15
        lacking = country.summary()[country.summary().index(["Чего не хватает и почему"]) :]
        assert [line[0] for line in lacking[1:] if line and line[0]][:2] == ["Воронеж", "Волгоград"]
        assert any("источники которых сейчас не читаются: 1" in str(line[0]) for line in country.summary() if line)

        again = country.worker()  # a restart remembers them
        country.run(again, 5)
        assert country.rows()["Волгоград"]["Зарегистрировались"] == 12
        server.clear_faults()
        put_region(server, [*LINES[:2], ("18610000", "Другой район", "сдан с опозданием", 1, 1)], spreadsheet_id=bad)
        country.run(again, 700)
        row = country.rows()["Волгоград"]
        assert (row["Состояние"], row["Зарегистрировались"], row["Отметки"]) == ("отчитались все", 13, "")


@pytest.mark.slow
def test_eighty_two_regions_are_read_within_the_budget_and_each_at_most_every_ten_minutes(
    server: Server, tmp_path: Path
) -> None:
    text, expected = "", {}
    for place, region in enumerate(all_regions()):
        count = min(region.municipalities, 4)
        lines = [
            (f"{region.code}6{one:02}000", f"Район {one}", "сдан в срок", place + one, one) for one in range(count)
        ]
        expected[region.name] = sum(place + one for one in range(count))
        text += region_line(region.code, region.name, spreadsheet=put_region(server, lines))
    with Country.open(server, tmp_path, text) as country:
        worker = country.worker()
        country.run(worker, 500)
        assert {name: row["Зарегистрировались"] for name, row in country.rows().items()} == expected
        assert country.totals()["Зарегистрировались"] == sum(expected.values())
        ranked = [row for row in country.summary() if len(row) > 2 and row[0] in expected]
        assert [row[1] for row in ranked] == sorted(expected.values(), reverse=True)
        asked = sorted(at for one in country.sources.values() for at in (*one.described, *one.read_at))
        assert len(asked) == 2 * 82
        assert max(sum(start <= at < start + 60 for at in asked) for start in asked) <= 30
        country.run(worker, 900)
        for one in country.sources.values():
            assert len(one.read_at) >= 2
            assert len(one.described) == 1
            assert all(later - earlier >= 600 for earlier, later in pairwise(one.read_at))
        last = {key: one.read_at[-1] for key, one in country.sources.items()}
        country.run(country.worker(), 120)
        assert any(one.read_at for one in country.sources.values())
        for key, one in country.sources.items():
            assert not one.described
            assert all(at - last[key] >= 600 for at in one.read_at)


def test_one_campaign_of_a_whole_country_serves_every_region(
    campaign: Campaign, server: Server, tmp_path: Path
) -> None:
    regions = all_regions()
    codes = {one.code: [f"{one.code}6{at:03}00" for at in range(one.municipalities)] for one in regions}
    names = {code: f"Район {code}" for every in codes.values() for code in every}
    everyone = tuple(Municipality(oktmo=code, name=name, genitive=name) for code, name in names.items())
    country_wide = changed(campaign, municipalities=everyone)
    leaves = [question.id for question in country_wide.main_questions]
    statuses = [
        MunicipalityStatus(
            oktmo=code,
            state="silent" if at == 0 else "late",
            receipt=None,
            version=None,
            seen=0,
            by_hand=False,
            counted={} if at == 0 else {leaves[0]: at, "events": 1},
            corrections=(),
            remarks=(),
            as_of=NOW,
        )
        for every in codes.values()
        for at, code in enumerate(every)
    ]
    text = "".join(region_line(one.code, one.name, campaign=campaign.id) for one in regions)
    with Country.open(server, tmp_path, text, campaigns=[country_wide]) as country:
        country.outbox.statuses.publish(campaign.id, statuses, as_of=NOW)
        country.run(country.worker(), 5)
        rows = country.rows()
        for one in regions:
            row, count = rows[one.name], one.municipalities
            assert (row["Отчитались"], row["Муниципалитетов"]) == (count - 1, count)
            assert (row["Зарегистрировались"], row["Встречи и мероприятия"]) == (count * (count - 1) // 2, count - 1)
        assert country.totals()["Муниципалитетов"] == len(everyone) == 2512


def test_what_is_odd_in_a_source_is_named_and_not_counted(server: Server, tmp_path: Path) -> None:
    odd = put_region(
        server,
        [
            ("18701000", "Город", "сдан в срок", "много", 1),
            ("18605000", "Район", "сдан в срок", 2, 1),
            ("18605000", "Район", "сдан в срок", 3, 1),
            ("18610000", "Село", "почти сдан", 4, 1),
            ("18615000", "Ушедший", "не в кампании", "—", "—"),
            ("99999999", "Чужой", "сдан в срок", 100, 1),
            ("18620000", "Посёлок", "сдан в срок", 1.5, 1),
        ],
        headers=("№", "ОКТМО", "Муниципалитет", "Состояние", TOTAL, "Иначе"),
        stamp="когда-то",
    )
    with Country.open(server, tmp_path, region_line("18", "Волгоград", spreadsheet=odd)) as country:
        country.run(country.worker(), 20)
        row = country.rows()["Волгоград"]
        assert (row["Зарегистрировались"], row["Встречи и мероприятия"], row["Данные на"]) == (1.5, "—", "—")
        assert (row["Отчитались"], row["Муниципалитетов"]) == (2, 4)
        marks = str(row["Отметки"])
        assert "не этого региона не учтены (ОКТМО: 99999999)" in marks
        assert "Город: «Всего зарегистрировалось» — не число («много»), не учтено" in marks
        assert "Район: строки с этим кодом различаются" in marks
        assert "Село: непонятное состояние «почти сдан»" in marks
        assert "нет столбца «Встречи и мероприятия»" in marks
        assert "не видно, на какое время данные" in marks


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"headers": ("№", "Код", "Муниципалитет", "Состояние", TOTAL)}, "не найдены заголовки: «ОКТМО»"),
        ({"headers": ("№", "ОКТМО", "ОКТМО", "Муниципалитет", "Состояние")}, "повторяются заголовки: «ОКТМО»"),
        ({"summary": ("Р", "РЕПЕТИЦИЯ. Время и сведения учебные: никуда их не отправляйте.")}, "репетиция"),
        ({"lines": []}, "нет ни одного муниципалитета"),
        ({"lines": [("18701000", "я" * 49_000, "не сдан", "—", "—")] * 20}, "слишком много текста: больше 1 МБ"),
        ({"kind": "rehearsal"}, "в этой таблице репетиция"),
    ],
)
def test_a_spreadsheet_that_is_no_source_is_named_with_what_to_do(
    server: Server, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    made = put_region(server, **{"lines": LINES, **change})  # type: ignore[arg-type]
    with Country.open(server, tmp_path, region_line("18", "Волгоград", spreadsheet=made)) as country:
        country.run(country.worker(), 20)
        row = country.rows()["Волгоград"]
        assert row["Состояние"] == "не прочитан"
        assert words in str(row["Отметки"])
        assert row["Зарегистрировались"] == "—"


def test_a_spreadsheet_that_does_not_answer_is_tried_again_and_said_meanwhile(server: Server, tmp_path: Path) -> None:
    made = put_region(server, LINES)
    with Country.open(server, tmp_path, region_line("18", "Волгоград", spreadsheet=made)) as country:
        worker = country.worker()
        server.faults({"kind": "error", "status": 503, "rate": 1, "path": country.spreadsheet.id})
        country.run(worker, 100)
        assert "не отвечает" in trouble(worker)
        server.clear_faults()
        country.run(worker, 100)
        assert trouble(worker) == ""
        assert country.rows()["Волгоград"]["Зарегистрировались"] == 12
        put_region(server, [("18701000", "Город", "сдан в срок", 30, 2)], spreadsheet_id=made)
        server.faults({"kind": "reset_after", "next": 1, "path": f"{country.spreadsheet.id}:batchUpdate"})
        country.run(worker, 900)  # the write came through, and nobody was told
        assert trouble(worker) == ""
        assert country.rows()["Волгоград"]["Зарегистрировались"] == 30
        assert len(country.grid("Регионы")) == 5


def test_a_header_that_staff_renamed_stops_that_tab_alone_and_is_named(server: Server, tmp_path: Path) -> None:
    made = put_region(server, LINES)
    with Country.open(server, tmp_path, region_line("18", "Волгоград", spreadsheet=made)) as country:
        worker = country.worker()
        country.run(worker, 20)
        regions = country.outbox.bindings.tab(country.spreadsheet.id, "regions")
        start = {"sheetId": regions, "rowIndex": 3, "columnIndex": 1}
        rows = [{"values": [{"userEnteredValue": {"stringValue": "Шифр"}}]}]
        change = {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
        server.post(f"/v4/spreadsheets/{country.spreadsheet.id}:batchUpdate", {"requests": [change]})
        put_region(server, [("18701000", "Город", "сдан в срок", 30, 2)], spreadsheet_id=made)
        country.run(worker, 700)
        assert any("«Регионы» не обновляется: не найдены заголовки: «Код»" in str(r[0]) for r in country.summary() if r)
        assert country.beside("Зарегистрировались, чел.")[0] == 30
        assert country.grid("Регионы")[4][7] == 12


def test_regions_may_share_a_spreadsheet_and_get_their_own_municipalities(server: Server, tmp_path: Path) -> None:
    shared = put_region(server, [*LINES, ("19701000", "Вологда", "сдан в срок", 40, 4)], total=52)
    text = region_line("18", "Волгоград", spreadsheet=shared) + region_line("19", "Вологда", spreadsheet=shared)
    with Country.open(server, tmp_path, text) as country:
        worker = country.worker()
        country.run(worker, 20)
        rows = country.rows()
        assert [rows[name]["Зарегистрировались"] for name in ("Волгоград", "Вологда")] == [12, 40]
        assert [rows[name]["Отметки"] for name in ("Волгоград", "Вологда")] == ["", ""]
        assert len(country.sources[shared].read_at) == 1


def test_staff_sort_and_write_notes_and_nothing_of_theirs_is_overwritten(server: Server, tmp_path: Path) -> None:
    first = put_region(server, [("18701000", "Город", "сдан в срок", 5, 1)])
    second = put_region(server, [("19701000", "Город", "сдан в срок", 9, 1)])
    text = region_line("18", "Волгоград", spreadsheet=first) + region_line("19", "Вологда", spreadsheet=second)
    with Country.open(server, tmp_path, text) as country:
        worker = country.worker()
        country.run(worker, 20)
        bound = country.outbox.bindings.tabs(country.spreadsheet.id)
        notes = country.grid("Регионы")[3].index("Заметки министерства")
        start = {"sheetId": bound["regions"], "rowIndex": 4, "columnIndex": notes}
        page = {"sheetId": bound["summary"], "rowIndex": 0, "columnIndex": 0}
        area = {"sheetId": bound["regions"], "startRowIndex": 4}
        order = [{"dimensionIndex": 2, "sortOrder": "ASCENDING"}]

        def typed(where: dict[str, int], words: str) -> dict[str, object]:
            rows = [{"values": [{"userEnteredValue": {"stringValue": words}}]}]
            return {"updateCells": {"start": where, "rows": rows, "fields": "userEnteredValue"}}

        server.post(
            f"/v4/spreadsheets/{country.spreadsheet.id}:batchUpdate",
            {
                "requests": [
                    typed(start, "позвонить"),
                    typed(page, "моё"),
                    {"sortRange": {"range": area, "sortSpecs": order}},
                ]
            },
        )
        put_region(server, [("18701000", "Город", "сдан в срок", 6, 1)], spreadsheet_id=first)
        country.run(worker, 700)
        rows = country.rows()
        assert list(rows) == ["Вологда", "Волгоград"]
        assert rows["Волгоград"]["Заметки министерства"] == "позвонить"
        assert rows["Волгоград"]["Зарегистрировались"] == 6
        assert country.summary()[0] == ["Регистрации"]
        assert any("стояло «моё»" in str(cell) for row in country.grid("Журнал") for cell in row)


def test_a_region_that_leaves_the_file_keeps_its_row(server: Server, tmp_path: Path) -> None:
    made = put_region(server, LINES)
    both = region_line("18", "Волгоград", spreadsheet=made) + region_line("19", "Вологда")
    with Country.open(server, tmp_path, both) as country:
        country.run(country.worker(), 20)
        spreadsheet, time = country.spreadsheet.id, country.time
    with Country.open(server, tmp_path, region_line("19", "Вологда"), spreadsheet_id=spreadsheet, time=time) as country:
        country.run(country.worker(), 20)
        row = country.rows()["Волгоград"]
        assert (row["Состояние"], row["Зарегистрировались"]) == ("не в сводке", "—")


def test_a_campaign_that_was_never_counted_is_not_zero(campaign: Campaign, server: Server, tmp_path: Path) -> None:
    with Country.open(server, tmp_path, VLADIMIR, campaigns=[campaign]) as country:
        country.run(country.worker(), 20)
        row = country.rows()["Владимирская область"]
        assert (row["Состояние"], row["Зарегистрировались"]) == ("не прочитан", "—")
        assert "ещё не пересчитана" in str(row["Отметки"])


def test_what_the_outbox_keeps_of_a_source_may_be_anything(server: Server, tmp_path: Path) -> None:
    made = put_region(server, LINES)
    with Country.open(server, tmp_path, region_line("18", "Волгоград", spreadsheet=made)) as country:
        for kept in ("слово", {"reading": {"read_at": "вчера"}}, {"reading": {"regions": []}, "trouble": 5}):
            country.outbox.bindings.remember(country.spreadsheet.id, f"source spreadsheet:{made}", kept)  # type: ignore[arg-type]
            country.run(country.worker(), 10)
            assert country.rows()["Волгоград"]["Зарегистрировались"] == 12
