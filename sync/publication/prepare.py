"""Tabs and headers: made where missing, found by sheet id wherever staff moved or renamed them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping

import structlog

from campaign.words import plain
from outbox.records import Json, Lease
from sheets import Area, Description, SheetTab
from sync.context import AnswersTab, Context
from sync.errors import AnswersTabDeleted, HeadersBroken
from sync.publication.answers_checks import remember_checks, renew_checks
from sync.publication.answers_layout import inserted_columns, new_tab
from sync.publication.make_tabs import blank_tab, make_tabs, missing_tabs, were_made
from sync.publication.numbering import raise_numbering
from sync.publication.refill import mend_headers, read_order
from sync.publication.spreadsheet_owner import check_kind, claim, kind_request
from sync.records import table
from sync.records.columns import LEADING, Columns, locate, wanted_headers
from sync.tabs.accounts import KEY as ANSWERS
from sync.texts import worker as texts

PLANNED = "planned_headers"
log = structlog.get_logger("sync.publication.prepare")


def titles(context: Context) -> dict[str, str]:
    """Tab key → title of the campaign file, in the order of the tabs."""
    return dict(context.campaign.tab_titles)


def prepare(context: Context, lease: Lease) -> tuple[AnswersTab, dict[str, SheetTab]]:
    """Bring the spreadsheet to where deliveries and refreshes can begin; gives what stands there.

    Makes missing tabs, adds columns of new questions before `ID`, renames headers where the file changed their titles,
    and sets the checks in the cells that it changed.
    Two reads and, where something is missing, one to three writes. Raises ForeignCampaign, ForeignKind, ForeignTab,
    AnswersTabDeleted, HeadersBroken, SheetsError, LeaseLost. What it wrote before a failure is found again by the next
    call.
    """
    claim(context, lease)
    seen = context.spreadsheet.describe()
    check_kind(context, seen)
    fresh = ANSWERS in missing_tabs(context, seen, titles(context))
    if _make_tabs(context, lease, seen):
        if fresh:
            remember_checks(context, lease, wanted_headers(context.campaign))
        seen = context.spreadsheet.describe()
    elif seen.kind is None:  # filled by a version that gave none
        context.spreadsheet.write(json.dumps({"requests": [kind_request(context)]}))
    bound = context.outbox.bindings.tabs(context.spreadsheet.id)
    tabs: dict[str, SheetTab] = {}
    for key in titles(context):
        sheet = seen.by_id(bound[key])
        if sheet is None:  # deleted between the write and the look
            raise _gone(context, key)
        tabs[key] = sheet
    answers = _make_headers(context, lease, bound[ANSWERS])
    renew_checks(context, lease, answers, tabs[ANSWERS].rows)
    raise_numbering(context, answers, seen.markers)
    return answers, tabs


def _gone(context: Context, key: str) -> AnswersTabDeleted:
    return AnswersTabDeleted(texts.ANSWERS_DELETED.format(title=titles(context)[key]))


def _make_tabs(context: Context, lease: Lease, seen: Description) -> bool:
    """Make the tabs that are missing; whether anything was written. Raises AnswersTabDeleted, as `make_tabs`."""
    missing = missing_tabs(context, seen, titles(context))
    if were_made(context) and ANSWERS in missing:
        raise _gone(context, ANSWERS)

    def requests(key: str, sheet_id: int, title: str, index: int) -> Iterable[dict[str, object]]:
        if key == ANSWERS:
            return new_tab(context.campaign, sheet_id, title, index)
        return [blank_tab(sheet_id, title, index)]

    def bind_headers() -> None:
        if ANSWERS in missing:
            headers = wanted_headers(context.campaign)
            context.outbox.bindings.bind_headers(context.spreadsheet.id, headers, lease=lease)

    return make_tabs(context, lease, seen, titles(context), requests, bind_headers)


def _make_headers(context: Context, lease: Lease, sheet_id: int) -> AnswersTab:
    """Read the header row; add and rename what the campaign file changed."""
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    wanted = wanted_headers(context.campaign)
    title, header = _read_header(context, sheet_id)
    bound = _adopt_planned(context, lease, header)
    written = {column: bound[column] for column in wanted if column in bound}
    columns = locate(header, written)
    tab = AnswersTab(sheet_id, title, columns, written)
    if not columns.sound and read_order(context) is not None:
        (block,) = context.spreadsheet.read([Area(sheet_id)])
        mend_headers(context, lease, tab, block.cells, columns)
        title, header = _read_header(context, sheet_id)
        columns = locate(header, written)
        tab = AnswersTab(sheet_id, title, columns, written)
    renamed = {column: text for column, text in wanted.items() if column in bound and bound[column] != text}
    added = {column: text for column, text in wanted.items() if column not in bound}
    if not columns.sound:
        raise HeadersBroken(columns.trouble(title))
    if not (renamed or added):
        return tab
    there, ours = set(map(plain, columns.header)), set(map(plain, written.values()))
    strangers = [text for text in {**renamed, **added}.values() if plain(text) in there and plain(text) not in ours]
    if strangers:  # a column of staff has the title that a column of ours needs
        raise HeadersBroken(Columns(columns.header, columns.places, (), tuple(strangers)).trouble(title))
    bindings.remember(spreadsheet_id, PLANNED, {**renamed, **added}, lease=lease)
    # As they stand in the row: staff may have wrapped them.
    requests = _rename_requests(sheet_id, {column: str(header[columns.places[column]]) for column in renamed}, renamed)
    requests += _insert_requests(context, tab, added)
    started, calls = context.monotonic(), context.spreadsheet.calls
    context.spreadsheet.write(json.dumps({"requests": requests}, ensure_ascii=False))
    title, header = _read_header(context, sheet_id)
    bound = _adopt_planned(context, lease, header)
    remember_checks(context, lease, added)
    sent = context.spreadsheet.calls - calls
    for result, changed in ((texts.HEADER_RENAMED, renamed), (texts.COLUMN_ADDED, added)):
        for text in changed.values():
            context.journal("columns", 0, sent, started, result, f"«{text}»")
            log.info("header written", header=text)
    written = {column: bound[column] for column in wanted if column in bound}
    return AnswersTab(sheet_id, title, locate(header, written), written)


def _read_header(context: Context, sheet_id: int) -> tuple[str, list[object]]:
    (block,) = context.spreadsheet.read([Area(sheet_id, 0, 1)])
    return block.title, list(block.cells[0]) if block.cells else []


def _adopt_planned(context: Context, lease: Lease, header: list[object]) -> Mapping[str, str]:
    """Bind the planned headers that stand in the row; gives all bound headers.

    The others stay planned: their write may still be on its way.
    """
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    planned = bindings.recall(spreadsheet_id, PLANNED)
    if isinstance(planned, dict) and planned:
        there = {str(cell).strip() for cell in header}
        found = {column: str(text) for column, text in planned.items() if str(text).strip() in there}
        bindings.bind_headers(spreadsheet_id, found, lease=lease)
        rest: dict[str, Json] = {column: text for column, text in planned.items() if column not in found}
        bindings.remember(spreadsheet_id, PLANNED, rest, lease=lease)
    return bindings.headers(spreadsheet_id)


def _rename_requests(sheet_id: int, old: Mapping[str, str], new: Mapping[str, str]) -> list[dict[str, object]]:
    """Rename headers wherever they stand now. Over a token each, since two may exchange their names."""
    tokens = {column: f"svod-{secrets.token_hex(8)}" for column in new}
    steps = [(old[column], tokens[column]) for column in new] + [(tokens[column], new[column]) for column in new]
    return [
        {
            "findReplace": {
                "find": find,
                "replacement": replacement,
                "matchCase": True,
                "matchEntireCell": True,
                "range": Area(sheet_id, 0, 1).grid_range(),
            }
        }
        for find, replacement in steps
    ]


def _insert_requests(context: Context, tab: AnswersTab, added: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """Make the new columns: «Учёт» behind «Версия», questions before `ID`; the rightmost first, so that places hold."""
    account = {column: text for column, text in added.items() if column in LEADING}
    places = {tab.columns.places[table.VERSION] + 1: account}
    before_id = tab.columns.places[table.ID]
    places[before_id] = places.get(before_id, {}) | {c: text for c, text in added.items() if c not in LEADING}
    for place, columns in sorted(places.items(), reverse=True):
        if columns:
            yield from inserted_columns(context.campaign, tab.sheet_id, place, columns)
