"""Deliveries: which submissions are in which spreadsheet, and the frozen flush that takes them there exactly once.

Imports the outbox's own records and database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from outbox.database import Database
from outbox.records import Delivery, Lease, SetAside, Submission, Waiting


class Deliveries:
    """Per spreadsheet. A submission is pending, in the open delivery, delivered, or set aside; never two of these.

    At most one delivery a spreadsheet is open. Every method that takes a lease checks it inside its transaction and
    raises LeaseLost, having written nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, campaign: str, spreadsheet_id: str, limit: int) -> list[Submission]:
        """Up to `limit` submissions that wait for a delivery, by number."""
        raise NotImplementedError

    def waiting(self, campaign: str, spreadsheet_id: str) -> Waiting:
        """What is accepted and not yet in the spreadsheet: pending or in the open delivery."""
        raise NotImplementedError

    def open(self, spreadsheet_id: str) -> Delivery | None:
        """The frozen delivery whose outcome is not final, if there is one."""
        raise NotImplementedError

    def freeze(
        self,
        lease: Lease,
        spreadsheet_id: str,
        submission_ids: Sequence[str],
        build: Callable[[int, str], str],
        header: Sequence[str],
    ) -> Delivery:
        """Allot sequence and marker, call `build(sequence, marker)` for the body, store all in one transaction.

        `build` runs outside the transaction, must be pure, and may be called more than once. Raises DeliveryConflict
        when a delivery is open or a submission is not pending, OutboxDataError for an empty list or an unknown id.
        """
        raise NotImplementedError

    def attempted(self, lease: Lease, delivery: Delivery) -> Delivery:
        """Count an attempt (call it before sending); gives the delivery with the new count."""
        raise NotImplementedError

    def finish(self, lease: Lease, delivery: Delivery, outcome: str = "delivered") -> Delivery:
        """The rows are in the spreadsheet: close the delivery and mark its submissions delivered."""
        raise NotImplementedError

    def abandon(self, lease: Lease, delivery: Delivery, reason: str) -> Delivery:
        """The spreadsheet refused for certain: close the delivery; its submissions are pending again."""
        raise NotImplementedError

    def set_aside(
        self, lease: Lease, spreadsheet_id: str, submission_ids: Sequence[str], reason: str
    ) -> None:
        """Take pending submissions out of the queue. Raises DeliveryConflict when one is not pending."""
        raise NotImplementedError

    def put_back(self, submission_id: str, spreadsheet_id: str | None = None) -> bool:
        """Let a submission that was set aside (in this or any spreadsheet) wait again; False when none was."""
        raise NotImplementedError

    def set_aside_list(self, campaign: str, spreadsheet_id: str) -> list[SetAside]:
        """What was set aside, by number."""
        raise NotImplementedError

    def delivered_ids(self, campaign: str, spreadsheet_id: str) -> Mapping[str, int]:
        """The sequence of its delivery for each delivered submission id."""
        raise NotImplementedError

    def finished(self, spreadsheet_id: str, limit: int) -> list[Delivery]:
        """The last closed deliveries (delivered and abandoned), newest first."""
        raise NotImplementedError

    def old_markers(
        self, spreadsheet_id: str, keep_last: int = 200, older_than: timedelta = timedelta(hours=24)
    ) -> list[int]:
        """Sequences whose marker may be removed from the spreadsheet, oldest first.

        Delivered, marker not yet dropped, finished longer ago than `older_than` and not among the last `keep_last`.
        """
        raise NotImplementedError

    def marker_dropped(self, lease: Lease, spreadsheet_id: str, sequences: Sequence[int]) -> None:
        """Note that these markers are gone from the spreadsheet; their bodies are emptied."""
        raise NotImplementedError
