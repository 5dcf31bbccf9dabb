"""Whether the worker, the summary and the tabs are well: what `svod status` and `svod doctor` ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from campaign import Rollup
from letters.mail.returns import RETURNS_TROUBLE
from letters.mail.sending import TROUBLE
from sheets import Area, Description
from sync.context import Context, RollupContext
from sync.process.commands import MOST_NAMED, holder_of, trouble
from sync.process.served import read_served
from sync.process.wiring import Installation
from sync.records.columns import locate, wanted_headers
from sync.rollup.collect import known_sources
from sync.tabs.accounts import KEY as ANSWERS
from sync.texts import rollup as rollup_texts
from sync.texts import worker as texts

WAITS_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at. good: None where that is not known. words: what is wrong and what to do, or a note."""

    name: str
    good: bool | None = True
    words: str = ""


def checks_of_all(found: Installation) -> Iterator[Check]:
    """Yield the checks of every campaign and roll-up, with its title if there are several.

    Raises OutboxError, SettingsError.
    """
    places, several = found.places(), len(found.owners) > 1
    for owner in found.owners:
        if places[owner.id].id is None:
            checks: Iterable[Check] = (Check(texts.CHECK_WORKER, False, texts.CHECK_WORKER_OFF),)
        elif isinstance(owner, Rollup):
            checks = rollup_checks(found.wire_rollup(owner).context)
        else:
            context = found.wire(owner).context
            checks = worker_checks(context, holder_of(context))
        for check in checks:
            name = texts.CHECK_OF.format(title=owner.about.title, name=check.name) if several else check.name
            yield replace(check, name=name)
    if several or read_served(found.outbox).refused:
        refused = read_served(found.outbox).refused
        yield Check(texts.CHECK_FILES, refused is None, texts.CHECK_FILES_REFUSED if refused else "")
    yield from mails_check(found)


def mails_check(found: Installation) -> Iterator[Check]:
    """Yield what is wrong with mails that go out and that come back; nothing where all is well. Raises OutboxError."""
    for note, name in ((TROUBLE, texts.CHECK_MAILS), (RETURNS_TROUBLE, texts.CHECK_RETURNS)):
        wrong = found.outbox.meta.recall(note)
        if isinstance(wrong, str) and not found.clock.rehearsal:
            yield Check(name, False, wrong)


def worker_checks(context: Context, holder: str | None) -> Iterator[Check]:
    """Yield the checks that the outbox can answer; nothing is sent. holder: of the lease. Raises OutboxError."""
    outbox, campaign, spreadsheet_id = context.outbox, context.campaign, context.spreadsheet.id
    yield Check(texts.CHECK_WORKER, holder is not None, "" if holder else texts.CHECK_WORKER_OFF)
    wrong = trouble(context)
    yield Check(texts.CHECK_TROUBLE, wrong is None, wrong or "")
    waiting = outbox.deliveries.waiting(campaign.id, spreadsheet_id)
    oldest = waiting.oldest_received_real
    age = datetime.now(UTC) - oldest if oldest else timedelta(0)
    slow = texts.CHECK_WAITING_LONG.format(count=waiting.count, minutes=round(age.total_seconds() / 60))
    yield Check(texts.CHECK_WAITING, age <= WAITS_TOO_LONG, slow if age > WAITS_TOO_LONG else "")
    aside = len(outbox.deliveries.set_aside_list(campaign.id, spreadsheet_id))
    yield Check(texts.CHECK_ASIDE, not aside, texts.CHECK_ASIDE_SOME.format(count=aside) if aside else "")
    if context.clock.rehearsal or campaign.about.closed:  # moved by hand; refreshed no more
        return
    as_of = outbox.statuses.as_of(campaign.id)
    limit = timedelta(minutes=campaign.schedule.stale_minutes)
    if as_of is None:
        yield Check(texts.CHECK_FRESH, None, texts.CHECK_FRESH_NEVER)
    else:
        minutes = round((context.now() - as_of).total_seconds() / 60)
        stale = context.now() - as_of > limit
        yield Check(texts.CHECK_FRESH, not stale, texts.CHECK_FRESH_OLD.format(minutes=minutes) if stale else "")


def rollup_checks(context: RollupContext) -> Iterator[Check]:
    """Yield the checks of a roll-up that the outbox can answer; nothing is sent. Raises OutboxError."""
    holder, wrong = holder_of(context), trouble(context)
    yield Check(texts.CHECK_WORKER, holder is not None, "" if holder else texts.CHECK_WORKER_OFF)
    yield Check(texts.CHECK_TROUBLE, wrong is None, wrong or "")
    sources = known_sources(context.outbox, context.rollup, context.spreadsheet.id)
    bad = [region.name for region in context.rollup.regions if region.source and sources[region.source].trouble]
    names = ", ".join(bad[:MOST_NAMED]) + (f" (+{len(bad) - MOST_NAMED})" if len(bad) > MOST_NAMED else "")
    words = rollup_texts.CHECK_SOURCES_BAD.format(names=names) if bad else ""
    yield Check(rollup_texts.CHECK_SOURCES, not bad, words)


def tabs_check(context: Context, seen: Description) -> Check:
    """Look whether every tab that the worker made is there, and every header of «Ответы». Raises SheetsError."""
    campaign, bindings, spreadsheet_id = context.campaign, context.outbox.bindings, context.spreadsheet.id
    bound = bindings.tabs(spreadsheet_id)
    if not bound:
        return Check(texts.CHECK_TABS, None, texts.CHECK_TABS_NONE)
    for key, title in campaign.tab_titles.items():
        if key in bound and seen.by_id(bound[key]) is None:
            words = texts.CHECK_ANSWERS_GONE if key == ANSWERS else texts.CHECK_TAB_GONE
            return Check(texts.CHECK_TABS, False, words.format(title=title))
    (block,) = context.spreadsheet.read([Area(bound[ANSWERS], 0, 1)])
    headers = bindings.headers(spreadsheet_id)
    written = {column: headers[column] for column in wanted_headers(campaign) if column in headers}
    columns = locate(block.cells[0] if block.cells else [], written)
    return Check(texts.CHECK_TABS, columns.sound, "" if columns.sound else columns.trouble(block.title))
