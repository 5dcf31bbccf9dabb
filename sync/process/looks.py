"""Whether a spreadsheet has to be read although no delivery waits to be shown: has anybody changed it?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sync.context import Context
from sync.process.due import Moments, Pace, refresh_due
from sync.process.watch import Watch
from sync.publication.refill import read_order

MANY_ROWS = 5_000
"""Above this a look of a single campaign asks for the spreadsheet's version first."""
FULL_READ = timedelta(minutes=10)
"""A spreadsheet is read so often at the least, whatever its version says."""
FROZEN = "frozen"
"""Name of the note, among the outbox's bindings, that a closed campaign's last refresh is done."""

DECISIONS = "shown_decisions"
"""Name of the note of the number of the last decision of the desk that the spreadsheet shows."""


class Beside(NamedTuple):
    """What the tabs show and neither spreadsheet nor reports hold: who has a draft, longer deadlines, days left."""

    drafts: frozenset[str]
    extensions: frozenset[tuple[str, datetime]]
    today: date

    @classmethod
    def of(cls, context: Context) -> Beside:
        """Return it as the outbox has it now. Raises OutboxError."""
        campaign, outbox = context.campaign, context.outbox
        return cls(
            frozenset(one.oktmo for one in outbox.drafts.all(campaign.id)),
            frozenset(outbox.links.extensions(campaign.id).items()),
            context.clock.now().astimezone(campaign.about.zone).date(),
        )


class Looks:
    """Decides for one spreadsheet. watch: of several campaigns; None where there is one, which looks for itself."""

    def __init__(self, context: Context, pace: Pace, watch: Watch | None) -> None:
        self._context = context
        self._pace = pace
        self._watch = watch
        self._rows = 0
        self._version: int | None = None
        self._full_read: float | None = None
        self._frozen: bool | None = None
        self._asked = float("-inf")
        self._ordered = False
        self._decisions: int | None = None
        self._reading: int | None = None
        self._beside: Beside | None = None

    def due(self, moments: Moments) -> bool:
        """Return True if it is time to refresh. Sends at most the one request of the watch. Raises OutboxError."""
        now = self._context.monotonic()
        if moments.unshown is None and self.frozen() and not self._asked_for(now):
            return False
        if self._watch is None or moments.unshown is not None or moments.refreshed is None:
            return refresh_due(self._pace, moments, now)
        return now - moments.refreshed >= self._pace.refresh and self._changed(moments.refreshed, now)

    def _changed(self, refreshed: float, now: float) -> bool:
        version = self._watch.version(self._context.spreadsheet.id) if self._watch else None
        if version is None:  # not among those listed: nobody tells but the spreadsheet itself
            return now - refreshed >= self._pace.look
        return version != self._version or self._must_read(now)

    def _must_read(self, now: float) -> bool:
        """Return True if the last read is too old, or somebody waits for one."""
        if self._full_read is None or now - self._full_read >= FULL_READ.total_seconds():
            return True
        return self._asked_for(now)

    def _asked_for(self, now: float) -> bool:
        """Return True if an administrator ordered something to be put back, the desk decided about a remark, or what
        the tabs show beside the reports is another than at the last read.

        The outbox is asked once a `look`; what it said holds until the next read.
        """
        if now - self._asked >= self._pace.look:
            self._asked = now
            decided = self._context.outbox.remark_decisions.number(self._context.campaign.id) != self._shown()
            self._ordered = decided or (
                not self._frozen
                and (read_order(self._context) is not None or self._beside not in (None, Beside.of(self._context)))
            )
        return self._ordered

    def _shown(self) -> int:
        """Return the number of the last decision that the spreadsheet shows."""
        if self._decisions is None:
            kept = self._context.outbox.bindings.recall(self._context.spreadsheet.id, DECISIONS)
            self._decisions = kept if isinstance(kept, int) else 0
        return self._decisions

    def nothing_new(self, moments: Moments) -> bool:
        """Return True if a large tab need not be read: its version is that of the last read. Raises SheetsError."""
        if self._watch is not None or self._rows <= MANY_ROWS or moments.unshown is not None:
            return False
        if self._must_read(self._context.monotonic()):
            return False
        before, self._version = self._version, self._context.spreadsheet.version()
        return before == self._version

    def note_reading(self) -> None:
        """Note before a read which version, and which decisions, it will hold at the least."""
        self._reading = self._context.outbox.remark_decisions.number(self._context.campaign.id)
        self._beside = Beside.of(self._context)
        if self._watch is not None:
            self._version = self._watch.version(self._context.spreadsheet.id)

    def note_read(self, rows: int, *, waiting: int) -> None:
        """Note a full read, and that it was the last one of a closed campaign of which nothing waits."""
        self._full_read = self._context.monotonic()
        self._rows = rows
        self._ordered = False
        if self._reading is not None and self._reading != self._shown():
            self._context.outbox.bindings.remember(self._context.spreadsheet.id, DECISIONS, self._reading)
            self._decisions = self._reading
        if self._context.campaign.about.closed and not waiting:
            self._context.outbox.bindings.remember(self._context.spreadsheet.id, FROZEN, True)
            self._frozen = True

    def frozen(self) -> bool:
        """Return True for a closed campaign after its last refresh. Raises OutboxError."""
        if self._frozen is None:  # asked once: nobody else writes this note
            bindings, spreadsheet_id = self._context.outbox.bindings, self._context.spreadsheet.id
            self._frozen = bool(bindings.recall(spreadsheet_id, FROZEN))
            if self._frozen and not self._context.campaign.about.closed:  # opened again
                bindings.remember(spreadsheet_id, FROZEN, None)
                self._frozen = False
        return self._frozen
