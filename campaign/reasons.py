"""The clerk's reasons of a report as the text of one cell, and what such a cell holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from campaign import texts
from campaign.answers import PERSONAL_DATA
from campaign.model import Campaign


def reasons_text(campaign: Campaign, reasons: Mapping[str, str]) -> str:
    """Return the clerk's reasons for people, a line each: question and answer, in the order of the rules."""
    lines = []
    order = {key: place for place, key in enumerate(campaign.rules_by_key)}
    for key, reason in sorted(reasons.items(), key=lambda item: order.get(item[0], len(order))):
        title = _reason_title(campaign, key)
        lines.append(f"{title}: {' '.join(reason.split())}" if reason.strip() else title)
    return "\n".join(lines)


def read_reasons(campaign: Campaign, cell: str) -> dict[str, str]:
    """Return the reasons of a cell that `reasons_text` made, by rule; lines with other titles are left out."""
    names = (question.id for question in campaign.questions if question.in_sheet or question.entries)
    keys = [*(f"{PERSONAL_DATA}:{name}" for name in names), *campaign.rules_by_key]
    by_title = {_reason_title(campaign, key): key for key in keys}
    found: dict[str, str] = {}
    for line in cell.splitlines():
        fitting = [title for title in by_title if line == title or line.startswith(f"{title}: ")]
        if fitting:
            title = max(fitting, key=len)
            found[by_title[title]] = line.removeprefix(title).removeprefix(":").strip()
    return found


def _reason_title(campaign: Campaign, key: str) -> str:
    """Return the title of the question. A rule that the file writes once for several questions names its question."""
    rule = campaign.rules_by_key.get(key)
    question = campaign.by_id.get(key.partition(":")[2])
    if rule is None:
        return question.title if question else key
    return texts.REASON_OF.format(short=rule.short, header=question.header) if question else rule.short


def holds_reasons(campaign: Campaign, reasons: Mapping[str, str], cell: str) -> bool:
    """Return True if each explanation stands in the cell in the clerk's words, as often as it was given.

    Blanks don't matter, nor what else stands there, nor what the titles are: the file may give another. So what is
    found is taken out, titles first: words of a title, and words inside longer ones, are not an explanation.
    """
    rest = " ".join(cell.split())
    for key, words in sorted(reasons.items(), key=lambda item: -len(_reason_title(campaign, item[0]))):
        rule, end = campaign.rules_by_key.get(key), ":" if words.strip() else ""
        titles = [_reason_title(campaign, key), *([rule.short] if rule else [])]  # rows of old have the short one
        title = next((title for title in titles if f"{title}{end}" in rest), None)
        if title is not None:
            rest = rest.replace(f"{title}{end}", "\n", 1)
    for words in sorted((" ".join(words.split()) for words in reasons.values()), key=len, reverse=True):
        start, end = (r"\b" if edge.isalnum() else "" for edge in (words[:1], words[-1:]))
        rest, found = re.subn(f"{start}{re.escape(words)}{end}", "\n", rest, count=1)
        if not found:
            return False
    return True
