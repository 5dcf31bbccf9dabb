"""Answers: read from the form, the outbox or a row of cells, and examined by the campaign's rules.

One function, `_examine`, checks a form and a row of «Ответы» alike.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from campaign import personal_data, texts
from campaign.answer_types.base import LONGEST, number_text
from campaign.answer_types.repeats import REPEATS
from campaign.calculations import is_same
from campaign.codes import AnswerCode
from campaign.entries import figure, free_texts, read_entries
from campaign.errors import AnswerError, EntriesError
from campaign.expressions import Operands
from campaign.model import Campaign, Question
from campaign.model.questions import Entries
from campaign.problems import Problem
from campaign.texts import calculated as calculated_texts
from campaign.values import Cell, Json, Typed, Value

SHOWN_LENGTH = 80
PERSONAL_DATA = AnswerCode.PERSONAL_DATA
Given = TypeVar("Given", bound=Typed | Cell)


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one report, and all its problems at once.

    values:   question id → value, None for a blank answer; a question with an error of its own is missing
    problems: in the order of the questions, then of the rules
    not_asked: places of the form with a condition that does not hold (see `Condition`); their questions are blank
    """

    values: Mapping[str, Value | None]
    problems: tuple[Problem, ...]
    not_asked: frozenset[str] = frozenset()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.level == "warning")

    @property
    def mistaken(self) -> frozenset[str]:
        """The questions with an error of their own: they have no value."""
        return frozenset(p.question for p in self.problems if p.question and p.question not in self.values)


def read_typed(question: Question, typed: Typed) -> Value | None:
    """Return the value of what the form sent for one question; None for blank. Raises AnswerError, if required too."""
    value = question.answer_type.read_typed(question, typed)
    if value is None and question.required:
        raise _blank(question)
    if isinstance(value, str | tuple):
        _check_cell(question, value)
    return value


def _check_cell(question: Question, value: Value) -> None:
    """Raises AnswerError for an answer that no cell holds: links grow by their https://, some signs count as two."""
    written = question.answer_type.write_cell(question, value)
    if isinstance(written, str) and len(written) > LONGEST // 2:
        units = len(written.encode("utf-16-le", "surrogatepass")) // 2
        if units > LONGEST:
            raise AnswerError(AnswerCode.TOO_LONG, *texts.too_long(units, LONGEST))


def read_cell(question: Question, cell: Cell) -> Value | None:
    """Return the value of one unformatted cell of «Ответы»; None for blank. Raises AnswerError, if required too."""
    value = question.answer_type.read_cell(question, cell)
    if value is None and question.required:
        raise _blank(question)
    return value


def read_json(campaign: Campaign, stored: Mapping[str, Json]) -> dict[str, Value]:
    """Return the values that the outbox keeps, of the questions that the campaign has today.

    The file may have given a question another type since. An answer that only the earlier type can have kept comes as
    text: every type shows and writes a text unchanged, and no sum takes it for a number.
    """
    return {q.id: _kept(q, answer) for q in campaign.questions if (answer := stored.get(q.id)) is not None}


def _kept(question: Question, stored: Json) -> Value:
    try:
        return question.answer_type.read_json(stored)
    except (TypeError, ValueError):
        return stored_text(stored)


def read_figures(questions: Iterable[Question], stored: Mapping[str, Json]) -> dict[str, Value]:
    """Return the kept figures of these questions; a figure of an earlier type of the question is left out."""
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
    """Return a kept answer as text, of whatever type it was; several choices or links joined by «; »."""
    match stored:
        case None:
            return ""
        case bool():
            return texts.YES if stored else texts.NO
        case list():
            return "; ".join(map(stored_text, stored))
        case dict():
            return ", ".join(map(stored_text, stored.values()))
    return str(stored)


def to_json(campaign: Campaign, values: Mapping[str, Value | None]) -> dict[str, Json]:
    """Return the values as the outbox keeps them, without blank ones. `read_json` is the inverse."""
    return {q.id: q.answer_type.to_json(value) for q in campaign.questions if (value := values.get(q.id)) is not None}


def _blank(question: Question) -> AnswerError:
    return AnswerError(AnswerCode.BLANK, texts.BLANK, question.answer_type.blank_advice())


def examine(
    campaign: Campaign, typed: Mapping[str, Typed], before: Mapping[str, Value | None] | None = None
) -> Reading:
    """Read and check a form: every answer, then all rules.

    typed:  question id → what was typed; a missing question is blank. Beside them the fields of the entries of lists
            (`campaign.entries`)
    before: question id → the previous figure that counted for the municipality, if any
    """
    given = ((question, typed.get(question.id, "")) for question in campaign.questions)
    return _examine(campaign, given, _FormReader(typed).read, typed_text, before or {})


class _FormReader:
    """Reads the answers of a form: a list from the fields of its entries, a figure made of a list from its value."""

    def __init__(self, typed: Mapping[str, Typed]) -> None:
        self._typed = typed
        self._lists: dict[str, tuple[Entries, Value | None]] = {}

    def read(self, question: Question, typed: Typed) -> Value | None:
        """Return the value of one answer. Raises AnswerError, for a list and what is made of it EntriesError."""
        if question.entries is not None:
            value = read_entries(question, question.entries, self._typed, read_typed)
            self._lists[question.id] = question.entries, value
            return value
        origin = question.from_entries
        if origin is None:
            return read_typed(question, typed)
        if origin.list not in self._lists:
            raise EntriesError(())
        return figure(question, origin, *self._lists[origin.list])


def examine_cells(
    campaign: Campaign,
    cells: Sequence[Cell],
    before: Mapping[str, Value | None] | None = None,
    *,
    warnings: bool = True,
) -> Reading:
    """Read and check a row of «Ответы» as `examine` does a form. Questions kept at home have no cell there.

    cells:    unformatted cells of `campaign.sheet_questions`, in that order; None or "" for a blank one
    before:   as for `examine`
    warnings: False to look for errors alone
    """
    given = zip(campaign.sheet_questions, cells, strict=True)
    reading = _examine(campaign, given, read_cell, cell_text, before or {}, warnings=warnings)
    if not warnings or not (reading.not_asked or campaign.calculations):
        return reading
    beside = (*_unasked_problems(campaign, cells, reading), *_recalculated_problems(campaign, cells, reading))
    return replace(reading, problems=(*reading.problems, *beside))


def _examine(
    campaign: Campaign,
    given: Iterable[tuple[Question, Given]],
    read: Callable[[Question, Given], Value | None],
    text_of: Callable[[Given], str],
    before: Mapping[str, Value | None],
    *,
    warnings: bool = True,
) -> Reading:
    """Read the given answers in their order, then check all rules. read: raises AnswerError or EntriesError"""
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    mistaken: set[str] = set()
    not_asked: set[str] = set()
    conditions, calculations = campaign.conditions, campaign.calculations
    for question, answer in given:
        name = question.id
        if name in conditions:
            operands = Operands(values, before, frozenset(mistaken))
            unmet = [one.place for one in conditions[name] if not one.holds(operands)]
            if unmet:
                not_asked.update(unmet)
                values[name] = None
                continue
        value: Value | None
        try:
            if name in calculations:
                value = calculations[name].value(Operands(values, before, frozenset(mistaken)))
            else:
                value = read(question, answer)
            values[name] = value
        except EntriesError as error:
            mistaken.add(name)
            problems += error.problems
        except AnswerError as error:
            mistaken.add(name)
            shown = shorten(text_of(answer))
            problems.append(Problem(error.code, "error", name, error.message, error.advice, shown))
        else:
            if warnings and isinstance(value, str | tuple):
                problems += personal_problems(question, value)
    rules = campaign.rules if warnings else campaign.error_rules
    operands = Operands(values, before, frozenset(mistaken))
    for rule in rules:
        if rule.fires(operands):
            problems.append(rule.problem(operands, shown_value(campaign.by_id[rule.at], values.get(rule.at))))
    return Reading(values, tuple(problems), frozenset(not_asked))


def _unasked_problems(campaign: Campaign, cells: Sequence[Cell], reading: Reading) -> Iterator[Problem]:
    """Yield a remark for each cell with an answer to a question that the other answers of its row rule out."""
    for question, cell in zip(campaign.sheet_questions, cells, strict=True):
        conditions = campaign.conditions.get(question.id, ())
        shown = cell_text(cell).strip()
        if shown and any(one.place in reading.not_asked for one in conditions):
            words = texts.NOT_ASKED, texts.NOT_ASKED_ADVICE
            yield Problem(AnswerCode.NOT_ASKED, "warning", question.id, *words, shown)


def _recalculated_problems(campaign: Campaign, cells: Sequence[Cell], reading: Reading) -> Iterator[Problem]:
    """Yield a remark for each cell of a calculated figure that differs from what the other cells of its row give."""
    for question, cell in zip(campaign.sheet_questions, cells, strict=True):
        shown = cell_text(cell).strip()
        unasked = any(one.place in reading.not_asked for one in campaign.conditions.get(question.id, ()))
        if question.calculated is None or not shown or unasked or question.id not in reading.values:
            continue
        value = reading.values[question.id]
        if not is_same(cell, value):
            words = calculated_texts.NOT_RECALCULATED
            if value is not None:
                words = calculated_texts.RECALCULATED.format(value=question.answer_type.shown(question, value))
            advice = calculated_texts.RECALCULATED_ADVICE
            yield Problem(AnswerCode.RECALCULATED, "warning", question.id, words, advice, shown)


def personal_problems(question: Question, value: Value) -> list[Problem]:
    """Return the question to the clerk about an e-mail or a phone in free text that goes to the spreadsheet."""
    if question.kept_at_home or question.type not in ("text", "long_text", REPEATS):
        return []
    found = personal_data.find(value if isinstance(value, str) else free_texts(question, value))
    if not found:
        return []
    return [
        Problem(
            PERSONAL_DATA,
            "warning",
            question.id,
            texts.PERSONAL_DATA.format(found=found.named),
            texts.PERSONAL_DATA_ADVICE,
            shorten(found.named),
            rule=f"{PERSONAL_DATA}:{question.id}",
            ask="confirm",
            tick=found.digest,
        )
    ]


def unasked_places(campaign: Campaign, values: Mapping[str, Value | None]) -> frozenset[str]:
    """Return the places with a condition that these answers do not meet, where nothing is answered either."""
    operands = Operands(values)
    conditions = {one.place: one for several in campaign.conditions.values() for one in several}
    answered = {
        one.place for name, several in campaign.conditions.items() for one in several if values.get(name) is not None
    }
    return frozenset(place for place, one in conditions.items() if place not in answered and not one.holds(operands))


def typed_text(typed: Typed) -> str:
    """Return what was typed as one text; several values joined by «; »."""
    return typed if isinstance(typed, str) else "; ".join(typed)


def cell_text(cell: Cell) -> str:
    """Return the content of a cell as people would type it, in one line of at most 80 characters.

    A fraction is kept: a column of whole numbers shows 66,5 as 67, and the fraction is the mistake.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return texts.TRUE if cell else texts.FALSE
    return shorten(number_text(cell).replace(".", ",") if isinstance(cell, int | float) else cell)


def shown_value(question: Question, value: Value | None) -> str:
    """Return the value as people read it, shortened; "" for a blank one."""
    return "" if value is None else shorten(question.answer_type.shown(question, value))


def shorten(text: str) -> str:
    """Return the text in one line of at most 80 characters."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LENGTH else line[: SHOWN_LENGTH - 1] + "…"
