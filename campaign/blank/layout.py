"""Where everything stands in a blank. It follows from the campaign alone, so a file is read without trusting it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from campaign.blank import texts
from campaign.blank.conditions import condition_words
from campaign.blank.origin import FORMAT
from campaign.model import Campaign, Question, Repeats, Section, Table
from campaign.model.questions import Option
from campaign.rules import SECTION, Rule
from campaign.xlsx.cells import ref

TITLE, FIRST_ANSWER = 1, 2
"""Columns: of what is asked, and of the answers or of the first figure of a table."""
HEAD_ROWS = 5
"""Rows of the heading, with texts of the municipality, and the blank row below it."""

Kind = Literal["section", "note", "question", "option", "table", "columns", "group", "line", "total", "rule", "space"]


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """A cell for an answer.

    name:   id of the question; key of the rule for an explanation
    option: of a question that allows for several, the option that the cell takes or leaves; "" of any other
    """

    row: int
    column: int
    name: str
    option: str = ""

    @property
    def ref(self) -> str:
        return ref(self.row, self.column)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the blank.

    title: text of its first cell
    hint:  text below the title, in the same cell
    heads: texts of the cells beside it, for the head of a table
    cells: its cells for answers
    sums:  column → the rows that are added up there
    """

    number: int
    kind: Kind
    title: str
    hint: str = ""
    heads: tuple[str, ...] = ()
    cells: tuple[AnswerCell, ...] = ()
    sums: Mapping[int, tuple[int, ...]] | None = None

    @property
    def label(self) -> str:
        """The whole text of the first cell."""
        return f"{self.title}\n{self.hint}" if self.hint else self.title


class Layout:
    """The rows of a campaign's blank, from the first section on."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self.rows: tuple[Row, ...] = ()
        for section in campaign.sections:
            self._add_section(section)
        rules = [rule for rule in campaign.rules if rule.ask == "reason"]
        if rules:
            self._add("section", texts.REASONS)
            self._add("note", texts.REASONS_HINT)
            for rule in rules:
                self._add("rule", reason_title(campaign, rule), names=(rule.key,))

    @cached_property
    def cells(self) -> tuple[AnswerCell, ...]:
        return tuple(cell for row in self.rows for cell in row.cells)

    @cached_property
    def first_cells(self) -> Mapping[str, str]:
        """Question id or rule key → its cell, in the order of the blank; of several options the first."""
        found: dict[str, str] = {}
        for cell in self.cells:
            found.setdefault(cell.name, cell.ref)
        return found

    @cached_property
    def merged(self) -> tuple[str, ...]:
        """The merged ranges of the blank: its heading, and notes over the whole width. None holds an answer."""
        rows = [*range(1, HEAD_ROWS), *(row.number for row in self.rows if row.kind == "note")]
        return tuple(f"{ref(row, TITLE)}:{ref(row, self.columns)}" for row in rows)

    @property
    def last_row(self) -> int:
        return self.rows[-1].number

    @property
    def columns(self) -> int:
        """The number of columns."""
        return max([FIRST_ANSWER, *(cell.column for cell in self.cells)])

    @cached_property
    def digest(self) -> str:
        """A digest of what is asked and where. Limits are not part of it: an answer is checked by those of today."""
        asked = [
            [
                row.kind,
                row.label,
                row.heads,
                [[cell.ref, cell.name, cell.option, *self._kind_of(cell)] for cell in row.cells],
            ]
            for row in self.rows
        ]
        text = json.dumps([FORMAT, asked], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

    def _kind_of(self, cell: AnswerCell) -> list[object]:
        question = self._campaign.by_id.get(cell.name)
        return [] if question is None else [question.type, [[o.id, o.title] for o in question.options]]

    def _add(
        self,
        kind: Kind,
        title: str,
        hint: str = "",
        *,
        names: tuple[str, ...] = (),
        option: str = "",
        heads: tuple[str, ...] = (),
        sums: Mapping[int, tuple[int, ...]] | None = None,
    ) -> int:
        """Add a row with a cell for each name; return its number."""
        number = HEAD_ROWS + 1 + len(self.rows)
        cells = tuple(AnswerCell(number, FIRST_ANSWER + n, name, option) for n, name in enumerate(names))
        self.rows += (Row(number, kind, title, hint, heads, cells, sums),)
        return number

    def _add_section(self, section: Section) -> None:
        self._add("section", section.title)
        notes = (section.hint or "", self._condition(f"{SECTION}{section.id}"))
        for note in filter(None, notes):
            self._add("note", note)
        for item in section.questions:
            if isinstance(item, Table):
                self._add_table(item)
            elif isinstance(item, Repeats):
                about = (item.hint or "", self._condition(item.id), texts.ENTRIES)
                self._add("question", item.title, "\n".join(filter(None, about)))
            else:
                self._add_question(item)
        self._add("space", "")

    def _add_question(self, question: Question) -> None:
        title = texts.UNIT.format(title=question.title, unit=question.unit) if question.unit else question.title
        if not question.required:
            title = texts.OPTIONAL.format(title=title)
        how = texts.HOW_TO.get(question.type, "")
        hints = (question.hint or "", how if how not in (question.hint or "") else "", self._condition(question.id))
        hint = "\n".join(filter(None, hints))
        if question.answer_type.uploaded:
            self._add("question", title, "\n".join(filter(None, (question.hint or "", texts.UPLOADED))))
            return
        if question.calculated is not None:
            self._add("question", title, texts.CALCULATED)
            return
        if not question.answer_type.many:
            self._add("question", title, hint, names=(question.id,))
            return
        self._add("question", title, hint)
        option: Option
        for option in question.options:
            self._add("option", option.title, names=(question.id,), option=option.id)

    def _add_table(self, table: Table) -> None:
        title = table.title if table.required else texts.OPTIONAL.format(title=table.title)
        self._add("table", title, "\n".join(filter(None, (table.hint or "", self._condition(table.id)))))
        units = [texts.UNIT.format(title=f.title, unit=f.unit) if f.unit else f.title for f in table.figures]
        self._add("columns", table.rows_title, heads=tuple(units))
        summed = [FIRST_ANSWER + n for n, figure in enumerate(table.figures) if figure.summed]
        every: list[int] = []
        for group in self._campaign.target_groups:
            at = HEAD_ROWS + 1 + len(self.rows)
            lines = tuple(range(at + 1, at + 1 + len(group.lines)))
            every += lines
            self._add("group", group.title, sums=dict.fromkeys(summed, lines))
            for line in group.lines:
                self._add("line", line.title, names=tuple(f"{figure.id}_{line.id}" for figure in table.figures))
        if summed:
            self._add("total", table.total, sums=dict.fromkeys(summed, tuple(every)))

    def _condition(self, place: str) -> str:
        found = self._conditions.get(place)
        return "" if found is None else texts.RELEVANT.format(condition=found)

    @cached_property
    def _conditions(self) -> Mapping[str, str]:
        conditions: Iterator[tuple[str, str]] = (
            (one.place, condition_words(self._campaign, one.node))
            for several in self._campaign.conditions.values()
            for one in several
        )
        return dict(conditions)


def reason_title(campaign: Campaign, rule: Rule) -> str:
    """Return what an explanation is about; with the question where the file gives the rule to several."""
    if rule.key == rule.code:
        return rule.short
    question = campaign.by_id[rule.at]
    return f"{question.title if question.place is None else question.header}. {rule.short}"


def layout_of(campaign: Campaign) -> Layout:
    return Layout(campaign)
