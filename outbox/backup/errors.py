"""Why a backup, a restore or a copy was not done."""

from __future__ import annotations

from outbox.errors import OutboxError


class BackupError(OutboxError):
    """The message, a Russian sentence for the administrator, says what was changed; mostly nothing was."""
