"""The receipt of a version."""

from __future__ import annotations

from campaign import Campaign, read_json
from letters.facts import Facts, about, moment, printable, report_rows
from outbox.records import Submission


def receipt_facts(campaign: Campaign, submission: Submission, code: str = "", *, rehearsal: bool = False) -> Facts:
    """Return what the receipt says: number, time, all answers but those kept at home.

    code: proves the receipt; only the form's secret makes it. A municipality that left the campaign keeps its receipt.
    """
    municipality = campaign.by_oktmo.get(submission.oktmo)
    return about(campaign, rehearsal=rehearsal) | {
        "номер": submission.receipt,
        "версия": submission.version,
        "принято": moment(campaign, submission.accepted_at),
        "опоздание": submission.late,
        "муниципалитет": printable(municipality.name) if municipality else submission.oktmo,
        "октмо": submission.oktmo,
        "код": code,
        "строки": report_rows(campaign, read_json(campaign, submission.answers), submission.reasons),
        "без_сведений": bool(campaign.home_questions),
    }
