"""Submissions as the outbox gives them, for tests without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from outbox.payload import canonical, digest
from outbox.records import Json, Submission

MOMENT = datetime(2023, 5, 20, 9, 0, tzinfo=UTC)


def submission(answers: Mapping[str, object], **rest: object) -> Submission:
    """One of the first municipality; `rest` replaces fields."""
    stored = cast("Mapping[str, Json]", dict(answers))
    fields: dict[str, object] = {
        "id": "0" * 31 + "1",
        "campaign": "flagmany-2023",
        "oktmo": "17605000",
        "number": 1,
        "receipt": "ФО-00001",
        "version": 1,
        "key": "k",
        "base_version": 0,
        "answers": stored,
        "contacts": {},
        "reasons": {},
        "previous": None,
        "accepted_at": MOMENT,
        "received_real": MOMENT,
        "late": False,
        "digest": digest(canonical(stored, "answers")),
    }
    return Submission(**{**fields, **rest})  # type: ignore[arg-type]
