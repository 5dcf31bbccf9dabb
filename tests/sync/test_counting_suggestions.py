"""Suggestions for a name that no municipality of the campaign has."""

from __future__ import annotations

import re
from time import process_time

import pytest

from campaign import Municipality
from sync.counting.matching import Matcher
from tests.sync.factories import changed, the_campaign

DISTRICTS = [m for m in the_campaign().municipalities if m.name.endswith(" муниципальный район")]
CITIES = [m for m in the_campaign().municipalities if m not in DISTRICTS]


def first(name: Municipality) -> str:
    """Return the word that distinguishes the municipality from others."""
    return name.name.removesuffix(" муниципальный район").split()[-1]


def suggested(words: str) -> list[str]:
    match = Matcher(the_campaign()).match("", words)
    assert match.municipality is None, "likeness never decides"
    assert match.problem is not None
    return re.findall(r"\((\d{8})\)", match.problem.advice)


def test_the_campaign_has_both_kinds() -> None:
    assert (len(DISTRICTS), len(CITIES)) == (16, 5)


@pytest.mark.parametrize("one", DISTRICTS, ids=lambda m: m.oktmo)
@pytest.mark.parametrize("form", ["{} район", "{} р-н", "{} м. р-н", "{}", "{} МР", "район {}", "{} раион"])
def test_a_district_named_otherwise(one: Municipality, form: str) -> None:
    if (form, first(one)) != ("{}", "Гусь-Хрустальный"):  # might be the city just as well
        assert suggested(form.format(first(one)))[0] == one.oktmo


@pytest.mark.parametrize("one", CITIES, ids=lambda m: m.oktmo)
@pytest.mark.parametrize("form", ["г. {}", "г.{}", "{}", "гор. {}", "{} город", "городской округ {}"])
def test_a_city_named_otherwise(one: Municipality, form: str) -> None:
    assert suggested(form.format(first(one)))[0] == one.oktmo


@pytest.mark.parametrize("one", DISTRICTS + CITIES, ids=lambda m: m.oktmo)
def test_a_letter_dropped_or_two_swapped(one: Municipality) -> None:
    word = first(one)
    kind = "{} район" if one in DISTRICTS else "г. {}"
    for i in range(len(word)):
        assert suggested(kind.format(word[:i] + word[i + 1 :]))[0] == one.oktmo
    for i in range(len(word) - 1):
        swapped = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        assert suggested(kind.format(swapped))[0] == one.oktmo


@pytest.mark.parametrize(
    ("words", "oktmo"),
    [
        ("Юрьев Польский район", "17656000"),
        ("Юрьевпольский район", "17656000"),
        ("Польский район", "17656000"),
        ("Ковровского района", "17635000"),
        ("Владимирская область, Муромский район", "17644000"),
        ("Ковров", "17725000"),
        ("г. Ковров", "17725000"),
        ("Ковровский р-н", "17635000"),
        ("Радужный", "17737000"),
    ],
)
def test_other_ways_to_name_it(words: str, oktmo: str) -> None:
    assert suggested(words)[0] == oktmo


@pytest.mark.parametrize("words", ["район", "г.", "муниципальный район", "Итого", "???", "12"])
def test_nothing_is_suggested_where_no_word_tells_which(words: str) -> None:
    assert suggested(words) == []


def test_words_that_most_names_share_tell_nothing() -> None:
    campaign = the_campaign()
    names = ("Ивановская волость", "Петровская волость", "Сидоровская волость", "Ивановка")
    few = tuple(m.model_copy(update={"name": name}) for m, name in zip(campaign.municipalities, names, strict=False))
    problem = Matcher(changed(campaign, municipalities=few)).match("", "Сидровская волость").problem
    assert problem is not None
    assert re.findall(r": (\w+)", problem.advice)[0] == "Сидоровская"


@pytest.mark.slow
def test_thousands_of_names_and_a_long_cell_are_no_wait() -> None:
    campaign = the_campaign()
    many = tuple(
        m.model_copy(update={"oktmo": f"{n:08}", "name": f"{n}{m.name}"})
        for n in range(150)
        for m in campaign.municipalities
    )
    matcher = Matcher(changed(campaign, municipalities=many))
    start = process_time()
    for n in range(60):
        matcher.match("", f"{n} " + "Ковровскй раён и ещё слова " * 6)
    assert process_time() - start < 10
