"""Reports and other records for the outbox's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, select

from outbox.records import Draft, MunicipalityStatus, NewSubmission, PublishedRemark, StaffEdit
from outbox.schema import deliveries

CAMPAIGN = "flagmany-2023"
LIST = "default"
OPENED = datetime(2023, 5, 27, 9, 0, tzinfo=UTC)


class SetClock:
    """A real clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def go(self, **step: float) -> None:
        self.time += timedelta(**step)


def report(oktmo: str = "17701000", key: str = "key-1", **changes: Any) -> NewSubmission:
    """A report of Vladimir's; keyword arguments change its fields."""
    new = NewSubmission(
        campaign=CAMPAIGN,
        oktmo=oktmo,
        key=key,
        base_version=0,
        answers={"students_college": 12, "comment": "Провели собрание «Флагманы»", "links": ["https://example.org/1"]},
        contacts={"name": "Ответственный", "phone": "+7 000 000-00-00"},
        reasons={"registered_over_informed": "часть узнала из газеты"},
        previous=None,
        accepted_at=OPENED,
        late=False,
        receipt_prefix="ФО",
    )
    return replace(new, **changes)


def draft(oktmo: str = "17701000", key: str = "key-1", **changes: Any) -> Draft:
    """A draft of Vladimir's."""
    return replace(Draft(CAMPAIGN, oktmo, key, {"students_college": "12 ч"}, 0, OPENED), **changes)


OUTLIER = PublishedRemark(
    "outlier", "warning", "informed", "Проинформировано", "1 234", "Это намного больше, чем у других.", "Проверьте."
)


def status(oktmo: str = "17701000", **changes: Any) -> MunicipalityStatus:
    """A status of Vladimir's."""
    kept = MunicipalityStatus(
        oktmo=oktmo,
        state="сдан в срок",
        receipt="ФО-00001",
        version=1,
        seen=1,
        by_hand=False,
        counted={"students_college": 12},
        corrections=(),
        remarks=(),
        as_of=OPENED,
    )
    return replace(kept, **changes)


def staff_edit(**changes: Any) -> StaffEdit:
    """A figure that staff changed from 12 to 15."""
    kept = StaffEdit("sheet", "a" * 32, "a" * 32, "17701000", "students_college", "changed", 12, 15, OPENED)
    return replace(kept, **changes)


def bodies(url: str) -> dict[int, str]:
    """The kept body of each delivery in the database, by sequence."""
    engine = create_engine(url)
    with engine.connect() as connection:
        kept = {row.sequence: row.body for row in connection.execute(select(deliveries))}
    engine.dispose()
    return kept
