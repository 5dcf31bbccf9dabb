"""What is wrong with a worker's job now, kept in the outbox for `svod status`."""

from __future__ import annotations

import structlog

from outbox.errors import OutboxError
from sync.context import SpreadsheetContext

TROUBLE = "trouble"

log = structlog.get_logger("sync.process.trouble")


def keep_trouble(context: SpreadsheetContext, words: str | None) -> None:
    """Keep what is wrong now, None for nothing; only written when it changes."""
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    try:
        if bindings.recall(spreadsheet_id, TROUBLE) != words:
            bindings.remember(spreadsheet_id, TROUBLE, words)
    except OutboxError as error:
        log.warning("trouble not kept", error=type(error).__name__)
