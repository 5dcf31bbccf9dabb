"""`python -m sync rebuild --into ID`: fill an empty spreadsheet from the outbox, the ministry's edits included."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4
from zoneinfo import ZoneInfo

from campaign import Campaign
from campaign.answers import shorten
from campaign.columns import HEADERS
from outbox.records import Json, StaffEdit, Submission
from sheets import Area, SheetsError, create_spreadsheet
from sync.context import Context
from sync.counting.manual_rows import PREFIX as MANUAL
from sync.delivery.append import append_rows
from sync.delivery.batch import Cells, Rows
from sync.delivery.retrying import retry
from sync.lease import LEASE_TIME, Held, lease_name
from sync.manual_edits.conflicting_rows import ConflictingRows, journalled_conflicts
from sync.manual_edits.corrected import NUMBER, Corrections, corrected_cells, corrections_in, edited_cell
from sync.manual_edits.remarks import shown_answer
from sync.process.commands import CommandError
from sync.process.metrics import Metrics
from sync.process.once import deliver_all, refresh_once
from sync.process.requeued_rows import read_requeued
from sync.process.spreadsheet_files import SPREADSHEET_FILE
from sync.process.wiring import Wired, context_for
from sync.process.worker import Worker
from sync.publication.spreadsheet_owner import check_campaign
from sync.records import table
from sync.records.cells import CellValue
from sync.records.moments import read_moment
from sync.texts import worker as texts

LOCALE = "ru_RU"


class EditedRows(Rows):
    """Rows as the ministry left them: corrected cells, no row where it was deleted.

    added:       manual rows
    conflicting: columns in which rows with one `ID` differed; they get the submitted answers
    edits:       number of the ministry's edits among all these
    """

    def __init__(
        self, campaign: Campaign, edits: Mapping[tuple[str, str | None], StaffEdit], requeued: Corrections
    ) -> None:
        """`requeued`: corrections of rows that `restore` has put into the queue."""
        self.conflicting = journalled_conflicts(edits)
        self._corrections = {**requeued, **corrections_in(edits)}
        self._changed = {
            (one, question): edit
            for (one, question), edit in edits.items()
            if question is not None and edit.kind == "changed" and question not in self.conflicting.get(one, ())
        }
        self._deleted = {key[0] for key, edit in edits.items() if key[1] is None and edit.kind == "deleted"}
        self.added = [
            manual_cells(campaign, edit.now)
            for key, edit in edits.items()
            if edit.kind == "added" and key[0].startswith(MANUAL) and isinstance(edit.now, dict)
        ]
        self.edits = (
            sum(map(len, requeued.values()))
            + len(self._changed)
            + len(self.added)
            + sum(not one.startswith(MANUAL) for one in self._deleted)
        )
        self._edits = edits

    def cells(self, campaign: Campaign, submission: Submission) -> Cells | None:
        if submission.id in self._deleted:
            return None
        return corrected_cells(campaign, submission, self._corrections.get(submission.id, {}))

    def carried(self, campaign: Campaign, spreadsheet_id: str) -> list[StaffEdit]:
        """Return the edits of submitted rows for the other spreadsheet, each with the time of its first sight.

        By that time a correction was made before a newer version or after it. Manual rows are noted anew there: no
        submission depends on when they were first seen.
        """
        carried: list[StaffEdit] = []
        columns = {*campaign.by_id, table.REASONS}
        for (one, question), edit in self._edits.items():
            changed = (one, question) in self._changed and question in columns and one not in self._deleted
            if changed or (question is None and one in self._deleted and not one.startswith(MANUAL)):
                carried.append(replace(edit, spreadsheet_id=spreadsheet_id))
        return carried


def manual_cells(campaign: Campaign, content: Mapping[str, Json]) -> Cells:
    """Return the cells of a manual row, as the journal kept it."""
    cells: dict[str, CellValue] = {}
    for column, now in content.items():
        question = campaign.by_id.get(column)
        if question is not None:
            cells[column] = edited_cell(question, now)
        elif column == table.ACCEPTED:
            cells[column] = _moment(str(now), campaign.about.zone)
        elif column == table.VERSION and str(now).isdigit():
            cells[column] = int(str(now))
        else:
            cells[column] = str(now)
    return cells


def _moment(text: str, zone: ZoneInfo) -> CellValue:
    """Return the moment of a serial number that was kept as text; any other text as it is."""
    try:
        return read_moment(float(text), zone) if NUMBER.fullmatch(text) else text
    except ValueError:
        return text


def rebuild(parts: Wired, into: str, sleep: Callable[[float], object]) -> str:
    """Fill the spreadsheet `into` (an id, or `new`); gives a line for people.

    Raises CommandError (it is the present one, it is not empty, or it was filled in part), Stopped (another campaign
    filled it), SheetsError (before anything was written), OutboxError.
    """
    present, outbox = parts.context, parts.context.outbox
    if into == "new":
        if parts.settings.google:
            raise CommandError(texts.CREATE_REFUSED.format(email=parts.settings.account.email))
        name = texts.NEW_SPREADSHEET.format(title=present.campaign.about.title)
        into = create_spreadsheet(parts.client, name, LOCALE, present.campaign.about.timezone)
    if into == present.spreadsheet.id:
        raise CommandError(texts.SAME_SPREADSHEET.format(spreadsheet=into))
    target = context_for(parts, outbox, into)
    check_campaign(target)
    retry(lambda: check_empty(target), sleep)
    holder = f"{socket.gethostname()} rebuild {uuid4().hex[:12]}"
    lease = outbox.leases.acquire(lease_name(into), holder, LEASE_TIME)
    if lease is None:
        raise CommandError(texts.ALREADY_RUNNING.format(holder=into))
    rows = EditedRows(present.campaign, _latest_edits(present), read_requeued(present))
    try:
        with Held(outbox, lease):
            worker = Worker(target, parts.budget, lease, Metrics(), rows=rows, publishes=False)
            deliver_all(worker, sleep)
            timeout = present.campaign.schedule.call_timeout_seconds
            append_rows(target, lease, worker.prepare().answers, rows.added, timeout=timeout, sleep=sleep)
            outbox.staff_edits.record(rows.carried(present.campaign, into))
            stand = refresh_once(worker, sleep).rows  # those of deleted rows were delivered without a row
    except SheetsError as error:
        raise CommandError(texts.REBUILD_ENDED.format(spreadsheet=into, reason=error)) from error
    done = texts.REBUILT.format(rows=stand, edits=rows.edits, next=_next(parts, into))
    return "\n".join([*_conflict_lines(present, rows.conflicting), done])


def _latest_edits(context: Context) -> dict[tuple[str, str | None], StaffEdit]:
    """Return the latest edits, without those of requeued rows: `requeued_rows` keeps their corrections."""
    delivered = context.outbox.deliveries.delivered_ids(context.campaign.id, context.spreadsheet.id)
    edits = context.outbox.staff_edits.current(context.spreadsheet.id)
    return {key: edit for key, edit in edits.items() if key[0].startswith(MANUAL) or key[0] in delivered}


def _next(parts: Wired, into: str) -> str:
    """Return how the worker goes on with the filled spreadsheet. Without a Google key it refuses SPREADSHEET_ID."""
    if not parts.settings.google:
        path = (parts.place and parts.place.path) or parts.settings.data_dir / SPREADSHEET_FILE
        return texts.REBUILT_LOCAL.format(spreadsheet=into, path=path)
    named = parts.context.campaign.spreadsheet.id is not None
    return (texts.REBUILT_IN_FILE if named else texts.REBUILT_GOOGLE).format(spreadsheet=into)


def _conflict_lines(context: Context, conflicting: ConflictingRows) -> list[str]:
    """Return a line for each receipt with several differing rows, for people to look at."""
    campaign, lines = context.campaign, []
    for submission in context.outbox.submissions.get_many(list(conflicting)):
        shown_columns = []
        for column, values in conflicting[submission.id].items():
            question = campaign.by_id.get(column)
            rows = values if isinstance(values, list) else [values]
            header = question.header if question else HEADERS[table.REASONS]
            shown = [shown_answer(question, value) if question else f"«{shorten(str(value))}»" for value in rows]
            shown_columns.append(texts.CONFLICT_COLUMN.format(header=header, values=", ".join(shown)))
        municipality = campaign.by_oktmo.get(submission.oktmo)
        name = municipality.name if municipality else submission.oktmo
        lines.append(
            texts.CONFLICT_LINE.format(receipt=submission.receipt, municipality=name, columns="; ".join(shown_columns))
        )
    return [texts.CONFLICTS, *lines] if lines else []


def check_empty(context: Context) -> None:
    """Raise CommandError unless the spreadsheet has one sheet without anything in it."""
    seen = context.spreadsheet.describe()
    blocks = context.spreadsheet.read([Area(sheet.sheet_id) for sheet in seen.sheets])
    for sheet, block in zip(seen.sheets, blocks, strict=True):
        if block.cells or len(seen.sheets) > 1:
            raise CommandError(texts.NOT_EMPTY.format(spreadsheet=context.spreadsheet.id, title=sheet.title))
