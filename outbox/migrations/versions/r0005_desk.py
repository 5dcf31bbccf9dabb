"""The ministry's desk: accounts of staff, their sessions and acts; when a personal address was last opened.

Imports Alembic and SQLAlchemy alone: a step stays as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "staff_accounts",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text()),
        sa.Column("totp", sa.Text()),
        sa.Column("totp_step", WIDE, nullable=False),
        sa.Column("created_real", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_accounts"),
        sa.UniqueConstraint("folded", name="uq_staff_accounts_folded"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("account", WIDE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "digest", name="pk_staff_recovery_codes"),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_accounts.id"], name="fk_staff_recovery_codes_account", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "staff_links",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account", WIDE, nullable=False),
        sa.Column("expires_real", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_staff_links"),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name="fk_staff_links_account", ondelete="CASCADE"),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account", WIDE, nullable=False),
        sa.Column("began_real", TIME, nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_staff_sessions"),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_accounts.id"], name="fk_staff_sessions_account", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "acts",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("at_real", TIME, nullable=False),
        sa.Column("account", WIDE),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
    )
    op.create_index("ix_acts_place", "acts", ["campaign", "oktmo", "id"])
    op.create_table(
        "address_uses",
        sa.Column("addressees", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("opened_real", TIME, nullable=False),
        sa.PrimaryKeyConstraint("addressees", "oktmo", name="pk_address_uses"),
    )
