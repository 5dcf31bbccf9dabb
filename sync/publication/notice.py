"""The notice at the top of every tab that the worker owns: why the tables are not being refreshed.

In «Свод» the words stand in the blank row that its page keeps for them; in the other tabs they take the place of
the title, which is the worker's in pages and keyed tabs alike. The last good summary stays as it is, with its stamp.
The first refresh that works writes the titles anew.
"""

from __future__ import annotations

import json
from textwrap import wrap

from sheets import Area, Block
from sync.context import Context
from sync.tabs import owned_tabs
from sync.tabs.summary import NOTICE_ROW
from sync.tabs.summary_people import KEY as SUMMARY
from sync.texts import loss as texts


def show_notice(context: Context, words: str) -> bool:
    """Write the words on every owned tab; False where there is none yet. Three calls. Raises SheetsError.

    Whoever shows a notice has the tabs written anew afterwards.
    """
    there = {sheet.sheet_id for sheet in context.spreadsheet.describe().sheets}
    bound = context.outbox.bindings.tabs(context.spreadsheet.id)
    owned = {key: bound[key] for key in owned_tabs(context.campaign) if bound.get(key) in there}
    if not owned:
        return False
    lines = "\n".join(wrap(words, texts.LINE, break_long_words=False, break_on_hyphens=False))
    requests = []
    if SUMMARY in owned:
        requests.append(_summary_request(owned.pop(SUMMARY), lines))
    blocks = context.spreadsheet.read([Area(sheet_id, 0, 1) for sheet_id in owned.values()]) if owned else []
    for sheet_id, block in zip(owned.values(), blocks, strict=True):
        place = _title_place(block, context.campaign.about.title)
        if place is not None:  # else something of staff stands there
            requests.append(_title_request(sheet_id, place, f"{texts.NOTICE_HEAD}\n{lines}"))
    context.spreadsheet.write(json.dumps({"requests": requests}, ensure_ascii=False))
    return True


def _title_place(block: Block, campaign_title: str) -> int | None:
    """Return the column of the title, which staff may have moved, or of an earlier notice."""
    cells = block.cells[0] if block.cells else []
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and (cell.endswith(campaign_title) or cell.startswith(texts.NOTICE_HEAD)):
            return place
    return None


def _summary_request(sheet_id: int, words: str) -> dict[str, object]:
    look = {
        "textFormat": {"bold": True, "foregroundColor": {"red": 0.7, "green": 0.1, "blue": 0.1}},
        "wrapStrategy": "OVERFLOW_CELL",
    }
    cell = {"userEnteredValue": {"stringValue": words}, "userEnteredFormat": look}
    start = {"sheetId": sheet_id, "rowIndex": NOTICE_ROW, "columnIndex": 0}
    fields = "userEnteredValue,userEnteredFormat"
    return {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}}


def _title_request(sheet_id: int, place: int, words: str) -> dict[str, object]:
    """Write the words alone: a keyed tab gets its looks once, so that of the title must stay."""
    cell = {"userEnteredValue": {"stringValue": words}}
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": place}
    return {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}}
