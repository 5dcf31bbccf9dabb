"""All versions of all reports as one table: CSV and a workbook for Excel, CSV for programs, JSON.

JSON is a Frictionless Data Package 2 (https://datapackage.org/standard/data-package/). CSV for programs: RFC 4180.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from csv import writer
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, cast

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from campaign import Campaign, Question, Value, read_json
from campaign.entries import entries_of, shown_entries
from campaign.texts import day
from letters import texts
from letters.facts import printable
from letters.published import REPORTED
from outbox import Outbox
from outbox.records import Json, Submission

FieldType = Literal["string", "integer", "number", "boolean", "date", "datetime", "array"]
_TYPES: Mapping[str, FieldType] = {
    "integer": "integer",
    "decimal": "number",
    "yes_no": "boolean",
    "date": "date",
    "several": "array",
    "links": "array",
    "files": "integer",  # how many: names of files may hold personal data
}
"""Answer type → type of the column; every other is text."""
_PYTHON: Mapping[FieldType, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, Decimal),
    "boolean": bool,
    "date": date,
    "array": tuple,
    "string": str,
}
EXCEL_DIGITS = 15
EXCEL_TEXT = 32_767
"""The most digits that Excel keeps of a number, and the most characters of a cell."""
EXCEL_TITLE = 31
"""Characters of a sheet's title."""
_FORBIDDEN = re.compile(r"[\\/?*\[\]:]")
"""Characters that no sheet's title has."""
_FORMULA = re.compile(r"[\s'\"]*[=+\-@]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column. question: None for what is known of the report beside its answers."""

    name: str
    title: str
    type: FieldType
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Reports:
    """The table. rows: a value a column, None where there is none.

    lists: a table for each list of entries; listed: row → the answer to each list, in the order of `lists`
    """

    campaign: Campaign
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | None, ...], ...]
    lists: tuple[EntryTable, ...] = ()
    listed: tuple[tuple[Value | None, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class EntryTable:
    """The entries of a list, a row each, of every version of every report; columns and rows as of `Reports`."""

    question: Question
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | None, ...], ...]


def reports(campaign: Campaign, outbox: Outbox, *, contacts: bool) -> Reports:
    """Return every version of every report, by number.

    contacts: the answers that are kept at home too. `counts` is as the worker published last, None before that. An
    answer that was given when its question had another type stands in a column of its own, as text.
    """
    questions = tuple(q for q in campaign.questions if q.in_sheet or (contacts and q.kept_at_home))
    columns = (
        *(Column(name, title, kind) for name, (title, kind) in _ABOUT.items()),
        *(Column(f"answer_{q.id}", q.header, _TYPES.get(q.type, "string"), q) for q in questions),
        Column("reasons", texts.EXPORT_REASONS, "string"),
        Column("other_types", texts.EXPORT_OTHER_TYPES, "string"),
    )
    counting: set[str] | None = None
    if outbox.statuses.as_of(campaign.id) is not None:
        statuses = outbox.statuses.all(campaign.id)
        counting = {one.receipt for one in statuses if one.receipt and one.state in REPORTED and not one.by_hand}
    sent = tuple(outbox.submissions.all(campaign.id))
    rows = tuple(_row(campaign, questions, one, counting, contacts) for one in sent)
    asked = [campaign.by_id[one.id] for one in campaign.lists]
    listed = tuple(
        tuple(values.get(one.id) for one in asked)
        for values in (read_json(campaign, report.answers) for report in sent)
    )
    lists = tuple(
        _entries(one, [(row, whole[n]) for row, whole in zip(rows, listed, strict=True)], campaign.lists[n].tab)
        for n, one in enumerate(asked)
    )
    return Reports(campaign, columns, rows, lists, listed)


_BESIDE_ENTRIES = ("receipt", "oktmo", "municipality", "version", "counts")


def _entries(
    question: Question, reports: list[tuple[tuple[Value | None, ...], Value | None]], title: str
) -> EntryTable:
    """Return the table of a list. reports: row of a report → its answer to the list"""
    inside = question.entries.questions if question.entries else ()
    columns = (
        *(Column(name, *_ABOUT[name]) for name in _BESIDE_ENTRIES),
        Column("number", texts.EXPORT_NUMBER, "integer"),
        *(Column(f"answer_{one.id}", one.header, _TYPES.get(one.type, "string"), one) for one in inside),
        Column("other_types", texts.EXPORT_OTHER_TYPES, "string"),
    )
    places = [list(_ABOUT).index(name) for name in _BESIDE_ENTRIES]
    rows = []
    for report, whole in reports:
        for number, entry in enumerate(entries_of(question, whole), start=1):
            answers, others = _fitting(inside, entry)
            rows.append((*(report[place] for place in places), number, *answers, others))
    return EntryTable(question, title, columns, tuple(rows))


_ABOUT: Mapping[str, tuple[str, FieldType]] = {
    "receipt": (texts.EXPORT_RECEIPT, "string"),
    "oktmo": (texts.EXPORT_OKTMO, "string"),
    "municipality": (texts.EXPORT_MUNICIPALITY, "string"),
    "version": (texts.EXPORT_VERSION, "integer"),
    "accepted_at": (texts.EXPORT_ACCEPTED, "datetime"),
    "late": (texts.EXPORT_LATE, "boolean"),
    "counts": (texts.EXPORT_COUNTS, "boolean"),
}


def _row(
    campaign: Campaign,
    questions: tuple[Question, ...],
    sent: Submission,
    counting: set[str] | None,
    contacts: bool,
) -> tuple[Value | None, ...]:
    values = read_json(campaign, {**sent.answers, **sent.contacts} if contacts else sent.answers)
    answers, others = _fitting(questions, values)
    for one in campaign.lists:
        if isinstance(value := values.get(one.id), str):
            others = "\n".join(filter(None, (others, f"{one.id}: {value}")))
    municipality = campaign.by_oktmo.get(sent.oktmo)
    return (
        sent.receipt,
        sent.oktmo,
        municipality.name if municipality else None,
        sent.version,
        sent.accepted_at.astimezone(campaign.about.zone).isoformat(timespec="seconds"),
        sent.late,
        None if counting is None else sent.receipt in counting,
        *answers,
        "\n".join(f"{key}: {words}" for key, words in sent.reasons.items() if words) or None,
        others,
    )


def _fitting(questions: Iterable[Question], values: Mapping[str, Value]) -> tuple[list[Value | None], str | None]:
    """Return the answers that are of their questions' types of today, and the others as one text."""
    answers: list[Value | None] = []
    others: list[str] = []
    for question in questions:
        value = values.get(question.id)
        if question.answer_type.uploaded and isinstance(value, tuple):
            value = len(value)
        wanted = _PYTHON[_TYPES.get(question.type, "string")]
        fits = value is None or (isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)))
        answers.append(value if fits else None)
        if not fits:
            others.append(f"{question.id}: {value}")
    return answers, "\n".join(others) or None


def excel_csv(table: Reports) -> bytes:
    """Return the CSV that Russian Excel opens by a double click: semicolons, decimal commas, a byte order mark."""
    header = [column.title for column in table.columns] + [one.title for one in table.lists]
    return _csv(table, ";", header, _for_people, shown_entries).encode("utf-8-sig")


def plain_csv(table: Reports) -> bytes:
    """Return the CSV of RFC 4180: commas, CRLF, names of columns, decimal points, ISO dates, ids of options."""
    header = [column.name for column in table.columns] + [f"answer_{one.question.id}" for one in table.lists]
    return _csv(table, ",", header, _for_programs, _entries_json).encode("utf-8")


def _entries_json(_: Question, value: Value) -> str:
    """Return the entries of a list as a JSON array."""
    return f"[{','.join(value)}]" if isinstance(value, tuple) else str(value)


def _csv(
    table: Reports,
    delimiter: str,
    header: list[str],
    cell: Callable[[Column, Value | None], str],
    entries: Callable[[Question, Value], str],
) -> str:
    """entries: gives the whole list in one cell: a CSV file has one table"""
    out = io.StringIO(newline="")
    lines = writer(out, delimiter=delimiter, lineterminator="\r\n")
    lines.writerow(map(_no_formula, header))
    for row, listed in zip(table.rows, table.listed, strict=True):
        cells = [cell(column, value) for column, value in zip(table.columns, row, strict=True)]
        for one, value in zip(table.lists, listed, strict=True):
            cells.append("" if value is None else _no_formula(printable(entries(one.question, value))))
        lines.writerow(cells)
    return out.getvalue()


def _digits(value: int | Decimal) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _for_people(column: Column, value: Value | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return texts.YES if value else texts.NO
        case int() | Decimal():
            return _digits(value).replace(".", ",")
        case date():
            return day(value)
    return _no_formula(_shown(column, value))


def _shown(column: Column, value: Value) -> str:
    """Return an answer in words, and a moment as people write it."""
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    if column.type == "datetime":
        return f"{datetime.fromisoformat(str(value)):%d.%m.%Y %H:%M}"
    return printable(column.question.answer_type.shown(column.question, value) if column.question else str(value))


def _for_programs(_: Column, value: Value | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return _digits(value)
        case date():
            return value.isoformat()
        case tuple():
            return _no_formula(printable("\n".join(value)))
    return _no_formula(printable(value))


def _no_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before it where it begins like one."""
    return f"'{text}" if _FORMULA.match(text) else text


def workbook(table: Reports) -> bytes:
    """Return the table as a workbook for people: figures and dates are such, and no text is taken for a formula."""
    book = Workbook(write_only=True)
    _sheet(book, texts.EXPORT_SHEET, table)
    for one in table.lists:
        _sheet(book, _FORBIDDEN.sub(" ", one.title)[:EXCEL_TITLE], one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, table: Reports | EntryTable) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.append([_text_cell(sheet, printable(column.title)) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, column, value) for column, value in zip(table.columns, row, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _cell(sheet: object, column: Column, value: Value | None) -> WriteOnlyCell:
    """Return a cell: a number that Excel keeps exactly, a date, or text."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool) and len(_digits(value)) <= EXCEL_DIGITS
    if value is None or number:
        return WriteOnlyCell(sheet, value)
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "DD.MM.YYYY"
        return cell
    return _text_cell(sheet, _shown(column, value))


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    if len(text) > EXCEL_TEXT:
        text = text[: EXCEL_TEXT - len(texts.EXPORT_CUT)] + texts.EXPORT_CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # whatever it looks like
    return cell


def data_package(table: Reports) -> bytes:
    """Return the Data Package with the table in it. Decimal figures are strings, so that none changes."""
    about = table.campaign.about
    package: dict[str, Json] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": table.campaign.id,
        "title": printable(about.title),
        "description": printable(about.subject),
        "resources": cast(
            "list[Json]",
            [
                {
                    "name": "reports",
                    "type": "table",
                    "schema": _schema(table, ["receipt"]),
                    "data": list(_objects(table)),
                },
                *(
                    {
                        "name": f"entries_{one.question.id.lower()}",
                        "type": "table",
                        "title": printable(one.question.title),
                        "schema": {**_schema(one, ["receipt", "number"]), "foreignKeys": [_OF_REPORT]},
                        "data": list(_objects(one)),
                    }
                    for one in table.lists
                ),
            ],
        ),
    }
    return json.dumps(package, ensure_ascii=False, indent=1).encode("utf-8")


_OF_REPORT: Json = {"fields": ["receipt"], "reference": {"resource": "reports", "fields": ["receipt"]}}


def _schema(table: Reports | EntryTable, key: list[Json]) -> dict[str, Json]:
    return {"fields": [_field(column) for column in table.columns], "primaryKey": key, "missingValues": [""]}


def _field(column: Column) -> Json:
    field: dict[str, Json] = {"name": column.name, "type": column.type, "title": printable(column.title)}
    question = column.question
    if question is not None and question.unit:
        field["unit"] = question.unit
    if question is not None and question.options:
        field["options"] = [{"value": one.id, "label": printable(one.title)} for one in question.options]
    return field


def _objects(table: Reports | EntryTable) -> Iterator[Json]:
    for row in table.rows:
        yield {column.name: _json(value) for column, value in zip(table.columns, row, strict=True)}


def _json(value: Value | None) -> Json:
    match value:
        case None | bool() | int():
            return value
        case Decimal():
            return _digits(value)
        case date():
            return value.isoformat()
        case tuple():
            return [printable(one) for one in value]
    return printable(value)
