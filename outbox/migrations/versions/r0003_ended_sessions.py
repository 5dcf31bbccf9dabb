"""Sessions of the form that a person has ended. Imports Alembic and SQLAlchemy alone: a step stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "ended_sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("expires_real", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_ended_sessions"),
    )
