"""Short ways for the cells that nearly all rows hold: what the worker itself writes. Imported by `sync` alone.

A cell that takes a short way reads as `campaign.read_cell` reads it; any other goes to `campaign.read_cell`.
"""

from __future__ import annotations

from collections.abc import Callable

from campaign import AnswerError, Cell, Question, Value, read_cell

CellReader = Callable[[Cell], Value | None]


def cell_reader(question: Question) -> CellReader:
    """`campaign.read_cell` of one question, for many different cells. It raises AnswerError as that does."""
    if question.type == "several":
        return _several(question)
    return lambda cell: read_cell(question, cell)


def _several(question: Question) -> CellReader:
    """A cell is nearly always some of the options' titles; each of these is looked up once, not in every cell."""
    titles: dict[str, Value] = {}
    for option in question.options:
        try:
            value = read_cell(question, option.title)
        except AnswerError:
            continue
        if isinstance(value, tuple):
            titles[option.title] = value[0]
    ordered = [option.id for option in question.options]

    def read(cell: Cell) -> Value | None:
        chosen = set(map(titles.get, cell.split("; "))) if isinstance(cell, str) else {None}
        return read_cell(question, cell) if None in chosen else tuple([one for one in ordered if one in chosen])

    return read
