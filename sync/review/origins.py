"""Where a mistake was made: in the report, if the answers as submitted have it too, or in the spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campaign import Campaign, Cell, Problem
from outbox.records import StaffEdit
from sync.check import CheckedRow, CheckMemory
from sync.counting import Counting
from sync.records.cells import entered
from sync.records.remarks import Origin
from sync.review.submitted import RowReader

ProblemKey = tuple[str, str | None, str | None]
"""Code, question and rule key: one problem of one row."""


def find_origins(
    campaign: Campaign,
    counting: Counting,
    reader: RowReader,
    checked: Mapping[int, CheckedRow],
    edits: Mapping[str, Sequence[StaffEdit]],
    memory: CheckMemory,
) -> dict[int, frozenset[ProblemKey]]:
    """Return the problems that were made in the spreadsheet: position of a checked row → problems.

    The row is checked again with the answers as the outbox holds them: what is wrong then too was submitted so. In a
    manual row everything was made in the spreadsheet.

    edits: submission id → the ministry's changes of this read
    """
    found: dict[int, frozenset[ProblemKey]] = {}
    for position, row in checked.items():
        if not row.problems:
            continue
        problems = frozenset(map(_key, row.problems))
        identity = counting.found.identities[position]
        changed = edits.get(identity.id, ()) if identity else ()
        if identity is not None and not changed:
            continue  # the cells are what was submitted
        if identity is not None:
            sent = reader.submitted(position, identity.id)
            sent = sent._replace(cells=_cells_as_sent(campaign, sent.cells, changed))
            problems -= frozenset(map(_key, memory.check(campaign, sent).problems))
        found[position] = problems
    return found


def origin_of(problem: Problem, made_in_spreadsheet: frozenset[ProblemKey]) -> Origin:
    """Return where the mistake was made."""
    return "spreadsheet" if _key(problem) in made_in_spreadsheet else "submitted"


def _key(problem: Problem) -> ProblemKey:
    return str(problem.code), problem.question, problem.rule


def _cells_as_sent(campaign: Campaign, cells: Sequence[Cell], edits: Sequence[StaffEdit]) -> tuple[Cell, ...]:
    """Return the cells with the submitted answers in place of the changed ones."""
    was = {edit.question: edit.was for edit in edits if edit.kind == "changed"}
    sent = list(cells)
    for place, question in enumerate(campaign.sheet_questions):
        if question.id not in was:
            continue
        stored = was[question.id]
        try:
            value = None if stored is None else question.answer_type.read_json(stored)
            written = None if value is None else entered(question.answer_type.write_cell(question, value))
        except (TypeError, ValueError, ArithmeticError):
            continue  # the question's type was another one then
        cell = None if written is None else next(iter(written.values()))
        sent[place] = cell if isinstance(cell, str | int | float) else None
    return tuple(sent)
