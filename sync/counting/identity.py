"""Edits of identity cells in the rows of submissions. The outbox decides who and when: an edit is only remarked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from campaign import Campaign, Cell, Problem
from campaign.answers import cell_text
from campaign.codes import RowCode
from campaign.columns import HEADERS
from campaign.words import plain
from sync.counting.find import SubmittedRows
from sync.counting.matching import oktmo_text
from sync.records.cells import DAY_SECONDS
from sync.records.moments import read_moment, wall_serials
from sync.records.remarks import Remark, RowRef
from sync.records.table import ACCEPTED, MUNICIPALITY, OKTMO, RECEIPT, VERSION, AnswersTable
from sync.texts import problems as texts

MOST_SHOWN = 20
"""Edited rows of one column that are named one by one: a cleared column must not be thousands of remarks."""
TOLERANCE = 60 / DAY_SECONDS


def identity_remarks(
    campaign: Campaign, table: AnswersTable, submitted: SubmittedRows, row_ref: Callable[[int], RowRef]
) -> list[Remark]:
    """Return a remark for each edited identity cell, column by column. row_ref: position → what the remark is about."""
    remarks = []
    for column, differing in (
        (RECEIPT, _differing(table, submitted, RECEIPT, [s.receipt for s in submitted.identities], cell_text)),
        (ACCEPTED, _moved(campaign, table, submitted)),
        (OKTMO, _differing(table, submitted, OKTMO, [s.oktmo for s in submitted.identities], oktmo_text)),
        (MUNICIPALITY, _renamed(campaign, table, submitted)),
        (VERSION, _differing(table, submitted, VERSION, [s.version for s in submitted.identities], cell_text)),
    ):
        remarks += [_remark(campaign, table, submitted, column, i, row_ref) for i in differing[:MOST_SHOWN]]
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
    """Return the rows that name another municipality of the campaign: any other name may be an earlier one."""
    cells = table.columns.get(MUNICIPALITY)
    if cells is None:
        return []
    names = {one.oktmo: one.name for one in campaign.municipalities}
    named: dict[str, set[str]] = {}
    for oktmo, name in names.items():
        named.setdefault(plain(name), set()).add(oktmo)
    right = [names.get(s.oktmo, "") for s in submitted.identities]
    suspects = _differing(table, submitted, MUNICIPALITY, right, cell_text)
    there = {i: named.get(plain(cell_text(cells[submitted.positions[i]]))) for i in suspects}
    return [i for i, codes in there.items() if codes is not None and submitted.identities[i].oktmo not in codes]


def _moved(campaign: Campaign, table: AnswersTable, submitted: SubmittedRows) -> list[int]:
    cells = table.columns.get(ACCEPTED)
    if cells is None:
        return []
    expected = wall_serials(submitted.accepted)
    there = _at(cells, submitted.positions)
    plain = {int, float}.issuperset(map(type, there))
    numbers = np.array(there if plain else [c if type(c) in (int, float) else np.nan for c in there], dtype=np.float64)
    # `not a <= b`, because NaN compares false with everything.
    suspects = np.flatnonzero(~(np.abs(numbers - expected) <= TOLERANCE)).tolist()
    return [i for i in suspects if not _same_moment(there[i], float(expected[i]), campaign)]


def _at(cells: Sequence[Cell], positions: Sequence[int]) -> list[Cell]:
    """Return the cells at ascending positions."""
    return list(cells) if len(positions) == len(cells) else [cells[position] for position in positions]


def _same_moment(cell: Cell, expected: float, campaign: Campaign) -> bool:
    """Return True if the cell holds the expected time in another form, as text."""
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
    row_ref: Callable[[int], RowRef],
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
    return row_ref(submitted.positions[i]).remark(_problem(message, now), HEADERS[column])


def _problem(message: str, shown: str = "") -> Problem:
    return Problem(RowCode.IDENTITY_EDITED, "warning", None, message, texts.IDENTITY_ADVICE, shown)
