"""The entries of a list in the form: one is added, taken away, or brought back.

What was typed into the entry that was taken away last stays in the form, and in its draft, until another one goes.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from campaign import Question
from campaign.entries import ENTRY_KEY, keys_of
from webform.forms.form_input import FormInput
from webform.forms.plan import TAKEN_AWAY

ADD = "entry_add"
TAKE_AWAY = "entry_take_away"
BRING_BACK = "entry_bring_back"


def add_entry(form_input: FormInput, question: Question) -> tuple[FormInput, str]:
    """Return the input with a blank entry behind the others, and its key; "" where the list is full."""
    typed = form_input.fields.get(question.id, ())
    most = question.entries.most if question.entries else 0
    if len(keys_of(typed)) >= most:
        return form_input, ""
    key = secrets.token_hex(4)
    return _with_keys(form_input, question.id, (*shown_keys(form_input, question), key)), key


def shown_keys(form_input: FormInput, question: Question) -> tuple[str, ...]:
    """Return the keys of the entries that the form shows, the one that was taken away last with its mark.

    A list that wants entries and has none begins with a blank one.
    """
    typed = form_input.fields.get(question.id, ())
    found = (typed,) if isinstance(typed, str) else dict.fromkeys(typed)
    keys = tuple(key for key in found if ENTRY_KEY.fullmatch(key.removeprefix(TAKEN_AWAY)))
    wanted = question.entries is not None and question.entries.least > 0
    return keys or (("1",) if wanted else ())


def take_away(form_input: FormInput, question: Question, key: str) -> FormInput:
    """Return the input with this entry marked as taken away, and without any that was before."""
    keys = [TAKEN_AWAY + one if one == key else one for one in shown_keys(form_input, question)]
    return _with_keys(
        form_input, question.id, tuple(one for one in keys if not one.startswith(TAKEN_AWAY) or one[1:] == key)
    )


def bring_back(form_input: FormInput, question: Question, key: str) -> FormInput:
    """Return the input with the entry that was taken away in its place again."""
    keys = tuple(key if one == TAKEN_AWAY + key else one for one in shown_keys(form_input, question))
    return _with_keys(form_input, question.id, keys)


def _with_keys(form_input: FormInput, name: str, keys: tuple[str, ...]) -> FormInput:
    known = {key.removeprefix(TAKEN_AWAY) for key in keys}
    fields = {
        field: typed
        for field, typed in form_input.fields.items()
        if not field.startswith(f"{name}.") or field.split(".")[1] in known
    }
    return replace(form_input, fields={**fields, name: keys})


def read_place(place: str) -> tuple[str, str]:
    """Return list and key of an entry that a button names, «events.3»; both "" for anything else."""
    name, _, key = place.partition(".")
    return (name, key) if ENTRY_KEY.fullmatch(key) else ("", "")
