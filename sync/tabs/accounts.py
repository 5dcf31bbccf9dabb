"""The column «Учёт» of «Ответы»: the worker's own cells in a tab that staff share. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.columns import HEADERS
from sync.counting import RowAccount
from sync.records import table
from sync.tabs.keyed import Cells, KeyedTable, KeyedWrite
from sync.tabs.page import PageCell
from sync.tabs.written import TabAsRead

KEY = "answers"


def accounts_write(accounts: Mapping[int, RowAccount], sheet_id: int, read: TabAsRead) -> KeyedWrite:
    """Return the cells of «Учёт» that differ from those read; a row without an account gets a blank one.

    accounts: 1-based row → account
    """
    columns = {column: HEADERS[column] for column in (table.ACCOUNT, table.ID)}
    keyed = KeyedTable(sheet_id, read.cells, columns, table.ID, header_row=0, every_row=True)
    place = keyed.places[table.ACCOUNT]
    changes: dict[int, Cells] = {}
    for row, cells in enumerate(read.cells[1:], start=1):
        found = cells[place] if place < len(cells) else None
        account = accounts.get(row + 1)
        wanted = account.text if account else None
        if found != wanted and (found or wanted):
            changes[row] = {table.ACCOUNT: PageCell(wanted)}
    return KeyedWrite(keyed, changes)
