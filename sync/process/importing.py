"""`python -m sync import-from-sheet`: a lost outbox made again of what «Ответы» holds.

A row with an `ID` becomes the submission that it was, delivered to this spreadsheet; the markers there become this
outbox's own, so that the worker goes on in place. What a row does not hold is reported, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from campaign import Campaign, Cell
from campaign.answers import cell_text, examine_cells, to_json
from campaign.columns import HEADERS
from campaign.oktmo import oktmo_code
from campaign.reasons import read_reasons
from outbox.clock import real_now
from outbox.records import Lease, Submission
from outbox.submissions import MARGIN
from sheets import Area, Description
from sync.context import Context
from sync.errors import CommandError
from sync.publication.make_tabs import MADE
from sync.publication.numbering import receipt_number
from sync.publication.prepare import titles
from sync.publication.spreadsheet_owner import check_kind, claim
from sync.records import table
from sync.records.columns import Columns, locate, wanted_headers
from sync.records.moments import read_moment
from sync.tabs.accounts import KEY as ANSWERS
from sync.texts import importing as texts

NEEDED = (table.RECEIPT, table.ACCEPTED, table.OKTMO, table.VERSION, table.ID)
SHOWN = 20
"""Rows that are named."""


@dataclass
class Found:
    """What the rows gave. left: number of the row and why it gave nothing; unreadable: answers with an error."""

    submissions: list[Submission]
    left: list[tuple[int, str]]
    unreadable: int = 0


def import_from_sheet(context: Context, lease: Lease) -> str:
    """Fill the outbox, which has no report of the campaign; return what was done and what is missing.

    Raises CommandError, then nothing was changed; Stopped, SheetsError, OutboxError.
    """
    outbox, campaign, spreadsheet_id = context.outbox, context.campaign, context.spreadsheet.id
    if count := len(outbox.submissions.digests(campaign.id)):
        raise CommandError(texts.NOT_EMPTY.format(count=count))
    seen = context.spreadsheet.describe()
    check_kind(context, seen)
    title = titles(context)[ANSWERS]
    tab = seen.by_title(title)
    if tab is None:
        raise CommandError(texts.NO_TAB.format(title=title))
    (block,) = context.spreadsheet.read([Area(tab.sheet_id)])
    columns = _columns(campaign, title, block.cells[0] if block.cells else [])
    found = read_rows(campaign, block.cells[1:], columns.places, real_now())
    if not found.submissions:
        raise CommandError(texts.NO_ROWS.format(title=title))
    highest = max(one.number for one in found.submissions) + MARGIN
    # Each of these may be done again; the reports, after which the command refuses, come last.
    _bind(context, lease, seen, columns)
    outbox.submissions.raise_numbering(campaign.id, highest)
    outbox.deliveries.adopt(lease, spreadsheet_id, found.submissions, seen.markers)
    return "\n".join(_report(campaign, found, columns, highest))


def read_rows(campaign: Campaign, rows: Sequence[Sequence[Cell]], places: Mapping[str, int], now: datetime) -> Found:
    """Return the submissions of the rows that have an `ID` as the outbox gives it. now: of the real clock."""
    found = Found([], [])
    taken: set[object] = set()
    for number, cells in enumerate(rows, start=2):
        row = {column: cells[place] if place < len(cells) else None for column, place in places.items()}
        one = str(row[table.ID] or "").strip()
        if not table.is_issued_id(one):
            continue
        read = _read_row(campaign, row, one, now)
        if isinstance(read, str):
            found.left.append((number, read))
            continue
        submission, unreadable = read
        marks = {one, submission.number, (submission.oktmo, submission.version)}
        if marks & taken:
            found.left.append((number, texts.ROW_TWICE))
            continue
        taken |= marks
        found.submissions.append(submission)
        found.unreadable += unreadable
    return found


def _read_row(campaign: Campaign, row: Mapping[str, Cell], one: str, now: datetime) -> tuple[Submission, int] | str:
    """Return the submission and the number of its unreadable answers, or why there is none."""
    number = receipt_number(row[table.RECEIPT], campaign.about.receipt_prefix)
    if not number:
        return texts.ROW_RECEIPT
    oktmo = oktmo_code(row[table.OKTMO])
    if oktmo is None:
        return texts.ROW_OKTMO
    version = _version(row[table.VERSION])
    if version is None:
        return texts.ROW_VERSION
    accepted = _accepted(campaign, row[table.ACCEPTED])
    if accepted is None:
        return texts.ROW_ACCEPTED
    reading = examine_cells(campaign, [row.get(question.id) for question in campaign.sheet_questions], warnings=False)
    submission = Submission(
        id=one,
        campaign=campaign.id,
        oktmo=oktmo,
        number=number,
        receipt=cell_text(row[table.RECEIPT]),
        version=version,
        key=f"sheet-{one}",
        base_version=version - 1,
        answers=to_json(campaign, reading.values),
        contacts={},
        reasons=read_reasons(campaign, str(row.get(table.REASONS) or "")),
        previous=None,
        accepted_at=accepted.astimezone(UTC),
        received_real=now,
        late=accepted > campaign.deadline_of(oktmo),
        digest="",
    )
    answered = {question.id for question in campaign.sheet_questions if row.get(question.id) not in (None, "")}
    return submission, len(reading.mistaken & answered)


def _accepted(campaign: Campaign, cell: Cell) -> datetime | None:
    try:
        return read_moment(cell, campaign.about.zone)
    except ValueError:
        return None


def _version(cell: Cell) -> int | None:
    text = cell_text(cell)
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 10 else None


def _columns(campaign: Campaign, title: str, header: Sequence[object]) -> Columns:
    """Return where the headers stand. Raises CommandError without those that every row needs, and for doubled ones."""
    columns = locate(header, wanted_headers(campaign))
    names = [HEADERS[column] for column in NEEDED if column not in columns.places]
    if names or columns.doubled:
        shown = ", ".join(f"«{name}»" for name in [*names, *columns.doubled])
        raise CommandError(texts.NO_COLUMNS.format(title=title, names=shown))
    return columns


def _bind(context: Context, lease: Lease, seen: Description, columns: Columns) -> None:
    """Make the tabs and headers that stand there the worker's own."""
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    claim(context, lease)
    for key, title in titles(context).items():
        tab = seen.by_title(title)
        if tab is not None:
            bindings.bind_tab(spreadsheet_id, key, tab.sheet_id, lease=lease)
    headers = {column: text for column, text in wanted_headers(context.campaign).items() if column in columns.places}
    bindings.bind_headers(spreadsheet_id, headers, lease=lease)
    bindings.remember(spreadsheet_id, MADE, True, lease=lease)


def _report(campaign: Campaign, found: Found, columns: Columns, highest: int) -> Iterator[str]:
    municipalities = len({one.oktmo for one in found.submissions})
    yield texts.DONE.format(reports=len(found.submissions), municipalities=municipalities)
    yield texts.NUMBERING.format(number=highest + 1, margin=MARGIN)
    if found.left:
        yield texts.LEFT
        yield from (texts.LEFT_LINE.format(row=row, why=why) for row, why in found.left[:SHOWN])
        if len(found.left) > SHOWN:
            yield texts.LEFT_MORE.format(count=len(found.left) - SHOWN)
    if found.unreadable:
        yield texts.UNREADABLE.format(count=found.unreadable)
    gone = [q.header for q in campaign.sheet_questions if q.id not in columns.places]
    if gone:
        yield texts.NO_HEADERS.format(names=", ".join(f"«{header}»" for header in gone))
    yield texts.MISSING
    yield texts.NEXT
