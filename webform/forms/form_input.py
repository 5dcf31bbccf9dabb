"""The input of the form, exactly as the clerk typed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from campaign import Campaign, Question, Typed, Value, read_json
from campaign.entries import typed_fields
from campaign.problems import Problem
from campaign.words import CONTROL
from outbox.records import Json, Submission
from webform.forms.plan import ASKED, CHECKED, CONFIRM, REASON, TAKEN_AWAY, VISIBLE, Plan

MOST_DRAFT = 150_000
"""Characters of a draft that are kept: as many as a body holds (`webform.bodies`), several times a full form."""

# In place of a character that no store takes: it shows where that was.
_MARK = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class FormInput:
    """The input of one form.

    fields:   name → text, or texts for a repeated name
    prompted: keys of the prompts that the page showed; an unticked box sends nothing itself
    visible:  the places with a condition that the page showed
    checked:  the clerk has asked for the check, and it found errors or open prompts
    """

    fields: Mapping[str, Typed] = field(default_factory=dict)
    prompted: frozenset[str] = frozenset()
    visible: frozenset[str] = frozenset()
    checked: bool = False

    @property
    def answers(self) -> Mapping[str, Typed]:
        """The fields for `campaign.examine`, which ignores the names that it does not know."""
        return self.fields

    def text(self, name: str) -> str:
        """Return one field as the page shows it again; "" for a blank one."""
        typed = self.fields.get(name, "")
        return showable(typed if isinstance(typed, str) else "\n".join(typed))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a repeated field as the page shows it again."""
        typed = self.fields.get(name, ())
        return (showable(typed),) if isinstance(typed, str) else tuple(showable(text) for text in typed)

    @property
    def blank(self) -> bool:
        return not any(typed.strip() if isinstance(typed, str) else typed for typed in self.fields.values())

    @property
    def keepable(self) -> bool:
        """True if a draft can hold the input exactly."""
        return self.size <= MOST_DRAFT and not any(
            CONTROL.search(text)
            for typed in self.fields.values()
            for text in ((typed,) if isinstance(typed, str) else typed)
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Return the whole input as hidden fields: names and texts, line breaks unchanged."""
        pairs = [
            (name, showable(text))
            for name, typed in self.fields.items()
            for text in ((typed,) if isinstance(typed, str) else typed)
        ]
        shown = [(ASKED, key) for key in sorted(self.prompted)] + [(VISIBLE, place) for place in sorted(self.visible)]
        return pairs + shown

    @property
    def words(self) -> list[tuple[str, str]]:
        """The input for comparing: sorted, with one kind of line break (script and button send different ones)."""
        return sorted((name, text.replace("\r\n", "\n")) for name, text in self.pairs() if name not in (ASKED, VISIBLE))

    def to_json(self) -> dict[str, Json]:
        """Return the input as drafts store it; `from_json` is the inverse, but for characters that no store takes."""
        kept: dict[str, Json] = {
            name: showable(typed) if isinstance(typed, str) else [showable(text) for text in typed]
            for name, typed in self.fields.items()
        }
        if self.prompted:
            kept[ASKED] = [*sorted(self.prompted)]
        if self.visible:
            kept[VISIBLE] = [*sorted(self.visible)]
        if self.checked:
            kept[CHECKED] = True
        return kept

    @property
    def size(self) -> int:
        """The number of characters of the whole input."""
        return sum(len(t) if isinstance(t, str) else sum(map(len, t)) for t in self.fields.values())


def from_request(plan: Plan, sent: MultiDict[str, str]) -> FormInput:
    """Return the input of a request: the fields that the form has, without any others."""
    fields: dict[str, Typed] = {}
    keys = _entry_keys(plan, {name: sent.getlist(name) for name in plan.lists})
    for name, values in zip(sent, sent.listvalues(), strict=True):
        repeated = plan.is_repeated(name, keys)
        if repeated is not None:
            fields[name] = tuple(values) if repeated else values[0]
    prompted, places = frozenset(sent.getlist(ASKED)), frozenset(sent.getlist(VISIBLE))
    return FormInput(fields, prompted & plan.keys, places & plan.places)


def from_json(plan: Plan, kept: Mapping[str, Json]) -> FormInput:
    """Return the input of a draft, without fields that the form no longer has."""
    fields: dict[str, Typed] = {}
    lists = {name: kept.get(name) for name in plan.lists}
    keys = _entry_keys(plan, {name: map(str, found) for name, found in lists.items() if isinstance(found, list)})
    for name, typed in kept.items():
        repeated = plan.is_repeated(name, keys)
        if repeated is False and isinstance(typed, str):
            fields[name] = typed
        elif repeated and isinstance(typed, list):
            fields[name] = tuple(str(text) for text in typed)
    prompted, places = _names(kept.get(ASKED)) & plan.keys, _names(kept.get(VISIBLE)) & plan.places
    return FormInput(fields, prompted, places, checked=kept.get(CHECKED) is True)


def _entry_keys(plan: Plan, lists: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return the keys of the entries of each list, with that of the one that was taken away last."""
    return {name: frozenset(key.removeprefix(TAKEN_AWAY) for key in lists.get(name, ())) for name in plan.lists}


def _names(kept: Json) -> frozenset[str]:
    return frozenset(map(str, kept)) if isinstance(kept, list) else frozenset()


def from_answers(campaign: Campaign, values: Mapping[str, Value], reasons: Mapping[str, str]) -> FormInput:
    """Return the input that gives these answers and explanations again. reasons: rule key → the clerk's words.

    Explanations only to rules that still ask for one. Ticks are left out: they have to be set anew.
    """
    fields: dict[str, Typed] = {}
    for name, value in values.items():
        question = campaign.by_id[name]
        fields |= dict(typed_fields(question, value)) if question.entries else {name: typed_of(question, value)}
    for key, words in reasons.items():
        rule = campaign.rules_by_key.get(key)
        if rule is not None and rule.ask == "reason" and words:
            fields[f"{REASON}{key}"] = words
    return FormInput(fields)


def values_of(campaign: Campaign, submission: Submission) -> dict[str, Value]:
    """Return every answer of a submission, contacts among them."""
    return read_json(campaign, {**submission.answers, **submission.contacts})


def typed_of(question: Question, value: Value) -> Typed:
    return question.answer_type.typed(question, value)


def showable(text: str) -> str:
    """Return the text with a visible mark instead of each character that no page and no store takes."""
    return CONTROL.sub(_MARK, text)


def field_of(problem: Problem) -> str:
    """Return the name of the field in which the clerk explains or confirms the problem."""
    return f"{REASON if problem.ask == 'reason' else CONFIRM}{problem.rule}"
