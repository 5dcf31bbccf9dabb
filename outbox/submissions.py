"""The submissions: what clerks have sent, every version, for good. Imports the outbox's own records and database."""

from __future__ import annotations

from collections.abc import Iterable

from outbox.database import Database
from outbox.records import NewSubmission, Submission, SubmissionIdentity, Submitted


class Submissions:
    """Acknowledged reports. A method that returns has committed (fsync); one that raises has written nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(self, new: NewSubmission) -> Submitted:
        """Keep a report, number it, give its receipt, and delete the municipality's draft, in one transaction.

        The same campaign, OKTMO and key: the first submission again, `repeated=True`, nothing written. Raises
        VersionConflict when a version exists and `base_version` is not the newest, OutboxDataError for what can't be
        kept, OutboxBusy and OutboxUnavailable.
        """
        raise NotImplementedError

    def latest(self, campaign: str, oktmo: str) -> Submission | None:
        """The newest version of the municipality, or None."""
        raise NotImplementedError

    def versions(self, campaign: str, oktmo: str) -> list[Submission]:
        """All versions of the municipality, oldest first."""
        raise NotImplementedError

    def by_receipt(self, campaign: str, receipt: str) -> Submission | None:
        """The submission with this receipt, or None."""
        raise NotImplementedError

    def by_key(self, campaign: str, oktmo: str, key: str) -> Submission | None:
        """The submission that came with this idempotency key, or None."""
        raise NotImplementedError

    def all(self, campaign: str) -> list[Submission]:
        """Every submission of the campaign, by number."""
        raise NotImplementedError

    def digests(self, campaign: str) -> list[SubmissionIdentity]:
        """Every submission of the campaign without its payload, by number. Cheap."""
        raise NotImplementedError

    def get_many(self, ids: Iterable[str]) -> list[Submission]:
        """The submissions with these ids, in order of number; unknown ids are left out."""
        raise NotImplementedError
