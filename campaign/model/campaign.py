"""The whole campaign: the keys of the file, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from pydantic import Field

from campaign.calculations import Calculation
from campaign.model.about import About, last_moment
from campaign.model.aggregate import cell_id
from campaign.model.base import Frozen, Id
from campaign.model.compile import Vocabulary, compile_calculation, compile_condition, compile_rules
from campaign.model.municipalities import Municipality, MunicipalityKind
from campaign.model.questions import Question, Table, TargetGroup
from campaign.model.repeats import Repeats
from campaign.model.rule_text import RuleText
from campaign.model.sections import Section, leaves
from campaign.model.settings import MailSteps, Schedule, SpreadsheetSettings
from campaign.rules import SECTION, Condition, Rule

ENTRIES = "entries:"
"""Before the id of a list where it is the key of its tab."""


class Campaign(Frozen):
    """The whole campaign. Frozen; made by `load_campaign`."""

    about: About = Field(alias="campaign")
    spreadsheet: SpreadsheetSettings = SpreadsheetSettings()
    schedule: Schedule = Schedule()
    mails: MailSteps = MailSteps()
    target_groups: tuple[TargetGroup, ...] = ()
    main_figure: Id | None = None
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
            leaf for section in self.sections for item in section.questions for leaf in leaves(item, self.target_groups)
        )

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(item for s in self.sections for item in s.questions if isinstance(item, Table))

    @cached_property
    def lists(self) -> tuple[Repeats, ...]:
        """The lists of entries."""
        return tuple(item for s in self.sections for item in s.questions if isinstance(item, Repeats))

    @cached_property
    def tab_titles(self) -> Mapping[str, str]:
        """Key of each tab of the spreadsheet → its title, in their order; of a list `entries:` and its id."""
        titles: dict[str, str] = dict(self.spreadsheet.tabs.model_dump())
        journal = titles.pop("journal")
        return {**titles, **{f"{ENTRIES}{one.id}": one.tab for one in self.lists}, "journal": journal}

    @cached_property
    def sheet_questions(self) -> tuple[Question, ...]:
        """The questions with a column in «Ответы»."""
        return tuple(q for q in self.questions if q.in_sheet)

    @cached_property
    def home_questions(self) -> tuple[Question, ...]:
        """The questions with answers that never leave the outbox and the ministry's desk."""
        return tuple(q for q in self.questions if q.kept_at_home)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {q.id: q for q in self.questions}

    @cached_property
    def by_oktmo(self) -> Mapping[str, Municipality]:
        return {m.oktmo: m for m in self.municipalities}

    @cached_property
    def deadlines(self) -> Mapping[str | None, datetime]:
        """Kind → deadline of its municipalities, for the kinds that have one; None → of all others, if any."""
        zone = self.about.zone
        own: dict[str | None, datetime] = {
            kind.id: last_moment("deadline", kind.deadline_text).replace(tzinfo=zone)
            for kind in self.municipality_kinds
            if kind.deadline_text is not None
        }
        others = any(one.kind not in own for one in self.municipalities)
        return {None: self.about.deadline, **own} if others else own

    def deadline_of(self, oktmo: str) -> datetime:
        """Return the last moment in time for a municipality, without an extension; aware, in the campaign's zone."""
        municipality = self.by_oktmo.get(oktmo)
        kind = municipality.kind if municipality else None
        return self.deadlines.get(kind, self.about.deadline)

    @property
    def last_deadline(self) -> datetime:
        """The latest of them."""
        return max(self.deadlines.values())

    @cached_property
    def main_questions(self) -> tuple[Question, ...]:
        """The leaf questions that the main figure sums; none where the campaign has no main figure."""
        return () if self.main_figure is None else self.leaves_of(self.main_figure)

    def leaves_of(self, name: str) -> tuple[Question, ...]:
        """Return the leaf questions of a question id, a table's figure, a table, or `figure.group`."""
        figure, _, group = name.partition(".")
        return tuple(
            q
            for q in self.questions
            if q.id == name
            or (q.place and figure in (q.place.figure, q.place.table) and group in ("", q.place.group))
            or (q.from_entries and q.from_entries.list == name)
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that rules may use."""
        figures: dict[str, tuple[str, ...]] = {q.id: (q.id,) for q in self.questions if q.numeric}
        not_summed: dict[str, tuple[str, ...]] = {}
        for table in self.tables:
            for figure in table.figures:
                for name in (figure.id, *(f"{figure.id}.{group.id}" for group in self.target_groups)):
                    (figures if figure.summed else not_summed)[name] = tuple(q.id for q in self.leaves_of(name))
            if table.id not in {**figures, **not_summed}:
                whole = figures if all(figure.summed for figure in table.figures) else not_summed
                whole[table.id] = tuple(q.id for q in self.leaves_of(table.id))
        for one in self.lists:
            figures |= {f"{one.id}.{figure.id}": (cell_id(one.id, figure.id),) for figure in one.summed}
        return Vocabulary(self.questions, figures, not_summed, {one.id: one.count_id for one in self.lists})

    @cached_property
    def conditions(self) -> Mapping[str, tuple[Condition, ...]]:
        """Question id → the conditions under which it is asked, all of which must hold; only of questions with some.

        Raises RuleError; in a campaign that `load_campaign` returned there is none.
        """
        found: dict[str, tuple[Condition, ...]] = {}
        earlier: set[str] = set()
        for section in self.sections:
            around = self._condition(f"{SECTION}{section.id}", section.relevant, frozenset(earlier))
            for item in section.questions:
                here = (*around, *self._condition(item.id, item.relevant, frozenset(earlier)))
                names = [leaf.id for leaf in leaves(item, self.target_groups)]
                found |= {name: here for name in names if here}
                earlier.update(names)
        return found

    def _condition(self, place: str, text: str | None, earlier: frozenset[str]) -> tuple[Condition, ...]:
        return () if text is None else (compile_condition(place, text, self.vocabulary, earlier),)

    @cached_property
    def calculations(self) -> Mapping[str, Calculation]:
        """Question id → how its figure is made; only of questions that are not asked. Raises RuleError."""
        found: dict[str, Calculation] = {}
        earlier: set[str] = set()
        for question in self.questions:
            if question.calculated is not None:
                found[question.id] = compile_calculation(question, self.vocabulary, frozenset(earlier))
            earlier.add(question.id)
        return found

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The compiled rules, in the order of the file."""
        return compile_rules(self.rule_texts, self.vocabulary)

    @cached_property
    def error_rules(self) -> tuple[Rule, ...]:
        """The rules that keep a report out of the totals."""
        return tuple(rule for rule in self.rules if rule.level == "error")

    @cached_property
    def rules_by_key(self) -> Mapping[str, Rule]:
        return {rule.key: rule for rule in self.rules}
