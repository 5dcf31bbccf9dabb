"""The first set of tables. Imports Alembic and SQLAlchemy alone: a step stays as it is when the code goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    op.create_table(
        "deliveries",
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_real", TIME, nullable=False),
        sa.Column("finished_real", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("marker_dropped", sa.Boolean(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("submission_ids", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("spreadsheet_id", "sequence", name="pk_deliveries"),
        sa.UniqueConstraint("marker", name="uq_deliveries_marker"),
    )
    op.create_index(
        "uq_deliveries_open",
        "deliveries",
        ["spreadsheet_id"],
        unique=True,
        sqlite_where=sa.text("finished_real IS NULL"),
        postgresql_where=sa.text("finished_real IS NULL"),
    )
    op.create_table(
        "drafts",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "oktmo", name="pk_drafts"),
    )
    op.create_table(
        "extensions",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "oktmo", name="pk_extensions"),
    )
    op.create_table(
        "headers",
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("spreadsheet_id", "question", name="pk_headers"),
    )
    op.create_table(
        "journal",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_place", "journal", ["campaign", "spreadsheet_id", "id"])
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_real", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "links",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "oktmo", name="pk_links"),
    )
    op.create_table(
        "notes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "name", name="pk_notes"),
    )
    op.create_table(
        "progress",
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("placed_below", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("spreadsheet_id", "campaign", name="pk_progress"),
    )
    op.create_table(
        "publications",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("as_of", TIME, nullable=False),
        sa.PrimaryKeyConstraint("campaign", name="pk_publications"),
    )
    op.create_table(
        "staff_edits",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("submission_id", sa.Text(), nullable=True),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("now", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_edits"),
    )
    op.create_index("ix_staff_edits_place", "staff_edits", ["spreadsheet_id", "row_key", "question", "id"])
    op.create_table(
        "standings",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "oktmo", name="pk_standings"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("oktmo", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", TIME, nullable=False),
        sa.Column("received_real", TIME, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint("campaign", "number", name="uq_submissions_campaign_number"),
        sa.UniqueConstraint("campaign", "oktmo", "key", name="uq_submissions_campaign_oktmo_key"),
        sa.UniqueConstraint("campaign", "oktmo", "version", name="uq_submissions_campaign_oktmo_version"),
        sa.UniqueConstraint("campaign", "receipt", name="uq_submissions_campaign_receipt"),
    )
    op.create_table(
        "tabs",
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("sheet_id", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("spreadsheet_id", "tab", name="pk_tabs"),
    )
    op.create_table(
        "placements",
        sa.Column("spreadsheet_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("placed_real", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_placements_submission_id"),
        sa.PrimaryKeyConstraint("spreadsheet_id", "submission_id", name="pk_placements"),
    )
    op.create_index("ix_placements_state", "placements", ["spreadsheet_id", "state", "sequence"])
