"""The keys in docs/campaigns.md and docs/rollups.md are those of the models, each with its words."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from scripts.campaign_key_words import KINDS, WORDS
from scripts.campaign_keys import PAGES, ROOT, keys, main, with_keys


def test_the_pages_are_up_to_date() -> None:
    assert main(["--check"]) == 0, "run python -m scripts.campaign_keys"


@pytest.mark.parametrize("model", PAGES.values())
def test_every_key_has_words(model: type[BaseModel]) -> None:
    assert [key for key, *_ in keys(model) if key not in WORDS] == [], "add them to scripts/campaign_key_words.py"


def test_no_words_are_left_of_a_key_that_is_gone() -> None:
    known = {key for model in PAGES.values() for key, *_ in keys(model)}
    assert (WORDS.keys() | KINDS.keys()) - known == set()


def test_a_page_that_lacks_a_key_is_out_of_date() -> None:
    page, model = next(iter(PAGES.items()))
    text = (ROOT / page).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("| `campaign.id`"))
    assert with_keys(text.replace(line + "\n", ""), model) == text
