"""The differences between two versions of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaign import Campaign, Question, Rule, Value
from campaign.answer_types.files import attached_files
from campaign.answers import Reading
from campaign.entries import shown_entries
from webform import texts


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer or explanation that differs.

    was, now: as people read it, "" for a blank one
    note:     what else there is to know of the answer that was
    """

    title: str
    was: str
    now: str
    note: str = ""


def differences(
    campaign: Campaign,
    was: Mapping[str, Value],
    now: Mapping[str, Value],
    notes: Mapping[str, str] | None = None,
) -> list[Difference]:
    """Return the answers that differ, in the order of the form. notes: question id → `Difference.note`."""
    return [
        Difference(
            full_title(question),
            shown(question, was.get(question.id)),
            shown(question, now.get(question.id)),
            (notes or {}).get(question.id, ""),
        )
        for question in campaign.questions
        if was.get(question.id) != now.get(question.id)
    ]


def reworded(campaign: Campaign, was: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """Return the explanations that are new or differ, in the order of the rules, without ticks.

    was, now: rule key → words. An explanation that was dropped because its rule no longer asks is left out.
    """
    return [
        Difference(reason_title(campaign, rule), was.get(key, ""), now.get(key, ""))
        for key, rule in campaign.rules_by_key.items()
        if rule.ask == "reason" and now.get(key) and was.get(key, "") != now[key]
    ]


def reason_title(campaign: Campaign, rule: Rule) -> str:
    """Return the title of an explanation; with the question if the campaign file gives the rule to several."""
    if rule.key == rule.code:
        return texts.REASON_TO.format(short=rule.short)
    return texts.REASON_TO_ANSWER.format(title=full_title(campaign.by_id[rule.at]), short=rule.short)


def shown(question: Question, value: Value | None) -> str:
    if value is None:
        return ""
    if question.entries is not None:
        return shown_entries(question, value)
    files = attached_files(value) if question.answer_type.uploaded else ()
    return "\n".join(file.shown for file in files) or question.answer_type.shown(question, value)


def calculated_figures(campaign: Campaign, reading: Reading) -> dict[str, str]:
    """Return question id → calculated figure as people read it, a dash while it cannot be calculated."""
    return {one: shown(campaign.by_id[one], reading.values.get(one)) or "—" for one in campaign.calculations}


def full_title(question: Question) -> str:
    """Return the title of a question outside its table: with the figure, for a cell of a table."""
    return question.title if question.place is None else question.header
