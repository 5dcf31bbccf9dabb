"""One keyed tab of one refresh: the tab as read, its wanted content, and the write that leads to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from campaign.answers import cell_text
from sync.tabs.keyed import Absences, ByRow, Cells, KeyedTable, KeyedWrite
from sync.tabs.keyed_layout import Layout, lay_out, table_of
from sync.tabs.keyed_tab import Findings, KeyedTab
from sync.tabs.page import PageCell
from sync.tabs.readback import MOST_QUOTED
from sync.tabs.takeover import TakeOver, take_over
from sync.tabs.written import KeyedMemory, Request, WrittenState
from sync.texts import tabs as texts


@dataclass(frozen=True)
class KeyedPlan:
    """The tab was read (`tab.key in written.read`). as_of: campaign time of the read, aware."""

    tab: KeyedTab
    written: WrittenState
    as_of: datetime

    @cached_property
    def _taken(self) -> TakeOver | None:
        key = self.tab.key
        memory = self.written.memory_of(key)
        if memory.confirmed or self._as_read.trouble is None:
            return None
        before = self.written.tabs[key]
        read, sheet_id = self.written.read[key], self.written.sheet_ids[key]
        return take_over(self.tab, sheet_id, read, self.written.former, before, self.as_of)

    @cached_property
    def _as_read(self) -> Layout:
        key, written = self.tab.key, self.written
        read, memory = written.read[key], written.memory_of(key)
        return lay_out(self.tab, written.sheet_ids[key], read, memory, written.tabs[key], self.as_of)

    @property
    def layout(self) -> Layout:
        return self._taken.layout if self._taken else self._as_read

    @property
    def sheet_id(self) -> int:
        """Of the tab after the write: another one where the tab of an older version was renamed."""
        return self._taken.sheet_id if self._taken else self.written.sheet_ids[self.tab.key]

    @cached_property
    def table(self) -> KeyedTable:
        return table_of(self.tab, self.sheet_id, self.layout.cells, self.layout.headers)

    @property
    def stopped(self) -> bool:
        return self.layout.trouble is not None

    @cached_property
    def absences(self) -> Absences:
        """As of this read."""
        found = Absences(dict(self.written.memory_of(self.tab.key).since))
        for key in self._taken.known if self._taken else ():
            found.since[key] = ""
        if not self.stopped:
            found.note(self.table.rows, {**found.since, **self.tab.wanted}, self.as_of)
        return found

    @cached_property
    def contradictions(self) -> Mapping[int, str]:
        return {} if self.stopped else self.tab.contradictions(self.table)

    @cached_property
    def _missing(self) -> list[str]:
        """Keys that are certainly nowhere in the tab."""
        unclear = set(self.contradictions.values()) | {self.table.keys[row] for row in self.contradictions}
        return [
            key
            for key in self.tab.wanted
            if key not in self.table.rows and key not in unclear and self.absences.certain(key, self.as_of)
        ]

    @cached_property
    def appended(self) -> Mapping[str, Cells]:
        """Key → cells of the rows to be appended."""
        return {key: self.tab.wanted[key] for key in self._missing[: self.tab.room(self.table)]}

    @cached_property
    def changes(self) -> ByRow:
        """The worker's cells that differ from those read, the rows above the header among them."""
        table, tab = self.table, self.tab
        rows: dict[int, Cells] = table.by_key(tab.wanted, frozenset(self.contradictions))
        rows |= tab.departed(table, self.absences.since)
        for row, cells in rows.items():
            filled = [column for column in tab.once if column in cells and table.cell(row, column) not in (None, "")]
            if filled:
                rows[row] = {column: cell for column, cell in cells.items() if column not in filled}
        hidden = len(self._missing) - len(self.appended)
        found = table.changes({**rows, **dict(enumerate(tab.heading(hidden)))})
        for row, cells in rows.items():
            linked = {column: _linked(cells[column]) for column in self._relinked if column in cells}
            if linked:
                found[row] = {**found.get(row, {}), **linked}
        return found

    @cached_property
    def put_back(self) -> tuple[tuple[str, str], ...]:
        """Answers of reports that staff typed over, as lines of «Журнал»."""
        title, since = self.written.read[self.tab.key].title, self.written.memory_of(self.tab.key).since
        found = [
            texts.PUT_BACK_CELL.format(
                title=title, row=row + 1, header=self.table.headers[column], was=cell_text(self.table.cell(row, column))
            )
            for row, cells in self.changes.items()
            if self.table.keys.get(row) in since
            for column in sorted(self.tab.answers & set(cells))
        ]
        more = [texts.NOTICES_MORE.format(count=len(found) - MOST_QUOTED)] if len(found) > MOST_QUOTED else []
        return tuple((texts.PUT_BACK, words) for words in (*found[:MOST_QUOTED], *more))

    @cached_property
    def _relinked(self) -> tuple[str, ...]:
        """Columns with links that are no longer those that the rows were given."""
        kept = self.written.memory_of(self.tab.key).links
        return tuple(column for column, begins in self.tab.links.items() if kept.get(column, "") != begins)

    @property
    def due(self) -> bool:
        """True if the tab is out of date, live times aside."""
        return not self.stopped and bool(self.layout.requests or self.changes or self.appended)

    @property
    def marked(self) -> bool:
        """True if the write must not be applied twice."""
        return not self.stopped and bool(self.layout.requests or self.appended)

    @cached_property
    def write(self) -> KeyedWrite:
        """With the live times."""
        changes = dict(self.changes)
        for row, line in enumerate(self.tab.heading()):
            live = {column: cell for column, cell in line.items() if cell.live}
            if live:
                changes[row] = {**changes.get(row, {}), **live}
        end = len(self.layout.cells) + len(self.appended)
        return KeyedWrite(self.table, changes, tuple(self.appended.values()), styled=self.layout.styled >= end)

    def requests(self) -> Iterator[Request]:
        if not self.stopped:
            yield from self.layout.requests
            yield from self.write.requests()

    @property
    def memory_before(self) -> KeyedMemory:
        """The memory to keep before the write is sent."""
        memory = self.written.memory_of(self.tab.key)
        if self.stopped:
            return memory
        intended = self.layout.headers if self.layout.requests else {}
        confirmed = memory.confirmed if intended else self.layout.headers
        return KeyedMemory(confirmed, intended, dict(self.absences.since), memory.links)

    @property
    def memory_after(self) -> KeyedMemory:
        """The memory to keep once the write is known to have come through."""
        if self.stopped:
            return self.memory_before
        since = {**self.absences.since, **dict.fromkeys(self.appended, "")}
        return KeyedMemory(confirmed=self.layout.headers, since=since, links=self.tab.links)

    @property
    def findings(self) -> Findings:
        if self.stopped:
            return Findings(self.layout.trouble)
        ours = {**self.absences.since, **self.tab.wanted}
        extra = {
            key: tuple(row + 1 for row in rows)
            for key, rows in self.table.rows.items()
            if len(rows) > 1 and key in ours and not any(row in self.contradictions for row in rows)
        }
        unclear = {row + 1: (self.table.keys[row], other) for row, other in self.contradictions.items()}
        return Findings(None, extra, unclear)


def _linked(cell: PageCell) -> PageCell:
    """Return the cell as one that loses its link where it has none."""
    return cell if cell.link else cell._replace(style="unlinked")
