"""The checks and drop-downs of the answer cells, as Excel does them. What counts is the form's own check later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from openpyxl.worksheet.cell_range import MultiCellRange  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

from campaign import texts as campaign_texts
from campaign.answer_types.numbers import WholeNumber
from campaign.answer_types.text import LONG_TEXT_LENGTH, TEXT_LENGTH
from campaign.blank import texts
from campaign.blank.layout import AnswerCell, Layout
from campaign.model import Campaign, Question
from campaign.values import SERIAL_ORIGIN

_FIRST_DAY, _LAST_DAY = date(1900, 3, 1), date(2199, 12, 31)
"""The first day on which Excel, which knows a 29 February 1900, and the calendar agree."""

_LONGEST_NOTE = 255
"""Characters that Excel shows."""


def add_checks(
    sheet: Any, campaign: Campaign, layout: Layout, places: Mapping[str, str], notes: Mapping[str, str]
) -> None:
    """Give each answer cell its check; cells with the same one share it.

    places: question id → range of its options
    notes:  question id → words that Excel shows beside the cell while it is chosen
    """
    shared: dict[tuple[str, ...], tuple[Any, list[str]]] = {}
    for cell in layout.cells:
        question = campaign.by_id.get(cell.name)
        check = _check(question, cell, places.get(cell.name, "")) if question else None
        if check is None:
            continue
        if note := notes.get(cell.name):
            check.showInputMessage, check.promptTitle, check.prompt = True, texts.NOTE_TITLE, note[:_LONGEST_NOTE]
        same = (check.type, *map(str, (check.formula1, check.formula2, check.error, check.prompt)))
        shared.setdefault(same, (check, []))[1].append(cell.ref)
    for check, cells in shared.values():
        check.sqref = MultiCellRange(" ".join(cells))  # one by one, each is compared with all others
        sheet.add_data_validation(check)


def _check(question: Question, cell: AnswerCell, place: str) -> Any:
    """Return the check of one cell, None where any text will do."""
    if cell.option:
        return _list(f'"{campaign_texts.YES}"', texts.WRONG_TICK)
    if place:
        return _list(place, texts.WRONG_OPTION)
    kind = question.answer_type
    if question.type == "yes_no":
        return _list(f'"{campaign_texts.YES},{campaign_texts.NO}"', texts.WRONG_OPTION)
    if isinstance(kind, WholeNumber):
        bounds = kind.bounds(question)
        limits = {"minimum": campaign_texts.number(bounds.minimum), "maximum": campaign_texts.number(bounds.maximum)}
        words = texts.WRONG_NUMBER.format(kind=texts.WHOLE if kind.whole else texts.DECIMAL, **limits)
        return _between("whole" if kind.whole else "decimal", str(bounds.minimum), str(bounds.maximum), words)
    if question.type == "date":
        first, last = ((day - SERIAL_ORIGIN).days for day in (_FIRST_DAY, _LAST_DAY))
        return _between("date", str(first), str(last), texts.WRONG_DATE)
    length = {"text": TEXT_LENGTH, "long_text": LONG_TEXT_LENGTH}.get(question.type)
    if length is None:
        return None
    most = question.max_length or length
    check = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(most), allow_blank=True)
    return _with_words(check, texts.WRONG_LENGTH.format(most=campaign_texts.number(most)))


def _between(kind: str, first: str, last: str, words: str) -> Any:
    check = DataValidation(kind, operator="between", formula1=first, formula2=last, allow_blank=True)
    return _with_words(check, words)


def _list(options: str, words: str) -> Any:
    return _with_words(DataValidation("list", formula1=options, allow_blank=True), words)


def _with_words(check: Any, words: str) -> Any:
    check.showErrorMessage = True
    check.errorTitle, check.error = texts.CHECK_TITLE, words
    return check
