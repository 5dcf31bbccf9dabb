"""The file of a roll-up: its keys, its mistakes by file, line and key, and the campaigns beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import Campaign, CampaignFileError, Rollup, load_campaign, load_campaigns, load_file, load_files
from campaign.__main__ import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "rollups" / "registrations-by-region.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
CONTEST = (ROOT / "config.yaml").read_text(encoding="utf-8")


def folder(path: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> list[str]:
    """The lines of the refusal, without the folder."""
    with pytest.raises(CampaignFileError) as caught:
        load_files(path)
    return [line.rpartition(f"{path}/")[2] for line in str(caught.value).splitlines()]


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


def test_the_letters_annex_is_a_roll_up_of_eighty_two_regions(tmp_path: Path) -> None:
    files = load_files(folder(tmp_path, contest=CONTEST, annex=TEXT))
    (rollup,) = files.rollups
    assert isinstance(rollup, Rollup)
    assert len(rollup.regions) == 82
    assert rollup.sources == ("campaign:flagmany-2023",)
    assert rollup.ranked_by.id == "registered"
    assert [one.id for one in load_campaigns(tmp_path)] == ["flagmany-2023"]
    assert isinstance(files.owners[0], Campaign)


def test_a_municipality_belongs_to_the_region_with_the_longest_code(tmp_path: Path) -> None:
    text = changed('  - {code: "71"', '  - {code: "718", name: Югра}\n  - {code: "71"')
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    rollup = load_file(tmp_path / "a.yaml")
    assert isinstance(rollup, Rollup)
    assert [getattr(rollup.region_of(one), "name", None) for one in ("71871000", "71701000", "00100000")] == [
        "Югра",
        "Тюменская область",
        None,
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("  rank_by: registered", "  rank_by: share", "rollup.rank_by", "показателя «share» нет среди figures"),
        ("  rank_by:", "  read_minutes: 5\n  rank_by:", "rollup.read_minutes", "не меньше 10"),
        ("  rank_by:", "  ranked_by:", "rollup.ranked_by", "может быть, «rank_by»?"),
        ('{code: "01"', "{code: 1", "regions[1].code", "первые цифры кода ОКТМО"),
        ('{code: "03"', '{code: "01"', "regions[2].code", "«01»: значения не должны повторяться"),
        ("Краснодарский край", "Алтайский край", "regions[2].name", "значения не должны повторяться"),
        ("{id: events, ", "{id: registered, ", "figures[2].id", "значения не должны повторяться"),
        ("title: Встречи и мероприятия", "title: Доля участников", "figures[2].title", "ключ aggregate"),
        ("campaign: flagmany-2023", "campaign: other", "regions[12].campaign", "кампании «other» в этой папке нет"),
        (
            "campaign: flagmany-2023",
            "campaign: flagmany-2023, spreadsheet: 1aB_cD-eF0123456789",
            "regions[12].spreadsheet",
            "у региона один источник",
        ),
        ("{id: events, ", "{id: meetings, ", "figures[2].id", "нет числового показателя «meetings»"),
        ("  id: registrations-by-region", "  id: flagmany-2023", "rollup.id", "такой id уже в файле a.yaml"),
        ("figures:\n", "spreadsheet: {tabs: {regions: Свод}}\nfigures:\n", "spreadsheet.tabs.regions", "«Свод»"),
    ],
)
def test_each_mistake_names_file_line_and_key(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    text = changed(old, new)
    (line,) = mistakes(folder(tmp_path, a=CONTEST, b=text))
    assert line.startswith("b.yaml:")
    assert f": {key}: " in line
    assert words in line
    last = new.splitlines()[0] if "tabs" not in new else "tabs"
    assert abs(int(line.split(":")[1]) - line_of(text, last)) <= 1


def test_a_roll_up_shares_no_spreadsheet_and_does_not_read_itself(tmp_path: Path) -> None:
    own = "spreadsheet: {id: 1aB_cD-eF0123456789}\nfigures:\n"
    text = changed("figures:\n", own).replace("campaign: flagmany-2023", "spreadsheet: 1aB_cD-eF0123456789")
    (line,) = mistakes(folder(tmp_path, a=CONTEST, b=text))
    assert "это таблица самой сводки" in line
    contest = CONTEST.replace("  tabs:\n    summary", "  id: 1aB_cD-eF0123456789\n  tabs:\n    summary")
    (line,) = mistakes(folder(tmp_path, a=contest, b=changed("figures:\n", own)))
    assert line.startswith("b.yaml:")
    assert "эту таблицу уже заполняет файл a.yaml" in line


def test_a_roll_up_is_no_campaign_and_alone_serves_no_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path, a=TEXT.replace(", campaign: flagmany-2023", "")) / "a.yaml"
    with pytest.raises(CampaignFileError, match="это сводка по регионам"):
        load_campaign(path)
    with pytest.raises(CampaignFileError, match="форме нужна хотя бы одна кампания"):
        load_campaigns(tmp_path)
    assert len(load_files(tmp_path).rollups) == 1
    assert main([str(tmp_path)]) == 0
    assert "Это сводка: регионов: 82, из них с источником: 0; показателей: 2." in capsys.readouterr().out
