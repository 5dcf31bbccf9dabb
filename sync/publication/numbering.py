"""Receipts that an older copy of the outbox no longer knows: numbering goes on above them.

A spreadsheet with a later marker than the outbox has given was filled by a newer state of that outbox. Its rows hold
receipts that the outbox would give once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import structlog

from campaign import Cell
from campaign.answers import cell_text
from sheets import Area
from sync.context import AnswersTab, Context
from sync.records import table
from sync.texts import worker as texts

MOST_DIGITS = 9
"""Of a number that is believed."""

log = structlog.get_logger("sync.publication.numbering")


def raise_numbering(context: Context, answers: AnswersTab, markers: Iterable[int]) -> None:
    """Number reports above every receipt in «Ответы», if the spreadsheet holds later markers than the outbox gave.

    markers: sequences of the markers in the spreadsheet
    """
    given = context.outbox.deliveries.last_sequence(context.spreadsheet.id)
    if max(markers, default=0) <= given:
        return
    started, calls = context.monotonic(), context.spreadsheet.calls
    (block,) = context.spreadsheet.read([Area(answers.sheet_id)])
    highest = highest_receipt(block.cells[1:], answers.columns.places, context.campaign.about.receipt_prefix)
    if context.outbox.submissions.raise_numbering(context.campaign.id, highest):
        sent = context.spreadsheet.calls - calls
        context.journal("numbering", 0, sent, started, texts.NUMBERING_RAISED.format(number=highest + 1))
        log.warning("numbering raised above an older outbox", number=highest + 1)


def highest_receipt(rows: Iterable[Sequence[Cell]], places: Mapping[str, int], prefix: str) -> int:
    """Return the highest number of a receipt of this prefix in rows that have an `ID` as the outbox gives it; or 0."""
    receipt, one = places.get(table.RECEIPT), places.get(table.ID)
    if receipt is None or one is None:
        return 0
    found = (
        receipt_number(row[receipt], prefix)
        for row in rows
        if len(row) > max(receipt, one) and table.is_issued_id(row[one])
    )
    return max((number for number in found if number), default=0)


def receipt_number(cell: Cell, prefix: str) -> int | None:
    """Return the number of a receipt of this prefix; None for any other content."""
    match = re.fullmatch(rf"{re.escape(prefix)}-([0-9]{{1,{MOST_DIGITS}}})", cell_text(cell))
    return int(match[1]) if match else None
