"""Keep in the outbox what the ministry's desk shows beside the statuses: where rows stand, notes, growth, «Свод»."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from campaign import Cell
from outbox.records import DayFigures, Lease, SheetPlace
from sync.context import Context
from sync.publication.summary_lines import summary_lines
from sync.review.summary import Summary
from sync.tabs.municipalities import placed_rows
from sync.tabs.summary import page


class ForDesk:
    """Remembers what was kept last, so that only a change is written."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._place: SheetPlace | None = None
        self._days: list[DayFigures] | None = None
        self._shown: str | None = None

    def keep(self, summary: Summary, sheet_id: int, cells: Sequence[Sequence[Cell]], lease: Lease) -> None:
        """Keep the spreadsheet's address, rows and notes of «Муниципалитеты» as read, days of «Динамика», and «Свод».

        Raises LeaseLost, OutboxError.
        """
        context, name = self._context, self._context.campaign.id
        url = f"{context.host}/spreadsheets/d/{context.spreadsheet.id}/edit"
        found, known = placed_rows(cells), context.campaign.by_oktmo
        rows = {code: row for code, row in found.rows.items() if code in known}
        notes = {code: one_line(note) for code, note in found.notes.items() if code in known}
        place = SheetPlace(url, sheet_id, rows, notes)
        if place != self._place:
            context.outbox.sheet_places.keep(name, place, lease=lease)
            self._place = place
        days = [DayFigures(one.start, one.reports, Decimal(one.total)) for one in summary.totals.days]
        if days != self._days:
            context.outbox.daily.keep(name, days, lease=lease)
            self._days = days
        if summary.fingerprint != self._shown:
            lines = list(summary_lines(page(context.campaign, summary, 0)))
            context.outbox.summary_lines.keep(name, lines, lease=lease)
            self._shown = summary.fingerprint


def one_line(text: str) -> str:
    """Return the text in one line, without signs that the outbox does not keep."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
