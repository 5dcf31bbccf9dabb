"""How a figure is shown: with as many decimal places as its question takes, and with the words for how it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from campaign import Campaign, Question
from campaign.answer_types.numbers import DECIMAL_PLACES
from campaign.model.aggregate import Aggregate
from sync.tabs.page import Style
from sync.tabs.styles import MOST_PLACES, PLACED, with_places
from sync.texts import tabs as texts
from sync.totals.aggregates import places_of


def placed(style: Style, questions: Iterable[Question]) -> Style:
    """The style of a figure made of these questions' answers, so that nothing of it is rounded away."""
    places = max((_places(question) for question in questions), default=0)
    return with_places(style, places) if style in PLACED else style


def aggregated(style: Style, questions: Iterable[Question]) -> Style:
    """The style of the region's figure of these questions: a mean or a ratio has a place more than the answers."""
    places = max((_places(question) + places_of(question) for question in questions), default=0)
    return with_places(style, min(MOST_PLACES, places)) if style in PLACED else style


def method(aggregate: Aggregate, titles: Mapping[str, str]) -> str:
    """Return how a region's figure is made, «среднее по муниципалитетам»; "" for a sum. titles: of the ids in `of`"""
    return texts.AGGREGATES.get(aggregate.kind, "").format(*(titles[one] for one in aggregate.of))


def main_placed(style: Style, campaign: Campaign) -> Style:
    """The style of the main figure."""
    return placed(style, campaign.main_questions)


def _places(question: Question) -> int:
    if question.type != "decimal":
        return 0
    return DECIMAL_PLACES if question.places is None else question.places
