"""Finds rows of «Ответы» with identity cells that name several reports or municipalities.

Such a row counts for nobody and is named. The `ID` names the submission of a row; the other cells must not all
contradict it. One edited cell beside an `ID` that others support is an edit, which is remarked and ignored
(`identity`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from campaign import Campaign, Cell
from campaign.answers import cell_text
from campaign.words import plain
from outbox.records import SubmissionIdentity
from sync.counting.matching import oktmo_text
from sync.records.moments import read_moment
from sync.records.table import ACCEPTED, MUNICIPALITY, OKTMO, RECEIPT, VERSION, AnswersTable, Record

NEAR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What the identity cells of one row name.

    by_id:      the submission of its `ID`; None where the row has no known one
    by_receipt: the submission of its «Приём»; None where that is blank or unknown
    oktmo:      the municipality of ОКТМО, or of the name where the code is none; None where neither is known
    """

    by_id: SubmissionIdentity | None
    by_receipt: SubmissionIdentity | None
    oktmo: str | None

    @property
    def owner(self) -> str | None:
        """OKTMO of the municipality that gets the remark: the one that the other cells name beside the `ID`."""
        if self.by_id is not None and self.by_receipt is not None and self.by_receipt.id != self.by_id.id:
            return self.by_receipt.oktmo
        return self.oktmo or (self.by_id.oktmo if self.by_id else None)

    @property
    def submissions(self) -> frozenset[str]:
        """The ids of all submissions that the row may be of."""
        return frozenset(one.id for one in (self.by_id, self.by_receipt) if one is not None)


@dataclass
class ContradictionFinder:
    """Reads the identity cells of the rows of one read."""

    campaign: Campaign
    table: AnswersTable
    record: Record

    def of_submissions(self, identities: Sequence[SubmissionIdentity | None]) -> dict[int, Contradiction]:
        """Return the rows with another report's marks beside a known `ID`. identities: position → submission of it."""
        receipts = self.table.columns.get(RECEIPT)
        found: dict[int, Contradiction] = {}
        if receipts is None:
            return found
        for position, (identity, receipt) in enumerate(zip(identities, receipts, strict=True)):
            if identity is None or receipt == identity.receipt:
                continue
            if self._contradicts(position, identity):
                found[position] = self._contradiction(position, identity)
        return found

    def of_manual_row(self, position: int, oktmo: str) -> Contradiction | None:
        """Return the contradiction of a row without a known `ID`: «Приём» is another municipality's."""
        named = self._receipt(position)
        if named is None or named.oktmo == oktmo:
            return None
        return Contradiction(None, named, oktmo)

    def of_copies(
        self, identities: Sequence[SubmissionIdentity | None], copies: Iterable[Sequence[int]]
    ) -> dict[int, Contradiction]:
        """Return the rows among several with one `ID` that disagree with the outbox, where others agree in every mark.

        copies: positions of rows with the same `ID`, without those that `of_submissions` found
        """
        found: dict[int, Contradiction] = {}
        for positions in copies:
            agreeing = {p for p in positions if (one := identities[p]) is not None and self._agrees(p, one)}
            for position in positions if agreeing else ():
                identity = identities[position]
                if position not in agreeing and identity is not None:
                    found[position] = self._contradiction(position, identity)
        return found

    def _contradiction(self, position: int, identity: SubmissionIdentity) -> Contradiction:
        coded, named = self._code(position), self._named(position)
        oktmo = coded or next((code for code in sorted(named) if code != identity.oktmo), None)
        return Contradiction(identity, self._receipt(position), oktmo)

    def _contradicts(self, position: int, identity: SubmissionIdentity) -> bool:
        """Return True if no other mark supports the `ID`, or «Приём» and a second mark name one other report."""
        other, coded, named = self._receipt(position), self._code(position), self._named(position)
        supported = coded == identity.oktmo or identity.oktmo in named
        if other is None:
            return not supported and (coded is not None or bool(named))
        if other.oktmo != identity.oktmo:
            return not supported or coded == other.oktmo or other.oktmo in named
        # Two versions of one municipality: they differ in the number alone.
        return cell_text(self._cell(VERSION, position)) != str(identity.version)

    def _agrees(self, position: int, identity: SubmissionIdentity) -> bool:
        named = self._named(position)
        return (
            cell_text(self._cell(RECEIPT, position)) == identity.receipt
            and oktmo_text(self._cell(OKTMO, position)) == identity.oktmo
            and (not named or identity.oktmo in named)
            and cell_text(self._cell(VERSION, position)) == str(identity.version)
            and self._came_then(position, identity)
        )

    def _came_then(self, position: int, identity: SubmissionIdentity) -> bool:
        try:
            moment = read_moment(self._cell(ACCEPTED, position), self.campaign.about.zone)
        except ValueError:
            return False
        return moment is not None and abs(moment - identity.accepted_at) <= NEAR

    def _receipt(self, position: int) -> SubmissionIdentity | None:
        return self._by_receipt.get(cell_text(self._cell(RECEIPT, position)))

    def _code(self, position: int) -> str | None:
        code = oktmo_text(self._cell(OKTMO, position))
        return code if code in self.campaign.by_oktmo else None

    def _named(self, position: int) -> Collection[str]:
        return self._by_name.get(plain(cell_text(self._cell(MUNICIPALITY, position))), ())

    def _cell(self, column: str, position: int) -> Cell:
        cells = self.table.columns.get(column)
        return None if cells is None else cells[position]

    @cached_property
    def _by_receipt(self) -> Mapping[str, SubmissionIdentity]:
        return {one.receipt: one for one in self.record.submissions}

    @cached_property
    def _by_name(self) -> Mapping[str, Collection[str]]:
        found: dict[str, set[str]] = {}
        for one in self.campaign.municipalities:
            found.setdefault(plain(one.name), set()).add(one.oktmo)
        return found
