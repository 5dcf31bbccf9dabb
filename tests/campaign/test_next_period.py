"""The next period's file: dates, id and prefix are its own, all else stays, and what names the past is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import CampaignFileError, load_campaign, load_campaigns
from campaign.next_period import NextPeriodError, next_period

ROOT = Path(__file__).parents[2]
CONTEST = (ROOT / "config.yaml").read_text(encoding="utf-8")


def write(folder: Path, text: str, name: str = "first.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def monthly(folder: Path, deadline: str = "2026-10-31 18:00") -> Path:
    text = CONTEST.replace("flagmany-2023", "report-2026-10").replace("2023-03-27 00:00", "2026-10-01 00:00")
    return write(folder, text.replace("2023-05-30 23:59", deadline))


def test_a_year_later_all_but_the_dates_is_the_same(tmp_path: Path) -> None:
    first = write(tmp_path, CONTEST)
    made = next_period(first, None)
    second = load_campaign(write(tmp_path, made.text, "second.yaml"))
    before = load_campaign(first)
    assert (second.id, second.about.follows, made.id) == ("flagmany-2024", before.id, "flagmany-2024")
    assert second.about.deadline.isoformat() == "2024-05-30T23:59:59.999999+03:00"
    assert second.about.receipt_prefix == "ФО24"
    own = {"id", "follows", "opens", "deadline", "receipt_prefix", "opens_text", "deadline_text"}
    assert second.about.model_dump(exclude=own) == before.about.model_dump(exclude=own)
    assert second.model_dump(exclude={"about"}) == before.model_dump(exclude={"about"})
    assert "# не меняйте после начала приёма" in made.text
    assert any("27 марта 2023 года" in line for _, line in made.named), "words about the past are for people to change"
    assert all(made.text.splitlines()[number - 1].strip() == line for number, line in made.named)


def test_months_follow_each_other_and_end_with_their_last_day(tmp_path: Path) -> None:
    path, seen = monthly(tmp_path), []
    for _ in range(5):
        made = next_period(path, None)
        path = write(tmp_path, made.text, f"{made.id}.yaml")
        one = load_campaign(path)
        seen.append((one.id, one.about.deadline_text, one.about.receipt_prefix))
    assert seen == [
        ("report-2026-11", "2026-11-30 18:00", "ФО2611"),
        ("report-2026-12", "2026-12-31 18:00", "ФО2612"),
        ("report-2027-01", "2027-01-31 18:00", "ФО2701"),
        ("report-2027-02", "2027-02-28 18:00", "ФО2702"),
        ("report-2027-03", "2027-03-31 18:00", "ФО2703"),
    ]
    assert len(load_campaigns(tmp_path)) == 6


def test_deadlines_of_kinds_move_and_the_spreadsheet_stays_behind(tmp_path: Path) -> None:
    city = "{id: city, title: Городские округа}"
    text = CONTEST.replace(city, city[:-1] + ", deadline: 2023-05-20 18:00}")
    text = text.replace("  tabs:\n", "  id: 1aB_cD-eF0123456789\n  tabs:\n")
    second = load_campaign(write(tmp_path, next_period(write(tmp_path, text), 3).text, "second.yaml"))
    assert second.id == "flagmany-2023-08"
    assert second.deadlines["city"].isoformat().startswith("2023-08-20T18:00")
    assert second.spreadsheet.id is None


def test_how_far_is_asked_where_the_id_does_not_say(tmp_path: Path) -> None:
    path = write(tmp_path, CONTEST.replace("flagmany-2023", "flagmany"))
    with pytest.raises(NextPeriodError, match="--months"):
        next_period(path, None)
    assert next_period(path, 1).id == "flagmany-2023-06"


def test_a_long_prefix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NextPeriodError, match="ФЛАГМАНЫ24"):
        next_period(write(tmp_path, CONTEST.replace("receipt_prefix: ФО", "receipt_prefix: ФЛАГМАНЫ")), None)


def test_a_period_ends_after_the_one_that_it_follows(tmp_path: Path) -> None:
    made = next_period(write(tmp_path, CONTEST), None)
    write(
        tmp_path,
        made.text.replace("deadline: 2024-05-30", "deadline: 2023-05-30").replace("2024-03", "2023-03"),
        "b.yaml",
    )
    with pytest.raises(CampaignFileError, match=r"b\.yaml.*follows.*first\.yaml"):
        load_campaigns(tmp_path)
