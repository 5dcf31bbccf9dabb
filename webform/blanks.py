"""The report as an .xlsx blank: what the form would show is put into one, and a filled one becomes what a form sends.

`campaign.blank` is loaded with the first blank: its library costs each process some memory that others need not spend.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from campaign import Typed, Value
from campaign.entries import typed_entries
from outbox.records import Draft
from webform import texts
from webform.comparison import Difference, differences, full_title, reason_title, shown
from webform.forms.form_input import FormInput, from_answers, from_json
from webform.forms.plan import REASON
from webform.forms.sent_form import NO_KEY, SentForm, read_hidden
from webform.forms.validation import Validation
from webform.reports import Report, current_answers, draft_of, figures_before, validate_input, values_before
from webform.services import Services


@dataclass(frozen=True, slots=True)
class CellLine:
    """What is to be said of one cell of a file. cell: «B12»; "" for the file as a whole."""

    cell: str
    text: str


class BlankRefused(Exception):  # noqa: N818 - an outcome
    """No blank is made, or the file is not taken; `lines` say why."""

    def __init__(self, lines: tuple[CellLine, ...]) -> None:
        self.lines = lines
        super().__init__(f"{len(lines)} mistakes")


@dataclass(frozen=True, slots=True)
class Upload:
    """A filled blank. cells: question id or rule key → its cell."""

    sent: SentForm
    cells: Mapping[str, str]


def make_blank(services: Services, report: Report, draft: Draft | None, now: datetime) -> bytes:
    """Return the bytes of a blank with what the form would show now: the draft, else the answers that count.

    Raises BlankRefused where a cell cannot hold an answer.
    """
    from campaign import blank  # see above

    campaign = services.campaign
    if draft is not None:
        form_input, base_version = from_json(services.plan, draft.typed), draft.base_version
    else:
        reasons = report.latest.reasons if report.latest else {}
        form_input = from_answers(campaign, current_answers(services, report), reasons)
        base_version = report.version
    layout = blank.layout_of(campaign)
    key = secrets.token_hex(16)
    origin = blank.Origin(campaign.id, report.oktmo, layout.digest, key, base_version, now.isoformat())
    try:
        return blank.make_blank(
            campaign,
            origin,
            {name: typed for name, typed in form_input.fields.items() if name in campaign.by_id},
            {name.removeprefix(REASON): form_input.text(name) for name in form_input.fields if name.startswith(REASON)},
            deadline=texts.hour_first(report.window.deadline.astimezone(campaign.about.zone)),
            notes=_notes(services, report),
            rehearsal=services.clock.rehearsal,
        )
    except blank.BlankError as error:
        raise BlankRefused(tuple(CellLine("", mistake.words) for mistake in error.mistakes)) from error


def _notes(services: Services, report: Report) -> dict[str, str]:
    """Return the plan and the previous figure of each question that has one, as the form shows them."""
    campaign, notes = services.campaign, dict[str, str]()
    before = values_before(services, figures_before(services, report))
    for question in services.plan.figures:
        words = []
        if question.id == campaign.main_figure and report.municipality.plan is not None:
            words.append(texts.BLANK_PLAN.format(plan=texts.number(report.municipality.plan)))
        if question.id in before:
            words.append(texts.BLANK_BEFORE.format(figure=shown(question, before[question.id])))
        if words:
            notes[question.id] = " ".join(words)
    return notes


def read_upload(services: Services, report: Report, content: bytes, now: datetime) -> Upload:
    """Return the form that a filled blank stands for: opened when the blank was made, under the key of the blank.

    Every question stands in a blank, also one that depends on other answers. Raises BlankRefused.
    """
    from campaign import blank  # see above

    campaign = services.campaign
    try:
        filled = blank.read_blank(content, campaign, report.oktmo)
    except blank.BlankError as error:
        lines = tuple(CellLine(mistake.cell, mistake.words) for mistake in error.mistakes)
        raise BlankRefused(lines) from error
    fields = {**filled.answers, **{f"{REASON}{key}": words for key, words in filled.reasons.items()}}
    fields |= _entries(services, report)
    origin = filled.origin
    sent = {"key": origin.key, "base_version": str(origin.base_version), "opened": origin.opened}
    hidden = read_hidden(sent)
    hidden = replace(
        hidden,
        key=secrets.token_hex(16) if hidden.key == NO_KEY else hidden.key,
        base_version=min(hidden.base_version, report.version),
    )
    form = SentForm(report.oktmo, FormInput(fields, visible=services.plan.places), hidden, now)
    return Upload(form, blank.layout_of(campaign).first_cells)


def _entries(services: Services, report: Report) -> dict[str, Typed]:
    """Return the fields of the lists of entries: they stand in no blank, so those of the form stay."""
    if not services.plan.lists:
        return {}
    draft = draft_of(services, report.oktmo)
    kept = (
        from_answers(services.campaign, current_answers(services, report), {})
        if draft is None
        else from_json(services.plan, draft.typed)
    )
    return {name: typed for name, typed in kept.fields.items() if name.partition(".")[0] in services.plan.lists}


def cell_lines(services: Services, upload: Upload, validation: Validation) -> list[CellLine]:
    """Return what is wrong or open in the file: cell by cell in the order of the form, with the form's own advice."""
    order = {name: number for number, name in enumerate(upload.cells)}
    found = [*_error_lines(services, upload, validation), *_prompt_lines(services, upload, validation)]
    found += _unasked_lines(services, upload, validation)
    return [line for _, line in sorted(found, key=lambda one: order.get(one[0], -1))]


def _error_lines(services: Services, upload: Upload, validation: Validation) -> Iterator[tuple[str, CellLine]]:
    for problem in validation.errors:
        name = problem.question or ""
        question = services.campaign.by_id.get(name)
        words = f"{full_title(question)}. {problem.text}" if question else problem.text
        yield name, CellLine(upload.cells.get(name, ""), words)


def _prompt_lines(services: Services, upload: Upload, validation: Validation) -> Iterator[tuple[str, CellLine]]:
    for prompt in validation.prompts:
        if prompt.answered:
            continue
        name, rule = prompt.problem.question or "", prompt.problem.rule or ""
        where = texts.BLANK_REASON.format(cell=upload.cells.get(rule, "")) if prompt.reason else texts.BLANK_TICK
        words = [prompt.problem.text, prompt.error or "", where]
        question = services.campaign.by_id.get(name)
        title = [f"{full_title(question)}."] if question else []
        yield name, CellLine(upload.cells.get(name, ""), " ".join(filter(None, [*title, *words])))


def _unasked_lines(services: Services, upload: Upload, validation: Validation) -> Iterator[tuple[str, CellLine]]:
    """Yield what is said of each answer to a question that the other answers rule out."""
    for name, conditions in services.campaign.conditions.items():
        if not any(one.place in validation.reading.not_asked for one in conditions):
            continue
        if upload.sent.input.text(name).strip():
            title = full_title(services.campaign.by_id[name])
            yield name, CellLine(upload.cells.get(name, ""), f"{title}. {texts.BLANK_NOT_ASKED}")


def replaced_answers(services: Services, report: Report, draft: Draft, form_input: FormInput) -> list[Difference]:
    """Return what the file would replace in the draft, as people read it; text that is no answer yet as typed."""
    campaign = services.campaign
    before = from_json(services.plan, draft.typed)
    was, now = (_shown(services, report, one) for one in (before, form_input))
    reasons = [
        Difference(reason_title(campaign, rule), before.text(REASON + key), form_input.text(REASON + key))
        for key, rule in campaign.rules_by_key.items()
        if before.text(REASON + key).split() != form_input.text(REASON + key).split()
    ]
    return differences(campaign, was, now) + reasons


def _shown(services: Services, report: Report, form_input: FormInput) -> dict[str, Value]:
    typed: dict[str, Value] = {
        q.id: typed_entries(q, form_input.answers) if q.entries else text
        for q in services.campaign.questions
        if (text := form_input.text(q.id)).strip()
    }
    values = validate_input(services, report, form_input).reading.values
    return typed | {name: value for name, value in values.items() if value is not None}
