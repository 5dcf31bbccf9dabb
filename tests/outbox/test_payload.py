"""Canonical JSON keeps its bytes: the digests of reports that are already stored stay equal."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.payload import canonical, digest
from outbox.records import Json

# Recorded from the encoder of the first version (pydantic_core with a fall-back to the standard library).
RECORDED: list[tuple[Json, str]] = [
    (
        {
            "registered_teachers": 4242,
            "informed": 1234,
            "audiences": ["teachers", "parents"],
            "comment": "Провели встречи «Флагманы»",
            "links": ["https://example.org/news/1"],
            "share": None,
            "agreed": True,
        },
        "fb47a9f3532eb7dcc1b7cfd3f835271d23da3914c5930d60bdb5c213fd7fefa9",
    ),
    (
        {"b": 1, "a": 0, "я": -5, "Z": False, "": ""},
        "4847f00e625c3f2dd248838a32b0c94fc065ed1074df6888fd91ada78dfeaee4",
    ),
    (
        {
            "comment": 'строка\n\tс «кавычками», "прямыми" и \\ косой чертой / \x7f\x01\u2028',
            "emoji": "🏫",
        },
        "eb622af87df5e47f3eab180865f47b87d38b600e1ffdcba6da06a1b66e2a7bd0",
    ),
    (
        {"share": "12.50", "big": 10**40, "many": [1, 2, [3, ["x", {}]], {"k": []}]},
        "17cc65001b100bb944235d047d7798b05bb2fe2560e917f72710a1b596200dc2",
    ),
    ({"text": "\\u0000 as letters"}, "c63ccbd5639d94d08461dec533891571a884ef4600848877be3d8528145dec59"),
    ({}, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
    (None, "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"),
    ("слово", "df117f4e1adf35dd74d2624142725df17130eba26e72aafbf30452a782e8b8bb"),
    ({"x": "а" * 5000}, "8b0eb0066679f2183b1141542d7acd8f3ea7cec637cf579d057da7ac85767942"),
]


@pytest.mark.parametrize(("value", "recorded"), RECORDED)
def test_digests_are_those_that_were_recorded(value: Json, recorded: str) -> None:
    assert digest(canonical(value, "value")) == recorded


@given(value=st.dictionaries(st.text("абвabc", max_size=5), st.integers() | st.booleans() | st.text("я\\\"'/")))
def test_the_order_of_keys_does_not_matter(value: dict[str, Json]) -> None:
    mixed = list(value.items())
    random.shuffle(mixed)
    assert canonical(dict(mixed), "value") == canonical(value, "value")
