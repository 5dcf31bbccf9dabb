"""Decimal places of a figure: as many as its question takes."""

from __future__ import annotations

from collections.abc import Iterable

from campaign import Campaign, Question
from campaign.answer_types.numbers import DECIMAL_PLACES
from sync.tabs.page import Style
from sync.tabs.styles import MOST_PLACES, PLACED, with_places
from sync.totals.aggregates import places_of


def placed(style: Style, questions: Iterable[Question]) -> Style:
    """The style of a figure made of these questions' answers, so that nothing of it is rounded away."""
    places = max((_places(question) for question in questions), default=0)
    return with_places(style, places) if style in PLACED else style


def aggregated(style: Style, questions: Iterable[Question]) -> Style:
    """The style of the region's figure of these questions: a mean or a ratio has a place more than the answers."""
    places = max((_places(question) + places_of(question) for question in questions), default=0)
    return with_places(style, min(MOST_PLACES, places)) if style in PLACED else style


def main_placed(style: Style, campaign: Campaign) -> Style:
    """The style of the main figure."""
    return placed(style, campaign.main_questions)


def _places(question: Question) -> int:
    if question.type != "decimal":
        return 0
    return DECIMAL_PLACES if question.places is None else question.places
