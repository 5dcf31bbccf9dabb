"""Rows that belong to no submission, appended to «Ответы» exactly once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from outbox.records import Lease
from sheets import OutcomeUnknown, RequestRefused, marker_request
from sync.context import AnswersTab, Context
from sync.delivery.batch import MOST_ROWS, Cells
from sync.delivery.retrying import retry
from sync.errors import ForeignMarker
from sync.records.rows import WRITTEN_FIELDS, row_data
from sync.texts import worker as texts


def append_rows(
    context: Context,
    lease: Lease,
    answers: AnswersTab,
    rows: Sequence[Cells],
    *,
    timeout: float,
    sleep: Callable[[float], object],
) -> None:
    """Append the rows, MOST_ROWS a request, each with a marker of the deliveries' series.

    After an unknown outcome the marker is looked for as long as the request may still land, and then the same request
    goes again: with the same metadata id only one of the two can be applied.

    timeout: seconds that one call may take. Raises ForeignMarker and SheetsError.
    """
    for start in range(0, len(rows), MOST_ROWS):
        sequence, marker = context.outbox.deliveries.reserve(lease, context.spreadsheet.id)
        body = _body(answers, rows[start : start + MOST_ROWS], sequence, marker)

        def landed(sequence: int = sequence, marker: str = marker) -> bool:
            value = retry(lambda: context.spreadsheet.marker(sequence), sleep)
            if value not in (None, marker):
                raise ForeignMarker(texts.FOREIGN_MARKER.format(sequence=sequence))
            return value == marker

        def send(body: str = body, landed: Callable[[], bool] = landed) -> None:
            try:
                context.spreadsheet.write(body)
            except OutcomeUnknown:
                if landed():
                    return
                sleep(timeout)
                if not landed():
                    raise
            except RequestRefused:
                if not landed():
                    raise

        retry(send, sleep)


def _body(answers: AnswersTab, rows: Sequence[Cells], sequence: int, marker: str) -> str:
    data = [row_data(cells, answers.columns) for cells in rows]
    append = {"sheetId": answers.sheet_id, "rows": data, "fields": WRITTEN_FIELDS}
    requests = [marker_request(sequence, marker), {"appendCells": append}]
    return json.dumps({"requests": requests}, ensure_ascii=False)
