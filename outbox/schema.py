"""The tables. A change here needs a migration (a test compares).

JSON columns are texts made by `outbox.payload.canonical`. Payload columns stand last, so that reading the others is
cheap.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from outbox.columns import WIDE, UtcTime, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("campaign", Words, nullable=False),
    Column("oktmo", Words, nullable=False),
    Column("number", Integer, nullable=False),
    Column("receipt", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Words, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("accepted_at", UtcTime, nullable=False),
    Column("received_real", UtcTime, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("digest", Words, nullable=False),
    Column("answers", Text, nullable=False),
    Column("contacts", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("previous", Text),
    UniqueConstraint("campaign", "number"),
    UniqueConstraint("campaign", "receipt"),
    UniqueConstraint("campaign", "oktmo", "version"),
    UniqueConstraint("campaign", "oktmo", "key"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("oktmo", Words, primary_key=True),
    Column("key", Words, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    Column("typed", Text, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("oktmo", Words, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("addressees", Words, primary_key=True),
    Column("oktmo", Words, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

extensions = Table(
    "extensions",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("oktmo", Words, primary_key=True),
    Column("until", UtcTime, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("as_of", UtcTime, nullable=False),
)

statuses = Table(
    "standings",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("oktmo", Words, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("body", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("spreadsheet_id", Words, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("marker", Words, nullable=False, unique=True),
    Column("attempts", Integer, nullable=False),
    Column("created_real", UtcTime, nullable=False),
    Column("finished_real", UtcTime),
    Column("outcome", Words),
    Column("reason", Words),
    Column("marker_dropped", Boolean, nullable=False),
    Column("header", Text, nullable=False),
    Column("submission_ids", Text, nullable=False),
    Column("body", Text, nullable=False),
)
# At most one open delivery a spreadsheet, whatever the code believes.
Index(
    "uq_deliveries_open",
    deliveries.c.spreadsheet_id,
    unique=True,
    sqlite_where=text("finished_real IS NULL"),
    postgresql_where=text("finished_real IS NULL"),
)

placements = Table(
    "placements",
    metadata,
    Column("spreadsheet_id", Words, primary_key=True),
    Column("submission_id", Words, ForeignKey("submissions.id"), primary_key=True),
    Column("campaign", Words, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Words, nullable=False),
    Column("sequence", Integer),
    Column("placed_real", UtcTime, nullable=False),
    Column("reason", Words),
)
Index("ix_placements_state", placements.c.spreadsheet_id, placements.c.state, placements.c.sequence)

progress = Table(
    "progress",
    metadata,
    Column("spreadsheet_id", Words, primary_key=True),
    Column("campaign", Words, primary_key=True),
    Column("placed_below", Integer, nullable=False),
)

tabs = Table(
    "tabs",
    metadata,
    Column("spreadsheet_id", Words, primary_key=True),
    Column("tab", Words, primary_key=True),
    Column("sheet_id", WIDE, nullable=False),
)

headers = Table(
    "headers",
    metadata,
    Column("spreadsheet_id", Words, primary_key=True),
    Column("question", Words, primary_key=True),
    Column("header", Words, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("scope", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("value", Text, nullable=False),
)

staff_edits = Table(
    "staff_edits",
    metadata,
    Column("id", WIDE, primary_key=True),
    Column("spreadsheet_id", Words, nullable=False),
    Column("row_key", Words, nullable=False),
    Column("question", Words),
    Column("submission_id", Words),
    Column("oktmo", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("was", Text, nullable=False),
    Column("now", Text, nullable=False),
)
Index(
    "ix_staff_edits_place",
    staff_edits.c.spreadsheet_id,
    staff_edits.c.row_key,
    staff_edits.c.question,
    staff_edits.c.id,
)

journal = Table(
    "journal",
    metadata,
    Column("id", WIDE, primary_key=True),
    Column("campaign", Words, nullable=False),
    Column("spreadsheet_id", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", Words, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("result", Words, nullable=False),
    Column("detail", Words, nullable=False),
)
Index("ix_journal_place", journal.c.campaign, journal.c.spreadsheet_id, journal.c.id)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("expires_real", UtcTime, nullable=False),
)

ended_sessions = Table(
    "ended_sessions",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("expires_real", UtcTime, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", WIDE, primary_key=True),
    Column("name", Words, nullable=False),
    Column("digest", Words, nullable=False, unique=True),
    Column("contacts", Boolean, nullable=False),
    Column("created_real", UtcTime, nullable=False),
    Column("expires_real", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

staff_accounts = Table(
    "staff_accounts",
    metadata,
    Column("id", WIDE, primary_key=True),
    Column("name", Words, nullable=False),
    Column("folded", Words, nullable=False, unique=True),
    Column("role", Words, nullable=False),
    Column("hash", Words),
    Column("totp", Words),
    Column("totp_step", WIDE, nullable=False),
    Column("created_real", UtcTime, nullable=False),
    sqlite_autoincrement=True,  # the id of a removed account is never given again
)

staff_recovery_codes = Table(
    "staff_recovery_codes",
    metadata,
    Column("account", WIDE, ForeignKey("staff_accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", Words, primary_key=True),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("account", WIDE, ForeignKey("staff_accounts.id", ondelete="CASCADE"), nullable=False),
    Column("expires_real", UtcTime, nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("account", WIDE, ForeignKey("staff_accounts.id", ondelete="CASCADE"), nullable=False),
    Column("began_real", UtcTime, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("by_link", Boolean, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("id", WIDE, primary_key=True),
    Column("at_real", UtcTime, nullable=False),
    Column("account", WIDE),
    Column("who", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("campaign", Words, nullable=False),
    Column("oktmo", Words, nullable=False),
    Column("detail", Text, nullable=False),
)
Index("ix_acts_place", acts.c.campaign, acts.c.oktmo, acts.c.id)

address_uses = Table(
    "address_uses",
    metadata,
    Column("addressees", Words, primary_key=True),
    Column("oktmo", Words, primary_key=True),
    Column("opened_real", UtcTime, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Words, primary_key=True),
    Column("campaign", Words, nullable=False),
    Column("oktmo", Words, nullable=False),
    Column("question", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("added_real", UtcTime, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
Index("ix_attachments_place", attachments.c.campaign, attachments.c.oktmo, attachments.c.question)

mails = Table(
    "mails",
    metadata,
    Column("id", Words, primary_key=True),
    Column("campaign", Words, nullable=False),
    Column("oktmo", Words, nullable=False),
    Column("step", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("claimed_real", UtcTime),
    Column("finished_real", UtcTime),
    Column("recipient", Words, nullable=False),
    Column("reply", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("campaign", "oktmo", "step", "about"),
)
Index("ix_mails_state", mails.c.state, mails.c.not_before)

remark_decisions = Table(
    "remark_decisions",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("remark", Words, primary_key=True),
    Column("oktmo", Words, nullable=False),
    Column("number", WIDE, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("comment", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
)
