"""A blank that came back: read within bounds, cell by cell, into what the form's fields would hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from campaign import texts as campaign_texts
from campaign.answer_types.base import number_text
from campaign.answer_types.numbers import thousands_or_fraction
from campaign.blank import texts
from campaign.blank.errors import BlankError, BlankMistake, refused
from campaign.blank.layout import FIRST_ANSWER, HEAD_ROWS, TITLE, AnswerCell, Layout
from campaign.blank.origin import FORMAT, Origin, read_lines
from campaign.errors import AnswerError
from campaign.model import Campaign, Question
from campaign.values import SERIAL_ORIGIN, Typed
from campaign.words import plain
from campaign.xlsx.archive import ArchiveError, Limits, Refusal, examine
from campaign.xlsx.cells import Found, NoValue, Percent, Rows, opened, part_of, read_rows, ref

LARGEST_FILE = 500_000
"""Bytes. A blank of a campaign with every type has 12,000; what is typed into it seldom comes to more than that."""
_UNPACKED, _PARTS = 5_000_000, 200
_ELEMENTS, _ELEMENTS_AN_ANSWER = 20_000, 10
"""A blank of fifty questions has 1,000 elements. Reading the worst file within the limits takes about a second."""
_MORE_ROWS, _MORE_COLUMNS = 200, 20
"""Beyond the blank that are looked at: something may stand there that is meant as an answer."""
_MOST_MISTAKES = 50
_LONGEST_CODE = 11
"""Characters that are shown of what the file says itself."""
_ORIGIN_ROWS = 20
_LONGEST = 40_000
"""Characters that are read of a cell, more than Excel lets one hold."""
_WORDS = {
    Refusal.BOMB: texts.BOMB,
    Refusal.EXTERNAL_LINKS: texts.EXTERNAL_LINKS,
    Refusal.MACROS: texts.MACROS,
    Refusal.NOT_XLSX: texts.NOT_XLSX,
    Refusal.OLD_OR_LOCKED: texts.OLD_OR_LOCKED,
}
_TICKS = frozenset(map(plain, ("да", "+", "x", "х", "v", "1", "yes", "true", "истина", "✓", "✔")))
_NO_TICKS = frozenset(map(plain, ("нет", "-", "0", "no", "false", "ложь")))


@dataclass(frozen=True, slots=True)
class Filled:
    """What a blank holds.

    answers: question id → what the form's field would hold; blank ones are missing
    reasons: rule key → the clerk's words
    """

    origin: Origin
    answers: Mapping[str, Typed]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The cells of the file. answers: None where the sheet for them is missing."""

    service: Rows | None
    answers: Rows | None
    more: bool = False
    merged: tuple[str, ...] = ()


def read_blank(content: bytes, campaign: Campaign, oktmo: str) -> Filled:
    """Return what a file holds that was made as a blank of this campaign and municipality, with today's questions.

    Raises BlankError: for the file as a whole, or for each cell that holds no answer at all. A cell with a wrong answer
    is read: the form's own check names it.
    """
    layout = Layout(campaign)
    if len(content) > LARGEST_FILE:
        raise refused(texts.BOMB)
    try:
        sheets = _read(content, layout)
    except ArchiveError as error:
        raise refused(_WORDS[error.why]) from error
    origin = _check_origin(sheets, campaign, oktmo, layout)
    if sheets.answers is None:
        raise refused(texts.NO_SHEET.format(sheet=texts.SHEET))
    mistakes = list(islice(_misplaced(sheets, sheets.answers, layout), _MOST_MISTAKES))
    if not mistakes:
        filled = _Filling(campaign, layout, sheets.answers)
        mistakes = filled.mistakes
        if not mistakes:
            return Filled(origin, filled.answers, filled.reasons)
    raise BlankError(mistakes[:_MOST_MISTAKES])


def _read(content: bytes, layout: Layout) -> _Sheets:
    merged = examine(content, limits_of(layout))
    with opened(content) as book:
        service = answers = None
        more, ranges = False, tuple[str, ...]()
        for title in (texts.SERVICE, texts.SHEET):
            if title not in book.sheetnames:
                continue
            sheet = book[title]
            if title == texts.SERVICE:
                service, _ = read_rows(sheet, _ORIGIN_ROWS, FIRST_ANSWER, _LONGEST)
            else:
                rows, columns = layout.last_row + _MORE_ROWS, layout.columns + _MORE_COLUMNS
                answers, more = read_rows(sheet, rows, columns, _LONGEST)
                ranges = tuple(merged.get(part_of(sheet), ()))
    return _Sheets(service, answers, more, ranges)


def limits_of(layout: Layout) -> Limits:
    """Return how much a filled blank may hold."""
    answers = len(layout.cells) + len(layout.rows)
    return Limits(_UNPACKED, _PARTS, _ELEMENTS + _ELEMENTS_AN_ANSWER * answers)


def _check_origin(sheets: _Sheets, campaign: Campaign, oktmo: str, layout: Layout) -> Origin:
    """Return the origin of the file. Raises BlankError unless it belongs here."""
    cells = sheets.service or {}
    form = cells.get(1, {}).get(TITLE)
    if not isinstance(form, str) or not form.startswith(FORMAT.rstrip("0123456789")):
        raise refused(texts.NOT_A_BLANK)
    if form != FORMAT:
        raise refused(texts.OTHER_FORMAT)
    origin = read_lines({str(row.get(1, "")): str(row.get(2, "")) for row in cells.values()})
    if origin.campaign != campaign.id:
        raise refused(texts.OTHER_CAMPAIGN.format(title=campaign.about.title))
    if origin.oktmo != oktmo:
        other = campaign.by_oktmo.get(origin.oktmo)
        words = other.name if other else texts.OKTMO.format(oktmo=origin.oktmo[:_LONGEST_CODE])
        raise refused(texts.OTHER_MUNICIPALITY.format(other=words, municipality=campaign.by_oktmo[oktmo].name))
    if origin.questions != layout.digest:
        raise refused(texts.OTHER_QUESTIONS)
    return origin


def _misplaced(sheets: _Sheets, rows: Rows, layout: Layout) -> Iterator[BlankMistake]:
    """Yield what shows that cells of the blank were merged, moved or written beside."""
    if sheets.more:
        yield BlankMistake(ref(layout.last_row + _MORE_ROWS + 1, TITLE), texts.TOO_MANY_ROWS)
    answers = {(cell.row, cell.column) for cell in layout.cells}
    for place in sheets.merged:
        if place not in layout.merged:
            yield BlankMistake(place, texts.MERGED)
    for row in layout.rows:
        found = rows.get(row.number, {})
        wanted = {TITLE: row.label, **{FIRST_ANSWER + n: head for n, head in enumerate(row.heads)}}
        for column, words in wanted.items():
            if plain(str(found.get(column, ""))) != plain(words):
                yield BlankMistake(ref(row.number, column), texts.MOVED.format(title=words.split("\n")[0]))
                return  # what stands below is moved along with it
    sums = {(row.number, column) for row in layout.rows for column in row.sums or {}}
    heads = {(row.number, FIRST_ANSWER + n) for row in layout.rows for n in range(len(row.heads))}
    for number, cells in rows.items():
        for column in cells:
            ours = number <= HEAD_ROWS or (column == TITLE and number <= layout.last_row)
            if not ours and (number, column) not in answers | sums | heads:
                yield BlankMistake(ref(number, column), texts.EXTRA)


class _Filling:
    """Reads the answer cells."""

    def __init__(self, campaign: Campaign, layout: Layout, rows: Rows) -> None:
        self.answers: dict[str, Typed] = {}
        self.reasons: dict[str, str] = {}
        self.mistakes: list[BlankMistake] = []
        for cell in layout.cells:
            found = rows.get(cell.row, {}).get(cell.column)
            if found is None:
                continue
            if isinstance(found, NoValue):
                self.mistakes.append(BlankMistake(cell.ref, _no_value(found)))
                continue
            question = campaign.by_id.get(cell.name)
            if question is None:
                self.reasons[cell.name] = _text(found)
            elif cell.option:
                self._tick(cell, found)
            else:
                self.answers[cell.name] = typed_of(question, found)

    def _tick(self, cell: AnswerCell, found: Found) -> None:
        word = plain(_text(found))
        if word in _TICKS:
            before = self.answers.get(cell.name, ())
            self.answers[cell.name] = (*before, cell.option)
        elif word and word not in _NO_TICKS:
            self.mistakes.append(BlankMistake(cell.ref, texts.NOT_A_TICK))


def _no_value(found: NoValue) -> str:
    words = {"formula": texts.FORMULA, "error": texts.FORMULA_ERROR, "time": texts.SPAN_OF_TIME}[found.kind]
    return words.format(found=found.found[:_LONGEST_CODE])


def typed_of(question: Question, found: Found) -> Typed:
    """Return what the form's field would hold for the content of a cell.

    A number or a date by the campaign's own reading of cells; what that does not take comes as the text that people
    see, so that the form's check says what is wrong with it.
    """
    choice = bool(question.options) or question.type == "yes_no"
    match found:
        case datetime() if question.type == "date":
            cell: str | int | float | bool = _serial(found)
        case Percent():
            return _text(found)
        case str() if choice:
            cell = found
        case bool() | int() | float() if choice or question.numeric or question.type == "date":
            cell = found
        case _:
            return _text(found)
    try:
        if question.type == "yes_no" and isinstance(cell, bool):
            return question.answer_type.typed(question, cell)
        value = question.answer_type.read_cell(question, cell)
    except AnswerError:
        return _text(found)
    return _text(found) if value is None else question.answer_type.typed(question, value)


def _serial(moment: datetime) -> float:
    """Return the number that a date cell holds."""
    return (moment.replace(tzinfo=None) - datetime(*SERIAL_ORIGIN.timetuple()[:3])).total_seconds() / 86_400  # noqa: DTZ001


def _text(found: Found) -> str:
    """Return the content of a cell as people would type it."""
    match found:
        case str():
            return found
        case bool():
            return campaign_texts.TRUE if found else campaign_texts.FALSE
        case Percent():
            return f"{number_text(found * 100).replace('.', ',')}%"
        case int() | float():
            text = number_text(found).replace(".", ",")
            return f"{text}0" if thousands_or_fraction(text) else text  # so that a fraction is not asked about
    day = campaign_texts.day(found.date())
    return day if (found.hour, found.minute, found.second) == (0, 0, 0) else f"{day} {found:%H:%M}"
