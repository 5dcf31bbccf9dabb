"""The condition of a question in Russian words: the blank shows every question, and says of whom it is asked."""

from __future__ import annotations

from campaign import texts as campaign_texts
from campaign.blank import texts
from campaign.expressions import Count, Day, Figure, GivenDay, Holds, Includes, Node, Not, Number, Operation
from campaign.model import Campaign

_JOINING = frozenset({"and", "or"})


def condition_words(campaign: Campaign, node: Node) -> str:
    """Return the condition as words to follow «если»: «Есть ли столовая» — да."""
    match node:
        case Holds(question):
            return texts.IS.format(title=_title(campaign, question), answer=campaign_texts.YES)
        case Not(Holds(question)):
            return texts.IS.format(title=_title(campaign, question), answer=campaign_texts.NO)
        case Includes(question, option):
            return texts.IS.format(title=_title(campaign, question), answer=_option(campaign, question, option))
        case Not(Includes(question, option)):
            return texts.IS_NOT.format(title=_title(campaign, question), answer=_option(campaign, question, option))
        case Not(inner):
            return texts.NOT.format(condition=condition_words(campaign, inner))
        case Operation(op, left, right) if op in texts.OPERATORS:
            joining = op in _JOINING
            sides = [
                _bracketed(campaign, side)
                if isinstance(side, Operation) and side.op != op and joining == _joins(side)
                else condition_words(campaign, side)
                for side in (left, right)
            ]
            return f"{sides[0]} {texts.OPERATORS[op]} {sides[1]}"
        case Number(value):
            return campaign_texts.number(value)
        case Figure(questions, previous):
            titles = [texts.QUOTED.format(title=_title(campaign, question)) for question in questions]
            words = " + ".join(titles)
            return texts.PREVIOUS.format(figure=words) if previous else words
        case Count(question):
            return texts.COUNT.format(title=_title(campaign, question))
        case Day(question):
            return texts.QUOTED.format(title=_title(campaign, question))
        case GivenDay(value):
            return campaign_texts.day(value)
    return ""


def _joins(node: Operation) -> bool:
    return node.op in _JOINING


def _bracketed(campaign: Campaign, node: Node) -> str:
    return f"({condition_words(campaign, node)})"


def _title(campaign: Campaign, question: str) -> str:
    found = campaign.by_id[question]
    return found.title if found.place is None else found.header


def _option(campaign: Campaign, question: str, option: str) -> str:
    return next(one.title for one in campaign.by_id[question].options if one.id == option)
