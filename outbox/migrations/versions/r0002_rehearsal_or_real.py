"""The kind of an outbox that holds reports. Imports Alembic and SQLAlchemy alone: a step stays as it is.

Reports that were accepted by the real clock have nearly the same campaign time and real time. One of them makes the
outbox a real one, as far as it was used until now; else it is a rehearsal's. Without reports the next start decides.

The first step was edited in place in its first days: what it made until then is brought to what it makes now.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SAME_CLOCK = timedelta(minutes=1)


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT accepted_at, received_real FROM submissions")).all()
    if rows:
        real = any(abs(_time(accepted) - _time(received)) < SAME_CLOCK for accepted, received in rows)
        note = {"value": '"real"' if real else '"rehearsal"'}
        connection.execute(sa.text("INSERT INTO notes (scope, name, value) VALUES ('', 'kind', :value)"), note)
    op.execute("DROP INDEX IF EXISTS ix_placements_sequence")
    op.execute("DROP INDEX IF EXISTS ix_placements_unfinished")
    op.execute("CREATE INDEX IF NOT EXISTS ix_placements_state ON placements (spreadsheet_id, state, sequence)")


def _time(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
