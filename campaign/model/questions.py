"""Target groups, questions, tables and sections of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, InstanceOf, model_validator

from campaign import texts
from campaign.answer_types import ANSWER_TYPES, AnswerType
from campaign.answer_types.choice import option_ids
from campaign.answer_types.files import MOST_FILES
from campaign.answer_types.numbers import DECIMAL_PLACES, WholeNumber
from campaign.answer_types.repeats import REPEATS
from campaign.model.aggregate import SUM, Aggregate, AggregateKey, ask_for_aggregate, cell_id
from campaign.model.base import Filled, Frozen, Id, Limit, expected, expected_at
from campaign.texts import calculated as calculated_texts

Role = Literal["informed", "audience", "action"]


class Line(Frozen):
    """One line of a target group; `short` is for headers."""

    id: Id
    title: Filled
    short: Filled


class TargetGroup(Frozen):
    id: Id
    title: Filled
    lines: tuple[Line, ...] = Field(min_length=1)


class Option(Frozen):
    id: Id
    title: Filled

    @model_validator(mode="after")
    def _no_separator(self) -> Self:
        if ";" in self.title:
            raise expected(texts.OPTION_SEMICOLON)
        return self


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a leaf question in its table."""

    table: str
    figure: str
    group: str
    line: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What a list asks of each of its entries. entry: the title of one; least, most: how many there may be"""

    entry: str
    questions: tuple[Question, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class FromEntries:
    """The origin of a figure that the form makes of a list's entries.

    figure: the question of an entry that it sums; "" for the number of entries
    """

    list: str
    figure: str


class Question(Frozen):
    """One question with one answer: a field of the form, a column of «Ответы».

    `header` is that of the column: the title where the file has no header. Questions kept at home have no column.
    `relevant` is the condition under which it is asked; None for always. `calculated` is the expression that gives its
    figure, which then is never asked. `entries` is there for a list, `from_entries` for a figure made of one.
    """

    id: Id
    type: Filled
    title: Filled
    header_text: Filled | None = Field(default=None, alias="header")
    hint: Filled | None = None
    relevant: Filled | None = None
    calculated: Filled | None = None
    required: bool = False
    kept_at_home: bool = False
    unit: Filled | None = None
    minimum: Limit | None = None
    maximum: Limit | None = None
    places: int | None = Field(default=None, ge=0, le=6)
    max_length: int | None = Field(default=None, ge=1, le=20000)
    max_items: int | None = Field(default=None, ge=1, le=1000)
    options: tuple[Option, ...] = ()
    cumulative: bool = False
    autocomplete: Filled | None = None
    role: Role | None = None
    aggregate_key: AggregateKey | None = Field(default=None, alias="aggregate")
    place: Place | None = Field(default=None, exclude=True)
    entries: InstanceOf[Entries] | None = Field(default=None, exclude=True)
    from_entries: InstanceOf[FromEntries] | None = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if self.type not in ANSWER_TYPES or (self.type == REPEATS and self.entries is None):
            options = ", ".join([*ANSWER_TYPES, TABLE])
            raise expected_at("type", texts.EXPECTED_TYPE.format(options=options))
        for key in _TYPE_KEYS - self.answer_type.accepts:
            if key in self.model_fields_set:
                raise expected_at(key, texts.OPTION_NOT_OF_TYPE.format(type=self.type))
        if "options" in self.answer_type.accepts and len(self.options) < 2:
            raise expected(texts.EXPECTED_OPTIONS)
        self._check_role()
        self._check_aggregate()
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise expected_at("maximum", texts.EXPECTED_RANGE)
        if self.calculated is not None:
            self._check_calculated()
        if self.answer_type.uploaded:
            if (self.max_items or 0) > MOST_FILES:
                raise expected_at("max_items", texts.EXPECTED_FILES.format(most=MOST_FILES))
            if self.kept_at_home:
                raise expected_at("kept_at_home", texts.FILES_AT_HOME)
        return self

    def _check_calculated(self) -> None:
        if not self.numeric:
            raise expected_at("calculated", calculated_texts.ONLY_FIGURES)
        for key in ("required", "kept_at_home", "minimum", "maximum"):
            if getattr(self, key) not in (None, False):
                raise expected_at(key, calculated_texts.NEEDLESS)

    def _check_role(self) -> None:
        """«Свод» sums `informed` and `action`, and counts the options of an `audience`."""
        if self.role is None:
            return
        fitting = [
            t.name for t in ANSWER_TYPES.values() if ("options" in t.accepts if self.role == "audience" else t.numeric)
        ]
        if self.type not in fitting:
            raise expected_at("role", texts.ROLE_NOT_OF_TYPE.format(role=self.role, types=", ".join(fitting)))
        if self.kept_at_home:
            raise expected_at("role", texts.ROLE_AT_HOME)

    def _check_aggregate(self) -> None:
        if self.aggregate_key is not None:
            if not self.numeric:
                raise expected_at("aggregate", texts.AGGREGATE_NUMERIC)
        elif self.numeric and self.place is None:
            ask_for_aggregate(unit=self.unit, title=self.title, header=self.header_text)

    @property
    def aggregate(self) -> Aggregate:
        """How the region's figure is made; a sum where the file says nothing."""
        return self.aggregate_key or SUM

    @cached_property
    def answer_type(self) -> AnswerType:
        return ANSWER_TYPES[self.type]

    @cached_property
    def option_ids(self) -> Mapping[str, str]:
        """The names by which an option may be called: name → id."""
        return option_ids(self.options)

    @property
    def decimal_places(self) -> int:
        """How many digits a figure may have after the comma."""
        if self.type == WholeNumber.name:
            return 0
        return DECIMAL_PLACES if self.places is None else self.places

    @property
    def header(self) -> str:
        return self.header_text or self.title

    @property
    def numeric(self) -> bool:
        return self.answer_type.numeric

    @property
    def in_sheet(self) -> bool:
        """True if it has a column in «Ответы»; the entries of a list stand in a tab of their own."""
        return not self.kept_at_home and self.entries is None

    @property
    def asked(self) -> bool:
        """True if somebody answers it; the other figures are made of other answers."""
        return self.calculated is None and self.from_entries is None


_TYPE_KEYS = frozenset(key for answer_type in ANSWER_TYPES.values() for key in answer_type.accepts)
TABLE = "table"
Cell = Literal["integer", "decimal"]


class Figure(Frozen):
    """One column of a table. Keys that it doesn't have are the table's."""

    id: Id
    title: Filled
    unit: Filled | None = None
    aggregate_key: AggregateKey | None = Field(default=None, alias="aggregate")
    cell: Cell | None = None
    places: int | None = Field(default=None, ge=0, le=6)
    minimum: Limit | None = None
    maximum: Limit | None = None

    @model_validator(mode="after")
    def _is_aggregated(self) -> Self:
        if self.aggregate_key is None:
            ask_for_aggregate(unit=self.unit, title=self.title)
        return self

    @property
    def aggregate(self) -> Aggregate:
        """How the figures of lines, groups and the region are made; a sum where the file says nothing."""
        return self.aggregate_key or SUM

    @property
    def summed(self) -> bool:
        """True if cells of one report may be added up."""
        return self.aggregate.kind == "sum"


class Table(Frozen):
    """Target groups × figures: a question for each figure of every line of every group."""

    id: Id
    type: Literal["table"]
    title: Filled
    hint: Filled | None = None
    total: Filled
    figures: tuple[Figure, ...] = Field(min_length=1)
    rows: Literal["target_groups"]
    rows_title: Filled = texts.ROWS_TITLE
    cell: Cell = "integer"
    relevant: Filled | None = None
    required: bool = False
    cumulative: bool = False
    minimum: Limit | None = None
    maximum: Limit | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise expected_at("maximum", texts.EXPECTED_RANGE)
        return self

    @property
    def summed(self) -> bool:
        """True if cells of one report are added up in some figure."""
        return any(figure.summed for figure in self.figures)

    def leaves(self, groups: tuple[TargetGroup, ...]) -> tuple[Question, ...]:
        """Return a leaf question for every figure and line; its id is `figure_line`."""
        return tuple(
            Question.model_validate(
                {
                    "id": cell_id(figure.id, line.id),
                    "type": figure.cell or self.cell,
                    "title": line.title,
                    "header": f"{figure.title}: {line.short}",
                    "unit": figure.unit,
                    "required": self.required,
                    "cumulative": self.cumulative,
                    "minimum": self.minimum if figure.minimum is None else figure.minimum,
                    "maximum": self.maximum if figure.maximum is None else figure.maximum,
                    **({} if figure.places is None else {"places": figure.places}),
                    "aggregate": figure.aggregate.of_line(line.id),
                    "place": Place(table=self.id, figure=figure.id, group=group.id, line=line.id),
                }
            )
            for figure in self.figures
            for group in groups
            for line in group.lines
        )
