"""What all documents share: the campaign in words, moments, and a report as rows of a table.

Facts are JSON with Russian keys: the names that the staff's templates use. Everything in them is text as it is printed,
but for truth values, counts and the lengths of bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from campaign import Campaign, Question, Section, Table, Value
from campaign.answer_types.files import attached_files
from campaign.answers import unasked_places
from campaign.entries import entries_of, entry_title
from campaign.model import Repeats
from campaign.rules import SECTION
from campaign.texts import number
from campaign.words import CONTROL
from campaign.zones import zone_words
from letters import texts
from outbox.records import Json

Facts: TypeAlias = "dict[str, Json]"
Number: TypeAlias = "int | Decimal"

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return the text as paper takes it: without control characters and marks that turn the writing direction.

    Every line break is one «\\n», a tab is a space. What stands there is printed as it is, whatever it looks like.
    """
    text = _BREAKS.sub("\n", text).replace("\t", " ")
    return CONTROL.sub("", _DIRECTIONS.sub("", text))


def about(campaign: Campaign, *, rehearsal: bool) -> Facts:
    """Return what every document says of its campaign."""
    return {
        "кампания": printable(campaign.about.title),
        "предмет": printable(campaign.about.subject),
        "министерство": printable(campaign.about.ministry),
        "регион": printable(campaign.about.region),
        "репетиция": rehearsal,
    }


def moment(campaign: Campaign, value: datetime) -> str:
    """Return a moment in the campaign's zone, with its name: «28 мая 2023 г., 13:00 (по московскому времени)»."""
    local = value.astimezone(campaign.about.zone)
    return texts.AS_OF.format(moment=texts.moment(local), zone=zone_words(local))


def figure(value: Value | None) -> Number:
    """Return the figure; 0 for a blank answer, as the totals take it."""
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else 0


def shown(question: Question, value: Value | None) -> str:
    """Return an answer as it is printed; a dash for a blank one."""
    if value is None:
        return texts.BLANK
    files = attached_files(value) if question.answer_type.uploaded else ()
    return printable("\n".join(file.shown for file in files) or question.answer_type.shown(question, value))


def with_unit(title: str, unit: str | None) -> str:
    return printable(texts.WITH_UNIT.format(title=title, unit=unit) if unit else title)


def report_rows(campaign: Campaign, values: Mapping[str, Value], reasons: Mapping[str, str]) -> list[Json]:
    """Return the rows of a report, without the answers that are kept at home and the questions that are not asked.

    Each is {вид, название, значение, пояснение}; «вид» is раздел, таблица, группа, строка, итог or ответ.
    """
    unasked = unasked_places(campaign, values)
    explained = _explained(campaign, reasons)
    rows: list[Json] = []
    for section in campaign.sections:
        if f"{SECTION}{section.id}" not in unasked:
            found = list(_section_rows(campaign, section, values, unasked, explained))
            rows += [_row("раздел", section.title), *found] if found else []
    return rows


def _section_rows(
    campaign: Campaign,
    section: Section,
    values: Mapping[str, Value],
    unasked: frozenset[str],
    explained: Mapping[str, str],
) -> Iterator[Json]:
    for item in section.questions:
        if item.id in unasked:
            continue
        if isinstance(item, Table):
            yield from _table_rows(campaign, item, values, explained)
        elif isinstance(item, Repeats):
            yield from _entry_rows(campaign, item, values, explained)
        elif not item.kept_at_home:
            value = shown(item, values.get(item.id))
            yield _row("ответ", with_unit(item.title, item.unit), value, explained.get(item.id, ""))


def _entry_rows(
    campaign: Campaign, item: Repeats, values: Mapping[str, Value], explained: Mapping[str, str]
) -> Iterator[Json]:
    """Yield the rows of a list: every entry as a group of lines, then the figures that are made of them."""
    question = campaign.by_id[item.id]
    yield _row("таблица", item.title, "", explained.get(item.id, ""))
    value = values.get(item.id)
    if isinstance(value, str):  # the answer of a type that the question had before
        yield _row("строка", "", printable(value))
    for place, answers in enumerate(entries_of(question, value), start=1):
        yield _row("группа", entry_title(question, place))
        for one in item.questions:
            yield _row("строка", with_unit(one.title, one.unit), shown(one, answers.get(one.id)))
    for leaf in campaign.leaves_of(item.id):
        if leaf.from_entries is not None:
            total = shown(leaf, values.get(leaf.id))
            yield _row("итог", with_unit(leaf.title, leaf.unit), total, explained.get(leaf.id, ""))


def _table_rows(
    campaign: Campaign, table: Table, values: Mapping[str, Value], explained: Mapping[str, str]
) -> Iterator[Json]:
    def total(name: str) -> str:
        return number(sum((figure(values.get(leaf.id)) for leaf in campaign.leaves_of(name)), start=0))

    several = len(table.figures) > 1
    for column in table.figures:
        title = texts.TABLE_OF_FIGURE.format(table=table.title, figure=column.title) if several else table.title
        yield _row("таблица", with_unit(title, column.unit))
        for group in campaign.target_groups:
            yield _row("группа", group.title, total(f"{column.id}.{group.id}") if column.summed else "")
            for leaf in campaign.leaves_of(f"{column.id}.{group.id}"):
                yield _row("строка", leaf.title, shown(leaf, values.get(leaf.id)), explained.get(leaf.id, ""))
        if column.summed:
            yield _row("итог", table.total, total(column.id))
    if table.id in explained:
        yield _row("строка", "", "", explained[table.id])


def _row(kind: str, title: str, value: str = "", reason: str = "") -> Json:
    return {"вид": kind, "название": printable(title), "значение": value, "пояснение": reason}


def _explained(campaign: Campaign, reasons: Mapping[str, str]) -> dict[str, str]:
    """Return question or table id → the clerk's explanations of it; confirmations without words are left out."""
    found: dict[str, list[str]] = {}
    for key, words in reasons.items():
        rule = campaign.rules_by_key.get(key)
        if rule is None or rule.ask != "reason" or not words.strip():
            continue
        place = campaign.by_id[rule.at].place
        at = place.table if rule.at_table and place else rule.at
        found.setdefault(at, []).append(texts.REASON.format(text=printable(words)))
    return {at: "\n".join(several) for at, several in found.items()}
