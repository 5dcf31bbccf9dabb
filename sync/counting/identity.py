"""Identity cells of submitted rows: the outbox decides, an edit is reported and ignored.

Imported by `sync.counting`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from campaign import Campaign, Cell, Problem
from campaign.consistency import RESERVED_HEADERS
from outbox.records import SubmissionIdentity
from sync.check.rows import cell_text
from sync.counting.matching import oktmo_text
from sync.moments import DAY_SECONDS, WallTimes, read_moment, wall_serials
from sync.remarks import Remark, RowRef
from sync.table import ACCEPTED, MUNICIPALITY, OKTMO, RECEIPT, VERSION, AnswersTable
from sync.texts import problems as texts

MOST_SHOWN = 20
"""Edited rows that are named one by one, for each column; a cleared column is one remark, not thousands."""
TOLERANCE = 60 / DAY_SECONDS
HEADERS = dict(zip((RECEIPT, ACCEPTED, OKTMO, MUNICIPALITY, VERSION), RESERVED_HEADERS[:5], strict=True))


@dataclass(frozen=True)
class SubmittedRows:
    """The rows of the tab that the outbox knows.

    positions:  indexes into the table, ascending
    identities: one a position
    accepted:   wall time of acceptance, one a position
    unclear:    those positions whose row stands there several times and differs: none of these rows counts
    """

    positions: Sequence[int]
    identities: Sequence[SubmissionIdentity]
    accepted: WallTimes
    unclear: Sequence[int] = ()


def identity_remarks(
    campaign: Campaign, table: AnswersTable, submitted: SubmittedRows, whose: Callable[[int], RowRef]
) -> list[Remark]:
    """The edited identity cells, column by column."""
    remarks = []
    for column, differing in (
        (RECEIPT, _differing(table, submitted, RECEIPT, [s.receipt for s in submitted.identities], _text)),
        (ACCEPTED, _moved(campaign, table, submitted)),
        (OKTMO, _differing(table, submitted, OKTMO, [s.oktmo for s in submitted.identities], oktmo_text)),
        (MUNICIPALITY, _renamed(campaign, table, submitted)),
        (VERSION, _differing(table, submitted, VERSION, [s.version for s in submitted.identities], _text)),
    ):
        remarks += [_remark(campaign, table, submitted, column, i, whose) for i in differing[:MOST_SHOWN]]
        if len(differing) > MOST_SHOWN:
            message = texts.IDENTITY_MORE.format(column=HEADERS[column], count=len(differing) - MOST_SHOWN)
            remarks.append(RowRef(None, "").remark(_problem(message), HEADERS[column]))
    return remarks


def _differing(
    table: AnswersTable,
    submitted: SubmittedRows,
    column: str,
    expected: Sequence[str | int],
    read: Callable[[Cell], str],
) -> list[int]:
    cells = table.columns.get(column)
    if cells is None:
        return []
    there = _at(cells, submitted.positions)
    if there == expected:
        return []
    return [
        i
        for i, (cell, right) in enumerate(zip(there, expected, strict=True))
        if cell != right and read(cell) != str(right)
    ]


def _renamed(campaign: Campaign, table: AnswersTable, submitted: SubmittedRows) -> list[int]:
    """Where another municipality of the campaign is named. Any other name may be what the file called it once."""
    cells = table.columns.get(MUNICIPALITY)
    if cells is None:
        return []
    names = {one.oktmo: one.name for one in campaign.municipalities}
    named: dict[str, set[str]] = {}
    for oktmo, name in names.items():
        named.setdefault(name, set()).add(oktmo)
    right = [names.get(s.oktmo, "") for s in submitted.identities]
    suspects = _differing(table, submitted, MUNICIPALITY, right, _text)
    there = {i: named.get(_text(cells[submitted.positions[i]])) for i in suspects}
    return [i for i, whose in there.items() if whose is not None and submitted.identities[i].oktmo not in whose]


def _moved(campaign: Campaign, table: AnswersTable, submitted: SubmittedRows) -> list[int]:
    cells = table.columns.get(ACCEPTED)
    if cells is None:
        return []
    expected = wall_serials(submitted.accepted)
    there = _at(cells, submitted.positions)
    plain = {int, float}.issuperset(map(type, there))
    numbers = np.array(there if plain else [c if type(c) in (int, float) else np.nan for c in there], dtype=np.float64)
    # Not `>`: what is no number compares false with everything.
    suspects = np.flatnonzero(~(np.abs(numbers - expected) <= TOLERANCE)).tolist()
    return [i for i in suspects if not _same_moment(there[i], float(expected[i]), campaign)]


def _at(cells: Sequence[Cell], positions: Sequence[int]) -> list[Cell]:
    """The cells at ascending positions."""
    return list(cells) if len(positions) == len(cells) else [cells[position] for position in positions]


def _same_moment(cell: Cell, expected: float, campaign: Campaign) -> bool:
    """Whether a text cell tells the same time."""
    try:
        moment = read_moment(cell, campaign.about.zone)
    except ValueError:
        return False
    right = read_moment(expected, campaign.about.zone)
    return moment is not None and right is not None and abs((moment - right).total_seconds()) <= TOLERANCE * DAY_SECONDS


def _remark(
    campaign: Campaign,
    table: AnswersTable,
    submitted: SubmittedRows,
    column: str,
    i: int,
    whose: Callable[[int], RowRef],
) -> Remark:
    identity, cell = submitted.identities[i], table.columns[column][submitted.positions[i]]
    was = {
        RECEIPT: identity.receipt,
        OKTMO: identity.oktmo,
        VERSION: str(identity.version),
        MUNICIPALITY: campaign.by_oktmo[identity.oktmo].name if identity.oktmo in campaign.by_oktmo else "",
        ACCEPTED: identity.accepted_at.astimezone(campaign.about.zone).strftime("%d.%m.%Y %H:%M"),
    }[column]
    now = cell_text(cell)
    if column == ACCEPTED and type(cell) in (int, float):
        try:
            moment = read_moment(cell, campaign.about.zone)
        except ValueError:
            moment = None
        now = moment.strftime("%d.%m.%Y %H:%M") if moment else now
    message = texts.IDENTITY.format(column=HEADERS[column], was=was, now=now or texts.IDENTITY_BLANK)
    return whose(submitted.positions[i]).remark(_problem(message, now), HEADERS[column])


def _problem(message: str, shown: str = "") -> Problem:
    return Problem("identity_edited", "warning", None, message, texts.IDENTITY_ADVICE, shown)


def _text(cell: Cell) -> str:
    return cell_text(cell)
