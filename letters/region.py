"""The region's consolidated note: totals, a ranked chart, all municipalities, who did not report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaign import Campaign, Municipality, Question, Value, read_json
from campaign.texts import number
from letters import texts
from letters.facts import Facts, Number, about, figure, moment, printable, with_unit
from letters.published import REPORTED, published
from outbox import Outbox
from outbox.records import Json, MunicipalityStatus

MOST_COLUMNS = 5
"""Figures beside the name that an A4 page has room for."""
MOST_BARS = 30
"""Bars that one page of the chart has room for."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. leaves: the questions that are added up in it."""

    title: str
    leaves: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A municipality in the table. values: its figures that count; None where no report counts."""

    municipality: Municipality
    state: str
    values: Mapping[str, Value] | None

    def figure(self, column: Column) -> Number | None:
        if self.values is None:
            return None
        return sum((figure(self.values.get(leaf.id)) for leaf in column.leaves), start=0)


def region_facts(campaign: Campaign, outbox: Outbox, *, rehearsal: bool = False) -> Facts:
    """Return what the note says; nothing that is kept at home. Raises LettersError where nothing was published."""
    as_of, statuses = published(campaign, outbox)
    lines = [_line(campaign, one, statuses.get(one.oktmo)) for one in campaign.municipalities]
    reported = [line for line in lines if line.values is not None]
    columns = _columns(campaign)
    states = [line.state for line in lines]
    return about(campaign, rehearsal=rehearsal) | {
        "данные_на": moment(campaign, as_of),
        "срок": moment(campaign, campaign.last_deadline),
        "всего": number(len(lines)),
        "отчитались": number(len(reported)),
        "в_срок": number(states.count("on_time")),
        "с_опозданием": number(states.count("late")),
        "не_отчитались": number(len(lines) - len(reported)),
        "итоги": _totals(campaign, reported),
        "показатель": columns[-1].title if columns else "",
        "рейтинг": _ranking(columns, reported),
        "рейтинг_из": number(len(reported)),
        "столбцы": [column.title for column in columns],
        "муниципалитеты": [_row(place, line, columns) for place, line in enumerate(lines, 1)],
        "итого": [_sum(column, reported) for column in columns],
        "нет_отчёта": [
            {"название": printable(line.municipality.name), "состояние": texts.STATES.get(line.state, line.state)}
            for line in lines
            if line.values is None
        ],
        "ждут_учёта": _waiting(campaign, outbox, statuses),
    }


def _line(campaign: Campaign, municipality: Municipality, status: MunicipalityStatus | None) -> _Line:
    """A municipality of which nothing was published came into the file after the publication: it has no report."""
    state = status.state if status else "silent"
    values = read_json(campaign, status.counted) if status and state in REPORTED else None
    return _Line(municipality, state, values)


def _columns(campaign: Campaign) -> list[Column]:
    """Return the groups of the main figure and the figure itself, last; without one the first figures that are sums."""
    if campaign.main_figure is None:
        summed = [q for q in campaign.sheet_questions if q.numeric and q.aggregate.kind == "sum"]
        return [Column(with_unit(q.header, q.unit), (q,)) for q in summed[:MOST_COLUMNS]]
    leaves = campaign.main_questions
    if any(leaf.place is None for leaf in leaves):
        return [Column(with_unit(leaves[0].header, leaves[0].unit), leaves)]
    groups = [
        Column(printable(group.title), campaign.leaves_of(f"{campaign.main_figure}.{group.id}"))
        for group in campaign.target_groups
    ]
    table = next(one for one in campaign.tables if one.id == leaves[0].place.table)  # type: ignore[union-attr]
    total = Column(with_unit(table.total, leaves[0].unit), leaves)
    return [*groups, total] if len(groups) < MOST_COLUMNS else [total]


def _totals(campaign: Campaign, reported: Sequence[_Line]) -> list[Json]:
    """Return the region's sums: {вид, название, значение} in the order of the file; only figures that are summed."""
    rows: list[Json] = []

    def add(kind: str, title: str, leaves: tuple[Question, ...] = ()) -> None:
        value = _sum(Column(title, leaves), reported) if leaves else ""
        rows.append({"вид": kind, "название": printable(title), "значение": value, "пояснение": ""})

    for table in campaign.tables:
        for column in table.figures:
            if not column.summed:
                continue
            several = len(table.figures) > 1
            title = texts.TABLE_OF_FIGURE.format(table=table.title, figure=column.title) if several else table.title
            add("таблица", with_unit(title, column.unit))
            for group in campaign.target_groups:
                add("группа", group.title, campaign.leaves_of(f"{column.id}.{group.id}"))
                for leaf in campaign.leaves_of(f"{column.id}.{group.id}"):
                    add("строка", leaf.title, (leaf,))
            add("итог", table.total, campaign.leaves_of(column.id))
    for question in campaign.sheet_questions:
        if question.numeric and question.place is None and question.aggregate.kind == "sum":
            add("ответ", with_unit(question.header, question.unit), (question,))
    return rows


def _sum(column: Column, reported: Sequence[_Line]) -> str:
    """Return the sum over the reports that count; a dash where there is none: it is unknown, not 0."""
    if not reported:
        return texts.BLANK
    return number(sum((line.figure(column) or 0 for line in reported), start=0))


def _row(place: int, line: _Line, columns: Sequence[Column]) -> Json:
    figures = [line.figure(column) for column in columns]
    return {
        "место": number(place),
        "название": printable(line.municipality.name),
        "октмо": line.municipality.oktmo,
        "состояние": texts.STATES.get(line.state, line.state),
        "отчитался": line.values is not None,
        "значения": [texts.BLANK if one is None else number(one) for one in figures],
    }


def _ranking(columns: Sequence[Column], reported: Sequence[_Line]) -> list[Json]:
    """Return the first municipalities by the last column: {название, значение, доля}; «доля» is of the longest bar.

    Thousandths, as JSON of the outbox has no fractions.
    """
    if not columns:
        return []
    figures: list[tuple[Number, _Line]] = [(line.figure(columns[-1]) or 0, line) for line in reported]
    ranked = sorted(figures, key=lambda pair: -pair[0])
    longest: Number = max((value for value, _ in ranked), default=0)
    return [
        {
            "название": printable(line.municipality.name),
            "значение": number(value),
            "доля": int(Decimal(max(value, 0)) * 1000 / longest) if longest > 0 else 0,
        }
        for value, line in ranked[:MOST_BARS]
    ]


def _waiting(campaign: Campaign, outbox: Outbox, statuses: Mapping[str, MunicipalityStatus]) -> list[Json]:
    """Return the names of those who sent a version that the publication did not know of."""
    newest = {one.oktmo: one.version for one in outbox.submissions.digests(campaign.id)}
    seen = {oktmo: status.seen for oktmo, status in statuses.items()}
    return [printable(one.name) for one in campaign.municipalities if newest.get(one.oktmo, 0) > seen.get(one.oktmo, 0)]
