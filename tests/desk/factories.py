"""What clerks sent and the worker published, put into the outbox of a running service."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime

from outbox import Outbox
from outbox.records import Correction, Json, MunicipalityStatus, NewSubmission, PublishedRemark, Submission
from tests.webform.harness import CAMPAIGN

SENT_AT = datetime.fromisoformat("2023-05-26T10:00:00+03:00")
AS_OF = datetime.fromisoformat("2023-05-27T11:55:00+03:00")
CONTACTS: Mapping[str, Json] = {
    "contact_name": "Исполнитель <Первый>",
    "contact_post": "специалист",
    "contact_phone": "8 (4922) 11-22-33",
    "contact_email": "otdel@example.org",
}
ANSWERS: Mapping[str, Json] = {
    "registered_teachers": 20,
    "registered_college_students": 3,
    "informed": 500,
    "comment": "Собрание",
}
REMARK = PublishedRemark(
    "outlier", "warning", "informed", "Проинформировано", "500", "Втрое больше прежнего.", "Проверьте."
)
_keys = itertools.count()


def send(
    outbox: Outbox,
    oktmo: str,
    answers: Mapping[str, Json] = ANSWERS,
    *,
    base: int = 0,
    at: datetime = SENT_AT,
    late: bool = False,
    contacts: Mapping[str, Json] = CONTACTS,
) -> Submission:
    new = NewSubmission(CAMPAIGN, oktmo, f"key{next(_keys)}", base, answers, contacts, {}, None, at, late, "ФО")
    return outbox.submissions.submit(new).submission


def status(
    oktmo: str,
    state: str,
    of: Submission | None = None,
    *,
    counted: Mapping[str, Json] | None = None,
    corrections: tuple[Correction, ...] = (),
    remarks: tuple[PublishedRemark, ...] = (),
) -> MunicipalityStatus:
    return MunicipalityStatus(
        oktmo=oktmo,
        state=state,
        receipt=of.receipt if of else None,
        version=of.version if of else None,
        seen=of.version if of else 0,
        by_hand=False,
        counted=(of.answers if of else {}) if counted is None else counted,
        corrections=corrections,
        remarks=remarks,
        as_of=AS_OF,
    )
