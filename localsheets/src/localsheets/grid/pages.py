"""Pages: grid, list of spreadsheets, plain table, journal of edits, exports."""

import datetime
import tempfile
from io import BytesIO
from typing import IO
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from localsheets.a1 import Box, cell_name
from localsheets.grid.access import csrf_token, require_viewer
from localsheets.grid.answering import dressed, page
from localsheets.grid.changes import ChangeError
from localsheets.grid.context import grid
from localsheets.grid.lines import restore_deletion
from localsheets.grid.rendering import RowWriter
from localsheets.grid.tabs import tab_view, visible
from localsheets.grid.texts import Page
from localsheets.looks import hex_color
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.zones import known_zone
from localsheets.xlsx import MIME_TYPE, csv_text, workbook

blueprint = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/grid/static"
)
dressed(blueprint)

PLAIN_ROWS = 500
FOR_GOOD = "public, max-age=31536000, immutable"


@blueprint.get("/")
def index() -> BaseResponse:
    """Show the server's first spreadsheet, or the newest."""
    require_viewer()
    store = grid().store
    files = store.files()
    if not files:
        return page("list.html", title=Page.LIST, files=[])
    home = store.fact("home")
    first = home if home and any(found == home for found, _file in files) else files[0][0]
    return _grid_page(first)


@blueprint.get("/spreadsheets")
def listing() -> Response:
    """Show all spreadsheets."""
    require_viewer()
    files = [
        {"id": found, "name": file["name"], "changed": _moment(file["modifiedTime"], "Europe/Moscow")}
        for found, file in grid().store.files()
    ]
    return page("list.html", title=Page.LIST, files=files)


@blueprint.get("/spreadsheets/d/<spreadsheet_id>")
def shortened(spreadsheet_id: str) -> BaseResponse:
    """Redirect from Google's short address."""
    return redirect(url_for(".edit", spreadsheet_id=spreadsheet_id), 302)


@blueprint.get("/spreadsheets/d/<spreadsheet_id>/edit")
def edit(spreadsheet_id: str) -> BaseResponse:
    """Show the grid of one spreadsheet."""
    require_viewer()
    return _grid_page(spreadsheet_id)


def _grid_page(spreadsheet_id: str) -> Response:
    seen = require_viewer()
    state = grid().store.get(spreadsheet_id)
    tabs = visible(state)
    if not tabs:
        return page("message.html", title=str(state.file["name"]), lead=Page.NO_TABS)
    sheet = _chosen(state, tabs)
    view = tab_view(state, sheet)
    return _tab_page("grid.html", state, sheet, view=view, edits=seen.edits, csrf=csrf_token())


def _tab_page(template: str, state: Spreadsheet, sheet: Sheet, **more: object) -> Response:
    """Return a page about one tab. more: further values of the template"""
    name = state.file["name"]
    title = f"{sheet.title} — {name}"
    return page(template, 200, title=title, state=state, name=name, tabs=tab_list(state), sheet=sheet, **more)


def tab_list(state: Spreadsheet) -> list[dict[str, object]]:
    """Return id, title and colour of the visible tabs."""
    return [
        {"id": sheet.id, "title": sheet.title, "color": hex_color(sheet.props.get("tabColorStyle")) or ""}
        for sheet in visible(state)
    ]


def _chosen(state: Spreadsheet, tabs: list[Sheet]) -> Sheet:
    wanted = request.args.get("gid", "")
    if not wanted:
        return tabs[0]
    # A link may open a hidden tab, as in Google Sheets.
    found = next((sheet for sheet in state.sheets if str(sheet.id) == wanted), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/spreadsheets/d/<spreadsheet_id>/table")
def plain(spreadsheet_id: str) -> Response:
    """Show the plain table: no scripts, PLAIN_ROWS rows a page."""
    require_viewer()
    state = grid().store.get(spreadsheet_id)
    tabs = visible(state)
    if not tabs:
        raise NotFound
    sheet = _chosen(state, tabs)
    view = tab_view(state, sheet)
    filled = sheet.last_row()  # without the formatted rows below the last value
    total = max(filled - view.frozen, 0)
    pages = max(1, -(-total // PLAIN_ROWS))
    wanted = request.args.get("page", "1")
    number = min(max(int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 1, 1), pages)
    columns = range(max(view.used.right, 1))
    first = view.frozen + (number - 1) * PLAIN_ROWS
    return _tab_page(
        "plain.html",
        state,
        sheet,
        view=view,
        columns=columns,
        first=first,
        last=min(first + PLAIN_ROWS, filled),
        filled=filled,
        number=number,
        pages=pages,
        charts=view.charts() if number == 1 else [],
        writer=lambda seen, wanted: RowWriter(seen.state, seen.sheet, wanted),
        limits=lambda top, bottom, wanted: Box(top, bottom, 0, wanted.stop),
    )


@blueprint.get("/spreadsheets/d/<spreadsheet_id>/history")
def history(spreadsheet_id: str) -> Response:
    """Show the journal of edits, newest first."""
    seen = require_viewer()
    held = grid()
    state = held.store.get(spreadsheet_id)
    before = request.args.get("before", "")
    limit = 200
    edits = held.journal.listed(spreadsheet_id, int(before) if before.isdecimal() and len(before) < 18 else None, limit)
    zone = str(state.props["timeZone"])
    rows = [
        {
            # As in Page.HISTORY_HEADERS.
            "texts": (_unix(edit.time, zone), edit.who, edit.tab, edit.place, edit.was, edit.became),
            "number": edit.number if edit.deleted and edit.returned is None and seen.edits else None,
            "returned": _unix(edit.returned, zone) if edit.returned is not None else "",
        }
        for edit in edits
    ]
    older = edits[-1].number if len(edits) == limit else None
    return page(
        "history.html", title=Page.HISTORY, state=state, name=state.file["name"], rows=rows, older=older,
        csrf=csrf_token(),
    )  # fmt: skip


@blueprint.post("/spreadsheets/d/<spreadsheet_id>/history/<int:number>/restore")
def give_back(spreadsheet_id: str, number: int) -> BaseResponse:
    """Give back what the deletion of one entry took away, and lead to it."""
    try:
        place = restore_deletion(spreadsheet_id, number)
    except ChangeError as error:
        return page("message.html", error.status, title=Page.BROKEN, lead=str(error))
    to = f"gid={place['sheet']}&range={cell_name(place['row'], place['column'])}"
    return redirect(url_for(".edit", spreadsheet_id=spreadsheet_id, gid=place["sheet"]) + f"#{to}", 303)


@blueprint.get("/spreadsheets/d/<spreadsheet_id>/export")
def export(spreadsheet_id: str) -> Response:
    """Export the workbook (`format=xlsx`) or one tab (`format=csv&gid=…`, with `delimiter=;` for a Russian Excel)."""
    require_viewer()
    state = grid().store.get(spreadsheet_id)
    kind = request.args.get("format", "xlsx")
    name = str(state.file["name"])
    if kind == "csv":
        sheet = _chosen(state, visible(state) or state.sheets)
        # A Russian Excel opens a file with commas in one column.
        delimiter = ";" if request.args.get("delimiter") == ";" else ","
        content = BytesIO(("\ufeff" + csv_text(state, sheet, delimiter)).encode())
        return _file(content, "text/csv", f"{name} - {sheet.title}.csv")
    if kind != "xlsx":
        raise NotFound
    return _xlsx(state, name)


def _xlsx(state: Spreadsheet, name: str) -> Response:
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    workbook(state, file)
    file.seek(0)
    return _file(file, MIME_TYPE, f"{name}.xlsx")


def _file(content: IO[bytes], kind: str, name: str) -> Response:
    """Return a download; werkzeug encodes a Russian name for browsers."""
    response = send_file(content, mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _moment(text: str, zone: str) -> str:
    return _shown(datetime.datetime.fromisoformat(text), zone)


def _unix(seconds: float, zone: str) -> str:
    return _shown(datetime.datetime.fromtimestamp(seconds, datetime.UTC), zone)


def _shown(moment: datetime.datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone) if known_zone(zone) else datetime.UTC)
    return str(format_datetime(local, "dd.MM.yyyy HH:mm:ss", locale="ru"))
