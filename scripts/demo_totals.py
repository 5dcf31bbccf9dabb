"""The demo's own totals, and the same figures read from the tabs.

Recomputed from what was sent alone: no code of the worker's totals is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import gspread
from gspread.utils import ValueRenderOption

from campaign import Campaign, Cell, Table, read_cell
from campaign.errors import AnswerError
from campaign.model import leaves
from campaign.values import Value
from sheets import CallBudget, open_client, read_service_account
from sync.records.states import State
from sync.texts import tabs as words

Figure = int | Decimal
Sent = Mapping[str, Mapping[str, Value | None]]
"""OKTMO → question id → value."""
Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Read:
    """The rows of three tabs, unformatted."""

    summary: Rows
    municipalities: Rows
    answers: Rows


class Tabs:
    """The running spreadsheet, read as any client of Google's API would."""

    def __init__(self, campaign: Campaign, address: str, data_dir: Path, identity: str) -> None:
        account = read_service_account(data_dir / "credentials.json")
        client = open_client(account, CallBudget(reads=300, writes=300), base_url=address)
        self._spreadsheet = gspread.Spreadsheet(client, {"id": identity})
        self._titles = campaign.spreadsheet.tabs

    def read(self) -> Read:
        """One call; the rows as they stand now."""
        titles = (self._titles.summary, self._titles.municipalities, self._titles.answers)
        ranges = [gspread.utils.absolute_range_name(title) for title in titles]
        found = self._spreadsheet.values_batch_get(
            ranges, params={"valueRenderOption": ValueRenderOption.unformatted.value}
        )
        summary, municipalities, answers = (block.get("values", []) for block in found["valueRanges"])
        return Read(summary, municipalities, answers)


@dataclass(frozen=True)
class Compared:
    """One figure: its name, what was sent, what the tab shows (None where it shows none)."""

    name: str
    sent: Figure
    shown: Figure | None


@dataclass(frozen=True)
class Comparison:
    """All figures; `others`: municipalities that reported, but not in this demo."""

    figures: tuple[Compared, ...]
    others: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return all(figure.sent == figure.shown for figure in self.figures)


def compare(campaign: Campaign, read: Read, sent: Sent) -> Comparison:
    """What was sent, summed here, beside what the tabs show."""
    states = dict(_states(read.municipalities))
    reported = {words.STATES[state] for state in words.STATES if state.reported}
    others = tuple(m.oktmo for m in campaign.municipalities if m.oktmo not in sent and states.get(m.oktmo) in reported)
    everyone = {**sent, **_typed_by_others(campaign, read.answers, others)}
    shown = dict(_shown(read.summary))
    late = _first_versions_late(campaign, read.answers) & sent.keys()
    late_others = sum(states[oktmo] == words.STATES[State.LATE] for oktmo in others)
    figures = [
        Compared(words.REPORTED, len(everyone), shown.get((words.WHO_REPORTED, words.REPORTED))),
        Compared(
            words.STATES[State.LATE], len(late) + late_others, shown.get((words.WHO_REPORTED, words.STATES[State.LATE]))
        ),
        *(Compared(" / ".join(key), figure, shown.get(key)) for key, figure in _totals(campaign, everyone)),
    ]
    return Comparison(tuple(figures), others)


def _states(rows: Rows) -> Iterator[tuple[str, str]]:
    """OKTMO → state, of the rows below the header of «Муниципалитеты»."""
    at = next((i for i, row in enumerate(rows) if words.OKTMO in row), len(rows))
    for row in rows[at + 1 :]:
        code, state = list(rows[at]).index(words.OKTMO), list(rows[at]).index(words.STATE)
        if len(row) > max(code, state):
            yield str(row[code]), str(row[state])


def _totals(campaign: Campaign, everyone: Sent) -> Iterator[tuple[tuple[str, str], Figure]]:
    """(section, line) of «Свод» → the sum of what was sent."""

    def total(questions: Sequence[str]) -> Figure:
        values = [answers.get(q) for answers in everyone.values() for q in questions]
        return sum((v for v in values if isinstance(v, int | Decimal)), start=0)

    for table in campaign.tables:
        for figure in filter(lambda one: one.summed, table.figures):
            section = f"{figure.title}, {figure.unit}" if figure.unit else figure.title
            for group in campaign.target_groups:
                yield (section, group.title), total([q.id for q in campaign.leaves_of(f"{figure.id}.{group.id}")])
                for line in group.lines:
                    yield (section, line.title), total([f"{figure.id}_{line.id}"])
            whole = table.total if len(table.figures) == 1 else f"{table.total}: {figure.title}"
            yield (section, whole), total([q.id for q in campaign.leaves_of(figure.id)])
    for part in campaign.sections:
        asked = [leaf for item in part.questions if not isinstance(item, Table) for leaf in leaves(item, ())]
        for question in asked:
            if not question.in_sheet:
                continue
            title = f"{question.header}, {question.unit}" if question.unit else question.header
            if question.numeric and question.aggregate.kind == "sum":
                yield (part.title, title), total([question.id])
            if question.type == "yes_no":
                yield (part.title, title), sum(answers.get(question.id) is True for answers in everyone.values())
            for option in question.options:
                chosen = [answers.get(question.id) for answers in everyone.values()]
                count = sum(option.id in c if isinstance(c, tuple) else c == option.id for c in chosen)
                yield (f"{question.header}: сколько муниципалитетов", option.title), count


def _shown(rows: Rows) -> Iterator[tuple[tuple[str, str], Figure]]:
    """(section, line) → the first figure of the line. A section is a lone text under a blank row."""
    section, after_blank = "", True
    for row in rows:
        filled = [cell for cell in row if cell not in (None, "")]
        if len(filled) == 1 and after_blank:
            section = str(filled[0])
        elif filled:
            numbers = [c for c in row[1:] if isinstance(c, int | float) and not isinstance(c, bool)]
            if numbers:
                yield (section, str(row[0]).strip()), _exact(numbers[0])
        after_blank = not filled


def _exact(cell: int | float) -> Figure:
    return cell if isinstance(cell, int) else Decimal(repr(cell))


def _typed_by_others(campaign: Campaign, rows: Rows, others: Sequence[str]) -> dict[str, dict[str, Value | None]]:
    """The newest rows of municipalities that answered by themselves (whoever tries the form before the demo)."""
    if not rows or not others:
        return {}
    header = [str(cell) for cell in rows[0]]
    newest: dict[str, tuple[int, dict[str, Cell]]] = {}
    for row in rows[1:]:
        cells = dict(zip(header, row, strict=False))
        oktmo, version = str(cells.get("ОКТМО", "")), cells.get("Версия")
        if oktmo in others and isinstance(version, int) and version > newest.get(oktmo, (0, {}))[0]:
            newest[oktmo] = (version, cells)
    return {
        oktmo: {q.id: _value_of(campaign, q.id, cells.get(q.header)) for q in campaign.sheet_questions}
        for oktmo, (_, cells) in newest.items()
    }


def _first_versions_late(campaign: Campaign, rows: Rows) -> set[str]:
    """OKTMO of the late: their first version came after the deadline, and no correction changes that."""
    header = [str(cell) for cell in rows[0]] if rows else []
    deadline = (campaign.about.deadline.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    late = set()
    for row in rows[1:]:
        cells = dict(zip(header, row, strict=False))
        accepted = cells.get("Принято")
        if cells.get("Версия") == 1 and isinstance(accepted, int | float) and accepted > deadline:
            late.add(str(cells.get("ОКТМО", "")))
    return late


def _value_of(campaign: Campaign, question: str, cell: Cell) -> Value | None:
    try:
        return read_cell(campaign.by_id[question], cell)
    except AnswerError:
        return None
