"""Personal addresses, one for all campaigns. Imports Alembic and SQLAlchemy alone: a step stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "addresses",
        sa.Column("addressees", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("addressees", "oktmo", name="pk_addresses"),
    )
    # Who was shut out stays so: until now there was one list of addressees, which is called «default».
    op.execute(
        "INSERT INTO addresses (addressees, oktmo, version, revoked) "
        "SELECT DISTINCT 'default', oktmo, 1, revoked FROM links WHERE revoked"
    )
