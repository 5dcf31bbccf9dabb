"""The form as the templates show it: fields in sections and tables, each with its error, hint and previous value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from campaign import (
    AnswerError,
    Campaign,
    Municipality,
    Problem,
    Question,
    Section,
    Table,
    Value,
    examine,
    read_typed,
)
from campaign.answers import PERSONAL_DATA
from campaign.codes import AnswerCode
from campaign.entries import entry_title, field_name, keys_of
from campaign.model import Figure, Repeats
from campaign.rules import SECTION
from outbox.records import Correction, Json
from webform import texts
from webform.comparison import calculated_figures, full_title, shown
from webform.forms.entry_changes import shown_keys
from webform.forms.form_input import FormInput, typed_of
from webform.forms.plan import REASON, TAKEN_AWAY, TICKED
from webform.forms.steps import Step, Steps
from webform.forms.validation import Prompt, Validation
from webform.forms.view_parts import (
    EntryView,
    FieldView,
    GroupView,
    ListView,
    PlaceView,
    PromptView,
    RowView,
    SectionView,
    SummaryLine,
    TableView,
    TakenAway,
)
from webform.texts import number


class FormView:
    """The whole form of one municipality with its input.

    validation: None for a fresh form
    before:     previous figures that count, by question id
    quiet:      no errors are shown; prompts with their answers are
    page:       the section to be shown, of a form with a page for each
    whole:      the summary of errors has those of all pages
    focus:      name of the entry of a list at which the page opens
    """

    def __init__(
        self,
        campaign: Campaign,
        municipality: Municipality,
        form_input: FormInput,
        validation: Validation | None,
        before: Mapping[str, Value],
        corrections: Sequence[Correction] = (),
        *,
        quiet: bool = False,
        steps: Steps,
        page: str = "",
        whole: bool = True,
        focus: str = "",
    ) -> None:
        self._campaign = campaign
        self._focus = focus
        self._steps = steps
        self._whole = whole
        self._municipality = municipality
        self._form_input = form_input
        self._validation = validation
        self._quiet = quiet
        self._before = before
        self._corrections = {c.question: c for c in corrections}
        reading = validation.reading if validation else None
        if reading is None and (campaign.conditions or campaign.calculations):
            reading = examine(campaign, form_input.answers, before)
        self._figures = calculated_figures(campaign, reading) if reading else {}
        self._not_asked = reading.not_asked if reading else frozenset[str]()
        self._prompts = validation.prompts if validation else ()
        self._unseen = validation.unseen if validation else frozenset[str]()
        shown_errors = validation.errors if validation and not quiet else ()
        self._errors = [p for p in shown_errors if p.code != AnswerCode.BLANK or not self._is_unseen(p.question)]
        self.step: Step | None = self._steps.at(page, self._not_asked)
        shown = [one for one in campaign.sections if self.step is None or one.id == self.step.id]
        self.sections = tuple(self._section(section) for section in shown)

    @property
    def errors(self) -> list[SummaryLine]:
        """Return the errors in the order of the form."""
        return self._in_order([self._error_line(problem) for problem in self._errors])

    @property
    def appeared(self) -> list[SummaryLine]:
        """Return the questions that the page before this one did not ask, in the order of the form."""
        if self._quiet:
            return []
        questions = [q for q in self._campaign.questions if self._is_unseen(q.id)]
        return self._on_pages([SummaryLine(first_input(self._campaign, q.id), full_title(q), q.id) for q in questions])

    def _is_unseen(self, question: str | None) -> bool:
        """Return True if the question is asked now and was not on the page that was sent."""
        places = {one.place for one in self._campaign.conditions.get(question or "", ())}
        return bool(places & self._unseen) and not places & self._not_asked

    @property
    def heading(self) -> str:
        """Return the heading of the summary of errors. One answer may have several errors."""
        lines = self.errors
        count = len({line.target for line in lines})
        return texts.fields_blank(count) if all(line.blank for line in lines) else texts.problems_found(count)

    @property
    def blank_number(self) -> bool:
        """True if a number is missing that could be 0."""
        return any(line.blank and self._campaign.by_id[line.question or ""].numeric for line in self.errors)

    @property
    def questions(self) -> list[SummaryLine]:
        """Return the prompts without a good answer, in the order of the form."""
        if self._quiet:
            return []
        return self._in_order([self._prompt_line(prompt) for prompt in self._prompts if not prompt.answered])

    @property
    def asked_again(self) -> bool:
        """True if a prompt was shown before and is still without a good answer."""
        return any(prompt.error for prompt in self._prompts)

    @property
    def ticks_alone(self) -> bool:
        """True if the open prompts want ticks and no explanations; False if there are none."""
        fields = {line.target for line in self.questions}
        shown_prompts = [prompt for prompt in self._prompts if prompt.field in fields]
        return bool(shown_prompts) and not any(prompt.reason for prompt in shown_prompts)

    def _in_order(self, lines: list[SummaryLine]) -> list[SummaryLine]:
        order = {q.id: n for n, q in enumerate(self._campaign.questions)}
        return self._on_pages(sorted(lines, key=lambda line: order.get(line.question or "", -1)))

    def _on_pages(self, lines: list[SummaryLine]) -> list[SummaryLine]:
        """Return the lines with their pages; where the summary is of this page alone, its own lines."""
        if self.step is None:
            return lines
        found = [replace(line, page=self._steps.page_of(line.question)) for line in lines]
        found = [replace(line, page="") if line.page == self.step.id else line for line in found]
        return [line for line in found if self._whole or not line.page]

    def _error_line(self, problem: Problem) -> SummaryLine:
        blank = problem.code == AnswerCode.BLANK
        message = problem.message
        if problem.question is not None:
            title = problem.title or full_title(self._campaign.by_id[problem.question])
            message = texts.BLANK_LINE.format(title=title) if blank else f"{title}. {message}"
        return SummaryLine(_target(self._campaign, problem), message, problem.question, blank)

    def _prompt_line(self, prompt: Prompt) -> SummaryLine:
        message, question = prompt.problem.message, prompt.problem.question
        if question is not None and not self._about_report(prompt):
            message = f"{full_title(self._campaign.by_id[question])}. {message}"
        return SummaryLine(prompt.field, message, question)

    def _about_report(self, prompt: Prompt) -> bool:
        """Return True for a rule about a table rather than about one of its cells."""
        rule = self._campaign.rules_by_key.get((prompt.problem.rule or "").removeprefix(f"{PERSONAL_DATA}:{REASON}"))
        return rule is not None and rule.at_table

    def _section(self, section: Section) -> SectionView:
        items = tuple(map(self._item, section.questions))
        return SectionView(section, items, self._place(f"{SECTION}{section.id}", section.relevant))

    def _item(self, item: Question | Table | Repeats) -> FieldView | TableView | ListView:
        match item:
            case Table():
                return self._table(item)
            case Repeats():
                return self._list(item)
        return self._field(item, item.title)

    def _list(self, item: Repeats) -> ListView:
        question = self._campaign.by_id[item.id]
        made = [one for one in self._campaign.leaves_of(item.id) if one.from_entries]
        here = {item.id, *(one.id for one in made)}
        own = next((p for p in self._errors if p.question in here and not p.field), None)
        keys = shown_keys(self._form_input, question)
        return ListView(
            item,
            tuple(self._entries(item, keys)),
            own.text if own else None,
            tuple(self._prompt(p) for p in self._prompts if p.problem.question in here),
            tuple((one.title, *found) for one in made if (found := self._corrected(one))),
            len(keys_of(keys)) >= item.max_entries,
            self._place(item.id, item.relevant),
        )

    def _entries(self, item: Repeats, keys: Sequence[str]) -> Iterator[EntryView | TakenAway]:
        errors = {problem.field: problem for problem in reversed(self._errors) if problem.field}
        number = 0
        for key in keys:
            name = f"{item.id}.{key.removeprefix(TAKEN_AWAY)}"
            here = {field_name(item.id, key.removeprefix(TAKEN_AWAY), one.id): one for one in item.questions}
            if key.startswith(TAKEN_AWAY):
                typed = tuple((field, text) for field in here for text in self._form_input.texts(field))
                yield TakenAway(name, key, typed, self._focus == name)
                continue
            number += 1
            fields = [
                self._entry_field(one.model_copy(update={"id": field}), errors.get(field))
                for field, one in here.items()
            ]
            if self._focus == name:
                fields[0] = replace(fields[0], focus=True)
            title = entry_title(self._campaign.by_id[item.id], number)
            yield EntryView(name, key, title, tuple(fields))

    def _entry_field(self, question: Question, problem: Problem | None) -> FieldView:
        return FieldView(
            question=question,
            title=question.title,
            label=question.title,
            value=self._form_input.text(question.id),
            chosen=self._form_input.texts(question.id),
            error=_words(question, problem) if problem else None,
            prompts=(),
            before="",
            before_typed="",
            corrected=None,
            plan=None,
        )

    def _place(self, name: str, relevant: str | None) -> PlaceView:
        return PlaceView() if relevant is None else PlaceView(name, name not in self._not_asked)

    def _table(self, table: Table) -> TableView:
        groups = []
        for group in self._campaign.target_groups:
            rows = []
            for line in group.lines:
                fields = [self._field(self._campaign.by_id[f"{f.id}_{line.id}"], line.title) for f in table.figures]
                rows.append(RowView(line.title, tuple(fields)))
            sums = tuple(self._sum(f, f"{f.id}.{group.id}") for f in table.figures)
            groups.append(GroupView(group.id, group.title, tuple(rows), sums))
        main = self._campaign.main_figure
        is_main = main in (table.id, *(figure.id for figure in table.figures))
        before = [self._before.get(q.id) for q in self._campaign.leaves_of(table.figures[0].id)]
        numbers = [value for value in before if isinstance(value, int | Decimal)]
        cells = {f"{f.id}_{line.id}" for f in table.figures for g in self._campaign.target_groups for line in g.lines}
        return TableView(
            table,
            table.figures,
            tuple(groups),
            tuple(self._sum(f, f.id) for f in table.figures),
            self._municipality.plan if is_main else None,
            main if is_main and main and main != table.id else table.figures[0].id,
            number(sum(numbers)) if numbers and len(table.figures) == 1 and table.summed else "",
            tuple(self._prompt(p) for p in self._prompts if p.problem.question in cells and self._about_report(p)),
            self._place(table.id, table.relevant),
        )

    def _sum(self, figure: Figure, name: str) -> str:
        """Return the sum of the cells that the name stands for; "" of a figure that is not summed."""
        if not figure.summed:
            return ""
        values = [self._value(question) for question in self._campaign.leaves_of(name)]
        numbers = [value for value in values if isinstance(value, int | Decimal)]
        return number(sum(numbers)) if numbers else ""

    def _value(self, question: Question) -> Value | None:
        """Return the value of the field; None where it holds no good answer."""
        if self._validation is not None:
            return self._validation.reading.values.get(question.id)
        try:
            return read_typed(question, self._form_input.answers.get(question.id, ""))
        except AnswerError:
            return None

    def _field(self, question: Question, title: str) -> FieldView:
        own = next((p for p in self._errors if p.question == question.id), None)
        before = self._before.get(question.id) if question.numeric else None
        return FieldView(
            question=question,
            title=title,
            label=full_title(question),
            value=self._form_input.text(question.id),
            chosen=self._form_input.texts(question.id),
            error=_words(question, own) if own else None,
            prompts=tuple(
                self._prompt(p)
                for p in self._prompts
                if p.problem.question == question.id and not self._about_report(p)
            ),
            before=shown(question, before),
            before_typed="" if before is None else str(typed_of(question, before)),
            corrected=self._corrected(question),
            plan=self._municipality.plan if question.id == self._campaign.main_figure else None,
            place=self._place(question.id, question.relevant),
            oktmo=self._municipality.oktmo,
            figure=self._figures.get(question.id, ""),
        )

    def _prompt(self, prompt: Prompt) -> PromptView:
        return PromptView(
            field=prompt.field,
            key=prompt.problem.rule or "",
            reason=prompt.reason,
            message=prompt.problem.message,
            advice=prompt.problem.advice,
            value=self._form_input.text(prompt.field) if prompt.reason else prompt.problem.tick or TICKED,
            ticked=prompt.answered,
            error=None if self._quiet else prompt.error,
        )

    def _corrected(self, question: Question) -> tuple[str, str] | None:
        correction = self._corrections.get(question.id)
        if correction is None:
            return None
        return json_shown(question, correction.submitted), json_shown(question, correction.sheet)


def _words(question: Question, problem: Problem) -> str:
    """Return the error beside its field; of a missing answer without advice that the field itself gives."""
    if problem.code == AnswerCode.BLANK and question.answer_type.uploaded:
        return problem.advice
    if problem.code == AnswerCode.BLANK and not question.options:
        return texts.BLANK_FIELD
    return problem.text


def json_shown(question: Question, stored: Json) -> str:
    """Return a stored value as people read it; a value that the question's type cannot read is shown unchanged."""
    if stored is None:
        return ""
    try:
        return question.answer_type.shown(question, question.answer_type.read_json(stored))
    except (TypeError, ValueError, ArithmeticError, AssertionError):
        return str(stored)


def first_input(campaign: Campaign, question: str | None) -> str:
    """Return the id of the element that a summary links to: of a group of choices, the first."""
    if question is None:
        return "form"
    first = campaign.by_id[question]
    if first.from_entries is not None:
        return first.from_entries.list
    return _first_of(first)


def _target(campaign: Campaign, problem: Problem) -> str:
    """Return the id of the element that an error is about."""
    if not problem.field or problem.question is None:
        return first_input(campaign, problem.question)
    entries = campaign.by_id[problem.question].entries
    name = problem.field.split(".")[-1]
    inside = next((one for one in entries.questions if one.id == name), None) if entries else None
    return _first_of(inside.model_copy(update={"id": problem.field})) if inside else problem.field


def _first_of(first: Question) -> str:
    question = first.id
    if first.type == "yes_no":
        return f"{question}-yes"
    return f"{question}-{first.options[0].id}" if first.options else question
