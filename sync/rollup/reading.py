"""What a source says of its regions at one time. Pure; kept in the outbox as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from outbox.records import Json
from sync.records.states import Number

MOST_ODD = 5
"""Sentences about one region that are kept."""


class SourceUnreadableError(Exception):
    """A source that can't be read; `str()` is Russian and says why and what to do."""


class SourceNotReadyError(Exception):
    """A campaign without a first refresh: nothing is wrong, and nothing can be read."""


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """A region in one source.

    reported, all: municipalities
    figures:       id → figure; None where there is none: nobody has reported, or the column is missing
    odd:           what is odd, in sentences
    """

    reported: int
    all: int
    figures: Mapping[str, Number | None] = field(default_factory=dict)
    odd: tuple[str, ...] = ()

    def to_json(self) -> Json:
        figures: dict[str, Json] = {name: None if one is None else str(one) for name, one in self.figures.items()}
        return {"reported": self.reported, "all": self.all, "figures": figures, "odd": list(self.odd)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Json]) -> RegionFigures:
        """Return what `to_json` gave. Raises for anything else, see `Reading.from_json`."""
        odd = kept["odd"]
        return cls(
            int(str(kept["reported"])),
            int(str(kept["all"])),
            {name: _number(one) for name, one in _mapping(kept["figures"]).items()},
            tuple(map(str, odd)) if isinstance(odd, list) else (),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One read of a source.

    read_at: real time, aware
    as_of:   time of the figures by the source's own stamp; None where it shows none
    over:    the source's campaign is closed
    regions: code → figures, of the regions of which the source holds municipalities
    tabs:    sheet ids of «Свод» and «Муниципалитеты» of a spreadsheet
    """

    read_at: datetime
    as_of: datetime | None
    over: bool
    regions: Mapping[str, RegionFigures]
    tabs: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> Json:
        return {
            "read_at": self.read_at.isoformat(),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "over": self.over,
            "regions": {code: one.to_json() for code, one in self.regions.items()},
            "tabs": dict(self.tabs),
        }

    @classmethod
    def from_json(cls, kept: Json) -> Reading | None:
        """Return the reading that `to_json` gave; None for anything else, an older version's among it."""
        try:
            whole = _mapping(kept)
            return cls(
                datetime.fromisoformat(str(whole["read_at"])),
                None if whole["as_of"] is None else datetime.fromisoformat(str(whole["as_of"])),
                bool(whole["over"]),
                {code: RegionFigures.from_json(_mapping(one)) for code, one in _mapping(whole["regions"]).items()},
                {name: int(str(one)) for name, one in _mapping(whole["tabs"]).items()},
            )
        except (KeyError, ValueError, ArithmeticError):
            return None


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as known now. reading: the last good one; trouble: why the last try failed, None if it did not."""

    reading: Reading | None = None
    trouble: str | None = None


def _mapping(kept: Json) -> Mapping[str, Json]:
    if not isinstance(kept, dict):
        raise ValueError(kept)  # noqa: TRY004 - what was kept, not a programmer's mistake
    return kept


def _number(kept: Json) -> Number | None:
    if kept is None:
        return None
    number = Decimal(str(kept))
    return int(number) if number == number.to_integral_value() and "." not in str(kept) else number
