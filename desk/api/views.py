"""The addresses of the API. Each gives the JSON of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from flask import Response, abort, current_app, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, JsonValue

from campaign import Campaign, Question
from campaign.answer_types.files import attached_files
from desk.api import texts
from desk.api.access import token
from desk.api.models import (
    CampaignBrief,
    CampaignPath,
    Campaigns,
    CampaignWhole,
    CorrectionOut,
    Municipalities,
    MunicipalitiesQuery,
    MunicipalityOut,
    Option,
    QuestionOut,
    ReportOut,
    Reports,
    ReportsQuery,
    State,
)
from desk.api.services import Api, current_api
from desk.published import REPORTED
from outbox.records import MunicipalityStatus, Submission

BASE = "/api/v1"

views = APIBlueprint("views", __name__, abp_security=[{"token": []}])


@views.get("/campaigns", summary=texts.CAMPAIGNS, operation_id="campaigns", responses={200: Campaigns})
def list_campaigns() -> Response:
    api = current_api()
    return _json(Campaigns(items=[_brief(api, one) for one in api.campaigns.values()]))


@views.get("/campaigns/<campaign>", summary=texts.CAMPAIGN, operation_id="campaign", responses={200: CampaignWhole})
def show_campaign(path: CampaignPath) -> Response:
    api, campaign = current_api(), _campaign(path)
    questions = [_question(one) for one in campaign.questions]
    return _json(CampaignWhole(**_brief(api, campaign).model_dump(), questions=questions))


@views.get(
    "/campaigns/<campaign>/municipalities",
    summary=texts.MUNICIPALITIES,
    operation_id="municipalities",
    responses={200: Municipalities},
)
def list_municipalities(path: CampaignPath, query: MunicipalitiesQuery) -> Response:
    api, campaign = current_api(), _campaign(path)
    ordered = sorted(campaign.municipalities, key=lambda one: one.oktmo)
    rest = [one for one in ordered if one.oktmo > query.after]
    shown = rest[: query.limit]
    statuses = _statuses(api, campaign, [one.oktmo for one in shown])
    items = [_municipality(one.oktmo, one.name, statuses.get(one.oktmo)) for one in shown]
    following = {"after": shown[-1].oktmo, "limit": query.limit} if len(rest) > len(shown) else None
    return _json(Municipalities(as_of=_as_of(api, campaign), items=items, next=_next(campaign, following)))


@views.get("/campaigns/<campaign>/reports", summary=texts.REPORTS, operation_id="reports", responses={200: Reports})
def list_reports(path: CampaignPath, query: ReportsQuery) -> Response:
    api, campaign = current_api(), _campaign(path)
    found = api.outbox.submissions.after(campaign.id, query.after, query.limit + 1)
    shown = found[: query.limit]
    as_of = _as_of(api, campaign)
    statuses = _statuses(api, campaign, sorted({one.oktmo for one in shown}))
    counting = None if as_of is None else _counting(statuses)
    items = [_report(campaign, one, counting, contacts=token().contacts) for one in shown]
    following = {"after": shown[-1].number, "limit": query.limit} if len(found) > len(shown) else None
    return _json(Reports(as_of=as_of, items=items, next=_next(campaign, following)))


def _json(model: BaseModel) -> Response:
    return current_app.response_class(model.model_dump_json(), mimetype="application/json")


def _campaign(path: CampaignPath) -> Campaign:
    found = current_api().campaigns.get(path.campaign)
    if found is None:
        abort(404)
    return found


def _next(campaign: Campaign, following: Mapping[str, object] | None) -> str | None:
    if following is None:
        return None
    kind = request.path.rsplit("/", 1)[-1]
    return f"{BASE}/campaigns/{campaign.id}/{kind}?{urlencode(following)}"


def _as_of(api: Api, campaign: Campaign) -> datetime | None:
    moment = api.outbox.statuses.as_of(campaign.id)
    return None if moment is None else moment.astimezone(campaign.about.zone)


def _statuses(api: Api, campaign: Campaign, oktmos: Sequence[str]) -> Mapping[str, MunicipalityStatus]:
    return {status.oktmo: status for _, status in api.outbox.roll_call.statuses(campaign.id, oktmos)}


def _counting(statuses: Mapping[str, MunicipalityStatus]) -> frozenset[str]:
    """Return the receipts of the versions that count."""
    return frozenset(
        one.receipt for one in statuses.values() if one.receipt and one.state in REPORTED and not one.by_hand
    )


def _brief(api: Api, campaign: Campaign) -> CampaignBrief:
    about, as_of = campaign.about, _as_of(api, campaign)
    reported = None
    if as_of is not None:
        _, briefs = api.briefs[campaign.id].read()
        reported = sum(briefs[one.oktmo].state in REPORTED for one in campaign.municipalities if one.oktmo in briefs)
    return CampaignBrief(
        id=campaign.id,
        title=about.title,
        subject=about.subject,
        region=about.region,
        opens=about.opens,
        deadline=campaign.last_deadline,
        closed=about.closed,
        rehearsal=api.clock.rehearsal,
        municipalities=len(campaign.municipalities),
        reported=reported,
        as_of=as_of,
    )


def _question(question: Question) -> QuestionOut:
    return QuestionOut(
        id=question.id,
        title=question.title,
        type=question.type,
        unit=question.unit,
        required=question.required,
        kept_at_home=question.kept_at_home,
        options=[Option(value=one.id, label=one.title) for one in question.options],
        entries=[_question(one) for one in question.entries.questions] if question.entries else [],
    )


def _municipality(oktmo: str, name: str, status: MunicipalityStatus | None) -> MunicipalityOut:
    """A municipality of which nothing was published has no state yet."""
    counts = status is not None and status.state in REPORTED
    return MunicipalityOut(
        oktmo=oktmo,
        name=name,
        state=cast("State", status.state) if status else None,
        by_hand=bool(status and status.by_hand),
        receipt=status.receipt if status else None,
        version=status.version if status else None,
        counted=_answers(status.counted) if status and counts else None,
        corrections=[
            CorrectionOut(question=one.question, submitted=_value(one.submitted), sheet=_value(one.sheet))
            for one in (status.corrections if status else ())
        ],
        remarks=len(status.remarks) if status else 0,
    )


def _report(campaign: Campaign, sent: Submission, counting: frozenset[str] | None, *, contacts: bool) -> ReportOut:
    municipality = campaign.by_oktmo.get(sent.oktmo)
    return ReportOut(
        number=sent.number,
        receipt=sent.receipt,
        oktmo=sent.oktmo,
        municipality=municipality.name if municipality else None,
        version=sent.version,
        accepted_at=sent.accepted_at.astimezone(campaign.about.zone),
        late=sent.late,
        counts=None if counting is None else sent.receipt in counting,
        answers=_answers(sent.answers),
        reasons=dict(sent.reasons),
        contacts=_answers(sent.contacts) if contacts else None,
    )


def _answers(answers: Mapping[str, object]) -> dict[str, JsonValue]:
    """Return answers as the outbox keeps them: JSON, with decimal figures as strings; of attached files the number.

    The name of a file may hold personal data.
    """
    return {name: _files_count(value) or _value(value) for name, value in answers.items()}


def _files_count(value: object) -> int:
    return len(attached_files(tuple(value))) if isinstance(value, list) else 0


def _value(value: object) -> JsonValue:
    return cast("JsonValue", value)
