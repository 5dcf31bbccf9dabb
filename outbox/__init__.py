"""The durable store: acknowledged submissions, drafts, links, deliveries, journals.

    with open_outbox(database_url(os.environ)) as outbox:
        outbox.submissions.submit(...)

Records are in `outbox.records`, exceptions in `outbox.errors`, the campaign clock in `outbox.clock`, data
folder and pid files in `outbox.environment`.
"""

from __future__ import annotations

from outbox.environment import data_dir, database_url
from outbox.wiring import Outbox, open_outbox

__all__ = ["Outbox", "data_dir", "database_url", "open_outbox"]
