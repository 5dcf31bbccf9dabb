"""«Что не вошло»: the rows and municipalities that add nothing to the totals, with the reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaign.codes import RowCode
from sync.counting import Counting
from sync.records.remarks import Remark
from sync.records.states import MunicipalitySummary, State
from sync.texts import problems as texts


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A municipality, or a row of nobody, with what of it was left out. others: remarks beside the first one."""

    first: Remark
    others: int = 0


def left_out(municipalities: Sequence[MunicipalitySummary], counting: Counting) -> tuple[Remark, ...]:
    """Return the remarks on rows that add nothing: not chosen, deleted, or with an error. Errors first."""
    named = list(counting.left_out)
    for one in municipalities:
        if one.state is State.DELETED:
            named += [r for r in one.remarks if r.code == RowCode.ROW_DELETED]
        elif one.state is State.EXCLUDED and one.row is not None:
            errors = [r for r in one.remarks if r.level == "error"]
            named.append(errors[0]._replace(message=texts.EXCLUDED, advice="", shown=""))
    return tuple(sorted(named, key=lambda r: r.level != "error"))


def by_municipality(remarks: Iterable[Remark]) -> list[LeftOut]:
    """Return one line a municipality, in the order of the remarks; a row of nobody is a line of its own."""
    lines: dict[object, LeftOut] = {}
    for number, remark in enumerate(remarks):
        key = remark.oktmo or number
        before = lines.get(key)
        lines[key] = LeftOut(remark) if before is None else LeftOut(before.first, before.others + 1)
    return list(lines.values())
