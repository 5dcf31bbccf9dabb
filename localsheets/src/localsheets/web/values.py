"""`/v4/spreadsheets/{id}/values…`."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator

from flask import Response, request

from localsheets.a1 import Area, Box, full_name
from localsheets.answers.encoding import encode
from localsheets.errors import RequestFailed, SheetsError, invalid
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import locate, within
from localsheets.model.metadata import areas_of
from localsheets.values.render import Rendering, value_range
from localsheets.values.write import (
    Table,
    Written,
    append,
    clear_box,
    find_table,
    write_range,
    written_answer,
)
from localsheets.web.context import context
from localsheets.web.exchange import (
    BOOLEAN,
    answer,
    changing,
    mark,
    one,
    read_message,
    read_query,
    sheets_reader,
    sheets_writer,
    text_answer,
    truth,
)

_RENDER = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
_DATES = ("SERIAL_NUMBER", "FORMATTED_STRING")
_MAJOR = ("ROWS", "COLUMNS", "DIMENSION_UNSPECIFIED")
_INPUT = ("RAW", "USER_ENTERED", "INPUT_VALUE_OPTION_UNSPECIFIED")
_READ = {"majorDimension": _MAJOR, "valueRenderOption": _RENDER, "dateTimeRenderOption": _DATES}
_WRITE = {
    "valueInputOption": _INPUT,
    "includeValuesInResponse": BOOLEAN,
    "responseValueRenderOption": _RENDER,
    "responseDateTimeRenderOption": _DATES,
}


def dispatch(spreadsheet_id: str, tail: str) -> Response:
    """Route by the rest of the path after `values`."""
    if tail.startswith(":"):
        routes: dict[tuple[str, str], Callable[[str], Response]] = {
            ("GET", "batchGet"): batch_get,
            ("POST", "batchGetByDataFilter"): batch_get_by_filter,
            ("POST", "batchUpdate"): batch_update,
            ("POST", "batchUpdateByDataFilter"): batch_update_by_filter,
            ("POST", "batchClear"): batch_clear,
            ("POST", "batchClearByDataFilter"): batch_clear_by_filter,
        }
        handler = routes.get((request.method, tail[1:]))
        if handler is not None:
            return handler(spreadsheet_id)
    elif tail.startswith("/") and len(tail) > 1:
        text = tail[1:]
        if request.method == "GET":
            return get(spreadsheet_id, text)
        if request.method == "PUT":
            return update(spreadsheet_id, text)
        if request.method == "POST" and text.endswith(":append"):
            return append_values(spreadsheet_id, text.removesuffix(":append"))
        if request.method == "POST" and text.endswith(":clear"):
            return clear(spreadsheet_id, text.removesuffix(":clear"))
    raise SheetsError(404, "NOT_FOUND", f"Method not found: {request.method} {request.path[:200]}")


def _rendering(values: str, dates: str, major: str = "") -> Rendering:
    return Rendering(values or "FORMATTED_VALUE", dates or "SERIAL_NUMBER", major == "COLUMNS")


def _read_rendering(source: dict[str, list[str]]) -> Rendering:
    return _rendering(
        one(source, "valueRenderOption"), one(source, "dateTimeRenderOption"), one(source, "majorDimension")
    )


def _value_range(state: Spreadsheet, sheet: Sheet, area: Area, rendering: Rendering) -> str:
    box = within(sheet, area)
    return value_range(state, sheet, box, full_name(sheet.title, box), rendering)


# Reading


def get(spreadsheet_id: str, text: str) -> Response:
    sheets_reader()
    mark("values.get", spreadsheet_id)
    query = read_query(_READ)
    state = context().store.get(spreadsheet_id)
    sheet, area = locate(state, text)
    return text_answer(_value_range(state, sheet, area, _read_rendering(query)))


def batch_get(spreadsheet_id: str) -> Response:
    sheets_reader()
    mark("values.batchGet", spreadsheet_id)
    query = read_query({**_READ, "ranges": ()})
    state = context().store.get(spreadsheet_id)
    rendering = _read_rendering(query)
    texts = [_value_range(state, *locate(state, text), rendering) for text in query.get("ranges", [])]
    tail = f',"valueRanges":[{",".join(texts)}]' if texts else ""
    return text_answer(f'{{"spreadsheetId":"{spreadsheet_id}"{tail}}}')


def _filtered(state: Spreadsheet, filters: list[Json]) -> list[tuple[Json, Sheet, Box]]:
    """Return (filter, sheet, box) of everything that the filters match."""
    found = []
    try:
        for data_filter in filters:
            for sheet_id, area in areas_of(state, data_filter):
                sheet = state.sheet(sheet_id)
                found.append((data_filter, sheet, within(sheet, area)))
    except RequestFailed as error:
        raise invalid(f"Invalid dataFilters: {error}") from error
    return found


def batch_get_by_filter(spreadsheet_id: str) -> Response:
    sheets_reader()
    mark("values.batchGetByDataFilter", spreadsheet_id)
    read_query({})
    body: Json = read_message("BatchGetValuesByDataFilterRequest")
    state = context().store.get(spreadsheet_id)
    rendering = _rendering(
        body.get("valueRenderOption", ""), body.get("dateTimeRenderOption", ""), body.get("majorDimension", "")
    )
    if not body.get("dataFilters"):
        raise invalid("dataFilters must not be empty")
    texts = [
        f'{{"valueRange":{value_range(state, sheet, box, full_name(sheet.title, box), rendering)},'
        f'"dataFilters":[{json.dumps(encode("DataFilter", data_filter), ensure_ascii=False)}]}}'
        for data_filter, sheet, box in _filtered(state, body["dataFilters"])
    ]
    tail = f',"valueRanges":[{",".join(texts)}]' if texts else ""
    return text_answer(f'{{"spreadsheetId":"{spreadsheet_id}"{tail}}}')


# Writing


def _typed(option: str) -> bool:
    if option not in {"RAW", "USER_ENTERED"}:
        raise invalid("'valueInputOption' is required but not specified")
    return option == "USER_ENTERED"


def _same_range(body: Json, text: str) -> None:
    """Refuse a body with another range than the path's, as Google does."""
    given = body.get("range")
    if given is not None and given != text:
        raise invalid(f"Requested writing within range [{text[:200]}], but the value range was for {str(given)[:200]}.")


def _answer_written(state: Spreadsheet, written: Written, include: bool, rendering: Rendering) -> Json:
    reply = written_answer(state, written)
    if include:
        sheet = state.sheet(written.sheet_id)
        shown = full_name(sheet.title, written.box)
        reply["updatedData"] = json.loads(value_range(state, sheet, written.box, shown, rendering))
    return reply


def _response_rendering(query: dict[str, list[str]], major: str) -> Rendering:
    return _rendering(one(query, "responseValueRenderOption"), one(query, "responseDateTimeRenderOption"), major)


def update(spreadsheet_id: str, text: str) -> Response:
    editor = sheets_writer()
    mark("values.update", spreadsheet_id)
    query = read_query(_WRITE)
    body = read_message("ValueRange", "data")
    mark("values.update", spreadsheet_id, len(body.get("values", ())))
    typed = _typed(one(query, "valueInputOption"))
    _same_range(body, text)

    def work(fork: Spreadsheet) -> Written:
        sheet, area = locate(fork, text)
        try:
            return write_range(fork, sheet.id, area, body, typed)
        except RequestFailed as error:
            raise invalid(f"Invalid data: {error}") from error

    written, state = changing(spreadsheet_id, editor, work)
    rendering = _response_rendering(query, str(body.get("majorDimension", "")))
    reply = _answer_written(state, written, truth(query, "includeValuesInResponse"), rendering)
    return answer("UpdateValuesResponse", reply)


@contextlib.contextmanager
def placed(what: str) -> Iterator[None]:
    """Name the refused part of the request in the message: `Invalid data[1]: …`."""
    try:
        yield
    except RequestFailed as error:
        raise invalid(f"Invalid {what}: {error}") from error
    except SheetsError as error:
        if error.code != 400 or error.message.startswith("Invalid "):
            raise
        raise invalid(f"Invalid {what}: {error.message}") from error


def append_values(spreadsheet_id: str, text: str) -> Response:
    editor = sheets_writer()
    mark("values.append", spreadsheet_id)
    query = read_query({**_WRITE, "insertDataOption": ("OVERWRITE", "INSERT_ROWS")})
    body = read_message("ValueRange", "data")
    mark("values.append", spreadsheet_id, len(body.get("values", ())))
    typed = _typed(one(query, "valueInputOption"))
    _same_range(body, text)
    insert = one(query, "insertDataOption") == "INSERT_ROWS"

    def look(state: Spreadsheet) -> tuple[int, Table]:
        sheet, area = locate(state, text)
        return sheet.id, find_table(sheet, within(sheet, area))

    # In race mode the table is found before the write's turn comes, as in reality.
    early = None
    if context().faults.race_seconds():
        early = look(context().store.get(spreadsheet_id))
        time.sleep(context().faults.race_seconds())

    def work(fork: Spreadsheet) -> tuple[Table, Written]:
        sheet_id, table = early or look(fork)
        try:
            written = append(fork, sheet_id, table, body, typed=typed, insert=insert)
        except RequestFailed as error:
            raise invalid(f"Invalid data: {error}") from error
        return table, written

    (table, written), state = changing(spreadsheet_id, editor, work)
    rendering = _response_rendering(query, str(body.get("majorDimension", "")))
    reply: Json = {"spreadsheetId": spreadsheet_id}
    if table.found is not None:
        reply["tableRange"] = full_name(state.sheet(written.sheet_id).title, table.found)
    reply["updates"] = _answer_written(state, written, truth(query, "includeValuesInResponse"), rendering)
    return answer("AppendValuesResponse", reply)


def _batch(spreadsheet_id: str, kind: str, schema: str) -> Response:
    editor = sheets_writer()
    mark(kind, spreadsheet_id)
    read_query({})
    body: Json = read_message(schema)
    data: list[Json] = body.get("data", [])
    mark(kind, spreadsheet_id, sum(len(entry.get("values", ())) for entry in data))
    typed = _typed(body.get("valueInputOption", ""))

    def work(fork: Spreadsheet) -> list[tuple[Json, Written, str]]:
        out = []
        for number, entry in enumerate(data):
            if "dataFilter" in entry:
                targets = [(sheet.id, Area(*box)) for _one, sheet, box in _filtered(fork, [entry["dataFilter"]])]
            else:
                with placed(f"data[{number}]"):
                    sheet, area = locate(fork, entry.get("range", ""))
                targets = [(sheet.id, area)]
            for sheet_id, area in targets:
                with placed(f"data[{number}]"):
                    written = write_range(fork, sheet_id, area, entry, typed)
                out.append((entry, written, str(entry.get("majorDimension", ""))))
        return out

    done, state = changing(spreadsheet_id, editor, work)
    replies = []
    for entry, written, major in done:
        rendering = _rendering(
            body.get("responseValueRenderOption", ""), body.get("responseDateTimeRenderOption", ""), major
        )
        reply = _answer_written(state, written, bool(body.get("includeValuesInResponse")), rendering)
        if "dataFilter" in entry:
            reply.pop("spreadsheetId")
            reply["dataFilter"] = entry["dataFilter"]
        replies.append(reply)
    totals: Json = {"spreadsheetId": spreadsheet_id}
    boxes = [(written.sheet_id, written.box, written.cells) for _entry, written, _major in done]
    counts = {
        "totalUpdatedRows": len({(s, at) for s, box, n in boxes if n for at in range(box.top, box.bottom)}),
        "totalUpdatedColumns": len({(s, at) for s, box, n in boxes if n for at in range(box.left, box.right)}),
        "totalUpdatedCells": sum(count for _sheet, _box, count in boxes),
        "totalUpdatedSheets": len({sheet for sheet, _box, count in boxes if count}),
    }
    totals.update(counts)
    totals["responses"] = replies
    return answer(schema.replace("Request", "Response"), totals)


def batch_update(spreadsheet_id: str) -> Response:
    return _batch(spreadsheet_id, "values.batchUpdate", "BatchUpdateValuesRequest")


def batch_update_by_filter(spreadsheet_id: str) -> Response:
    return _batch(spreadsheet_id, "values.batchUpdateByDataFilter", "BatchUpdateValuesByDataFilterRequest")


def _cleared(spreadsheet_id: str, editor: str, find: Callable[[Spreadsheet], list[tuple[Sheet, Box]]]) -> list[str]:
    def work(fork: Spreadsheet) -> list[str]:
        names = []
        for sheet, box in find(fork):
            clear_box(fork, sheet.id, box)
            names.append(full_name(sheet.title, box))
        return names

    try:
        return changing(spreadsheet_id, editor, work)[0]
    except RequestFailed as error:
        raise invalid(f"Invalid request: {error}") from error


def _named(state: Spreadsheet, text: str) -> tuple[Sheet, Box]:
    sheet, area = locate(state, text)
    return sheet, within(sheet, area)


def clear(spreadsheet_id: str, text: str) -> Response:
    editor = sheets_writer()
    mark("values.clear", spreadsheet_id)
    read_query({})
    read_message("ClearValuesRequest")
    names = _cleared(spreadsheet_id, editor, lambda state: [_named(state, text)])
    return answer("ClearValuesResponse", {"spreadsheetId": spreadsheet_id, "clearedRange": names[0]})


def batch_clear(spreadsheet_id: str) -> Response:
    editor = sheets_writer()
    mark("values.batchClear", spreadsheet_id)
    read_query({})
    ranges: list[str] = read_message("BatchClearValuesRequest").get("ranges", [])
    if not ranges:
        raise invalid("ranges must not be empty")

    def find(state: Spreadsheet) -> list[tuple[Sheet, Box]]:
        found = []
        for number, text in enumerate(ranges):
            with placed(f"range[{number}]"):  # in the singular, as reported of Google
                found.append(_named(state, text))
        return found

    names = _cleared(spreadsheet_id, editor, find)
    return answer("BatchClearValuesResponse", {"spreadsheetId": spreadsheet_id, "clearedRanges": names})


def batch_clear_by_filter(spreadsheet_id: str) -> Response:
    editor = sheets_writer()
    mark("values.batchClearByDataFilter", spreadsheet_id)
    read_query({})
    filters: list[Json] = read_message("BatchClearValuesByDataFilterRequest").get("dataFilters", [])
    if not filters:
        raise invalid("dataFilters must not be empty")
    names = _cleared(
        spreadsheet_id, editor, lambda state: [(sheet, box) for _one, sheet, box in _filtered(state, filters)]
    )
    return answer("BatchClearValuesByDataFilterResponse", {"spreadsheetId": spreadsheet_id, "clearedRanges": names})
