"""A campaign as a workbook: the bytes of an .xlsx file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]
from openpyxl.worksheet.properties import PageSetupProperties  # type: ignore[import-untyped]

from campaign.model import Campaign, TargetGroup
from campaign.workbook import layout, texts
from campaign.workbook.document import document
from campaign.workbook.layout import FIRST, KEYS, TITLES, Column
from campaign.workbook.values import written
from campaign.xlsx.cells import escaped
from campaign.zones import CITIES

Row = Mapping[str, object]
Titles = Mapping[str, tuple[str, str]]
Options = tuple[tuple[tuple[str, object], ...], ...]

_SPARE_ROWS = 1_000
"""Rows below the header that drop-downs reach at least."""
_WIDE = frozenset(
    {"label", "hint", "if", "message", "advice", "name", "genitive", "title", "note", "value", "group_title"}
)
_MIDDLE = frozenset(
    {"type", "relevant", "header", "short", "at", "aggregate", "total", "id", "", "email", "list_name", "key"}
)
_LINE_HEIGHT, _HIGHEST = 15.5, 400
"""Points."""
_DARK, _PALE, _GREY = "1F3864", "E8EDF5", "6B7280"
_LINE = Side(style="thin", color="D0D5DD")


def workbook(campaign: Campaign) -> bytes:
    """Return the bytes of the workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = texts.CREATOR
    plain = document(campaign)
    groups = campaign.target_groups
    places = _help(book)
    _campaign(book, plain, places)
    questions, options = _questions(plain)
    _table(book, texts.QUESTIONS, _renamed(layout.question_columns()), texts.QUESTION_COLUMNS, questions, places)
    _table(book, texts.OPTIONS, _renamed(layout.option_columns()), texts.OPTION_COLUMNS, options, places)
    _table(book, texts.GROUPS, layout.group_columns(), texts.GROUP_COLUMNS, _groups(plain), places)
    _table(book, texts.RULES, layout.rule_columns(), texts.RULE_COLUMNS, plain.get("rules", ()), places)
    _municipalities(book, plain["municipalities"], groups)
    _table(book, texts.KINDS, layout.kind_columns(), texts.KIND_COLUMNS, plain.get("municipality_kinds", ()), places)
    book.move_sheet(texts.HELP, len(book.sheetnames))
    book.active = 0
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _font(*, bold: bool = False, italic: bool = False, color: str | None = None) -> Any:
    return Font(name="Calibri", size=11, bold=bold, italic=italic, color=color)


def _renamed(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(Column(layout.xlsform_name(c.key), c.kind, c.options, c.default) for c in columns)


def _campaign(book: Any, plain: Mapping[str, Any], places: Mapping[str, str]) -> None:
    sheet = book.create_sheet(texts.CAMPAIGN)
    _head(sheet, tuple(Column(key, "text") for key in texts.CAMPAIGN_COLUMNS), texts.CAMPAIGN_COLUMNS)
    row = FIRST
    _line(sheet, row, texts.VERSION_TITLE, layout.VERSION, layout.VERSION_KEY, texts.VERSION_NOTE)
    part = ""
    for path, column in sorted(layout.lines(), key=lambda line: line[0][0] in texts.SETTINGS):
        key = ".".join(path)
        if path[0] != part:
            part = path[0]
            row += 1
            _put(sheet, row, 1, texts.PARTS.get(part, part), bold=True)
            for cell in range(1, len(texts.CAMPAIGN_COLUMNS) + 1):
                sheet.cell(row, cell).fill = PatternFill("solid", fgColor=_PALE)
        row += 1
        title, note = texts.LINES.get(key, (key, ""))
        words = [note] if note else []
        if column.options and not note:
            words.append(texts.ONE_OF.format(options=", ".join(column.options)))
        if column.default is not None:
            words.append(texts.BY_DEFAULT.format(value=written(column.default)))
        value = _at(plain, path)
        _line(sheet, row, title, "" if value is None else written(value), key, " ".join(words))
        _choose(sheet, column, f"B{row}", places.get(key, ""))
    for letter, width in zip("ABCD", (28, 70, 36, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    _fit_rows(sheet)


def _line(sheet: Any, row: int, title: str, value: object, key: str, note: str) -> None:
    for column, content in enumerate((title, value, key, note), 1):
        _put(sheet, row, column, content)
        sheet.cell(row, column).border = Border(bottom=_LINE)
    sheet.cell(row, 2).number_format = "General" if isinstance(value, int | float) else "@"
    sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FFFBE6")
    sheet.cell(row, 3).font = sheet.cell(row, 4).font = _font(color=_GREY)


def _at(plain: Mapping[str, Any], path: Sequence[str]) -> Any:
    found: Any = plain
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _question(item: Mapping[str, Any], lists: dict[Options, str]) -> Row:
    """Return the row of a question. lists: the options of the questions so far → name of their list"""
    kind = item["type"]
    if "options" in item:
        options = tuple(tuple(option.items()) for option in item["options"])
        if options not in lists:  # questions of two lists of entries may have one id
            taken = item["id"] in lists.values()
            lists[options] = f"{item['id']}_{len(lists)}" if taken else item["id"]
        word = next((word for word, known in layout.SELECT.items() if known == kind), kind)
        kind = f"{word} {lists[options]}"
    return {**item, "type": kind, "options": None}


def _questions(plain: Mapping[str, Any]) -> tuple[list[Row], list[Row]]:
    """Return the rows of «Вопросы» and «Варианты». Equal lists of options are one list."""
    rows: list[Row] = []
    lists: dict[Options, str] = {}
    for section in plain["sections"]:
        rows.append({"type": layout.BEGIN_GROUP, **section, "questions": None})
        for item in section["questions"]:
            if "figures" in item:
                rows.append({**item, "type": layout.BEGIN_TABLE, "figures": None})
                rows += [{"type": layout.FIGURE, **figure} for figure in item["figures"]]
                rows.append({"type": layout.END_TABLE})
                continue
            if "questions" in item:
                rows.append({**item, "type": layout.BEGIN_REPEAT, "questions": None})
                rows += [_question(one, lists) for one in item["questions"]]
                rows.append({"type": layout.END_REPEAT})
                continue
            rows.append(_question(item, lists))
        rows.append({"type": layout.END_GROUP})
    options: list[Row] = []
    for listed, name in lists.items():
        options += [{layout.LIST_NAME: name, **dict(option)} for option in listed]
    return [_named(row) for row in rows], [_named(row) for row in options]


def _named(row: Row) -> Row:
    return {layout.xlsform_name(key): value for key, value in row.items()}


def _groups(plain: Mapping[str, Any]) -> Iterator[Row]:
    for group in plain.get("target_groups", ()):
        first = {c.key: group.get(key) for c in layout.group_columns() if (key := layout.of_group(c.key)) is not None}
        for line in group["lines"]:
            yield {**first, **line}
            first = {}


def _municipalities(book: Any, rows: Sequence[Mapping[str, Any]], groups: Sequence[TargetGroup]) -> None:
    counted = {f"{layout.HEADCOUNTS}.{group.id}": group for group in groups}
    titles = {
        **texts.MUNICIPALITY_COLUMNS,
        **{k: (texts.HEADCOUNT_TITLE.format(group=g.title), texts.HEADCOUNT_NOTE) for k, g in counted.items()},
    }
    columns = (*layout.municipality_columns(), *(Column(key, "number") for key in counted))
    spread = (
        {**row, **{f"{layout.HEADCOUNTS}.{k}": v for k, v in row.get(layout.HEADCOUNTS, {}).items()}} for row in rows
    )
    kinds = f"'{texts.KINDS}'!$A${FIRST}:$A${_SPARE_ROWS}"
    _table(book, texts.MUNICIPALITIES, columns, titles, spread, {"kind": kinds})


def _table(
    book: Any, title: str, columns: Sequence[Column], titles: Titles, rows: Iterable[Row], places: Mapping[str, str]
) -> None:
    """Add a sheet with one row a record. places: key of a column → the range of its drop-down."""
    sheet = book.create_sheet(title)
    _head(sheet, columns, titles)
    last = FIRST
    for last, record in enumerate(rows, FIRST):
        for number, column in enumerate(columns, 1):
            value = record.get(column.key)
            if value is not None:
                _put(sheet, last, number, written(value))
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        middle = column.key in _MIDDLE or column.key.startswith(layout.HEADCOUNTS)
        dimension.width = 44 if column.key in _WIDE else 24 if middle else 15
        if title != texts.MUNICIPALITIES and column.key == "name":
            dimension.width = 24
        if column.kind != "number":
            dimension.number_format = "@"
        _choose(sheet, column, f"{letter}{FIRST}:{letter}{max(last, _SPARE_ROWS)}", places.get(column.key, ""))
        for row in range(FIRST, last + 1):
            sheet.cell(row, number).number_format = "General" if column.kind == "number" else "@"
    if title == texts.QUESTIONS:
        _mark_parts(sheet, last, len(columns))
    _fit_rows(sheet)


def _mark_parts(sheet: Any, last: int, columns: int) -> None:
    """Shade the rows that begin and end sections and tables."""
    for row in range(FIRST, last + 1):
        kind = str(sheet.cell(row, 1).value)
        if kind.startswith(("begin_", "end_")):
            for column in range(1, columns + 1):
                cell = sheet.cell(row, column)
                cell.fill = PatternFill("solid", fgColor=_PALE)
                cell.font = _font(bold=kind == layout.BEGIN_GROUP, color=None if kind.startswith("begin_") else _GREY)


def _head(sheet: Any, columns: Sequence[Column], titles: Titles) -> None:
    for number, column in enumerate(columns, 1):
        title, note = titles.get(column.key, (column.key, ""))
        _put(sheet, TITLES, number, title)
        _put(sheet, KEYS, number, column.key)
        head, key = sheet.cell(TITLES, number), sheet.cell(KEYS, number)
        head.font, head.fill = _font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_DARK)
        key.font, key.fill = _font(color=_GREY, italic=True), PatternFill("solid", fgColor=_PALE)
        if note:
            head.comment = Comment(note, texts.CREATOR, width=340, height=40 + 20 * (len(note) // 40 + 1))
    _for_print(sheet)
    sheet.print_title_rows = f"{TITLES}:{KEYS}"
    sheet.freeze_panes = sheet.cell(FIRST, 1 if sheet.title == texts.CAMPAIGN else 3 if len(columns) > 5 else 1)


def _fit_rows(sheet: Any) -> None:
    """Make each row as high as its longest text needs: a program that opens the file may not do it."""
    for cells in sheet.iter_rows():
        lines = max(
            (
                sum(1 + len(line) // int(sheet.column_dimensions[cell.column_letter].width) for line in content)
                for cell in cells
                if isinstance(cell.value, str) and (content := cell.value.split("\n"))
            ),
            default=1,
        )
        sheet.row_dimensions[cells[0].row].height = min(_LINE_HEIGHT * lines, _HIGHEST)


def _for_print(sheet: Any) -> None:
    """Print the sheet across one page."""
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _choose(sheet: Any, column: Column, cells: str, place: str) -> None:
    """Give the cells a drop-down where the column has words to choose from. Other words are left to the checker."""
    options = (texts.YES, texts.NO) if column.kind == "yes_no" else column.options
    if not place and not options:
        return
    check = DataValidation("list", formula1=place or f'"{",".join(options)}"', allow_blank=True)
    check.showErrorMessage = False
    sheet.add_data_validation(check)
    check.add(cells)


def _help(book: Any) -> dict[str, str]:
    """Add the sheet of explanations; return the ranges that drop-downs take their words from."""
    sheet = book.create_sheet(texts.HELP)
    row = 0
    places: dict[str, str] = {}
    zones = dict.fromkeys(CITIES, "")
    for key, title, words in (
        ("", "", dict(texts.HELP_INTRO)),
        ("type", texts.HELP_TYPES, texts.TYPES),
        ("aggregate", texts.HELP_AGGREGATES, texts.AGGREGATES),
        ("campaign.timezone", texts.HELP_ZONES, zones),
    ):
        if title:
            row += 2
            _put(sheet, row, 1, title, bold=True)
        places[key] = f"'{texts.HELP}'!$A${row + 1}:$A${row + len(words)}"
        for word, meaning in words.items():
            row += 1
            _put(sheet, row, 1, word, bold=not title and not meaning)
            _put(sheet, row, 2, meaning)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 100
    _for_print(sheet)
    return places


def _put(sheet: Any, row: int, column: int, value: object, *, bold: bool = False) -> None:
    """Fill a cell. A text stays a text whatever it begins with: no «=» makes a formula of it."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = escaped(value) or None
        cell.data_type = "s"
    else:
        cell.value = value
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    cell.font = _font(bold=bold)
