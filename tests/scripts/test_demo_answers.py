"""The demo's answers fit any campaign: its limits, its hard rules, and whether it takes late reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import Campaign, examine, load_campaign
from scripts.demo_answers import NoAnswersError, answers, cast, overstated

ROOT = Path(__file__).resolve().parents[2]
RULES = """rules:
  - id: hard_sum
    at: everywhere
    short: сумма
    level: error
    if: indoors + outdoors != everywhere
    message: Всего должно быть {everywhere}.
    advice: Исправьте.
"""


def hard(folder: Path, extra: str = "") -> Campaign:
    """The committed campaign with limits, hard rules and no late reports."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    questions = "".join(
        f"      - {{id: {name}, type: integer, title: Число {name}, required: true, minimum: 3, maximum: {most}}}\n"
        for name, most in (("indoors", 900), ("outdoors", 40), ("everywhere", 400))
    )
    comment = text.index("      - {id: comment,")
    text = text[:comment] + questions + text[comment:]
    text = text.replace("\nrules:\n", f"\n{RULES}{extra}", 1).replace("late: accept", "late: refuse")
    path = folder / "hard.yaml"
    path.write_text(text, encoding="utf-8")
    return load_campaign(path)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return hard(tmp_path_factory.mktemp("campaign"))


def test_answers_meet_limits_and_hard_rules_in_every_round(campaign: Campaign) -> None:
    for municipality in campaign.municipalities[::3]:
        for round_ in (1, 7):
            typed = answers(campaign, municipality.oktmo, round_)
            assert examine(campaign, typed).errors == ()
            assert examine(campaign, overstated(campaign, typed)).errors == ()
    assert answers(campaign, "17701000", 1) == answers(campaign, "17701000", 1), "the same at every run"


def test_nobody_is_late_where_late_reports_are_refused(campaign: Campaign) -> None:
    parts, silent = cast(campaign)
    assert (len(parts), len(silent)) == (18, 3)
    assert {part.turn for part in parts} == {"plain", "mistake", "corrected"}


def test_rules_that_nothing_meets_are_named(tmp_path: Path) -> None:
    never = "id: never, at: indoors, short: нельзя, level: error, if: indoors >= 3, message: Так нельзя., advice: Нет."
    with pytest.raises(NoAnswersError, match="Так нельзя"):
        answers(hard(tmp_path, f"  - {{{never}}}\n"), "17701000", 1)


def test_lists_of_entries_are_filled_too() -> None:
    campaign = load_campaign(ROOT / "tests" / "webform" / "events.yaml")
    counts = set()
    for municipality in campaign.municipalities:
        for round_ in (1, 4):
            reading = examine(campaign, answers(campaign, municipality.oktmo, round_))
            assert reading.errors == ()
            counts.add(reading.values["events_count"])
    assert len(counts) > 1
