"""What stands in the owned tabs: sheet ids, sizes, and what was written last. Imported by `sync` alone.

`refresh` keeps it in memory between writes and hands it to `sync.tabs`; a process that starts knows nothing of it and
writes everything once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaign import Cell
from sync.tabs.memory import UNKNOWN, ColumnsMemory

OWNED = ("summary", "municipalities", "silent", "problems", "dynamics", "journal")
"""Keys of the tabs that the worker writes, as in `campaign.spreadsheet.tabs`; all but `answers`."""


@dataclass(frozen=True, slots=True)
class SeenTab:
    """One tab as `spreadsheets.get` describes it: size of the grid and ids of what is on it.

    fields: sheets(properties(sheetId,gridProperties(rowCount,columnCount)),charts(chartId),
            bandedRanges(bandedRangeId),protectedRanges(protectedRangeId),conditionalFormats(ranges(sheetId)),merges)
    """

    sheet_id: int
    rows: int
    columns: int
    charts: tuple[int, ...] = ()
    bandings: tuple[int, ...] = ()
    protections: tuple[int, ...] = ()
    conditional_rules: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class WrittenTab:
    """One owned tab.

    rows, columns: size of the grid
    used_rows:     how many rows the last write filled
    values:        digest of the last written values; "" when unknown, and then everything is written anew
    formats:       digest of the last written formats; "" likewise
    charts, bandings, protections: ids on the tab that are the worker's
    conditional_rules: how many conditional formats the tab has
    """

    rows: int
    columns: int
    used_rows: int = 0
    values: str = ""
    formats: str = ""
    charts: tuple[int, ...] = ()
    bandings: tuple[int, ...] = ()
    protections: tuple[int, ...] = ()
    conditional_rules: int = 0


@dataclass(frozen=True, slots=True)
class MunicipalitiesAsRead:
    """«Муниципалитеты» as it stands now, in the same read as the answers (a grid range with only its sheet id).

    cells:   all rows from the first, unformatted, staff notes to the right among them
    rows, columns: size of the grid (Google echoes the whole range: 'Муниципалитеты'!A1:Z1000)
    """

    cells: Sequence[Sequence[Cell]]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class WrittenState:
    """What stands in the spreadsheet's owned tabs.

    sheet_ids:      tab key → sheet id, all seven
    tabs:           tab key → what was written; of the six owned
    municipalities: that tab as read for this refresh; None when it was not read (then it is left as it is)
    fingerprint:    of the summary that was last written in full; "" for none
    columns:        what is remembered of the columns of «Муниципалитеты»

    Life: `fresh` at start from a description; `with_municipalities` before every write; the state that a write
    returns once it succeeded; after a definite refusal describe the spreadsheet again and go on from `fresh`, so that
    whatever staff did to the owned tabs is mended by the next write.
    """

    sheet_ids: Mapping[str, int]
    tabs: Mapping[str, WrittenTab]
    municipalities: MunicipalitiesAsRead | None = None
    fingerprint: str = ""
    columns: ColumnsMemory = UNKNOWN

    @classmethod
    def fresh(cls, seen: Mapping[str, SeenTab], columns: ColumnsMemory = UNKNOWN) -> WrittenState:
        """Nothing is known to be written; `seen` by tab key, all seven. The next write brings everything."""
        return cls(
            sheet_ids={key: tab.sheet_id for key, tab in seen.items()},
            tabs={
                key: WrittenTab(
                    rows=seen[key].rows,
                    columns=seen[key].columns,
                    used_rows=seen[key].rows,
                    charts=seen[key].charts,
                    bandings=seen[key].bandings,
                    protections=seen[key].protections,
                    conditional_rules=seen[key].conditional_rules,
                )
                for key in OWNED
            },
            columns=columns,
        )

    def with_municipalities(self, read: MunicipalitiesAsRead | None) -> WrittenState:
        """With «Муниципалитеты» as just read."""
        return replace(self, municipalities=read)


Request = dict[str, object]
"""One request of a batchUpdate, Google JSON: str, int, float, bool, lists and dicts."""


@dataclass(frozen=True, slots=True)
class TabsWrite:
    """One atomic `spreadsheets.batchUpdate`, or several where one would be too large.

    requests: its requests; empty when nothing differs
    after:    the state once all of it succeeded
    cuts:     where it may be cut: no tab is parted from its stamp; «Свод» and the other stamps are in the last piece
    columns:  what to remember of the columns of «Муниципалитеты» before it is sent; None where it leaves that tab alone
    former:   the titles given to columns that the worker no longer keeps up
    """

    requests: list[Request]
    after: WrittenState
    cuts: tuple[int, ...] = ()
    columns: ColumnsMemory | None = None
    former: tuple[str, ...] = ()
