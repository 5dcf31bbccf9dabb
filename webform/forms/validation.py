"""Validation of an input: errors, and the prompts of the rules. The checks are `campaign`'s, as for the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaign import AnswerError, Campaign, Problem, Reading, Value, examine, personal_data, read_json, to_json
from campaign.answer_types.base import LONGEST, clean
from campaign.answers import PERSONAL_DATA
from campaign.reasons import reasons_text
from outbox.records import Submission
from webform import texts
from webform.forms.form_input import FormInput, field_of
from webform.forms.plan import REASON, personal_key

LONGEST_REASON = 1000
SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rule's request for a reason or a tick, to be given in the field `field`.

    error: what is wrong with the reason or tick; None if it is good or if the prompt is new
    """

    problem: Problem
    field: str
    answered: bool
    error: str | None

    @property
    def reason(self) -> bool:
        return self.problem.ask == "reason"


@dataclass(frozen=True, slots=True)
class Validation:
    """The result of all checks of an input.

    reasons: rule key → the clerk's words, for `NewSubmission.reasons`
    unseen:  the places that these answers ask for and that the page did not show
    """

    reading: Reading
    prompts: tuple[Prompt, ...]
    reasons: Mapping[str, str]
    unseen: frozenset[str] = frozenset()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return self.reading.errors

    @property
    def is_valid(self) -> bool:
        """True if the input can be submitted: no errors, every prompt answered, and every question shown."""
        return not self.errors and not self.unseen and all(prompt.answered for prompt in self.prompts)

    @property
    def mistaken(self) -> bool:
        """True if there is an error, or a prompt that was shown before has no good answer."""
        return bool(self.errors) or any(prompt.error for prompt in self.prompts)


def validate(campaign: Campaign, form_input: FormInput, before: Mapping[str, Value | None]) -> Validation:
    """Read and check the whole input. before: the previous figures that count, by question id."""
    reading = examine(campaign, form_input.answers, before)
    prompts: list[Prompt] = []
    reasons: dict[str, str] = {}
    for problem in reading.warnings:
        if problem.rule is None:
            continue
        if problem.ask == "confirm":
            prompts.append(_tick(form_input, problem))
            reasons[problem.rule] = texts.CONFIRMED
            continue
        words, answer = _reason(form_input, problem)
        prompts.append(answer)
        reasons[problem.rule] = words
        about_people = _personal(problem, words)
        if answer.answered and about_people is not None and about_people.rule is not None:
            prompts.append(_tick(form_input, about_people))
            reasons[about_people.rule] = texts.CONFIRMED
    return Validation(reading, _bounded(campaign, prompts, reasons), reasons, _unseen(campaign, form_input, reading))


def _bounded(campaign: Campaign, prompts: list[Prompt], reasons: Mapping[str, str]) -> tuple[Prompt, ...]:
    """Return the prompts; where all reasons together fit into no cell, the longest has to be shortened."""
    units = len(reasons_text(campaign, reasons).encode("utf-16-le", "surrogatepass")) // 2
    if units <= LONGEST:
        return tuple(prompts)
    longest = max(reasons, key=lambda key: len(reasons[key]))
    error = texts.reasons_too_long(units, LONGEST)
    return tuple(replace(p, answered=False, error=error) if p.problem.rule == longest else p for p in prompts)


def _unseen(campaign: Campaign, form_input: FormInput, reading: Reading) -> frozenset[str]:
    asked = (
        {one.place for one in conditions}
        for conditions in campaign.conditions.values()
        if all(one.place not in reading.not_asked for one in conditions)
    )
    return frozenset().union(*asked) - form_input.visible


def repeats_submission(campaign: Campaign, form_input: FormInput, sent: Submission) -> bool:
    """Return True if the input gives the submission's answers and explanations again."""
    validation = validate(campaign, form_input, read_json(campaign, sent.previous or {}))
    if validation.errors or to_json(campaign, validation.reading.values) != {**sent.answers, **sent.contacts}:
        return False
    return all(words.split() == sent.reasons.get(rule, "").split() for rule, words in validation.reasons.items())


def _tick(form_input: FormInput, problem: Problem) -> Prompt:
    # A tick confirms only the content that it was set for; for other content the prompt is new, without an error.
    field = field_of(problem)
    given = form_input.fields.get(field)
    ticked = given == problem.tick if problem.tick else bool(given)
    if given or problem.rule not in form_input.prompted:
        return Prompt(problem, field, ticked, None)
    personal = problem.code == PERSONAL_DATA
    return Prompt(problem, field, ticked, texts.PERSONAL_TICK_MISSING if personal else texts.TICK_MISSING)


def _reason(form_input: FormInput, problem: Problem) -> tuple[str, Prompt]:
    field = field_of(problem)
    typed = form_input.fields.get(field)
    try:
        words = clean(typed) if isinstance(typed, str) else ""
    except AnswerError as error:
        return "", Prompt(problem, field, answered=False, error=str(error))
    if len(words) > LONGEST_REASON:
        return "", Prompt(problem, field, answered=False, error=texts.reason_too_long(len(words), LONGEST_REASON))
    good = sum(sign.isalnum() for sign in words) >= SHORTEST_REASON
    missed = not good and problem.rule in form_input.prompted
    return words, Prompt(
        problem, field, good, (texts.REASON_SHORT if words else texts.REASON_MISSING) if missed else None
    )


def _personal(problem: Problem, words: str) -> Problem | None:
    """Return a prompt for a reason that looks like personal data: reasons go to the shared spreadsheet too."""
    found = personal_data.find(words)
    if not found:
        return None
    return Problem(
        code=PERSONAL_DATA,
        level="warning",
        question=problem.question,
        message=texts.PERSONAL_IN_REASON.format(found=found.named),
        advice=texts.PERSONAL_ADVICE,
        rule=personal_key(f"{REASON}{problem.rule}"),
        ask="confirm",
        tick=found.digest,
    )
