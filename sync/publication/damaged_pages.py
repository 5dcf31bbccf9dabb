"""Pages that somebody typed over: quoted in «Журнал» and written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from sync.context import SpreadsheetContext
from sync.tabs.readback import MOST_QUOTED, damages
from sync.tabs.written import TabAsRead, WrittenState
from sync.texts import tabs as texts

log = structlog.get_logger("sync.publication.damaged_pages")


def mended(context: SpreadsheetContext, written: WrittenState, read: Mapping[str, TabAsRead]) -> WrittenState:
    """Return the state by which the pages typed over are written anew; quote their cells in «Журнал».

    read: tab key → the tab as just read, of all that are written
    """
    for key, tab in written.tabs.items():
        found = list(damages(tab, read[key]))
        if not found:
            continue
        title, started = read[key].title, context.monotonic()
        for damage in found[:MOST_QUOTED]:
            context.journal("pages", 0, 0, started, texts.PAGE_MENDED, damage.quote(title))
        if len(found) > MOST_QUOTED:
            more = texts.NOTICES_MORE.format(count=len(found) - MOST_QUOTED)
            context.journal("pages", 0, 0, started, texts.PAGE_MENDED, f"«{title}»: {more}")
        used, right = max(tab.used_rows, len(read[key].cells)), max(damage.column for damage in found) + 1
        anew = replace(tab, values="", page=None, used_rows=used, used_columns=right)
        written = replace(written, tabs={**written.tabs, key: anew})
        log.warning("page overwritten", tab=key, cells=len(found))
    return written
