"""Data for the scripts: version, rows in blocks, a search, style sheets, charts."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from localsheets.errors import RequestFailed
from localsheets.grid.access import require_viewer
from localsheets.grid.answering import answer, dressed
from localsheets.grid.checks import CheckReader
from localsheets.grid.context import grid
from localsheets.grid.drawing import chart_svg
from localsheets.grid.pages import FOR_GOOD, tab_list
from localsheets.grid.tabs import HEIGHT, MAX_WANTED, WIDTH, TabView, cells_showing, formats_of, tab_view
from localsheets.locales import locale_of
from localsheets.looks import chart_source
from localsheets.model import Sheet, Spreadsheet

blueprint = Blueprint("data", __name__, url_prefix="/grid")
dressed(blueprint)


def find_tab(spreadsheet_id: str, gid: int) -> tuple[Spreadsheet, Sheet]:
    """Return the published state and its tab. Raises 404."""
    state = grid().store.get(spreadsheet_id)
    try:
        return state, state.sheet(gid)
    except RequestFailed as error:
        raise NotFound from error


def _view(spreadsheet_id: str, gid: int) -> TabView:
    require_viewer()
    state, sheet = find_tab(spreadsheet_id, gid)
    return tab_view(state, sheet, request.args.get("filter", "")[:MAX_WANTED])


@blueprint.get("/<spreadsheet_id>/version")
def version(spreadsheet_id: str) -> Response:
    """Return the version, one more with each change; a page asks for it every two seconds."""
    require_viewer()
    return answer({"version": grid().store.get(spreadsheet_id).version})


@blueprint.get("/<spreadsheet_id>/<int:gid>/view")
def view(spreadsheet_id: str, gid: int) -> Response:
    """Return everything of a tab except its rows."""
    seen = _view(spreadsheet_id, gid)
    return answer(
        {
            "version": seen.state.version,
            "name": seen.state.file["name"],
            "title": seen.sheet.title,
            "tabs": tab_list(seen.state),
            "head": seen.head(),
            "colgroup": seen.colgroup(),
            "rows": len(seen.numbers),
            "allRows": seen.sheet.row_count,
            "columns": seen.columns.stop,
            "frozen": seen.frozen,
            "shown": seen.spans(),
            "used": [seen.used.bottom, seen.used.right],
            "plain": bool(seen.sheet.props["gridProperties"].get("hideGridlines")),
            "formats": seen.formats(),
            "layout": seen.layout()[1],
            "charts": seen.charts(),
        }
    )


@blueprint.get("/<spreadsheet_id>/<int:gid>/rows/<int:number>")
def rows(spreadsheet_id: str, gid: int, number: int) -> Response:
    """Return one block of rows."""
    seen = _view(spreadsheet_id, gid)
    return answer({"version": seen.state.version, "formats": seen.formats(), "html": seen.block(number)})


@blueprint.get("/<spreadsheet_id>/<int:gid>/check")
def check(spreadsheet_id: str, gid: int) -> Response:
    """Return what the rule of a cell expects: `{"stamp", "words", "options"}`, all empty for a cell without one."""
    require_viewer()
    state, sheet = find_tab(spreadsheet_id, gid)
    row, column = request.args.get("row", -1, int), request.args.get("column", -1, int)
    if not (0 <= row < sheet.row_count and 0 <= column < sheet.column_count):
        raise NotFound
    found = CheckReader(locale_of(state.locale), str(state.props["timeZone"])).check(sheet.cell(row, column))
    return answer(
        {"stamp": found.stamp, "words": found.words, "options": list(found.options)}
        if found
        else {"stamp": "", "words": "", "options": []}
    )


@blueprint.get("/<spreadsheet_id>/<int:gid>/find")
def find(spreadsheet_id: str, gid: int) -> Response:
    """Return the next cell with a text after a given cell, row by row, with its place among all hits.

    Only cells on the page are hits. `back=1`: the previous one instead.
    """
    seen = _view(spreadsheet_id, gid)
    wanted = request.args.get("q", "")[:MAX_WANTED].casefold()
    if not wanted:
        return answer({"count": 0})
    here = (request.args.get("row", -1, int), request.args.get("column", -1, int))
    cells = [cell for cell in cells_showing(seen.state, seen.sheet, wanted) if seen.shows(*cell)]
    if not cells:
        return answer({"count": 0})
    if request.args.get("back") == "1":
        place = max((number for number, cell in enumerate(cells) if cell < here), default=len(cells) - 1)
    else:
        place = min((number for number, cell in enumerate(cells) if cell > here), default=0)
    return answer({"count": len(cells), "place": place + 1, "row": cells[place][0], "column": cells[place][1]})


@blueprint.get("/<spreadsheet_id>/formats.css")
def formats(spreadsheet_id: str) -> Response:
    """Return the style sheet of formats; its address carries its stamp."""
    require_viewer()
    return _css(*formats_of(grid().store.get(spreadsheet_id)))


@blueprint.get("/<spreadsheet_id>/<int:gid>/layout.css")
def layout(spreadsheet_id: str, gid: int) -> Response:
    """Return the style sheet of widths and heights."""
    return _css(*_view(spreadsheet_id, gid).layout())


def _css(text: str, stamp: str) -> Response:
    response = Response(text, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = (
        FOR_GOOD.replace("public", "private") if request.args.get("v") == stamp else "no-store"
    )
    return response


@blueprint.get("/<spreadsheet_id>/<int:gid>/chart/<int:number>.svg")
def chart(spreadsheet_id: str, gid: int, number: int) -> Response:
    """Return a chart, drawn from the current figures."""
    require_viewer()
    state, sheet = find_tab(spreadsheet_id, gid)
    held = next((one for one in sheet.features.get("charts", ()) if one["chartId"] == number), None)
    source = chart_source(state, held) if held else None
    if held is None or source is None:
        raise NotFound
    overlay = held.get("position", {}).get("overlayPosition", {})
    size = int(overlay.get("widthPixels", WIDTH)), int(overlay.get("heightPixels", HEIGHT))
    response = Response(chart_svg(state, source, *size), content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
