"""What a clerk has typed into the form, as it was typed. Imports campaign, the outbox's records and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from campaign import Campaign, Question, Typed, Value, read_json
from campaign.problems import Problem
from campaign.words import CONTROL
from outbox.records import Json, Submission
from webform.forms.plan import ASKED, CHECKED, CONFIRM, REASON, Plan

MOST_DRAFT = 400_000
"""Characters of a draft that are kept; a form with every text at its limit has a tenth."""

# In place of a character that no store takes: it shows where that was.
_MARK = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class FormInput:
    """What was typed.

    fields:  name → what was typed
    asked:   keys of what the page asked, so that an unticked box can be told apart
    checked: the clerk has had it checked, and something was wrong or to be asked
    """

    fields: Mapping[str, Typed] = field(default_factory=dict)
    prompted: frozenset[str] = frozenset()
    checked: bool = False

    @property
    def answers(self) -> Mapping[str, Typed]:
        """For `campaign.examine`, which takes what it knows."""
        return self.fields

    def text(self, name: str) -> str:
        """One field as it is shown again; "" when nothing was typed."""
        typed = self.fields.get(name, "")
        return showable(typed if isinstance(typed, str) else "\n".join(typed))

    def texts(self, name: str) -> tuple[str, ...]:
        """A repeated field as it is shown again."""
        typed = self.fields.get(name, ())
        return (showable(typed),) if isinstance(typed, str) else tuple(showable(text) for text in typed)

    @property
    def blank(self) -> bool:
        return not any(typed.strip() if isinstance(typed, str) else typed for typed in self.fields.values())

    @property
    def keepable(self) -> bool:
        """Whether a draft keeps it exactly as it was typed."""
        return self.size <= MOST_DRAFT and not any(
            CONTROL.search(text)
            for typed in self.fields.values()
            for text in ((typed,) if isinstance(typed, str) else typed)
        )

    def pairs(self) -> list[tuple[str, str]]:
        """All of it as hidden fields, newlines as they were."""
        pairs = [
            (name, showable(text))
            for name, typed in self.fields.items()
            for text in ((typed,) if isinstance(typed, str) else typed)
        ]
        return pairs + [(ASKED, key) for key in sorted(self.prompted)]

    @property
    def words(self) -> list[tuple[str, str]]:
        """What was typed, to be compared: line breaks are one thing to the script, another to a button."""
        return sorted((name, text.replace("\r\n", "\n")) for name, text in self.pairs() if name != ASKED)

    def to_json(self) -> dict[str, Json]:
        """For the drafts. `from_json` is its inverse but for characters that no store takes."""
        kept: dict[str, Json] = {
            name: showable(typed) if isinstance(typed, str) else [showable(text) for text in typed]
            for name, typed in self.fields.items()
        }
        if self.prompted:
            kept[ASKED] = [*sorted(self.prompted)]
        if self.checked:
            kept[CHECKED] = True
        return kept

    @property
    def size(self) -> int:
        """Characters of all that was typed."""
        return sum(len(t) if isinstance(t, str) else sum(map(len, t)) for t in self.fields.values())


def from_request(plan: Plan, sent: MultiDict[str, str]) -> FormInput:
    """What a browser sent: the fields that the form knows, others are passed over."""
    fields: dict[str, Typed] = {}
    for name, values in zip(sent, sent.listvalues(), strict=True):
        if name in plan.single:
            fields[name] = values[0]
        elif name in plan.several:
            fields[name] = tuple(values)
    return FormInput(fields, frozenset(sent.getlist(ASKED)) & plan.keys)


def from_json(plan: Plan, kept: Mapping[str, Json]) -> FormInput:
    """What a draft keeps, of the fields that the form knows today."""
    fields: dict[str, Typed] = {}
    for name, typed in kept.items():
        if name in plan.single and isinstance(typed, str):
            fields[name] = typed
        elif name in plan.several and isinstance(typed, list):
            fields[name] = tuple(str(text) for text in typed)
    asked = kept.get(ASKED)
    keys = frozenset(str(key) for key in asked) & plan.keys if isinstance(asked, list) else frozenset()
    return FormInput(fields, keys, checked=kept.get(CHECKED) is True)


def from_submission(campaign: Campaign, submission: Submission) -> FormInput:
    """The fields as they would have to be typed to give this submission's answers again, contacts among them.

    Explanations too, for the rules that ask for one today; a tick is asked again.
    """
    values = values_of(campaign, submission)
    fields = {name: typed_of(campaign.by_id[name], value) for name, value in values.items()}
    for key, words in submission.reasons.items():
        rule = campaign.rules_by_key.get(key)
        if rule is not None and rule.ask == "reason" and words:
            fields[f"{REASON}{key}"] = words
    return FormInput(fields)


def values_of(campaign: Campaign, submission: Submission) -> dict[str, Value]:
    """Every answer of a submission, those kept at home among them."""
    return read_json(campaign, {**submission.answers, **submission.contacts})


def typed_of(question: Question, value: Value) -> Typed:
    return question.answer_type.typed(question, value)


def showable(text: str) -> str:
    """The text with a visible mark for each character that no page and no store takes."""
    return CONTROL.sub(_MARK, text)


def field_of(problem: Problem) -> str:
    """The name of the field in which the problem's question to the clerk is answered."""
    return f"{REASON if problem.ask == 'reason' else CONFIRM}{problem.rule}"
