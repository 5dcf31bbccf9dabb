"""What changed campaign files do to reports that were accepted: said before the files are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from campaign import Campaign, Cell
from outbox import Outbox
from outbox.records import Submission
from svod import texts
from sync.check import check_row
from sync.check.rows import Row
from sync.records.cells import CellValue, entered
from sync.records.rows import cells_of

_SHOWN = 5


def lost_reports(outbox: Outbox, campaign: Campaign) -> Iterator[str]:
    """Yield a line for reports that leave the totals by the file as it is now, by what is missing or wrong.

    Looks at the newest version of each municipality, as it was submitted. Raises OutboxError.
    """
    if campaign.about.closed:
        return
    newest = {one.oktmo: one for one in outbox.submissions.all(campaign.id)}
    gone = [one for oktmo, one in newest.items() if oktmo not in campaign.by_oktmo]
    if gone:
        listed = ", ".join(f"{one.oktmo} ({one.receipt})" for one in gone[:_SHOWN])
        others = texts.RELOAD_MORE.format(count=len(gone) - _SHOWN) if len(gone) > _SHOWN else ""
        yield texts.RELOAD_MUNICIPALITIES.format(title=campaign.about.title, listed=listed + others)
    mistaken: Counter[tuple[str, str]] = Counter()
    reports = 0
    for one in newest.values():
        found = set(_errors(campaign, one)) if one.oktmo in campaign.by_oktmo else set()
        mistaken.update(found)
        reports += bool(found)
    if reports:
        lines = [
            texts.RELOAD_ERROR.format(title=t, what=w.rstrip("."), count=n) for (t, w), n in mistaken.most_common()
        ]
        more = [texts.RELOAD_MORE_ERRORS.format(count=len(lines) - _SHOWN)] if len(lines) > _SHOWN else []
        words = texts.RELOAD_ERRORS.format(title=campaign.about.title, count=reports)
        yield "\n".join((words, *lines[:_SHOWN], *more, texts.RELOAD_ERRORS_ADVICE))


def _errors(campaign: Campaign, submission: Submission) -> Iterator[tuple[str, str]]:
    """Yield the question's title and what is wrong, of each error that the form would not have let through."""
    written = cells_of(campaign, submission)
    cells = tuple(_cell(written.get(question.id)) for question in campaign.sheet_questions)
    row = Row(cells, explained=frozenset(submission.reasons), asked=frozenset(submission.answers))
    for problem in check_row(campaign, row).problems:
        if problem.level == "error" and problem.question is not None:
            yield campaign.by_id[problem.question].title, problem.message


def _cell(value: CellValue) -> Cell:
    """Return what a cell with this value is read as."""
    typed = entered(value)
    found = None if typed is None else next(iter(typed.values()))
    return found if isinstance(found, bool | int | float | str) else None
