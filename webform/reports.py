"""One municipality's report when a page is made: what was sent, what counts, when answers are taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from flask import g

from campaign import AnswerError, Municipality, Question, Value, read_figures, read_json
from campaign.window import Window, window_at
from outbox.address_codes import Holder
from outbox.records import Correction, Draft, Json, MunicipalityStatus, Submission
from outbox.snapshots import ReportSnapshot
from webform.attaching import Files, current_files, with_files
from webform.forms.form_input import FormInput, typed_of
from webform.forms.validation import Validation, validate
from webform.services import Services

CONTACTS_LAST = timedelta(days=365)
"""How long contacts are brought along from one period to the next; then they are asked for again."""

ManualRow: TypeAlias = Literal["", "counts", "mistaken"]
LeftOut: TypeAlias = Literal["", "excluded", "deleted", "replaced"]


@dataclass(frozen=True, slots=True)
class Period:
    """A municipality's report of the period before. figures: those that count; contacts: none where they are old."""

    figures: Mapping[str, Json]
    contacts: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Report:
    """One municipality's report.

    latest: the newest version, None when nothing was sent
    before: what the municipality sent for the campaign that this one follows, while nothing was sent for this one
    files:  those of the next version, of each question of files
    """

    municipality: Municipality
    window: Window
    latest: Submission | None
    status: MunicipalityStatus | None
    before: Period | None = None
    files: Files = field(default_factory=dict)

    @property
    def oktmo(self) -> str:
        return self.municipality.oktmo

    @property
    def version(self) -> int:
        """The newest version, 0 when nothing was sent."""
        return self.latest.version if self.latest else 0

    @property
    def counted(self) -> Mapping[str, Json]:
        """The previous figures that count: as published if the worker saw the newest version, else as submitted."""
        if self.status is not None and self.status.seen == self.version:
            return self.status.counted
        return self.latest.answers if self.latest else {}

    @property
    def delivered(self) -> bool:
        """True if the worker has seen the newest version in the spreadsheet."""
        return self.latest is not None and self.status is not None and self.status.seen >= self.version

    @property
    def manual_row(self) -> ManualRow:
        """`counts` if a row that the ministry added by hand counts now, with or without a report of the municipality.

        `mistaken` if there are such rows and none of them can count; else "".
        """
        if self.status is None or not self.status.by_hand or self.status.seen < self.version:
            return ""
        return "mistaken" if self.status.state == "excluded" else "counts"

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The ministry's corrections of the newest version; none until the worker has seen it, or by a manual row."""
        return self.status.corrections if self.status and self.delivered and not self.status.by_hand else ()

    @property
    def edits_digest(self) -> str:
        """A digest of what the ministry changed: while it is equal, the answers that stand now are the same."""
        manual = dict(self.status.counted) if self.status and self.manual_row == "counts" else None
        edits = [[c.question, c.sheet] for c in self.corrections]
        return hashlib.sha256(json.dumps([edits, manual], sort_keys=True).encode()).hexdigest()[:16]

    @property
    def in_time(self) -> bool:
        """True if the report was sent in time: a correction after the deadline does not make it late."""
        if self.latest is None or self.left_out or self.manual_row:
            return False
        known = self.status is not None and self.status.state == "on_time" and not self.status.by_hand
        return not self.latest.late or (self.version > 1 and known)

    @property
    def files_digest(self) -> str:
        """A digest of the files of the next version; "" where the campaign asks for none."""
        if not self.files:
            return ""
        return hashlib.sha256(json.dumps(self.files, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def left_out(self) -> LeftOut:
        """Why the newest version does not count: `excluded`, `deleted`, or `replaced` by the ministry's own row.

        "" if it counts, and until the worker has seen it.
        """
        if not self.delivered or self.status is None:
            return ""
        match self.status.state:
            case "excluded" | "deleted" as state:
                return state
        return "replaced" if self.status.by_hand else ""


def load_report(services: Services, oktmo: str, now: datetime) -> Report:
    """Return the report as of this request. now: campaign time. Raises OutboxError, KeyError for an unknown OKTMO."""
    seen = snapshot(services, oktmo)
    return Report(
        municipality=services.campaign.by_oktmo[oktmo],
        window=window_at(services.campaign, oktmo, now, seen.extension),
        latest=seen.latest,
        status=seen.status,
        before=None if seen.latest else _period_before(services, oktmo, now),
        files=current_files(services, oktmo),
    )


def _period_before(services: Services, oktmo: str, now: datetime) -> Period | None:
    """Return what the municipality sent for the campaign that this one follows; None where it sent nothing."""
    follows = services.campaign.about.follows
    latest = services.outbox.submissions.latest(follows, oktmo) if follows else None
    if follows is None or latest is None:
        return None
    status = services.outbox.statuses.get(follows, oktmo)
    seen = status is not None and status.seen == latest.version
    fresh = now - latest.accepted_at < CONTACTS_LAST
    return Period(status.counted if status and seen else latest.answers, latest.contacts if fresh else {})


def snapshot(services: Services, oktmo: str) -> ReportSnapshot:
    """Return the outbox's records of a municipality, read once a request. Raises OutboxError."""
    snapshots: dict[tuple[str, str], ReportSnapshot] = g.setdefault("snapshots", {})
    of = (services.campaign.id, oktmo)
    if of not in snapshots:
        about = services.campaign.about
        snapshots[of] = services.outbox.snapshots.at(about.id, about.addressees, oktmo)
    return snapshots[of]


def read_snapshots(services: Sequence[Services], holder: Holder) -> None:
    """Read the outbox's records of a municipality in several campaigns of its list at once. Raises OutboxError."""
    if services:
        campaigns = [one.campaign.id for one in services]
        found = services[0].outbox.snapshots.of_campaigns(campaigns, *holder)
        g.setdefault("snapshots", {}).update({(name, holder.oktmo): one for name, one in found.items()})


def blank_report(services: Services, oktmo: str, now: datetime) -> Report:
    """Return a report without records, so that a page can show what was typed while the outbox cannot be read."""
    files: Files = dict.fromkeys(services.plan.uploads, ())
    window = window_at(services.campaign, oktmo, now, None)
    return Report(services.campaign.by_oktmo[oktmo], window, None, None, files=files)


def current_answers(services: Services, report: Report) -> dict[str, Value]:
    """Return the answers that stand for the municipality now, by question id, with the contacts of the newest version.

    Those of the newest version, with the ministry's corrections; where a row that the ministry added by hand counts,
    its answers in place of them; before the first version the contacts of the period before. The form starts from
    these, and the check compares with them.
    """
    campaign, latest = services.campaign, report.latest
    stored = {**latest.answers, **latest.contacts} if latest else dict(report.before.contacts if report.before else {})
    if report.manual_row == "counts" and report.status is not None:
        stored |= report.status.counted
    for correction in report.corrections:
        question = campaign.by_id.get(correction.question)
        if question is not None and is_answer(question, correction.sheet):
            stored[question.id] = correction.sheet
    return read_json(campaign, stored)


def is_answer(question: Question, sheet: Json) -> bool:
    """Return True if the form would take the content of a corrected cell as the answer to the question.

    Never for a figure that the form makes of other answers.
    """
    if not question.asked:
        return False
    if sheet is None:
        return not question.required
    try:
        typed = typed_of(question, question.answer_type.read_json(sheet))
        question.answer_type.read_typed(question, typed)
    except (AnswerError, TypeError, ValueError, ArithmeticError):
        return False
    return True


def figures_before(services: Services, report: Report) -> dict[str, Json]:
    """Return the previous figures that count, by question id, as `NewSubmission.previous` stores them.

    Before the first version those of the period before.
    """
    counted = report.counted or (report.before.figures if report.before else {})
    return {q.id: counted[q.id] for q in services.plan.figures if counted.get(q.id) is not None}


def values_before(services: Services, figures: Mapping[str, Json]) -> dict[str, Value]:
    """Return these figures as values, for the rules; a figure of a question that had another type then is left out."""
    return read_figures(services.plan.figures, figures)


def validate_input(services: Services, report: Report, form_input: FormInput) -> Validation:
    """Return the result of all checks of this input and the files, beside the previous figures that count."""
    before = values_before(services, figures_before(services, report))
    return validate(services.campaign, with_files(form_input, report.files), before)


def draft_of(services: Services, oktmo: str) -> Draft | None:
    """Return the municipality's draft, or None. Raises OutboxError."""
    return services.outbox.drafts.get(services.campaign.id, oktmo)
