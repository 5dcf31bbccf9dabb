"""`/healthz` and a plain table of each tab. Imports `web.context`, `values`, `texts`.

The table is for those without JavaScript and until the grid is there; it only shows.
"""

import json
from html import escape

from flask import Blueprint, Response, abort, request

from localsheets import texts
from localsheets.errors import SheetsError
from localsheets.model import Sheet, Spreadsheet
from localsheets.values.render import Rendering, value_lists
from localsheets.web.context import context
from localsheets.web.exchange import mark

blueprint = Blueprint("pages", __name__)

MAX_ROWS = 2000
_CURRENT = ' aria-current="page"'

_STYLE = """
body{font:15px/1.45 system-ui,"Segoe UI",Roboto,sans-serif;margin:0;color:#1b1b1b;background:#fff}
header{padding:12px 16px;border-bottom:1px solid #c9ccd1}h1{font-size:20px;margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:4px;list-style:none;margin:0;padding:8px 16px;background:#f1f3f5}
nav a{display:block;padding:8px 14px;border-radius:4px;color:#123f7a;text-decoration:none}
nav a[aria-current]{background:#123f7a;color:#fff}nav a:focus-visible{outline:3px solid #ffbf47}
main{overflow-x:auto;padding:0 16px 32px}table{border-collapse:collapse;margin-top:12px}
th,td{border:1px solid #d5d8dc;padding:4px 8px;text-align:left;vertical-align:top;white-space:pre-wrap;max-width:28em}
th{background:#f1f3f5;font-weight:600}td.n{text-align:right;white-space:nowrap}p{margin:12px 0}
"""


@blueprint.route("/healthz")
def healthz() -> Response:
    """200 when the store answers."""
    mark("healthz")
    context().store.files()
    return Response(json.dumps({"status": "ok"}), content_type="application/json")


@blueprint.route("/")
def index() -> Response:
    """The newest spreadsheet, its tabs and the chosen one (`?sheet=ID`)."""
    mark("page")
    files = context().store.files()
    if not files:
        return _page(texts.PAGE_HEADING, "", f"<p>{escape(texts.PAGE_EMPTY)}</p>", 200)
    return spreadsheet_page(_first(files))


def _first(files: list[tuple[str, dict[str, object]]]) -> str:
    """The spreadsheet that the server made at its first start, else the newest."""
    home = context().store.fact("home")
    return home if home and any(found == home for found, _file in files) else files[0][0]


@blueprint.route("/spreadsheets/d/<spreadsheet_id>")
@blueprint.route("/spreadsheets/d/<spreadsheet_id>/edit")
def spreadsheet_page(spreadsheet_id: str) -> Response:
    """One spreadsheet as a plain table."""
    mark("page", spreadsheet_id)
    try:
        state = context().store.get(spreadsheet_id)
    except SheetsError as error:
        if error.code != 404:
            raise
        return _page(texts.PAGE_HEADING, "", f"<p>{escape(texts.PAGE_NOT_FOUND)}</p>", 404)
    visible = [sheet for sheet in state.sheets if not sheet.props.get("hidden")]
    chosen = visible[0]
    wanted = request.args.get("sheet")
    if wanted is not None:
        found = [sheet for sheet in visible if str(sheet.id) == wanted]
        if not found:
            abort(404)
        chosen = found[0]
    links = "".join(
        f'<li><a href="/spreadsheets/d/{escape(state.id)}/edit?sheet={sheet.id}"'
        f"{_CURRENT if sheet is chosen else ''}>{escape(sheet.title)}</a></li>"
        for sheet in visible
    )
    nav = f'<nav aria-label="{escape(texts.PAGE_TABS)}"><ul>{links}</ul></nav>'
    return _page(str(state.file["name"]), nav, _table(state, chosen), 200)


def _table(state: Spreadsheet, sheet: Sheet) -> str:
    box = sheet.grid._replace(bottom=min(len(sheet.rows), MAX_ROWS))
    shown = json.loads(value_lists(state, sheet, box, Rendering()) or "[]")
    raw = json.loads(value_lists(state, sheet, box, Rendering(values="UNFORMATTED_VALUE")) or "[]")
    if not shown:
        return f"<p>{escape(texts.PAGE_EMPTY)}</p>"
    width = max(len(row) for row in shown)
    frozen = int(sheet.props["gridProperties"].get("frozenRowCount", 0))
    lines = []
    for at, row in enumerate(shown):
        cells = []
        for column in range(width):
            text = escape(row[column]) if column < len(row) else ""
            value = raw[at][column] if at < len(raw) and column < len(raw[at]) else ""
            if at < frozen:
                cells.append(f'<th scope="col">{text}</th>')
            else:
                numeric = isinstance(value, int | float) and not isinstance(value, bool)
                cells.append(f"<td{' class=n' if numeric else ''}>{text}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    note = ""
    if len(sheet.rows) > MAX_ROWS:
        note = f"<p>{escape(texts.PAGE_SHORTENED.format(shown=MAX_ROWS, total=len(sheet.rows)))}</p>"
    return f"{note}<table>{''.join(lines)}</table>"


def _page(name: str, nav: str, body: str, status: int) -> Response:
    title = escape(texts.PAGE_TITLE.format(name=name))
    html = (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><header><h1>{escape(name)}</h1></header>"
        f"{nav}<main>{body}</main></body></html>"
    )
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
