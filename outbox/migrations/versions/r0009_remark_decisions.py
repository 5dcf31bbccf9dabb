"""What the ministry decided about remarks on its desk. Imports Alembic and SQLAlchemy alone: a step stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
    wide = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "remark_decisions",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("number", wide, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("decided_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "remark", name="pk_remark_decisions"),
    )
