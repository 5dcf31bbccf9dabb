"""State of the worker's tabs: as read, as written last, and as remembered between runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaign import Campaign, Cell
from campaign.model.campaign import ENTRIES
from outbox.records import Json
from sheets import SheetTab
from sync.tabs.page import Page

OWNED = ("summary", "municipalities", "silent", "problems", "dynamics", "journal")
"""Keys of the tabs of every campaign that the worker writes, as in `campaign.spreadsheet.tabs`; all but `answers`."""
KEYED = ("municipalities", "problems")
"""Those of them that staff share; the others are pages, wholly the worker's."""


def owned_tabs(campaign: Campaign) -> tuple[str, ...]:
    """Return the keys of all tabs that the worker writes, those of lists behind the others."""
    return (*OWNED, *list_tabs(campaign))


def keyed_tabs(campaign: Campaign) -> tuple[str, ...]:
    """Return the keys of those that staff share."""
    return (*KEYED, *list_tabs(campaign))


def list_tabs(campaign: Campaign) -> tuple[str, ...]:
    return tuple(key for key in campaign.tab_titles if key.startswith(ENTRIES))


REGIONS = "regions"
"""Key of the keyed tab of a roll-up; its pages have the keys of a campaign's."""
PLACES = (*OWNED, REGIONS)
"""All keys, in the order by which the objects over a tab are numbered."""

Request = dict[str, object]
"""One request of a batchUpdate, Google JSON: str, int, float, bool, lists and dicts."""


@dataclass(frozen=True, slots=True)
class TabAsRead:
    """One tab as of this read.

    cells:         all rows from the first, unformatted
    rows, columns: size of the grid
    """

    cells: Sequence[Sequence[Cell]]
    rows: int
    columns: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class WrittenTab:
    """One owned tab as the worker left it.

    rows, columns: size of the grid
    used_rows, used_columns: how many the last write filled, or the last read found where that is more
    page:          as last written; None when unknown, and then everything is written anew
    values, formats: digests of the last written values and formats; "" likewise
    charts, bandings, protections: ids on the tab that are the worker's
    conditional_rules: how many conditional formats the tab has
    """

    rows: int
    columns: int
    used_rows: int = 0
    used_columns: int = 0
    page: Page | None = None
    values: str = ""
    formats: str = ""
    charts: tuple[int, ...] = ()
    bandings: tuple[int, ...] = ()
    protections: tuple[int, ...] = ()
    conditional_rules: int = 0


_PARTS = ("confirmed", "intended", "since", "links")


@dataclass(frozen=True, slots=True)
class KeyedMemory:
    """The note that the outbox keeps of one keyed tab.

    confirmed: column id → header, as the worker last wrote them for certain; empty before the tab is laid out
    intended:  the same as an unsettled write is to leave them; empty for none
    since:     see `sync.tabs.keyed.Absences`
    links:     see `sync.tabs.keyed_tab.KeyedTab.links`; as all rows have them for certain
    """

    confirmed: Mapping[str, str] = field(default_factory=dict)
    intended: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> Json:
        return {name: dict(getattr(self, name)) for name in _PARTS}

    @classmethod
    def from_json(cls, kept: Json) -> KeyedMemory:
        """Return the memory that `to_json` gave; an empty one for anything else."""
        parts = [kept.get(name) for name in _PARTS] if isinstance(kept, dict) else []
        return cls(*({str(k): str(v) for k, v in part.items()} if isinstance(part, dict) else {} for part in parts))


@dataclass(frozen=True, slots=True)
class WrittenState:
    """State of the spreadsheet's owned tabs.

    sheet_ids:   tab key → sheet id, all of them
    tabs:        tab key → tab as written; of the owned ones
    read:        tab key → the tab as read for this refresh; without it a keyed tab is left as it is
    memory:      keyed tab → note of the outbox
    fingerprint: of the content that was last written in full; "" for none
    former:      column id → header of «Муниципалитеты», as a version before 2.0 left them
    """

    sheet_ids: Mapping[str, int]
    tabs: Mapping[str, WrittenTab]
    read: Mapping[str, TabAsRead] = field(default_factory=dict)
    memory: Mapping[str, KeyedMemory] = field(default_factory=dict)
    fingerprint: str = ""
    former: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def fresh(
        cls,
        seen: Mapping[str, SheetTab],
        memory: Mapping[str, KeyedMemory] | None = None,
        former: Mapping[str, str] | None = None,
        owned: Sequence[str] = OWNED,
    ) -> WrittenState:
        """Return the state before the first write, which brings everything.

        seen: all tabs, by key; owned: keys of those that the worker writes
        """
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
                for key in owned
            },
            memory=memory or {},
            former=former or {},
        )

    def with_read(self, read: Mapping[str, TabAsRead]) -> WrittenState:
        """With the tabs as just read."""
        return replace(self, read=read)

    def memory_of(self, key: str) -> KeyedMemory:
        return self.memory.get(key, KeyedMemory())
