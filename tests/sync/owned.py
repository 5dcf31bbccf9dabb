"""A case with something in every owned tab, and the sheets that the tabs are on."""

from __future__ import annotations

from outbox.records import DraftIdentity, JournalEntry
from sync.tabs import OWNED, TabAsRead
from tests.sync.made import ALEXANDROV, KOVROV, NOW, VLADIMIR, VYAZNIKI, Made, answers, at, the_campaign

CAMPAIGN = the_campaign()
KEYS = ("summary", "municipalities", "silent", "problems", "dynamics", "answers", "journal")
IDS = {key: 100 + i for i, key in enumerate(KEYS)}
ROWS, COLUMNS = 40, 8
EMPTY = {key: TabAsRead([], ROWS, COLUMNS, key) for key in OWNED}


def busy() -> Made:
    """Something in every tab."""
    made = Made()
    made.submit(ALEXANDROV, answers(10, comment="=IMPORTXML(1)"), at("2023-05-02 10:00"))
    made.submit(VYAZNIKI, answers(20, informed=5), reasons={"registered_above_informed": "Узнали сами."})
    broken = made.submit(KOVROV, answers(3))
    made.row_of(broken)["informed"] = "=1+1"
    made.submit(VLADIMIR, answers(4), row=False)
    made.by_hand(name="Муром")
    made.drafts.append(DraftIdentity("17735000", NOW))
    made.submit("17720000", delivered=False)
    made.journal.append(JournalEntry(NOW, "delivery", 3, 1, 120, "готово", ""))
    return made
