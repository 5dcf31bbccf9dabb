"""The checks and drop-downs in the cells of «Ответы»: over a whole column, and soft, so that anything may be typed.

What staff type against a check is kept; the spreadsheet marks it, and «Замечания» says what is wrong. Cells that say
which municipality a row belongs to have a check for its words, shown to whoever selects such a cell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from decimal import Decimal

import structlog

from campaign import Campaign, Question
from campaign.answer_types.choice import OneOf
from campaign.answer_types.day import Day
from campaign.answer_types.numbers import WholeNumber
from campaign.answer_types.yes_no import YesNo
from campaign.texts import number
from outbox.records import Json, Lease
from sheets import PermanentError
from sync.context import AnswersTab, Context
from sync.records import table
from sync.records.cells import JsonCell
from sync.records.columns import Columns, drifted, locate
from sync.texts import worker as texts

MOST_NAMES = 100
"""Municipalities of a drop-down. A country's list would be too long to choose from."""
ANY_TEXT: JsonCell = {"type": "TEXT_NOT_CONTAINS", "values": [{"userEnteredValue": "\N{REPLACEMENT CHARACTER}"}]}
"""What every identity meets: a check cannot be without a condition."""
REMEMBERED = "answers_checks"
ATTEMPTS = 2
MOST_CELLS = 50_000
"""Of one write: the embedded server takes some seconds for them."""

log = structlog.get_logger("sync.publication.answers_checks")


def cell_check(campaign: Campaign, column: str) -> JsonCell | None:
    """Return the rule of a column's cells below the header; None for a column without one. column: its id"""
    rule = _identity_check(campaign, column)
    if rule is None and (question := campaign.by_id.get(column)) is not None and question.calculated is None:
        rule = _answer_check(question)
    return None if rule is None else {**rule, "strict": False}


def check_request(sheet_id: int, place: int, rule: JsonCell | None) -> JsonCell:
    """Return the request that sets the rule, or takes one away, from the second row on."""
    below = {"sheetId": sheet_id, "startRowIndex": 1, "startColumnIndex": place, "endColumnIndex": place + 1}
    return {"setDataValidation": {"range": below, **({} if rule is None else {"rule": rule})}}


def remember_checks(context: Context, lease: Lease, columns: Collection[str]) -> None:
    """Keep that these columns have the rules that the campaign file asks for."""
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    kept: dict[str, Json] = {**_kept(context), **{column: _stamp(context.campaign, column) for column in columns}}
    bindings.remember(spreadsheet_id, REMEMBERED, kept, lease=lease)


def renew_checks(context: Context, lease: Lease, answers: AnswersTab, rows: int) -> None:
    """Set the rules that the campaign file changed since they were set, or that an earlier version did not set.

    rows: of the tab's grid. One write for MOST_CELLS where there are any, one more if columns moved in that second.
    A rule that staff took away stays away; a refused one keeps no report from its row, and is tried at the next start.
    Raises TransientError, OutcomeUnknown, LeaseLost.
    """
    kept, campaign = _kept(context), context.campaign
    due = [column for column in answers.columns.places if kept.get(column) != _stamp(campaign, column)]
    due = [column for column in due if column in kept or cell_check(campaign, column) is not None]
    if not due or not answers.columns.sound:
        return
    columns = answers.columns
    for start in range(0, len(due), step := max(1, MOST_CELLS // rows)):
        some = due[start : start + step]
        try:
            now = _set(context, answers, columns, some)
        except PermanentError as error:
            log.warning("checks refused", error=type(error).__name__)
            return
        if now is None:
            return
        columns = now
        remember_checks(context, lease, some)
    log.info("checks set", columns=len(due))


def _set(context: Context, answers: AnswersTab, columns: Columns, due: Collection[str]) -> Columns | None:
    """Set the rules of some columns, wherever they are by then; None if headers went missing or moved again."""
    campaign, sheet_id, stray = context.campaign, answers.sheet_id, frozenset[int]()
    for _ in range(ATTEMPTS):
        ours = {place: column for column, place in columns.places.items()}
        places = stray | {columns.places[column] for column in due}
        rules = {place: cell_check(campaign, ours[place]) if place in ours else None for place in sorted(places)}
        requests = [check_request(sheet_id, place, rule) for place, rule in rules.items()]
        reply = context.spreadsheet.write(_body(requests, answers.title))
        now = locate(reply.first_rows.get(sheet_id, ()), answers.written)
        if not now.sound:
            return None
        if not drifted(columns, now):
            return now
        columns, stray = now, frozenset(places)
    return None


def _body(requests: list[JsonCell], title: str) -> str:
    quoted = "'" + title.replace("'", "''") + "'"
    body = {
        "requests": requests,
        "includeSpreadsheetInResponse": True,
        "responseRanges": [f"{quoted}!1:1"],
        "responseIncludeGridData": True,
    }
    return json.dumps(body, ensure_ascii=False)


def _kept(context: Context) -> Mapping[str, Json]:
    kept = context.outbox.bindings.recall(context.spreadsheet.id, REMEMBERED)
    return kept if isinstance(kept, dict) else {}


def _stamp(campaign: Campaign, column: str) -> str:
    """Return what tells one rule from another."""
    rule = json.dumps(cell_check(campaign, column), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(rule.encode()).hexdigest()[:16]


# The rules ------------------------------------------------------------------------------------------------------


def _identity_check(campaign: Campaign, column: str) -> JsonCell | None:
    match column:
        case table.RECEIPT:
            return {"condition": ANY_TEXT, "inputMessage": texts.CHECK_RECEIPT}
        case table.ACCEPTED:
            return {"condition": {"type": "DATE_IS_VALID"}, "inputMessage": texts.CHECK_ACCEPTED}
        case table.OKTMO:
            return {"condition": ANY_TEXT, "inputMessage": texts.CHECK_OKTMO}
        case table.MUNICIPALITY if len(campaign.municipalities) <= MOST_NAMES:
            names = dict.fromkeys(one.name for one in campaign.municipalities)
            return _one_of(names, texts.CHECK_MUNICIPALITY)
        case table.VERSION:
            condition = {"type": "NUMBER_GREATER_THAN_EQ", "values": [{"userEnteredValue": "1"}]}
            return {"condition": condition, "inputMessage": texts.CHECK_VERSION}
        case table.ID:
            return {"condition": ANY_TEXT, "inputMessage": texts.CHECK_ID}
    return None


def _answer_check(question: Question) -> JsonCell | None:
    match question.answer_type:
        case OneOf():
            return _one_of([option.title for option in question.options], texts.CHECK_OPTION)
        case YesNo() as kind:
            return _one_of([kind.shown(question, answer) for answer in (True, False)], texts.CHECK_YES_NO)
        case Day():
            return {"condition": {"type": "DATE_IS_VALID"}, "inputMessage": texts.CHECK_DATE}
        case WholeNumber() as kind:
            return _number(question, kind)
    return None


def _one_of(options: Collection[str], words: str) -> JsonCell:
    condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": option} for option in options]}
    return {"condition": condition, "inputMessage": words, "showCustomUi": True}


def _number(question: Question, kind: WholeNumber) -> JsonCell:
    bounds = kind.bounds(question)
    words = texts.CHECK_WHOLE if kind.whole else texts.CHECK_NUMBER
    most = "" if question.maximum is None else texts.CHECK_MOST.format(most=number(bounds.maximum))
    values = [{"userEnteredValue": _bound(value)} for value in (bounds.minimum, bounds.maximum)]
    condition = {"type": "NUMBER_BETWEEN", "values": values}
    return {"condition": condition, "inputMessage": words.format(least=number(bounds.minimum), most=most)}


def _bound(value: int | Decimal) -> str:
    """Return the number as one types it in any locale: a fraction as a formula, since decimal signs differ."""
    numerator, denominator = value.as_integer_ratio()
    return str(numerator) if denominator == 1 else f"={numerator}/{denominator}"
