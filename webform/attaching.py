"""The files of a report that is being filled in: those in the outbox, beside what stands in the form's fields."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from campaign.answer_types.files import AttachedFile, attached_files
from outbox.records import Draft, Submission
from webform.forms.form_input import FormInput
from webform.services import Services

Files = Mapping[str, tuple[str, ...]]
"""Question id → its files, as the value of the answer has them."""


def current_files(services: Services, oktmo: str) -> Files:
    """Return the files of the municipality's next version; one entry for each question of files. Raises OutboxError."""
    if not services.plan.uploads:
        return {}
    found: dict[str, tuple[str, ...]] = dict.fromkeys(services.plan.uploads, ())
    for one in services.outbox.attachments.current(services.campaign.id, oktmo):
        if one.question in found:
            found[one.question] += (AttachedFile(one.id, one.size, one.name).text,)
    return found


def with_files(form_input: FormInput, files: Files) -> FormInput:
    """Return the input with these files in place of any others."""
    return replace(form_input, fields={**form_input.fields, **files}) if files else form_input


def ids_of(values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the ids of all files that these answers name."""
    return tuple(dict.fromkeys(file.id for value in values.values() for file in attached_files(value)))


def reset_files(services: Services, oktmo: str, latest: Submission | None) -> None:
    """Let the next version have the files of the newest one: the draft is gone. Raises OutboxError."""
    if services.plan.uploads:
        answers = latest.answers if latest else {}
        kept = {name: tuple(files) for name, files in answers.items() if isinstance(files, list)}
        services.outbox.attachments.reset(services.campaign.id, oktmo, ids_of(kept))


def ensure_draft(services: Services, oktmo: str, form_input: FormInput, base_version: int, now: datetime) -> None:
    """Keep a draft where there is none: whoever attaches a file has begun to answer. Raises OutboxError."""
    if services.outbox.drafts.get(services.campaign.id, oktmo) is None:
        key = secrets.token_hex(16)
        draft = Draft(services.campaign.id, oktmo, key, form_input.to_json(), base_version, now)
        services.outbox.drafts.save(draft)
