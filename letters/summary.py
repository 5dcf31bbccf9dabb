"""«Свод» on paper: the lines that the worker published of the tab, so that no figure is computed a second time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaign import Campaign
from letters import texts
from letters.errors import LettersError
from letters.facts import Facts, about, moment, printable
from letters.published import published
from outbox import Outbox
from outbox.records import Json
from outbox.summary_lines import SummaryLine

NARROWEST, WIDEST = 12, 46
"""Characters by which a column is measured."""
SHORT = 24
"""Characters of the longest figure, date or short word; a column without longer ones stands at the right."""


def summary_facts(campaign: Campaign, outbox: Outbox, *, rehearsal: bool = False) -> Facts:
    """Return what «Свод» says, in parts. Raises LettersError where nothing was published."""
    as_of, _ = published(campaign, outbox)
    lines = outbox.summary_lines.get(campaign.id)
    if not lines:
        raise LettersError(texts.NOTHING_PUBLISHED)
    return about(campaign, rehearsal=rehearsal) | {
        "вкладка": printable(campaign.spreadsheet.tabs.summary),
        "данные_на": moment(campaign, as_of),
        "выводы": [printable(line.cells[0]) for line in lines if line.kind == "headline"],
        "части": list(_parts([line for line in lines if line.kind != "headline"])),
    }


def _parts(lines: Sequence[SummaryLine]) -> Iterator[Json]:
    """Yield {вид, текст} for sections and words, {вид, шапка, строки, ширины} for tables."""
    table: list[SummaryLine] = []
    for line in lines:
        if table and line.kind not in ("row", "strong"):
            yield _table(table)
            table = []
        if line.kind in ("section", "words"):
            kind = "раздел" if line.kind == "section" else "слова"
            yield {"вид": kind, "текст": printable(line.cells[0])}
        else:
            table.append(line)
    if table:
        yield _table(table)


def _table(lines: Sequence[SummaryLine]) -> Json:
    count = max(len(line.cells) for line in lines)
    rows = [[*(printable(cell) for cell in line.cells), *[""] * (count - len(line.cells))] for line in lines]
    headed = lines[0].kind == "header"
    head, body = (rows[0], rows[1:]) if headed else ([""] * count, rows)
    longest = [max((len(row[n]) for row in body), default=0) for n in range(count)]
    words = [max((len(word) for word in head[n].split()), default=0) for n in range(count)]
    return {
        "вид": "таблица",
        "шапка": list[Json](head) if headed else [],
        "строки": [
            {"итог": line.kind == "strong", "ячейки": list[Json](row)}
            for line, row in zip(lines[headed:], body, strict=True)
        ],
        "ширины": [min(WIDEST, max(NARROWEST, longest[n], words[n])) for n in range(count)],
        "вправо": [n > 0 and longest[n] <= SHORT for n in range(count)],
    }
