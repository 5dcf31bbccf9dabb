"""The campaign file as typed, frozen data. Imported by `campaign`; others take `Campaign` from the package.

The models mirror the file key by key; what is derived (leaf questions of a table, compiled rules) are properties.
Messages here are markers of `campaign.load`, which says them in Russian with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from campaign import texts
from campaign.answer_types import ANSWER_TYPES, AnswerType
from campaign.problems import Ask, Level
from campaign.rules import Rule


def _matches(pattern: str, expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("expected", "{expected}", {"expected": expected})
        return value

    return AfterValidator(check)


def expected(text: str) -> PydanticCustomError:
    """A mistake in the file: the Russian words of what is expected."""
    return PydanticCustomError("expected", "{expected}", {"expected": text})


def expected_at(key: str, text: str) -> PydanticCustomError:
    """The same, at one key of the model that is being checked."""
    return PydanticCustomError("expected_at", "{expected}", {"expected": text, "key": key})


Filled = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Id = Annotated[str, _matches(r"[A-Za-z][A-Za-z0-9_]{0,63}", texts.EXPECTED_ID)]
Oktmo = Annotated[str, _matches(r"[0-9]{8}", texts.EXPECTED_OKTMO)]
TabTitle = Annotated[str, _matches(r"[^\n\r\x00]{1,100}", texts.EXPECTED_TAB)]
Email = Annotated[str, _matches(r"[^\s@]+@[^\s@]+\.[^\s@]+", texts.EXPECTED_EMAIL)]
Role = Literal["informed", "audience", "action"]
# YAML knows only floats; limits are exact.
Limit = Annotated[
    int | Decimal, BeforeValidator(lambda limit: Decimal(str(limit)) if isinstance(limit, float) else limit)
]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise expected(texts.EXPECTED_TIMEZONE) from error
    return name


class Contact(Frozen):
    """Whom a clerk asks: a role and an address, no person."""

    who: Filled
    email: Email | None = None
    phone: Filled | None = None


class About(Frozen):
    """The key `campaign` of the file. `opens` and `deadline` are wall time in `timezone`."""

    id: Annotated[str, _matches(r"[a-z0-9][a-z0-9-]{0,62}", texts.EXPECTED_CAMPAIGN_ID)]
    title: Filled
    subject: Filled
    ministry: Filled
    region: Filled
    letter: Filled
    purpose: Filled
    opens_text: Filled = Field(alias="opens")
    deadline_text: Filled = Field(alias="deadline")
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    late: Literal["accept", "refuse"] = "accept"
    receipt_prefix: Annotated[str, _matches(r"[A-Za-zА-Яа-яЁё0-9-]{1,8}", texts.EXPECTED_PREFIX)]
    contact: Contact

    @model_validator(mode="after")
    def _times(self) -> Self:
        if self._moment("deadline") <= self._moment("opens"):
            raise expected_at("deadline", texts.EXPECTED_DEADLINE_AFTER)
        return self

    def _moment(self, key: str) -> datetime:
        text = self.opens_text if key == "opens" else self.deadline_text
        for pattern in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
            try:
                return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is another key of the file
            except ValueError:
                continue
        raise expected_at(key, texts.EXPECTED_DATETIME)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def opens(self) -> datetime:
        """Aware, in the campaign's zone: the first moment at which answers are taken."""
        return self._moment("opens").replace(tzinfo=self.zone)

    @cached_property
    def deadline(self) -> datetime:
        """Aware, in the campaign's zone: the last moment in time. A minute given without seconds lasts to its end."""
        moment = self._moment("deadline")
        if not re.search(r":\d\d:\d\d$", self.deadline_text):
            moment = moment.replace(second=59, microsecond=999_999)
        return moment.replace(tzinfo=self.zone)


class Tabs(Frozen):
    """Titles of the spreadsheet's tabs, in their order."""

    summary: TabTitle = "Свод"
    municipalities: TabTitle = "Муниципалитеты"
    silent: TabTitle = "Не сдали"
    problems: TabTitle = "Замечания"
    dynamics: TabTitle = "Динамика"
    answers: TabTitle = "Ответы"
    journal: TabTitle = "Журнал"


class SpreadsheetSettings(Frozen):
    tabs: Tabs = Tabs()


class Schedule(Frozen):
    """How often the worker does what. Seconds and minutes of the real clock."""

    delivery_seconds: float = Field(default=3, ge=0.2, le=3600)
    refresh_seconds: float = Field(default=6, ge=0.2, le=3600)
    staff_edits_seconds: float = Field(default=60, ge=0.2, le=86400)
    stamp_minutes: float = Field(default=10, ge=0.01, le=1440)
    stale_minutes: int = Field(default=30, ge=1, le=10080)
    reads_per_minute: int = Field(default=30, ge=1, le=300)
    writes_per_minute: int = Field(default=30, ge=1, le=300)
    call_timeout_seconds: float = Field(default=30, ge=1, le=300)


class Line(Frozen):
    """One line of a target group; `short` stands in headers."""

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
    """Where in a table a leaf question stands."""

    table: str
    figure: str
    group: str
    line: str


class Question(Frozen):
    """One question with one answer: a field of the form, a column of the answers tab.

    `header` is the column's; `title` where the file names none. Questions kept at home have no column.
    """

    id: Id
    type: Filled
    title: Filled
    header_text: Filled | None = Field(default=None, alias="header")
    hint: Filled | None = None
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
    place: Place | None = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if self.type not in ANSWER_TYPES:
            options = ", ".join([*ANSWER_TYPES, TABLE])
            raise expected_at("type", texts.EXPECTED_TYPE.format(options=options))
        for key in _TYPE_KEYS - self.answer_type.accepts:
            if key in self.model_fields_set:
                raise expected_at(key, texts.OPTION_NOT_OF_TYPE.format(type=self.type))
        if "options" in self.answer_type.accepts and len(self.options) < 2:
            raise expected(texts.EXPECTED_OPTIONS)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise expected(texts.EXPECTED_RANGE)
        return self

    @property
    def answer_type(self) -> AnswerType:
        return ANSWER_TYPES[self.type]

    @property
    def header(self) -> str:
        return self.header_text or self.title

    @property
    def numeric(self) -> bool:
        return self.answer_type.numeric


_TYPE_KEYS = frozenset(key for answer_type in ANSWER_TYPES.values() for key in answer_type.accepts)
TABLE = "table"


class Figure(Frozen):
    """One column of a table."""

    id: Id
    title: Filled
    unit: Filled | None = None


class Table(Frozen):
    """Target groups × figures: every line of every group is asked for every figure."""

    id: Id
    type: Literal["table"]
    title: Filled
    hint: Filled | None = None
    total: Filled
    figures: tuple[Figure, ...] = Field(min_length=1)
    rows: Literal["target_groups"]
    cell: Literal["integer", "decimal"] = "integer"
    required: bool = False
    cumulative: bool = False
    minimum: Limit | None = None
    maximum: Limit | None = None

    def leaves(self, groups: tuple[TargetGroup, ...]) -> tuple[Question, ...]:
        """A leaf question for every figure and line; its id is `figure_line`."""
        return tuple(
            Question.model_validate(
                {
                    "id": f"{figure.id}_{line.id}",
                    "type": self.cell,
                    "title": line.title,
                    "header": f"{figure.title}: {line.short}",
                    "unit": figure.unit,
                    "required": self.required,
                    "cumulative": self.cumulative,
                    "minimum": self.minimum,
                    "maximum": self.maximum,
                    "place": Place(table=self.id, figure=figure.id, group=group.id, line=line.id),
                }
            )
            for figure in self.figures
            for group in groups
            for line in group.lines
        )


def _item_tag(item: object) -> str:
    kind = item.get("type") if isinstance(item, dict) else getattr(item, "type", None)
    return TABLE if kind == TABLE else QUESTION


QUESTION = "question"
Item = Annotated[Annotated[Question, Tag(QUESTION)] | Annotated[Table, Tag(TABLE)], Discriminator(_item_tag)]


class Section(Frozen):
    id: Id
    title: Filled
    hint: Filled | None = None
    questions: tuple[Item, ...] = Field(min_length=1)


class RuleText(Frozen):
    """One rule as the file writes it; `campaign.compile` makes rules of it."""

    id: Id
    for_: Literal["cumulative"] | None = Field(default=None, alias="for")
    if_: Filled = Field(alias="if")
    at: Filled
    short: Filled
    message: Filled
    advice: Filled
    level: Level = "warning"
    ask: Ask | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.level == "warning" and self.ask is None:
            raise expected(texts.RULE_ASK_WARNING)
        if self.level == "error" and self.ask is not None:
            raise expected(texts.RULE_ASK_ERROR)
        return self


class MunicipalityKind(Frozen):
    id: Id
    title: Filled


class Municipality(Frozen):
    """A municipality; the key is its OKTMO code, for names repeat.

    plan:       expected main figure, people; None where none was set
    headcounts: target group id → people; groups may be missing
    """

    oktmo: Oktmo
    name: Filled
    genitive: Filled
    kind: Id | None = None
    plan: int | None = Field(default=None, ge=0)
    headcounts: Mapping[str, int] = Field(default_factory=dict)


class Campaign(Frozen):
    """The whole campaign. Frozen; made by `load_campaign`."""

    about: About = Field(alias="campaign")
    spreadsheet: SpreadsheetSettings = SpreadsheetSettings()
    schedule: Schedule = Schedule()
    target_groups: tuple[TargetGroup, ...] = ()
    main_figure: Id
    sections: tuple[Section, ...] = Field(min_length=1)
    rule_texts: tuple[RuleText, ...] = Field(default=(), alias="rules")
    municipality_kinds: tuple[MunicipalityKind, ...] = ()
    municipalities: tuple[Municipality, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        return self.about.id

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All leaf questions in the order of the file, those kept at home among them."""
        return tuple(
            leaf
            for section in self.sections
            for item in section.questions
            for leaf in (item.leaves(self.target_groups) if isinstance(item, Table) else (item,))
        )

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(item for s in self.sections for item in s.questions if isinstance(item, Table))

    @cached_property
    def sheet_questions(self) -> tuple[Question, ...]:
        """The questions that have a column in the answers tab."""
        return tuple(q for q in self.questions if not q.kept_at_home)

    @cached_property
    def home_questions(self) -> tuple[Question, ...]:
        """The questions whose answers never leave the outbox and the ministry's desk."""
        return tuple(q for q in self.questions if q.kept_at_home)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {q.id: q for q in self.questions}

    @cached_property
    def by_oktmo(self) -> Mapping[str, Municipality]:
        return {m.oktmo: m for m in self.municipalities}

    @cached_property
    def main_questions(self) -> tuple[Question, ...]:
        """The leaf questions whose sum is the main figure."""
        return self.leaves_of(self.main_figure)

    def leaves_of(self, name: str) -> tuple[Question, ...]:
        """The leaf questions behind a question id, a table's figure, a table, or `figure.group`."""
        figure, _, group = name.partition(".")
        return tuple(
            q
            for q in self.questions
            if q.id == name or (q.place and figure in (q.place.figure, q.place.table) and group in ("", q.place.group))
        )

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The compiled rules, in the order of the file."""
        from campaign.compile import compile_rules  # here, since compiling needs the finished model

        return compile_rules(self)

    @cached_property
    def rules_by_key(self) -> Mapping[str, Rule]:
        return {rule.key: rule for rule in self.rules}
