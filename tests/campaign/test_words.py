"""Comparing words as the eye does, and zones in words."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from campaign.oktmo import oktmo_code
from campaign.values import Cell
from campaign.words import odd_sign, plain, twin
from campaign.zones import zone_words


@pytest.mark.parametrize(
    "other",
    [
        unicodedata.normalize("NFD", "Гусь-Хрустальный район, Тёплое"),
        "гусь–хрустальный\u00a0район, теплое",
        "Гусь\u2011Хрустальный\nрайон,  Тёплое",
        "\ufeffГусь-Хру\u00adстальный рай\u200bон, Тёплое ",
    ],
)
def test_equal_to_the_eye_is_equal(other: str) -> None:
    assert plain(other) == plain("Гусь-Хрустальный район, Тёплое")


def test_a_twin_looks_the_same_and_is_not() -> None:
    assert plain("Кольчугинcкий") != plain("Кольчугинский")
    assert twin("Кольчугинcкий") == twin("Кольчугинский")
    assert odd_sign("Кольчугинcкий", "Кольчугинский") == "латинская «c»"
    assert odd_sign("IDС", "IDC") == "русская «С»"
    assert odd_sign("Ковров", "Муром") == ""


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("17605000", "17605000"),
        ("17605000000", "17605000"),
        (17_605_000.0, "17605000"),
        (1_605_000, "01605000"),
        ("17-605-000.000", "17605000"),
        ("1760500", "01760500"),
        ("176050", None),
        ("Итого", None),
        (True, None),
        (17605000.5, None),
        (None, None),
    ],
)
def test_a_code_is_read_as_people_write_it(cell: Cell, code: str | None) -> None:
    assert oktmo_code(cell) == code


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Moscow", "по московскому времени"),
        ("Asia/Krasnoyarsk", "по красноярскому времени"),
        ("Asia/Kathmandu", "по времени UTC+5:45"),
        ("America/Lima", "по времени UTC−5"),
    ],
)
def test_a_zone_is_named_in_words(zone: str, words: str) -> None:
    assert zone_words(datetime(2023, 5, 30, tzinfo=ZoneInfo(zone))) == words
