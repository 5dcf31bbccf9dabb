"""What the outbox keeps of the columns of «Муниципалитеты». Pure; imported by `sync.tabs` and `sync.refresh`.

Without it a column of ours whose question left the campaign file could not be told from one of the ministry's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaign import Cell
from outbox.records import Json

Titles = Mapping[str, str]
"""Column id → its title, in the order of the tab. A question's column goes under the question's id; the others under
ids that begin with «@», which no question's can."""


@dataclass(frozen=True, slots=True)
class Former:
    """A column that the worker no longer keeps up.

    title:  what it was given instead of its title
    digest: of the figures that it was left with; "" where something stands there that is no figure
    """

    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class ColumnsMemory:
    """The columns of one spreadsheet's tab.

    wrote:  as the last write left them that is known to have come through; None where nothing is known, as of an
            outbox older than this memory
    meant:  as the write after it was to leave them; it may have come through, or be on its way
    former: by column id
    """

    wrote: Titles | None = None
    meant: Titles = field(default_factory=dict)
    former: Mapping[str, Former] = field(default_factory=dict)

    def standing(self, header: Sequence[Cell]) -> Titles | None:
        """The columns as they stand: what was meant, when this row of titles shows that it came through."""
        titles = list(self.meant.values())
        if not titles or list(header[: len(titles)]) != titles:
            return self.wrote
        dropped = (self.wrote or {}).keys() - self.meant.keys()
        if any(column in self.former and self.former[column].title not in header for column in dropped):
            return self.wrote
        return self.meant

    def landed(self) -> ColumnsMemory:
        """After a write that came through."""
        return replace(self, wrote=self.meant)

    def to_json(self) -> Json:
        # Pairs, since the outbox sorts the keys of a mapping and the order of the columns tells where each stood.
        return {
            "wrote": None if self.wrote is None else [[column, title] for column, title in self.wrote.items()],
            "meant": [[column, title] for column, title in self.meant.items()],
            "former": {column: [one.title, one.digest] for column, one in self.former.items()},
        }


UNKNOWN = ColumnsMemory()


def from_json(kept: Json) -> ColumnsMemory:
    """What `to_json` gave; nothing known for anything else."""
    if not isinstance(kept, dict):
        return UNKNOWN
    former = kept.get("former")
    return ColumnsMemory(
        wrote=None if kept.get("wrote") is None else _pairs(kept.get("wrote")),
        meant=_pairs(kept.get("meant")),
        former={column: Former(*map(str, one)) for column, one in former.items() if isinstance(one, list)}
        if isinstance(former, dict)
        else {},
    )


def _pairs(kept: Json) -> Titles:
    pairs = kept if isinstance(kept, list) else []
    return {str(pair[0]): str(pair[1]) for pair in pairs if isinstance(pair, list)}
