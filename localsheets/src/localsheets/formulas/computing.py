"""Compute the formulas of a spreadsheet, and stop those that cannot be computed within the limits.

A formula that is stopped shows an error, which is kept in its cell, and is not computed again until it is changed. When
an evaluation fails, formulas are added one after the other, and the one with which it fails is stopped; if it still
fails, the next such one and all after it. Those entered or changed since the last evaluation that finished come last,
and before them the volatile ones, so that these are stopped and not those that were computed well before.
"""

from collections.abc import Sequence
from typing import TypeAlias

from localsheets.cells import Cell, CellError, Value
from localsheets.engine.process import Engine, JobFailedError, JobInterruptedError
from localsheets.errors import RequestFailed
from localsheets.formulas.jobs import Place, Placed, TooMuchError, characters, job_of, placed_formulas, value_of
from localsheets.formulas.reading import beyond
from localsheets.model import Spreadsheet
from localsheets.scanning import MAX_CHARACTERS, MAX_ENTERED

TOO_MANY = (
    f"The formulas of a spreadsheet have at most {MAX_CHARACTERS} characters, of which one request adds at most "
    f"{MAX_ENTERED}."
)
STOPPED = CellError(
    "ERROR",
    "Computing this formula took more than 2 seconds or too much memory, so it was stopped. It is computed again when "
    "it is changed.",
    stopped=True,
)
WAITING = CellError("LOADING", "The value is being computed.")
BACKGROUND_SECONDS = 30.0  # for an evaluation in the background; its child limits the processor time to 2 s

Computed: TypeAlias = dict[Place, tuple[str | None, Value]]
"""Place of a cell → (its formula, the value that was computed for it)."""


class Calculator:
    """Computes formulas in two child processes: one for changes that wait for it, one for the background."""

    def __init__(self) -> None:
        self._engine = Engine()
        self._background = Engine()

    def close(self) -> None:
        """End the child processes."""
        self._engine.close()
        self._background.close()

    def compute(self, before: Spreadsheet | None, fork: Spreadsheet, seconds: float) -> None:
        """Compute the formulas of a fork of `before` within the seconds, or leave `fork.computed` False.

        Raises RequestFailed if a formula that was entered is too long or too deeply nested, or all are too much.
        """
        _check_amount(before, fork)
        found = placed_formulas(fork)
        if not found:
            fork.computed = True
            return
        entered = _entered(before, found)
        for one in found:
            sentence = beyond(one.cell.formula or "") if one.place in entered else None
            if sentence is not None:
                raise RequestFailed(sentence)
        waiting, values = _known_errors(found)
        write(fork, values)  # others may name these cells
        new = [one for one in waiting if one.place in entered]
        if fork.computed:
            try:
                values |= _evaluated(self._engine, fork, waiting, seconds)
            except JobFailedError:
                fork.computed = False
                if len(new) == 1:
                    values |= _stopped(new)
            except JobInterruptedError:
                fork.computed = False
        if not fork.computed:
            values = {one.place: (one.cell.formula, WAITING) for one in new} | values
        write(fork, values)

    def examine(self, state: Spreadsheet) -> Computed:
        """Return the value of each formula of a state; takes as long as is needed to find what has to be stopped."""
        fork = state.fork()
        waiting, values = _known_errors(placed_formulas(fork))
        waiting.sort(key=lambda one: (one.cell.value == WAITING, one.formula.volatile))
        for rounds in range(3):
            write(fork, values)  # others may name the cells of what was stopped
            try:
                return values | self._evaluate_twice(fork, waiting)
            except JobFailedError:
                at = self._first_failing(fork, waiting) if rounds < 2 else 0
                blamed = slice(at, at + 1 if rounds == 0 else None)
                values |= _stopped(waiting[blamed])
                del waiting[blamed]
        return values

    def _first_failing(self, state: Spreadsheet, some: list[Placed]) -> int:
        """Return the index of the first formula with which those before it cannot be evaluated, by halving."""
        good, bad = 0, len(some)
        while bad - good > 1:
            middle = (good + bad) // 2
            try:
                self._evaluate_twice(state, some[:middle])
                good = middle
            except JobFailedError:
                bad = middle
        return good

    def _evaluate_twice(self, state: Spreadsheet, some: Sequence[Placed]) -> Computed:
        try:
            return _evaluated(self._background, state, some, BACKGROUND_SECONDS)
        except JobInterruptedError:
            pass
        try:
            return _evaluated(self._background, state, some, BACKGROUND_SECONDS)
        except JobInterruptedError as error:
            raise JobFailedError from error


def write(fork: Spreadsheet, values: Computed) -> None:
    """Put computed values into the cells that still have the same formula."""
    fresh: dict[tuple[int, int], dict[int, Value]] = {}
    for one in placed_formulas(fork):
        formula, value = values.get(one.place, (None, None))
        if formula == one.cell.formula and (value != one.cell.value or type(value) is not type(one.cell.value)):
            fresh.setdefault((one.tab, one.at), {})[one.column] = value
    for (tab, at), columns in fresh.items():
        sheet = fork.writable(fork.sheets[tab].id)
        cells: list[Cell] = sheet.cells(at)
        for column, value in columns.items():
            cells[column] = cells[column]._replace(value=value)
        sheet.put(at, cells)


def _check_amount(before: Spreadsheet | None, fork: Spreadsheet) -> None:
    """Raise RequestFailed where formulas were added beyond the limits, before any is read."""
    now = characters(fork)
    added = now - (characters(before) if before is not None else 0)
    if added > 0 and (now > MAX_CHARACTERS or added > MAX_ENTERED):
        raise RequestFailed(TOO_MANY)


def _evaluated(engine: Engine, state: Spreadsheet, some: Sequence[Placed], seconds: float) -> Computed:
    if not some:
        return {}
    try:
        job = job_of(state, some)
    except TooMuchError as error:
        raise JobFailedError from error
    answers = engine.compute(job, seconds)
    return {
        one.place: (one.cell.formula, value_of(state, one, answer)) for one, answer in zip(some, answers, strict=True)
    }


def _known_errors(found: list[Placed]) -> tuple[list[Placed], Computed]:
    """Return the formulas to be evaluated, and the errors of those that cannot be."""
    waiting: list[Placed] = []
    values: Computed = {}
    for one in found:
        if _is_stopped(one.cell):
            continue
        if one.formula.mistake is None:
            waiting.append(one)
        else:
            values[one.place] = (one.cell.formula, CellError(*one.formula.mistake))
    return waiting, values


def _entered(before: Spreadsheet | None, found: list[Placed]) -> set[Place]:
    """Return the places of formulas that were entered or changed since `before`, or that it has not computed yet."""
    held = {} if before is None else {one.place: one.cell for one in placed_formulas(before)}
    return {
        one.place
        for one in found
        if one.place not in held
        or held[one.place].formula != one.cell.formula
        or one.cell.value == WAITING
        or (_is_stopped(held[one.place]) and not _is_stopped(one.cell))
    }


def _is_stopped(cell: Cell) -> bool:
    return isinstance(cell.value, CellError) and cell.value.stopped


def _stopped(some: list[Placed]) -> Computed:
    return {one.place: (one.cell.formula, STOPPED) for one in some}
