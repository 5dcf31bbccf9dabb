"""One line at the top of «Свод» that says why the summary is not being refreshed.

It stands in the blank row below the sentence about the stamp; the first refresh that works writes the tab anew.
"""

from __future__ import annotations

import json

from sync.context import Context

ROWS_ABOVE = 5
"""Title, subject, region, stamp, sentence; one more in a rehearsal."""


def show_notice(context: Context, words: str) -> bool:
    """Write the line; False where there is no «Свод» yet. One call. Raises SheetsError.

    The last good summary stays as it is. Whoever shows a notice has the tab written anew afterwards.
    """
    sheet_id = context.outbox.bindings.tab(context.spreadsheet.id, "summary")
    if sheet_id is None:
        return False
    cell = {
        "userEnteredValue": {"stringValue": words},
        "userEnteredFormat": {
            "textFormat": {"bold": True, "foregroundColor": {"red": 0.7, "green": 0.1, "blue": 0.1}},
            "wrapStrategy": "OVERFLOW_CELL",
        },
    }
    start = {"sheetId": sheet_id, "rowIndex": notice_row(context), "columnIndex": 0}
    fields = "userEnteredValue,userEnteredFormat"
    request = {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}}
    context.spreadsheet.write(json.dumps({"requests": [request]}, ensure_ascii=False))
    return True


def notice_row(context: Context) -> int:
    """The row of the notice, from 0."""
    return ROWS_ABOVE + context.clock.rehearsal
