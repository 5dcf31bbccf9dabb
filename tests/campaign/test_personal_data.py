"""E-mails and phones in free text: all are found, and different findings have different digests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.personal_data import find

EMAILS = ["otdel@example.org", "a.b+c@mail.example.org", "отдел@пример.рф"]
PHONES = ["8 (4922) 00-00-00", "+7 900 000-00-00", "84922000000"]


@pytest.mark.parametrize(
    ("text", "emails", "phones"),
    [
        ("Провели 12 встреч, участвовали 1 234 567 человек.", (), ()),
        ("https://example.org/?q=a@example.org и http://example.org/89000000000", (), ()),
        (
            "Пишите: otdel@example.org, звоните 8 900 000-00-00. Почта otdel@example.org.",
            ("otdel@example.org",),
            ("8 900 000-00-00",),
        ),
        ("a@example.org b@example.org a@example.org", ("a@example.org", "b@example.org"), ()),
        ("89000000000@example.org", ("89000000000@example.org",), ()),
        ("8 900 a@example.org 000-00-00", ("a@example.org",), ()),
        ("8\u22124922\u221200\u221200\u221200", (), ("8\u22124922\u221200\u221200\u221200",)),
        ("звоните 8 900 0\u200b00-00-00, пишите otdel@exam\u00adple.org", ("otdel@example.org",), ("8 900 000-00-00",)),
    ],
)
def test_what_is_found(text: str, emails: tuple[str, ...], phones: tuple[str, ...]) -> None:
    found = find(text)
    assert (found.emails, found.phones) == (emails, phones)
    assert bool(found) is bool(emails or phones)


def test_what_is_long_is_named_by_its_beginning() -> None:
    assert find("a@" + "b" * 5000 + ".ru").named == "адрес электронной почты «a@" + "b" * 77 + "…»"


@given(st.lists(st.sampled_from(EMAILS), unique=True), st.lists(st.sampled_from(PHONES), unique=True))
def test_all_of_it_is_named_and_the_digest_does_not_ask_for_the_order(emails: list[str], phones: list[str]) -> None:
    pieces = [*emails, *phones]
    text = "; ".join(pieces)
    found = find(text)
    assert (list(found.emails), list(found.phones)) == (emails, phones)
    assert all(f"«{piece}»" in found.named for piece in pieces)
    assert find(" — ".join(reversed(pieces))).digest == found.digest
    assert find(f"{text}, ещё x@example.org").digest != found.digest
