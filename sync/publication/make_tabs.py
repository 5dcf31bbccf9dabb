"""The tabs of a spreadsheet, made where they are missing and found by their sheet ids ever after.

Sheet ids are chosen here and kept in the outbox before the first write, so that a worker that dies in between finds its
own tabs again and never takes a stranger's for its own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping

import structlog

from outbox.records import Lease
from sheets import Area, Description
from sync.context import SpreadsheetContext
from sync.errors import ForeignTab
from sync.publication.spreadsheet_owner import kind_request
from sync.texts import worker as texts

MADE = "tabs_made"
TabRequests = Callable[[str, int, str, int], Iterable[dict[str, object]]]
"""Key, sheet id, title and place of a new tab → the requests that make it."""

log = structlog.get_logger("sync.publication.make_tabs")


def were_made(context: SpreadsheetContext) -> bool:
    """Return True once all tabs have been made."""
    return bool(context.outbox.bindings.recall(context.spreadsheet.id, MADE))


def missing_tabs(context: SpreadsheetContext, seen: Description, titles: Mapping[str, str]) -> list[str]:
    """Return the keys of the tabs that are not in the spreadsheet. titles: key → title, in the order of the tabs"""
    bound = context.outbox.bindings.tabs(context.spreadsheet.id)
    return [key for key in titles if key not in bound or seen.by_id(bound[key]) is None]


def make_tabs(
    context: SpreadsheetContext,
    lease: Lease,
    seen: Description,
    titles: Mapping[str, str],
    tab_requests: TabRequests,
    before: Callable[[], None] = lambda: None,
) -> bool:
    """Make the tabs that are missing; whether anything was written. One read and one write, if any is missing.

    before: what to keep before the write. Raises ForeignTab, SheetsError, LeaseLost.
    """
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    bound, made = dict(bindings.tabs(spreadsheet_id)), were_made(context)
    missing = missing_tabs(context, seen, titles)
    if not missing:
        if not made:  # the worker died between the write and this note
            bindings.remember(spreadsheet_id, MADE, True, lease=lease)
        return False
    for key in missing:
        stranger = seen.by_title(titles[key])
        if stranger is not None:
            raise ForeignTab(texts.FOREIGN_TAB.format(title=stranger.title) + texts.OUTBOX_LOST)
    taken = {sheet.sheet_id for sheet in seen.sheets} | set(bound.values())
    for key in missing:
        # An id once chosen is kept, so that of a write that comes late and its repetition only one is applied.
        if key not in bound:
            bound[key] = _new_id(taken)
            bindings.bind_tab(spreadsheet_id, key, bound[key], lease=lease)
    before()
    requests: list[dict[str, object]] = [kind_request(context)] if seen.kind is None else []
    index = {key: place for place, key in enumerate(titles)}
    for key in missing:
        requests += tab_requests(key, bound[key], titles[key], index[key])
    requests += _default_sheet_requests(context, seen, made)
    context.spreadsheet.write(json.dumps({"requests": requests}, ensure_ascii=False))
    bindings.remember(spreadsheet_id, MADE, True, lease=lease)
    for key in missing:
        log.info("tab made", tab=key, sheet_id=bound[key])
    return True


def blank_tab(sheet_id: int, title: str, index: int) -> dict[str, object]:
    """Return the request of a tab without content."""
    grid = {"rowCount": 200, "columnCount": 26}
    properties = {"sheetId": sheet_id, "title": title, "index": index, "gridProperties": grid}
    return {"addSheet": {"properties": properties}}


def _new_id(taken: set[int]) -> int:
    while (candidate := secrets.randbelow(2**31 - 2) + 1) in taken:
        pass
    taken.add(candidate)
    return candidate


def _default_sheet_requests(context: SpreadsheetContext, seen: Description, made: bool) -> list[dict[str, object]]:
    """Return the removal of the one empty sheet that a fresh spreadsheet has."""
    if made or len(seen.sheets) != 1:
        return []
    sheet_id = seen.sheets[0].sheet_id
    (block,) = context.spreadsheet.read([Area(sheet_id)])
    return [] if block.cells else [{"deleteSheet": {"sheetId": sheet_id}}]
