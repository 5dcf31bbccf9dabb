"""Several campaigns of one installation: every file of a folder, told apart by what must not be shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import CampaignFileError, load_campaigns
from campaign.__main__ import main

ROOT = Path(__file__).parents[2]
CONTEST = (ROOT / "config.yaml").read_text(encoding="utf-8")
MEALS = (ROOT / "docs" / "examples" / "school-meals.yaml").read_text(encoding="utf-8")
TABLE = "  tabs:\n    summary: Свод\n"


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def refusal(path: Path) -> list[str]:
    with pytest.raises(CampaignFileError) as caught:
        load_campaigns(path)
    return str(caught.value).splitlines()


def test_a_file_is_one_campaign_and_a_folder_is_all_of_its_files(tmp_path: Path) -> None:
    folder = write(tmp_path, b=CONTEST, a=MEALS)
    (folder / "notes.txt").write_text("не кампания", encoding="utf-8")
    (folder / ".a.yaml.swp").write_text("не кампания", encoding="utf-8")
    assert [one.id for one in load_campaigns(folder / "b.yaml")] == ["flagmany-2023"]
    meals, contest = load_campaigns(folder)
    assert contest.id == "flagmany-2023"
    assert meals.id != contest.id


def test_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, a=CONTEST.replace("deadline: 2023", "deadline: 1923"), b="[]", c=CONTEST)
    lines = refusal(folder)
    assert [Path(line.split(":")[0]).name for line in lines] == ["a.yaml", "b.yaml"]


def test_two_campaigns_share_neither_id_nor_prefix_nor_spreadsheet(tmp_path: Path) -> None:
    address = "  id: https://docs.google.com/spreadsheets/d/1aB_cD-eF0123456789/edit#gid=0\n"
    same = CONTEST.replace(TABLE, address + TABLE)
    folder = write(tmp_path, a=same, b=same.replace(address, "  id: 1aB_cD-eF0123456789\n"))
    lines = refusal(folder)
    assert len(lines) == 3
    assert all("b.yaml" in line.split(":")[0] and "a.yaml" in line for line in lines)
    assert [line.split(": ")[1] for line in lines] == ["campaign.id", "campaign.receipt_prefix", "spreadsheet.id"]


def test_a_prefix_that_looks_the_same_is_the_same(tmp_path: Path) -> None:
    other = CONTEST.replace("id: flagmany-2023", "id: second")
    latin = other.replace("receipt_prefix: ФО", "receipt_prefix: CO")
    folder = write(tmp_path, a=CONTEST.replace("receipt_prefix: ФО", "receipt_prefix: СО"), b=latin)
    (line,) = refusal(folder)
    assert "приставка" in line


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    assert "нет ни одного файла кампании" in refusal(tmp_path)[0]


def test_the_checker_names_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write(tmp_path, a=MEALS, b=CONTEST))]) == 0
    assert [Path(line.split(":")[0]).name for line in capsys.readouterr().out.splitlines()] == ["a.yaml", "b.yaml"]


def test_a_spreadsheet_is_named_by_id_or_address(tmp_path: Path) -> None:
    folder = write(tmp_path, a=CONTEST.replace(TABLE, "  id: не таблица\n" + TABLE))
    (line,) = refusal(folder)
    assert "spreadsheet.id" in line
    assert "адрес" in line
