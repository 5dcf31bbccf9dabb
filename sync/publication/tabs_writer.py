"""The one write of a refresh: marked where it must not be applied twice, and looked after where staff moved columns.

A write that appends keyed rows or lays out a tab carries a marker of the same series as a delivery. After an unknown
outcome the marker is looked for, and until that is settled the next such write keeps its sequence, so that of the two
only one can be applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from pydantic_core import to_json

from campaign.answers import shorten
from outbox.records import Json, Lease
from sheets import Area, OutcomeUnknown, Reply, RequestRefused, SheetsError, marker_removal, marker_request
from sync.context import SpreadsheetContext
from sync.errors import ForeignMarker
from sync.lease import LEASE_TIME
from sync.publication.read import as_read
from sync.records.cells import entered
from sync.tabs import KEYED, KeyedMemory, Request, TabsWrite, WrittenState
from sync.tabs.keyed import KeyedTable, KeyedWrite, Undone, column_letters, undo, undo_requests
from sync.tabs.takeover import former_headers, successor
from sync.texts import tabs as tab_texts
from sync.texts import worker as texts

FORMER = "municipalities_columns"
"""Note of a version before 2.0."""
MARKED = "tabs_marker"
MOST_MARKERS = 100
"""Of those that are dropped along with one write."""

log = structlog.get_logger("sync.publication.tabs_writer")


class TabsWriter:
    """Sends the writes that `sync.tabs` makes. titles: tab key → title as of the last read."""

    def __init__(self, context: SpreadsheetContext, keyed: Sequence[str] = KEYED) -> None:
        """keyed: keys of the keyed tabs."""
        self._context = context
        self._keyed = keyed
        self._kept: dict[str, KeyedMemory] = dict(read_memory(context, keyed)[0])
        self.titles: Mapping[str, str] = {}

    def settle(self, lease: Lease) -> bool:
        """Look for the marker of a write of unknown outcome; True if it had come through. Raises ForeignMarker.

        The columns that it was to leave are then the ones that stand there: `read_memory` gives them.
        """
        pending = self._pending()
        if pending is None:
            return False
        sequence, marker = pending
        value = self._context.spreadsheet.marker(sequence)
        if value is None:
            return False
        if value != marker:
            raise ForeignMarker(texts.FOREIGN_MARKER.format(sequence=sequence))
        for key, one in read_memory(self._context, self._keyed)[0].items():
            self._keep({key: KeyedMemory(one.intended or one.confirmed, {}, one.since)}, lease)
        self._remember(MARKED, None, lease)
        return True

    def explains(self, refusal: RequestRefused, lease: Lease) -> bool:
        """Return True if the refused write may be laid out anew at once: a tab was renamed, or it is there already."""
        if self.settle(lease):
            return True
        seen = self._context.spreadsheet.describe()
        bound = self._context.outbox.bindings.tabs(self._context.spreadsheet.id)
        for key in self._keyed:
            if seen.by_id(successor(bound[key])) is not None and seen.by_id(bound[key]) is not None:
                self._context.outbox.bindings.bind_tab(
                    self._context.spreadsheet.id, key, successor(bound[key]), lease=lease
                )
        log.info("write of the tabs refused", detail=refusal.detail)
        return any(
            tab is not None and tab.title != title
            for key, title in self.titles.items()
            for tab in (seen.by_id(bound[key]),)
        )

    def send(self, write: TabsWrite, before: WrittenState, lease: Lease) -> None:
        """Send one atomic request; markers that are old enough go along."""
        context = self._context
        self._keep(write.before, lease)
        markers = context.outbox.deliveries.old_markers(context.spreadsheet.id)[:MOST_MARKERS]
        requests = [*write.requests, *(marker_removal(one) for one in markers)]
        if write.marked:
            requests.insert(0, self._marker(lease))
        ranges = [
            one
            for key, keyed in write.keyed.items()
            if write.after.sheet_ids[key] == before.sheet_ids[key]
            for one in keyed.check_ranges(self.titles[key])
        ]
        body: Request = {"requests": requests}
        if ranges:
            body |= {
                "includeSpreadsheetInResponse": True,
                "responseRanges": ranges,
                "responseIncludeGridData": True,
            }
        context.outbox.leases.renew(lease, LEASE_TIME)  # a worker that slept past its lease must not write
        reply = context.spreadsheet.write(to_json(body).decode())
        if write.marked:
            self._remember(MARKED, None, lease)
        context.outbox.deliveries.marker_dropped(lease, context.spreadsheet.id, markers)
        for key, sheet_id in write.after.sheet_ids.items():
            if sheet_id != before.sheet_ids[key]:
                context.outbox.bindings.bind_tab(context.spreadsheet.id, key, sheet_id, lease=lease)
        for key, keyed in write.keyed.items():
            if ranges and not self._landed(keyed, reply):
                self._undo(key, keyed, lease)

    def keep(self, state: WrittenState, lease: Lease) -> None:
        """Store the memory of the keyed tabs, where it changed."""
        self._keep(state.memory, lease)

    def _keep(self, memory: Mapping[str, KeyedMemory], lease: Lease) -> None:
        for key, one in memory.items():
            if self._kept.get(key) != one:
                self._remember(_note(key), one.to_json(), lease)
                self._kept[key] = one

    def _remember(self, name: str, value: Json, lease: Lease) -> None:
        self._context.outbox.bindings.remember(self._context.spreadsheet.id, name, value, lease=lease)

    def _pending(self) -> tuple[int, str] | None:
        kept = self._context.outbox.bindings.recall(self._context.spreadsheet.id, MARKED)
        return (int(str(kept["sequence"])), str(kept["marker"])) if isinstance(kept, dict) else None

    def _marker(self, lease: Lease) -> Request:
        """First of the requests: where the marker is there already, everything is refused."""
        pending = self._pending()
        if pending is None:
            pending = self._context.outbox.deliveries.reserve(lease, self._context.spreadsheet.id)
            self._remember(MARKED, {"sequence": pending[0], "marker": pending[1]}, lease)
        return marker_request(*pending)

    # A move in the very second of the write

    def _landed(self, keyed: KeyedWrite, reply: Reply) -> bool:
        cells = reply.cells.get(keyed.table.sheet_id)
        return cells is None or keyed.landed(lambda row, column: cells.get((row, column)))

    def _undo(self, key: str, keyed: KeyedWrite, lease: Lease) -> None:
        """Take back the cells written outside the worker's columns. A failure is logged: the summary stands."""
        context, started = self._context, self._context.monotonic()
        before = keyed.table
        try:
            (block,) = context.spreadsheet.read([Area(before.sheet_id)])
            read = as_read(block)
            now = KeyedTable(
                before.sheet_id,
                read.cells,
                before.headers,
                before.key,
                before.header_row,
                before.read_key,
                before.every_row,
            )
            undone = undo(keyed, now)
            if not undone:
                return
            context.outbox.leases.renew(lease, LEASE_TIME)
            context.spreadsheet.write(to_json({"requests": undo_requests(before.sheet_id, undone)}).decode())
        except (SheetsError, OutcomeUnknown) as error:
            log.warning("cells not put back", tab=key, error=type(error).__name__)
            return
        for one in undone:
            context.journal("undo", 0, 0, started, tab_texts.UNDONE, _quote(read.title, one))
        log.warning("columns moved under a refresh", tab=key, cells=len(undone))


def read_memory(
    context: SpreadsheetContext, keyed: Sequence[str] = KEYED
) -> tuple[dict[str, KeyedMemory], dict[str, str]]:
    """Return the memory of each keyed tab, and the headers that a version before 2.0 kept."""
    recall, spreadsheet_id = context.outbox.bindings.recall, context.spreadsheet.id
    memory = {key: KeyedMemory.from_json(recall(spreadsheet_id, _note(key))) for key in keyed}
    return memory, former_headers(recall(spreadsheet_id, FORMER))


def _note(key: str) -> str:
    return f"keyed_{key}"


def _quote(title: str, one: Undone) -> str:
    value = entered(one.written.value)
    words = {
        "title": title,
        "cell": f"{column_letters(one.column)}{one.row + 1}",
        "written": shorten(str(next(iter(value.values()))) if value else ""),
        "restored": shorten("" if one.restored is None else str(one.restored)),
    }
    return tab_texts.UNDONE_CELL.format(**words)
