"""`python -m sync restore`: one report, one column or everything that is gone from «Ответы» comes back.

The command reads, says what will be done, and leaves an order in the outbox; the worker, the one writer of the
spreadsheet, carries it out. `svod` calls the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from campaign import Cell
from campaign.answers import cell_text
from campaign.words import plain
from outbox.records import Submission
from sheets import Area, Block, TabMissing
from sync.context import Context
from sync.counting.matching import Matcher
from sync.errors import CommandError
from sync.manual_edits.corrected import Corrections
from sync.manual_edits.mass_loss import ROWS, column_name
from sync.process.requeued_rows import requeue
from sync.publication.losses import accept, read_loss
from sync.publication.refill import Order, Refill, header_repair, keep_order, refill, submissions_and_corrections
from sync.records import table
from sync.records.columns import locate, wanted_headers
from sync.records.misplaced_rows import mark, note_misplaced
from sync.tabs.accounts import KEY as ANSWERS
from sync.texts import loss as texts
from sync.texts import worker as worker_texts

MOST_NAMED = 10
"""Receipts and rows that a plan names; the others are counted."""


@dataclass(frozen=True)
class Plan:
    """What a restore will do.

    words:     for people
    order:     cells to be filled
    rows:      submissions to be written again
    misplaced: ids of those with a row that stays, its cells shifted from under their headers
    """

    words: tuple[str, ...]
    order: Order | None = None
    rows: tuple[Submission, ...] = ()
    misplaced: frozenset[str] = frozenset()
    set_aside: Submission | None = None


@dataclass(frozen=True)
class _Tab:
    """«Ответы» as read, with headers as they will be. words: what is done about them."""

    sheet_id: int
    cells: Sequence[Sequence[Cell]]
    written: Mapping[str, str]
    words: tuple[str, ...]


def agree(_words: str) -> bool:
    """Return True: do it without a question."""
    return True


def restore(
    context: Context,
    receipt: str | None = None,
    *,
    column: str | None = None,
    confirm: Callable[[str], bool] = agree,
) -> str:
    """Put back the report with this receipt, the column with this header, or everything; return a line for people.

    confirm: gets what will be done, and returns whether to do it
    Raises CommandError (there is nothing to put back, or it cannot be), SheetsError, OutboxError.
    """
    plan = plan_restore(context, receipt, column)
    if not confirm("\n".join((texts.PLAN, *(f"  {words}" for words in plan.words)))):
        return texts.LEFT
    carry_out(context, plan)
    if receipt is not None and plan.order is None:
        (one,) = plan.rows or (plan.set_aside,)
        return worker_texts.RECEIPT_PUT_BACK.format(receipt=one.receipt if one else receipt)
    return texts.ORDERED


def plan_restore(context: Context, receipt: str | None, column: str | None = None) -> Plan:
    """Read «Ответы» and return what `restore` would do; it changes nothing. Raises as `restore`."""
    if receipt is not None:
        return _plan_receipt(context, receipt)
    return _plan(context, None if column is None else column_id(context, column))


def carry_out(context: Context, plan: Plan) -> None:
    """Leave in the outbox what the plan says, for the worker to write. Raises OutboxError."""
    if plan.set_aside is not None:
        context.outbox.deliveries.requeue(plan.set_aside.id, context.spreadsheet.id)
    if plan.rows:
        note_misplaced(context, plan.misplaced)
        requeue(context, [submission.id for submission in plan.rows])
        for submission in plan.rows:
            context.journal("restore", 1, 1, context.monotonic(), worker_texts.RESTORED, submission.receipt)
    if plan.order is not None:
        keep_order(context, plan.order)


def accept_loss(context: Context, column: str, *, confirm: Callable[[str], bool] = agree) -> str:
    """Let the loss of the column (or of rows) be an edit of the ministry. Raises as `restore`."""
    loss = read_loss(context)
    rows = plain(column.strip('«»"')) == plain(texts.ROWS)
    wanted = ROWS if rows else column_id(context, column)
    header = wanted_headers(context.campaign)[wanted]
    tab = _read(context)
    gone = not rows and any(header in words for words in tab.words)
    if not gone and not (loss.rows if rows else wanted in {**loss.cells, **loss.moved}):
        raise CommandError(texts.NO_LOSS.format(column=column))
    kept = texts.ACCEPT_MOVED if wanted in loss.moved else texts.ACCEPT_COLUMN
    words = [*tab.words, texts.ACCEPT_ROWS.format(count=len(loss.rows)) if rows else kept.format(header=header)]
    question = context.campaign.by_id.get(wanted)
    if question is not None and question.required and wanted not in loss.moved:
        words.append(texts.ACCEPT_REQUIRED)
    if not confirm("\n".join((texts.PLAN, *(f"  {one}" for one in words)))):
        return texts.LEFT
    accept(context, [wanted])
    if tab.words:
        keep_order(context, Order(frozenset(), frozenset()))
    return texts.ACCEPTED


def column_id(context: Context, header: str) -> str:
    """Return the id of the worker's column with this header. Raises CommandError."""
    named = plain(header.strip('«»"'))
    for column, text in wanted_headers(context.campaign).items():
        if plain(text) == named:
            return column
    raise CommandError(texts.NO_COLUMN.format(header=header))


def _plan_receipt(context: Context, receipt: str) -> Plan:
    outbox, campaign, spreadsheet_id = context.outbox, context.campaign, context.spreadsheet.id
    submission = outbox.submissions.by_words(campaign.id, campaign.about.receipt_prefix, receipt)
    if submission is None:
        raise CommandError(worker_texts.RECEIPT_UNKNOWN.format(receipt=receipt))
    aside = {one.submission.id for one in outbox.deliveries.set_aside_list(campaign.id, spreadsheet_id)}
    if submission.id in aside:
        return Plan((texts.PLAN_QUEUE.format(receipt=submission.receipt),), set_aside=submission)
    if submission.id not in outbox.deliveries.delivered_ids(campaign.id, spreadsheet_id):
        raise CommandError(worker_texts.RECEIPT_WAITS.format(receipt=submission.receipt))
    tab = _read(context, whole=False)
    plan = _plan_of(context, tab, Order(ids=frozenset({submission.id})), deleted=True)
    if not plan.words:
        raise CommandError(worker_texts.RECEIPT_PRESENT.format(receipt=submission.receipt))
    return plan


def _plan(context: Context, column: str | None) -> Plan:
    tab = _read(context)
    order = Order(columns=None if column is None else frozenset({column}))
    plan = _plan_of(context, tab, order, deleted=False)
    if not plan.words and not tab.words:
        raise CommandError(texts.NOTHING_LOST)
    return replace(plan, words=(*tab.words, *plan.words), order=order)


def _plan_of(context: Context, tab: _Tab, order: Order, *, deleted: bool) -> Plan:
    """Return what is to be done under sound headers. deleted: True if rows that staff deleted one by one come too."""
    submissions, corrections = submissions_and_corrections(context)
    arguments = (context.campaign, tab.sheet_id)
    first = refill(*arguments, tab.cells, tab.written, submissions, corrections, order)
    second = first
    if first.table.key == table.RECEIPT:
        second = refill(*arguments, _with(first, tab.cells), tab.written, submissions, corrections, order)
    words = list(_cell_words(context, [first, second] if first is not second else [first], corrections))
    words += _manual_row_words(second, {one.id for one in submissions})
    rows: list[Submission] = []
    if order.columns is None:
        there = set(second.table.rows)
        gone = [one for one in submissions if one.id not in there and (order.ids is None or one.id in order.ids)]
        known = context.outbox.staff_edits.current(context.spreadsheet.id)
        for one in gone:
            edit = known.get((one.id, None))
            if deleted or edit is None or edit.kind != "deleted":
                rows.append(one)
        words += _row_words(rows, first)
        if order.ids is None and (words or tab.words):
            words += _gone_manual_row_words(context, second, {one.id for one in submissions})
    ids = {one.id for one in rows}
    misplaced = frozenset(str(cell) for row in tab.cells for cell in row if cell in ids) if ids else frozenset()
    return Plan(tuple(words), order if second.cells or first.cells else None, tuple(rows), misplaced)


def _with(found: Refill, cells: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the tab as it is once «ID» stands there again."""
    place = found.table.places[table.ID]
    after = [list(row) for row in cells]
    for row, filled in found.cells.items():
        after[row] += [None] * (place + 1 - len(after[row]))
        after[row][place] = str(filled[table.ID])
    return after


def _cell_words(context: Context, refills: Sequence[Refill], corrections: Corrections) -> Iterator[str]:
    counts: dict[str, int] = {}
    corrected: dict[str, int] = {}
    for found in refills:
        for row, cells in found.cells.items():
            one = found.table.keys.get(row, "")
            for column in cells:
                counts[column] = counts.get(column, 0) + 1
                corrected[column] = corrected.get(column, 0) + (corrections.get(one, {}).get(column) is not None)
    for column, count in counts.items():
        words = {"header": column_name(context.campaign, column), "count": count, "corrected": corrected[column]}
        yield (texts.PLAN_CORRECTED if corrected[column] else texts.PLAN_COLUMN).format(**words)


def _manual_row_words(found: Refill, submitted: Set[str]) -> Iterator[str]:
    """Yield a word about rows that staff added, blank where others are filled: the outbox has no such rows."""
    filled = {column for cells in found.cells.values() for column in cells} - {table.ID, table.RECEIPT}
    manual = [
        str(row + 1)
        for row in _manual_rows(found, submitted)
        if any(found.table.cell(row, column) in (None, "") for column in filled)
    ]
    if manual:
        yield texts.PLAN_MANUAL_ROWS.format(rows=_named(manual))


def _gone_manual_row_words(context: Context, found: Refill, submitted: Set[str]) -> Iterator[str]:
    """Yield a word about rows that staff added, counted at the last good read and gone from the tab."""
    campaign, matcher = context.campaign, Matcher(context.campaign)
    cells = found.table.cell
    matches = [
        matcher.match(cells(row, table.OKTMO), cells(row, table.MUNICIPALITY)).municipality
        for row in _manual_rows(found, submitted)
    ]
    there = {one.oktmo for one in matches if one is not None}
    counted = {one.oktmo for one in context.outbox.statuses.all(campaign.id) if one.by_hand}
    gone = [one.name for one in campaign.municipalities if one.oktmo in counted - there]
    if gone:
        tab = campaign.spreadsheet.tabs.municipalities
        yield texts.PLAN_GONE_MANUAL_ROWS.format(names=_named(gone), tab=tab)


def _manual_rows(found: Refill, submitted: Set[str]) -> Iterator[int]:
    """Yield the rows of the tab that name a municipality and are of no submission."""
    ours = submitted | {mark(one) for one in submitted}
    named = (table.OKTMO, table.MUNICIPALITY)
    for row in range(1, len(found.table.cells)):
        if found.table.keys.get(row) not in ours and any(
            found.table.cell(row, column) not in (None, "") for column in named
        ):
            yield row


def _row_words(rows: Sequence[Submission], found: Refill) -> Iterator[str]:
    if not rows:
        return
    yield texts.PLAN_ROWS.format(count=len(rows), receipts=_named([one.receipt for one in rows]))
    receipts = {one.receipt for one in rows}
    place = found.table.places[table.RECEIPT]
    left = [row + 1 for row in range(1, len(found.table.cells)) if cell_text(found.table.at(row, place)) in receipts]
    if left:
        yield texts.PLAN_LEFT_ROWS.format(rows=_named(list(map(str, left))))


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (texts.MORE.format(count=more) if more > 0 else "")


def _read(context: Context, *, whole: bool = True) -> _Tab:
    """Read «Ответы». whole: True if headers that are gone may come back too. Raises CommandError."""
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    sheet_id = bindings.tab(spreadsheet_id, ANSWERS)
    if sheet_id is None:
        raise CommandError(texts.NOTHING_LOST)
    try:
        block: Block = context.spreadsheet.read([Area(sheet_id)])[0]
    except TabMissing as error:
        title = context.campaign.spreadsheet.tabs.answers
        raise CommandError(worker_texts.ANSWERS_DELETED.format(title=title)) from error
    bound = bindings.headers(spreadsheet_id)
    written = {column: bound[column] for column in wanted_headers(context.campaign) if column in bound}
    columns = locate(block.cells[0] if block.cells else [], written)
    if columns.sound:
        return _Tab(sheet_id, block.cells, written, ())
    if not whole:
        raise CommandError(columns.trouble(block.title))
    repair = header_repair(context, sheet_id, block.cells, written)
    if repair is None:
        raise CommandError(texts.HEADERS_UNKNOWN.format(trouble=columns.trouble(block.title)))
    return _Tab(sheet_id, repair.cells, written, repair.words)
