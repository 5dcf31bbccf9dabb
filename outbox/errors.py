"""The outbox's exceptions: one base, one class for each thing that a caller can do something about.

The messages are Russian and meant to be shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DontWrapMixin

from outbox import texts

if TYPE_CHECKING:
    from outbox.records import Submission


class OutboxError(Exception):
    """Base of all that this package raises on purpose; `str()` gives a Russian sentence for people."""


class OutboxSettingsError(OutboxError):
    """The environment, the address of the database or a file of the settings is wrong; nothing was opened."""


class OtherKind(OutboxSettingsError):  # noqa: N818 - named as what happened
    """The outbox is a rehearsal's and the process isn't, or the other way round; nothing was done."""


class OutboxSchemaError(OutboxError):
    """The database was made by a newer version of the program, or its tables could not be brought up to date."""


class OutboxBusy(OutboxError):  # noqa: N818 - the name that the other packages' texts use
    """Another process held the database longer than the bound. Nothing was written; asking again is safe."""

    def __init__(self) -> None:
        super().__init__(texts.BUSY)


class OutboxUnavailable(OutboxError):  # noqa: N818
    """The store can't be read or written now: disk full or read-only, server gone, file damaged.

    Nothing is half-written. When the connection broke at the very commit, the write may have happened; `submit`
    with the same key then answers with the first submission.
    """

    def __init__(self, message: str = texts.UNAVAILABLE) -> None:
        super().__init__(message)


class OutboxDataError(OutboxError, DontWrapMixin):
    """A value cannot be kept as it is: NUL, a lone surrogate, a float, a time without a zone, an unknown id.

    DontWrapMixin: SQLAlchemy passes it on as it is when a column type raises it.
    """


class OutboxTextError(OutboxDataError):
    """A text has NUL or a lone surrogate, which no database keeps. Our own texts have neither: it came from outside."""


class OutboxConflict(OutboxError):  # noqa: N818
    """The data has changed since the caller read it; nothing was written."""


class AttachmentsChanged(OutboxConflict):
    """A file of the report was taken out, in another window, while the report was being sent."""

    def __init__(self) -> None:
        super().__init__(texts.ATTACHMENTS_CHANGED)


class AttachmentsFull(OutboxConflict):
    """There is no room for one more file. scope: `question`, `municipality` or `all`"""

    def __init__(self, scope: str) -> None:
        super().__init__(texts.ATTACHMENTS_FULL)
        self.scope = scope


class VersionConflict(OutboxConflict):
    """The municipality has a newer version than the one that the form had seen."""

    def __init__(self, current: Submission) -> None:
        super().__init__(texts.VERSION_CONFLICT.format(version=current.version, receipt=current.receipt))
        self.current = current


class DeliveryConflict(OutboxConflict):
    """The delivery is not open, another one is, or a submission in it is no longer pending."""


class LeaseLost(OutboxConflict):
    """The lease has run out or another holder took it: stop writing and acquire anew."""

    def __init__(self, name: str) -> None:
        super().__init__(texts.LEASE_LOST.format(name=name))
        self.name = name
