"""Tabs and headers: made where missing, found by sheet id wherever staff moved or renamed them.

Sheet ids are chosen here and kept in the outbox before the first write, so that a worker
that dies in between finds its own tabs again and never takes a stranger's for its own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping

import structlog

from campaign.words import plain
from outbox.records import Json, Lease
from sheets import Area, Description, SheetTab
from sync.context import AnswersTab, Context
from sync.errors import AnswersTabDeleted, ForeignTab, HeadersBroken
from sync.publication.answers_layout import inserted_columns, new_tab
from sync.publication.numbering import raise_numbering
from sync.publication.refill import mend_headers, read_order
from sync.publication.spreadsheet_owner import check_kind, claim, kind_request
from sync.records import table
from sync.records.columns import LEADING, Columns, locate, wanted_headers
from sync.tabs.accounts import KEY as ANSWERS
from sync.texts import worker as texts

MADE = "tabs_made"
PLANNED = "planned_headers"
log = structlog.get_logger("sync.publication.prepare")


def titles(context: Context) -> dict[str, str]:
    """Tab key → title of the campaign file, in the order of the tabs."""
    return dict(context.campaign.spreadsheet.tabs.model_dump())


def prepare(context: Context, lease: Lease) -> tuple[AnswersTab, dict[str, SheetTab]]:
    """Bring the spreadsheet to where deliveries and refreshes can begin; gives what stands there.

    Makes missing tabs, adds columns of new questions before `ID`, renames headers where the file changed their titles.
    Two reads and, where something is missing, one or two writes. Raises ForeignCampaign, ForeignKind, ForeignTab,
    AnswersTabDeleted, HeadersBroken, SheetsError, LeaseLost. What it wrote before a failure is found again by the next
    call.
    """
    claim(context, lease)
    seen = context.spreadsheet.describe()
    check_kind(context, seen)
    if _make_tabs(context, lease, seen):
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
    raise_numbering(context, answers, seen.markers)
    return answers, tabs


def _gone(context: Context, key: str) -> AnswersTabDeleted:
    return AnswersTabDeleted(texts.ANSWERS_DELETED.format(title=titles(context)[key]))


def _make_tabs(context: Context, lease: Lease, seen: Description) -> bool:
    """Make the tabs that are missing; whether anything was written."""
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    bound = dict(bindings.tabs(spreadsheet_id))
    made = bool(bindings.recall(spreadsheet_id, MADE))
    missing = [key for key in titles(context) if key not in bound or seen.by_id(bound[key]) is None]
    if made and ANSWERS in missing:
        raise _gone(context, ANSWERS)
    if not missing:
        if not made:  # the worker died between the write and this note
            bindings.remember(spreadsheet_id, MADE, True, lease=lease)
        return False
    for key in missing:
        stranger = seen.by_title(titles(context)[key])
        if stranger is not None:
            raise ForeignTab(texts.FOREIGN_TAB.format(title=stranger.title))
    taken = {sheet.sheet_id for sheet in seen.sheets} | set(bound.values())
    for key in missing:
        # An id once chosen is kept, so that of a write that comes late and its repetition only one is applied.
        if key not in bound:
            bound[key] = _new_id(taken)
            bindings.bind_tab(spreadsheet_id, key, bound[key], lease=lease)
    if ANSWERS in missing:
        bindings.bind_headers(spreadsheet_id, wanted_headers(context.campaign), lease=lease)
    requests: list[dict[str, object]] = [kind_request(context)] if seen.kind is None else []
    index = {key: place for place, key in enumerate(titles(context))}
    for key in missing:
        requests += _tab_requests(context, key, bound[key], index[key])
    requests += _default_sheet_requests(context, seen, made)
    context.spreadsheet.write(json.dumps({"requests": requests}, ensure_ascii=False))
    bindings.remember(spreadsheet_id, MADE, True, lease=lease)
    for key in missing:
        log.info("tab made", tab=key, sheet_id=bound[key])
    return True


def _new_id(taken: set[int]) -> int:
    while (candidate := secrets.randbelow(2**31 - 2) + 1) in taken:
        pass
    taken.add(candidate)
    return candidate


def _tab_requests(context: Context, key: str, sheet_id: int, index: int) -> Iterator[dict[str, object]]:
    title = titles(context)[key]
    if key == ANSWERS:
        yield from new_tab(context.campaign, sheet_id, title, index)
        return
    grid = {"rowCount": 200, "columnCount": 26}
    yield {"addSheet": {"properties": {"sheetId": sheet_id, "title": title, "index": index, "gridProperties": grid}}}


def _default_sheet_requests(context: Context, seen: Description, made: bool) -> list[dict[str, object]]:
    """Return the removal of the one empty sheet that a fresh spreadsheet has."""
    if made or len(seen.sheets) != 1:
        return []
    sheet_id = seen.sheets[0].sheet_id
    (block,) = context.spreadsheet.read([Area(sheet_id)])
    return [] if block.cells else [{"deleteSheet": {"sheetId": sheet_id}}]


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
