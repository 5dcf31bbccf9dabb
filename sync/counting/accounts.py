"""What became of each row of «Ответы», for its column «Учёт»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from campaign import Campaign
from campaign.codes import RowCode
from sync.check import CheckedRow
from sync.counting.find import FoundRows
from sync.counting.selection import RowOutcome, RowSelection, RowUse
from sync.texts import accounts as texts

_REASONS = {
    RowUse.CONFLICTING: texts.CONFLICTING,
    RowUse.MANUAL_OLDER: texts.MANUAL_OLDER,
    RowUse.MANUAL_WITHOUT_TIME: texts.MANUAL_WITHOUT_TIME,
    RowUse.MANUAL_UNCLEAR: texts.MANUAL_UNCLEAR,
    RowUse.CONTRADICTORY: texts.CONTRADICTORY,
    RowUse.FOREIGN: texts.FOREIGN,
    RowUse.UNKNOWN_MUNICIPALITY: texts.UNKNOWN_MUNICIPALITY,
    RowUse.MUNICIPALITY_CONFLICT: texts.MUNICIPALITY_CONFLICT,
    RowUse.MUNICIPALITY_GONE: texts.MUNICIPALITY_GONE,
}
_WORDS = {
    RowUse.COUNTS: texts.COUNTS,
    RowUse.COUNTS_MANUAL: texts.COUNTS_MANUAL,
    RowUse.BEHIND_MANUAL: texts.BEHIND_MANUAL,
    RowUse.COPY: texts.COPY,
}


@dataclass(frozen=True, slots=True)
class RowAccount:
    """What became of one row. text: the content of its cell in «Учёт»."""

    use: RowUse
    text: str


def row_accounts(
    campaign: Campaign, found: FoundRows, selections: Mapping[str, RowSelection], checked: Mapping[int, CheckedRow]
) -> dict[int, RowAccount]:
    """Return what became of every row with any content: position → account.

    selections: OKTMO → selection
    checked:    position of a chosen row → what its check found
    """

    @cache  # thousands of rows share a few accounts
    def account(use: RowUse, version: int = 0) -> RowAccount:
        if use is RowUse.REPLACED:
            return RowAccount(use, texts.REPLACED.format(version=version))
        return RowAccount(use, _WORDS.get(use) or texts.EXCLUDED.format(reason=_REASONS[use]))

    accounts: dict[int, RowAccount] = {}
    for position, identity in enumerate(found.identities):
        if identity is None:
            continue
        selection = selections.get(identity.oktmo)
        top = selection.versions.top if selection else None
        if selection is None or top is None:
            accounts[position] = account(RowUse.MUNICIPALITY_GONE)
        elif identity.version < top.version:
            accounts[position] = account(RowUse.REPLACED, top.version)
        elif identity.id in found.conflicting:
            accounts[position] = account(RowUse.CONFLICTING)
        elif position != found.first[identity.id]:
            accounts[position] = account(RowUse.COPY)
        elif selection.manual:
            chosen = selection.outcome is RowOutcome.CHOSEN
            accounts[position] = account(RowUse.BEHIND_MANUAL if chosen else RowUse.MANUAL_UNCLEAR)
    accounts |= {position: account(RowUse.CONTRADICTORY) for position in found.contradictory}
    accounts |= {position: account(RowUse.FOREIGN) for position in found.foreign}
    for position, problem in found.unmatched.items():
        conflict = problem.code == RowCode.MUNICIPALITY_CONFLICT
        accounts[position] = account(RowUse.MUNICIPALITY_CONFLICT if conflict else RowUse.UNKNOWN_MUNICIPALITY)
    for selection in selections.values():
        accounts |= {position: account(use) for position, use in selection.passed_over.items()}
        if selection.outcome is RowOutcome.CHOSEN and selection.position is not None:
            error = _error(campaign, checked[selection.position])
            counts = RowUse.COUNTS_MANUAL if selection.manual else RowUse.COUNTS
            accounts[selection.position] = RowAccount(RowUse.EXCLUDED, error) if error else account(counts)
    return accounts


def _error(campaign: Campaign, checked: CheckedRow) -> str:
    """Return the words for the first error of a chosen row; "" if it has none."""
    error = next((problem for problem in checked.problems if problem.level == "error"), None)
    if error is None:
        return ""
    title = campaign.by_id[error.question].header if error.question else ""
    return texts.EXCLUDED.format(reason=texts.ERROR_IN.format(title=title) if title else texts.ERROR)
