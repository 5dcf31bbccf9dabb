"""The parts of the form as the templates show them: fields, tables, sections, lines of the summary of errors."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from campaign import Question, Section, Table
from campaign.answer_types.files import AttachedFile, attached_files
from campaign.model import Figure, Repeats
from webform import texts


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt for a reason or a tick. value: the reason, or the value that the box sends when it is ticked."""

    field: str
    key: str
    reason: bool
    message: str
    advice: str
    value: str
    ticked: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A question, table or section that is asked under a condition. name: of the place; "" for one without."""

    name: str = ""
    asked: bool = True


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as a field.

    before:    the previous value that counts, as people read it; before_typed: as the field would hold it
    corrected: the submitted and the ministry's value, as people read them; None if the ministry changed nothing
    plan:      the municipality's plan if this is the main figure, else None
    focus:     the page opens at this field
    figure:    a calculated figure as people read it; a dash while it cannot be calculated
    """

    question: Question
    title: str
    label: str
    value: str
    chosen: tuple[str, ...]
    error: str | None
    prompts: tuple[PromptView, ...]
    before: str
    before_typed: str
    corrected: tuple[str, str] | None
    plan: int | Decimal | None
    place: PlaceView = PlaceView()
    oktmo: str = ""
    focus: bool = False
    figure: str = ""

    @property
    def files(self) -> tuple[AttachedFile, ...]:
        return attached_files(self.chosen)

    @property
    def unchanged(self) -> bool:
        """True if the field holds the previous value, which then is not shown beside it."""
        return "".join(self.value.split()) == self.before_typed

    @property
    def name(self) -> str:
        return self.question.id

    @property
    def kind(self) -> str:
        return self.question.type

    @property
    def hint(self) -> str:
        """The question's own hint; for a date without one, how a date is written."""
        return self.question.hint or (texts.DATE_HINT if self.kind == "date" else "")

    @property
    def described_by(self) -> str:
        """Ids of the elements that describe the field, for `aria-describedby`."""
        parts = {
            "hint": bool(self.hint),
            "before": bool(self.before) or self.corrected is not None or self.plan is not None,
            "unit": self.question.place is None and self.question.numeric and bool(self.question.unit),
            "error": self.error is not None,
        }
        return " ".join(f"{self.name}-{part}" for part, there in parts.items() if there)


@dataclass(frozen=True, slots=True)
class RowView:
    title: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """The lines of a target group. sums: one a figure, as people read them; "" of one that is not summed."""

    id: str
    title: str
    rows: tuple[RowView, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A table.

    plan:    the municipality's plan for the figure `planned`; None if the main figure is elsewhere
    prompts: those about its total rather than about the cell to which the campaign file ties them
    """

    table: Table
    figures: tuple[Figure, ...]
    groups: tuple[GroupView, ...]
    sums: tuple[str, ...]
    plan: int | Decimal | None
    planned: str
    before: str
    prompts: tuple[PromptView, ...]
    place: PlaceView

    @property
    def fields(self) -> tuple[FieldView, ...]:
        return tuple(field for group in self.groups for row in group.rows for field in row.fields)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of a list. name: of the entry, for its buttons: «events.3»; title: «Мероприятие 3»"""

    taken_away: ClassVar[bool] = False
    name: str
    key: str
    title: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class TakenAway:
    """The entry that was taken away last. fields: names and texts of what was typed into it; focus: see `FieldView`"""

    taken_away: ClassVar[bool] = True
    name: str
    key: str
    fields: tuple[tuple[str, str], ...]
    focus: bool


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of entries. error: about the list as a whole; full: it takes no more"""

    entries: Repeats
    rows: tuple[EntryView | TakenAway, ...]
    error: str | None
    prompts: tuple[PromptView, ...]
    corrected: tuple[tuple[str, str, str], ...]
    full: bool
    place: PlaceView

    @property
    def name(self) -> str:
        return self.entries.id


@dataclass(frozen=True, slots=True)
class SectionView:
    section: Section
    items: tuple[FieldView | TableView | ListView, ...]
    place: PlaceView


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A line of the summary of errors.

    target:   id of the element that it links to
    question: id of its question
    blank:    the answer is missing
    page:     the page of the form that holds it; "" for the one that is shown
    """

    target: str
    text: str
    question: str | None
    blank: bool = False
    page: str = ""
