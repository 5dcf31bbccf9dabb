"""Notes of the outbox about a mass loss: what is lost, what the ministry gave up, and the last good headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.context import Context
from sync.manual_edits.mass_loss import Loss

LOST = "mass_loss"
ACCEPTED = "accepted_losses"
HEADER = "answers_header"


def read_loss(context: Context) -> Loss:
    """Return the loss that the last read found; none for none."""
    return Loss.from_json(context.outbox.bindings.recall(context.spreadsheet.id, LOST))


def keep_loss(context: Context, loss: Loss, before: Loss) -> None:
    """Keep what is lost now, where it is not what was kept `before`."""
    if loss.to_json() != before.to_json():
        context.outbox.bindings.remember(context.spreadsheet.id, LOST, loss.to_json())


def accepted_columns(context: Context) -> frozenset[str]:
    """Return the ids of the columns that the ministry gave up, and that no refresh has taken in yet."""
    kept = context.outbox.bindings.recall(context.spreadsheet.id, ACCEPTED)
    return frozenset(map(str, kept)) if isinstance(kept, list) else frozenset()


def accept(context: Context, columns: Iterable[str]) -> None:
    """Let the loss of these columns be an ordinary edit at the next refresh."""
    _keep(context, accepted_columns(context) | frozenset(columns))


def note_accepted(context: Context, done: frozenset[str]) -> None:
    """Forget what a refresh has taken in as edits: the same column lost again is a loss again."""
    if done:
        _keep(context, accepted_columns(context) - done)


def read_header(context: Context) -> list[str]:
    """Return the header row of «Ответы» at the last good read, columns of staff among it; [] before the first."""
    kept = context.outbox.bindings.recall(context.spreadsheet.id, HEADER)
    return [str(cell) for cell in kept] if isinstance(kept, list) else []


def keep_header(context: Context, header: Sequence[str]) -> None:
    """Keep the header row of a good read."""
    context.outbox.bindings.remember(context.spreadsheet.id, HEADER, list(header))


def _keep(context: Context, columns: frozenset[str]) -> None:
    context.outbox.bindings.remember(context.spreadsheet.id, ACCEPTED, [*sorted(columns)] or None)
