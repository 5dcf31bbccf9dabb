"""Which spreadsheet is whose: on Google what the files say, on the embedded server what the data folder says."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import Campaign, load_campaigns
from sheets import ServiceAccount, read_service_account
from sync.errors import SettingsError
from sync.process.environment import Place, Settings, spreadsheets
from tests.sync.harness import Server
from tests.sync.several import CHECKS, CONTEST, MEALS, campaign_text

FIRST, SECOND = "1-first-spreadsheet", "1-second-spreadsheet"


@pytest.fixture(scope="module")
def account(server: Server) -> ServiceAccount:
    return read_service_account(server.folder / "credentials.json")


def campaigns(folder: Path, **ids: str) -> tuple[Campaign, ...]:
    """Campaigns of these ids, «_» for «-»; each with its `spreadsheet.id`, if that is no empty text."""
    files = folder / "campaigns"
    files.mkdir()
    for name, spreadsheet in ids.items():
        campaign_id = name.replace("_", "-")
        text = campaign_text(campaign_id)
        if spreadsheet and "\nspreadsheet:\n" in text:
            text = text.replace("\nspreadsheet:\n", f"\nspreadsheet:\n  id: {spreadsheet}\n")
        elif spreadsheet:
            text += f"\nspreadsheet: {{id: {spreadsheet}}}\n"
        (files / f"{campaign_id}.yaml").write_text(text, encoding="utf-8")
    return load_campaigns(files)


def settings(folder: Path, account: ServiceAccount, given: str | None = None, *, google: bool) -> Settings:
    return Settings(folder, "sqlite://", given, account, "http://127.0.0.1:1", google, None)


def nobody(_spreadsheet: str) -> str | None:
    return None


def test_on_google_each_file_names_its_own(tmp_path: Path, account: ServiceAccount) -> None:
    both = campaigns(tmp_path, school_meals_2026=FIRST, new_year_2026=SECOND)
    where = settings(tmp_path, account, "1-left-from-before", google=True)  # of the time when there was one
    assert spreadsheets(where, both, nobody) == {MEALS: Place(FIRST), CHECKS: Place(SECOND)}


def test_a_file_of_several_without_a_spreadsheet_is_refused_with_what_to_do(
    tmp_path: Path, account: ServiceAccount
) -> None:
    both = campaigns(tmp_path, school_meals_2026=FIRST, new_year_2026="")
    with pytest.raises(SettingsError) as refused:
        spreadsheets(settings(tmp_path, account, SECOND, google=True), both, nobody)
    for words in (CHECKS, account.email, "раздел spreadsheet, ключ id", "пока кампания одна"):
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("in_file", "given", "found"), [(FIRST, None, FIRST), ("", SECOND, SECOND), (FIRST, FIRST, FIRST)]
)
def test_a_single_campaign_may_be_named_by_either(
    tmp_path: Path, account: ServiceAccount, in_file: str, given: str | None, found: str
) -> None:
    one = campaigns(tmp_path, flagmany_2023=in_file)
    assert spreadsheets(settings(tmp_path, account, given, google=True), one, nobody) == {CONTEST: Place(found)}


@pytest.mark.parametrize(
    ("in_file", "given", "words"), [(FIRST, SECOND, "Оставьте одно"), ("", None, "SPREADSHEET_ID нет")]
)
def test_two_that_differ_or_none_are_refused(
    tmp_path: Path, account: ServiceAccount, in_file: str, given: str | None, words: str
) -> None:
    one = campaigns(tmp_path, flagmany_2023=in_file)
    with pytest.raises(SettingsError, match=words):
        spreadsheets(settings(tmp_path, account, given, google=True), one, nobody)


def test_the_embedded_server_takes_no_notice_of_googles_spreadsheets(tmp_path: Path, account: ServiceAccount) -> None:
    both = campaigns(tmp_path, school_meals_2026=FIRST, new_year_2026=SECOND)
    own = {one: tmp_path / "spreadsheets" / one for one in (MEALS, CHECKS)}
    where = settings(tmp_path, account, google=False)
    assert spreadsheets(where, both, nobody) == {one: Place(None, path) for one, path in own.items()}
    (tmp_path / "spreadsheets").mkdir()
    own[MEALS].write_text("1-meals\n")
    assert spreadsheets(where, both, nobody)[MEALS] == Place("1-meals", own[MEALS])


@pytest.mark.parametrize(
    ("owner", "whose"),
    [(None, CHECKS), (MEALS, MEALS), (CHECKS, CHECKS), ("zima-2020", None)],
    ids=["of nobody", "of one", "of the other", "of one that left"],
)
def test_the_first_spreadsheet_is_that_of_the_campaign_that_fills_it(
    tmp_path: Path, account: ServiceAccount, owner: str | None, whose: str | None
) -> None:
    both = campaigns(tmp_path, school_meals_2026="", new_year_2026="")
    first = tmp_path / "spreadsheet_id"
    first.write_text(FIRST + "\n")
    places = spreadsheets(settings(tmp_path, account, google=False), both, {FIRST: owner}.get)
    assert {one: place.id for one, place in places.items()} == {
        one: FIRST if one == whose else None for one in (CHECKS, MEALS)
    }
    if whose:
        assert places[whose].path == first
