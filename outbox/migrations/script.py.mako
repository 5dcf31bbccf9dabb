"""${message}. Imports Alembic and SQLAlchemy alone: a step stays as it is when the code goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    ${upgrades if upgrades else "raise NotImplementedError"}
