"""A blank as the bytes of an .xlsx file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.cell.rich_text import CellRichText, TextBlock  # type: ignore[import-untyped]
from openpyxl.cell.text import InlineFont  # type: ignore[import-untyped]
from openpyxl.formatting.rule import FormulaRule  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.workbook.protection import WorkbookProtection  # type: ignore[import-untyped]
from openpyxl.worksheet.properties import PageSetupProperties  # type: ignore[import-untyped]

from campaign import texts as campaign_texts
from campaign.answers import typed_text
from campaign.blank import texts
from campaign.blank.checks import add_checks
from campaign.blank.errors import BlankError, BlankMistake
from campaign.blank.layout import FIRST_ANSWER, TITLE, AnswerCell, Layout, Row, reason_title
from campaign.blank.origin import FORMAT, Origin
from campaign.errors import AnswerError
from campaign.model import Campaign, Question
from campaign.values import Typed
from campaign.xlsx.cells import escaped

LONGEST_CELL = 32_767
"""Characters that a cell holds in Excel: support.microsoft.com, “Excel specifications and limits”."""
_EXACT_DIGITS = 15
_WIDTHS = {1: (54, (40,)), 2: (46, (26, 26))}
_WIDTH, _FIRST, _NARROW = 44, 30, 22
"""Of the titles, of the answers and of the further figures, in tables of more than two."""
_LINE_HEIGHT, _HIGHEST = 15.5, 400
"""Points."""
_DARK, _PALE, _GREY, _YELLOW, _RED = "1F3864", "E8EDF5", "5B6370", "FFFBE6", "FBE3E0"
_LINE = Side(style="thin", color="B8BFCC")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TALL = {"long_text": 4, "links": 4}
"""Lines of a cell for a long answer while it is blank."""


def make_blank(
    campaign: Campaign,
    origin: Origin,
    answers: Mapping[str, Typed],
    reasons: Mapping[str, str],
    *,
    deadline: str,
    notes: Mapping[str, str] | None = None,
    rehearsal: bool = False,
) -> bytes:
    """Return the bytes of a blank.

    answers:  question id → what stands in the form's field
    reasons:  rule key → the clerk's words
    deadline: as people read it
    notes:    id of a question for a number → what the form shows beside it, such as its previous figure

    Raises BlankError where a cell cannot hold an answer.
    """
    layout = Layout(campaign)
    book = openpyxl.Workbook()
    book.properties.creator = texts.CREATOR
    sheet = book.active
    sheet.title = texts.SHEET
    municipality = campaign.by_oktmo[origin.oktmo]
    heading = [
        campaign.about.title,
        texts.HEADING.format(municipality=municipality.genitive),
        texts.REHEARSAL if rehearsal else campaign.about.subject,
        f"{texts.FOR.format(deadline=deadline)}\n{texts.HOW}",
    ]
    widths = _set_widths(sheet, layout)
    _head(sheet, heading, sum(widths))
    for place in layout.merged:
        sheet.merge_cells(place)
    content = {cell: _content(campaign, cell, answers, reasons) for cell in layout.cells}
    for row in layout.rows:
        _write(sheet, campaign, layout, row, content, widths)
    places = _service(book, campaign, origin)
    add_checks(sheet, campaign, layout, places, notes or {})
    _mark_blanks(sheet, campaign, layout)
    _protect(book)
    _for_print(sheet, layout)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _content(
    campaign: Campaign, cell: AnswerCell, answers: Mapping[str, Typed], reasons: Mapping[str, str]
) -> str | int | float | date | None:
    """Return what the cell holds; `filled.typed_of` is the inverse."""
    question = campaign.by_id.get(cell.name)
    if question is None:
        text = _one_break(reasons.get(cell.name, ""))
        _check_fits(cell, text, reason_title(campaign, campaign.rules_by_key[cell.name]))
        return text or None
    typed = answers.get(cell.name, "")
    if cell.option:
        return campaign_texts.YES if cell.option in ([typed] if isinstance(typed, str) else typed) else None
    text = _one_break(typed if isinstance(typed, str) else typed_text(typed))
    _check_fits(cell, text, question.title if question.place is None else question.header)
    return _typed_value(question, text) if text else None


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_fits(cell: AnswerCell, text: str, title: str) -> None:
    if len(escaped(text).encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CELL:
        raise BlankError([BlankMistake(cell.ref, texts.TOO_LONG_FOR_CELL.format(title=title))])


def _typed_value(question: Question, text: str) -> str | int | float | date:
    """Return a number, a date or the words of an option where the text is one as the form itself writes it.

    Any other text stays as it is, so that nothing is lost on the way through a blank.
    """
    try:
        value = question.answer_type.read_typed(question, text)
    except AnswerError:
        return text
    if value is None or question.answer_type.typed(question, value) != text:
        return text
    match value:
        case bool():
            return question.answer_type.shown(question, value)
        case int() | Decimal():
            digits = str(value).lstrip("-0.").replace(".", "")
            return text if len(digits) > _EXACT_DIGITS else value if isinstance(value, int) else float(value)
        case date():
            return value
    return question.answer_type.shown(question, value) if question.options else text


def _set_widths(sheet: Any, layout: Layout) -> tuple[float, ...]:
    figures = layout.columns - FIRST_ANSWER + 1
    title, others = _WIDTHS.get(figures, (_WIDTH, (_FIRST, *(_NARROW,) * (figures - 1))))
    widths = (title, *others)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    return widths


def _head(sheet: Any, heading: Sequence[str], width: float) -> None:
    sizes = (11, 16, 11, 10)
    for row, (text, size) in enumerate(zip(heading, sizes, strict=True), 1):
        cell = sheet.cell(row, TITLE)
        _put(cell, text)
        cell.font = _font(size=size, bold=size > 11, color=_GREY if size < 11 else None)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        lines = sum(1 + int(len(part) * size / 11 // width) for part in text.split("\n"))
        sheet.row_dimensions[row].height = lines * _LINE_HEIGHT * max(size, 11) / 11


def _write(
    sheet: Any,
    campaign: Campaign,
    layout: Layout,
    row: Row,
    content: Mapping[AnswerCell, str | int | float | date | None],
    widths: Sequence[float],
) -> None:
    """Write one row."""
    title = sheet.cell(row.number, TITLE)
    if row.hint:
        title.value = CellRichText(
            TextBlock(InlineFont(rFont="Calibri", sz=11, b=row.kind == "table"), escaped(row.title)),
            TextBlock(InlineFont(rFont="Calibri", sz=10, color=_GREY), escaped(f"\n{row.hint}")),
        )
    elif row.title:
        _put(title, row.title)
    bold = row.kind in ("section", "table", "group", "total", "columns")
    title.font = _font(size=13 if row.kind == "section" else 11, bold=bold, color=_color(row))
    title.alignment = Alignment(wrap_text=True, vertical="top", indent=1 if row.kind in ("option", "line") else 0)
    _shade(sheet, layout, row)
    for number, head in enumerate(row.heads):
        cell = sheet.cell(row.number, FIRST_ANSWER + number)
        _put(cell, head)
        cell.font, cell.alignment = _font(bold=True), Alignment(wrap_text=True, horizontal="center", vertical="top")
    for column, rows in (row.sums or {}).items():
        cell = sheet.cell(row.number, column)
        letter = get_column_letter(column)
        cell.value = "=" + "+".join(f"SUM({letter}{first}:{letter}{last})" for first, last in _runs(rows))
        cell.font, cell.number_format = (
            _font(bold=True),
            "General" if _fractions(campaign, layout, column, rows) else "#,##0",
        )
        cell.alignment = Alignment(horizontal="right", vertical="top")
    for place in row.cells:
        _answer(sheet.cell(place.row, place.column), campaign.by_id.get(place.name), content[place])
    sheet.row_dimensions[row.number].height = _height(row, campaign, content, widths)


def _color(row: Row) -> str | None:
    return {"section": "FFFFFF", "note": _GREY}.get(row.kind)


def _shade(sheet: Any, layout: Layout, row: Row) -> None:
    color = {"section": _DARK, "columns": _PALE, "group": _PALE, "total": _PALE}.get(row.kind)
    if color is None:
        return
    for column in range(1, layout.columns + 1):
        sheet.cell(row.number, column).fill = PatternFill("solid", fgColor=color)


def _answer(cell: Any, question: Question | None, content: str | int | float | date | None) -> None:
    kind = question.type if question else "long_text"
    _put(cell, content)
    cell.number_format = {"integer": "#,##0", "decimal": "General", "date": "dd.mm.yyyy"}.get(kind, "@")
    right = question is not None and question.numeric
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if right else "left")
    cell.fill, cell.border, cell.font = PatternFill("solid", fgColor=_YELLOW), _BOX, _font()
    cell.protection = Protection(locked=False)


def _put(cell: Any, value: object) -> None:
    """Fill a cell. A text stays a text whatever it begins with: no «=» makes a formula of it."""
    if isinstance(value, str):
        cell.value = escaped(value)
        cell.data_type = "s"
    else:
        cell.value = value


def _font(*, size: int = 11, bold: bool = False, color: str | None = None) -> Any:
    return Font(name="Calibri", size=size, bold=bold, color=color)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of consecutive rows: (first, last) of each."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _fractions(campaign: Campaign, layout: Layout, column: int, rows: Sequence[int]) -> bool:
    """Return True if the figure in these rows of the column may have digits after the comma."""
    cell = next(cell for cell in layout.cells if (cell.row, cell.column) == (rows[0], column))
    return campaign.by_id[cell.name].type == "decimal"


def _height(row: Row, campaign: Campaign, content: Mapping[AnswerCell, object], widths: Sequence[float]) -> float:
    """Return the height that the longest text of the row needs: a program that opens the file may not find it."""
    indent = 2 if row.kind in ("option", "line") else 0
    lines = [_lines(row.label, sum(widths) if row.kind == "note" else widths[0] - indent)]
    lines += [_lines(head, widths[n + 1]) for n, head in enumerate(row.heads)]
    for place in row.cells:
        question = campaign.by_id.get(place.name)
        lines.append(_TALL.get(question.type, 1) if question else 2)
        lines.append(_lines(str(content[place] or ""), widths[place.column - 1]))
    return min(_LINE_HEIGHT * max(lines) + (4 if row.kind in ("section", "question", "table") else 0), _HIGHEST)


def _lines(text: str, width: float) -> int:
    return sum(1 + int(len(line) * 1.08 // width) for line in text.split("\n"))


def _mark_blanks(sheet: Any, campaign: Campaign, layout: Layout) -> None:
    """Colour the answers that are required of everybody and still blank: of several options all, while none is chosen.

    What depends on other answers is not coloured: its condition is evaluated by the form alone.
    """
    fill = PatternFill("solid", bgColor=_RED)
    required = {q.id for q in campaign.questions if q.required and q.id not in campaign.conditions}
    options: dict[str, list[AnswerCell]] = {}
    single: list[tuple[AnswerCell, AnswerCell]] = []
    for row in layout.rows:
        cells = [cell for cell in row.cells if cell.name in required]
        if cells and cells[0].option:
            options.setdefault(cells[0].name, []).append(cells[0])
        elif cells:
            before = single.pop() if single and _continues(single[-1][1], cells[-1]) else None
            single.append((before[0] if before else cells[0], cells[-1]))
    for first, last in single:
        # The formula is written for the first cell of its rectangle, and moved along for the others.
        rule = FormulaRule([f"LEN(TRIM({first.ref}))=0"], fill=fill)
        sheet.conditional_formatting.add(f"{first.ref}:{last.ref}", rule)
    for chosen in options.values():
        letter = get_column_letter(chosen[0].column)
        blank = f"SUMPRODUCT(LEN(TRIM(${letter}${chosen[0].row}:${letter}${chosen[-1].row})))=0"
        sheet.conditional_formatting.add(f"{chosen[0].ref}:{chosen[-1].ref}", FormulaRule([blank], fill=fill))


def _continues(above: AnswerCell, cell: AnswerCell) -> bool:
    """Return True if the row that ends with `cell` lies below the one that ends with `above`, and is as wide."""
    return (above.row + 1, above.column) == (cell.row, cell.column)


def _service(book: Any, campaign: Campaign, origin: Origin) -> Mapping[str, str]:
    """Add the hidden sheet with the origin and the options; return question id → the range of its options."""
    sheet = book.create_sheet(texts.SERVICE)
    sheet.sheet_state = "hidden"
    _put(sheet.cell(1, 1), FORMAT)
    _put(sheet.cell(1, 2), texts.SERVICE_NOTE)
    for row, (name, value) in enumerate(origin.lines().items(), 2):
        _put(sheet.cell(row, 1), name)
        _put(sheet.cell(row, 2), value)
    places: dict[str, str] = {}
    column = 4
    for question in campaign.questions:
        if not question.options or question.answer_type.many:
            continue
        for row, option in enumerate(question.options, 1):
            _put(sheet.cell(row, column), option.title)
        letter = get_column_letter(column)
        places[question.id] = f"'{texts.SERVICE}'!${letter}$1:${letter}${len(question.options)}"
        column += 1
    return places


def _protect(book: Any) -> None:
    """Lock all but the answers, without a password; rows and columns may be resized."""
    for sheet in book.worksheets:
        sheet.protection.formatRows = False
        sheet.protection.formatColumns = False
        sheet.protection.enable()
    book.security = WorkbookProtection(lockStructure=True)


def _for_print(sheet: Any, layout: Layout) -> None:
    """Print on A4, across one page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    wide = layout.columns - FIRST_ANSWER + 1 > 3
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_area = f"A1:{get_column_letter(layout.columns)}{layout.last_row}"
    sheet.oddFooter.center.text = texts.PAGE
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.35
