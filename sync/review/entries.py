"""The entries of the lists of reports, for their tabs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaign import Campaign, Value, read_json
from campaign.entries import entries_of
from outbox.records import Submission
from sync.counting import Counting, RowAccount


@dataclass(frozen=True, slots=True)
class ReportEntries:
    """The lists of one submission. lists: id of a list → the answers of each of its entries, by question id"""

    id: str
    oktmo: str
    municipality: str
    receipt: str
    version: int
    lists: Mapping[str, tuple[Mapping[str, Value], ...]]


@dataclass(frozen=True, slots=True)
class ListedEntries:
    """Everything that the tabs of lists show.

    reports:  the submissions that count or would, in the order of the municipalities
    accounts: submission id → what became of its row of «Ответы»; of all that stand there
    """

    reports: tuple[ReportEntries, ...] = ()
    accounts: Mapping[str, RowAccount] = field(default_factory=dict)


def listed_entries(
    campaign: Campaign, counting: Counting, payloads: Mapping[str, Submission], accounts: Mapping[int, RowAccount]
) -> ListedEntries:
    """Return the entries of all lists. accounts: position → what became of the row; none where nothing is listed."""
    if not campaign.lists:
        return ListedEntries()
    by_id: dict[str, RowAccount] = {}
    for position, identity in enumerate(counting.found.identities):
        if identity is not None and position in accounts:
            by_id.setdefault(identity.id, accounts[position])
    reports = []
    for oktmo, selection in counting.selections.items():
        submission = payloads.get(selection.identity.id) if selection.identity else None
        submission = submission or _own(counting, selection.own_position, payloads)
        if submission is not None:
            values = read_json(campaign, {one.id: submission.answers.get(one.id) for one in campaign.lists})
            lists = {one.id: tuple(entries_of(campaign.by_id[one.id], values.get(one.id))) for one in campaign.lists}
            name = selection.municipality.name
            made = ReportEntries(submission.id, oktmo, name, submission.receipt, submission.version, lists)
            reports.append(made)
    return ListedEntries(tuple(reports), by_id)


def _own(counting: Counting, position: int | None, payloads: Mapping[str, Submission]) -> Submission | None:
    """Return the municipality's own submission behind a manual row."""
    identity = None if position is None else counting.found.identities[position]
    return payloads.get(identity.id) if identity else None
