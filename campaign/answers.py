"""Answers: read from the form, the outbox or a row of cells, and examined by the campaign's rules.

The same functions serve the form (one answer) and the worker (cell by cell). Imported by `webform` and `sync`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaign import personal_data, texts
from campaign.errors import AnswerError
from campaign.model import Campaign, Question
from campaign.problems import Problem
from campaign.rules import AnswerOperands
from campaign.values import Cell, Json, Typed, Value

SHOWN_LENGTH = 80
PERSONAL_DATA = "personal_data"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one answer, and all that is wrong with it at once.

    values:   question id → value; None for a blank one; questions with an error of their own are missing
    problems: in the order of the questions, then of the rules
    """

    values: Mapping[str, Value | None]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.level == "warning")

    @property
    def mistaken(self) -> frozenset[str]:
        """Questions with an error of their own: they have no value."""
        return frozenset(p.question for p in self.problems if p.question and p.question not in self.values)


def read_typed(question: Question, typed: Typed) -> Value | None:
    """What the form sent for one question; None when blank and not required. Raises AnswerError."""
    value = question.answer_type.read_typed(question, typed)
    return _filled(question, value) if value is None else value


def read_cell(question: Question, cell: Cell) -> Value | None:
    """One unformatted cell of the answers tab; None when blank and not required. Raises AnswerError."""
    return _filled(question, question.answer_type.read_cell(question, cell))


def read_json(campaign: Campaign, stored: Mapping[str, Json]) -> dict[str, Value]:
    """The values that the outbox keeps, of the questions that the campaign knows today.

    What only another type can have kept (the file has given the question a new one since) comes as its text. Every
    type shows it, puts it into the field and writes it as it is; it is no number, so that nothing reckons with it.
    """
    return {q.id: _kept(q, answer) for q in campaign.questions if (answer := stored.get(q.id)) is not None}


def _kept(question: Question, stored: Json) -> Value:
    try:
        return question.answer_type.read_json(stored)
    except (TypeError, ValueError):
        return stored_text(stored)


def read_figures(questions: Iterable[Question], stored: Mapping[str, Json]) -> dict[str, Value]:
    """The figures of these questions that the outbox keeps, to reckon with; those of another type are left out."""
    found: dict[str, Value] = {}
    for question in questions:
        figure = stored.get(question.id)
        if figure is None:
            continue
        try:
            found[question.id] = question.answer_type.read_json(figure)
        except (TypeError, ValueError):
            continue
    return found


def stored_text(stored: Json) -> str:
    """An answer as it was sent, whatever type it had then; several choices or links joined by «; »."""
    match stored:
        case None:
            return ""
        case bool():
            return texts.YES if stored else texts.NO
        case list():
            return "; ".join(map(stored_text, stored))
    return str(stored)


def to_json(campaign: Campaign, values: Mapping[str, Value | None]) -> dict[str, Json]:
    """The values for the outbox; blank ones are left out. `read_json` is the inverse."""
    return {q.id: q.answer_type.to_json(value) for q in campaign.questions if (value := values.get(q.id)) is not None}


def _filled(question: Question, value: Value | None) -> Value | None:
    if value is None and question.required:
        raise AnswerError("blank", texts.BLANK, question.answer_type.blank_advice())
    return value


def examine(
    campaign: Campaign, typed: Mapping[str, Typed], before: Mapping[str, Value | None] | None = None
) -> Reading:
    """Everything that the form sent, read and checked.

    typed:  question id → what was typed; missing means blank
    before: the previous figures that counted for the municipality, if any
    """
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    for question in campaign.questions:
        sent = typed.get(question.id, "")
        try:
            value = question.answer_type.read_typed(question, sent)
            values[question.id] = value = _filled(question, value) if value is None else value
        except AnswerError as error:
            problems.append(problem_of(question, error, sent if isinstance(sent, str) else "; ".join(sent)))
            continue
        if type(value) is str:
            problems += personal_problems(question, value)
    mistaken = frozenset(p.question for p in problems if p.question and p.level == "error")
    problems += rule_problems(campaign, AnswerOperands(values, before or {}, mistaken))
    return Reading(values, tuple(problems))


def problem_of(question: Question, error: AnswerError, shown: str) -> Problem:
    """The problem that an answer's own error is."""
    return Problem(error.code, "error", question.id, error.message, error.advice, shorten(shown))


def personal_problems(question: Question, value: Value | None) -> list[Problem]:
    """The question whether free text that goes to the spreadsheet holds an e-mail or a phone."""
    if question.kept_at_home or question.type not in ("text", "long_text") or not isinstance(value, str):
        return []
    found = personal_data.find(value)
    if not found:
        return []
    message = texts.PERSONAL_DATA.format(found=found.named)
    key = f"{PERSONAL_DATA}:{question.id}"
    return [
        Problem(
            PERSONAL_DATA,
            "warning",
            question.id,
            message,
            texts.PERSONAL_DATA_ADVICE,
            shorten(found.named),
            rule=key,
            ask="confirm",
            tick=found.digest,
        )
    ]


def rule_problems(campaign: Campaign, operands: AnswerOperands) -> list[Problem]:
    """The rules that have something to say of one answer."""
    return [
        rule.problem(operands, shown_value(campaign.by_id[rule.at], operands.values.get(rule.at)))
        for rule in campaign.rules
        if rule.fires(operands)
    ]


def shown_value(question: Question, value: Value | None) -> str:
    """The value as people read it, shortened; "" when blank."""
    return "" if value is None else shorten(question.answer_type.shown(question, value))


def shorten(text: str) -> str:
    """At most 80 characters of it, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LENGTH else line[: SHOWN_LENGTH - 1] + "…"
