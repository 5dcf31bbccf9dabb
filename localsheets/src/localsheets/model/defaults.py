"""A new spreadsheet, from the recorded answers."""

import datetime
import secrets

from localsheets.jsontypes import Json
from localsheets.model.spreadsheet import Spreadsheet

MIME_TYPE = "application/vnd.google-apps.spreadsheet"

_WHITE: Json = {"rgbColor": {"red": 1, "green": 1, "blue": 1}}

DEFAULT_FORMAT: Json = {
    "backgroundColorStyle": _WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColorStyle": {"rgbColor": {}},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
    },
}


def _theme(kind: str, red: float, green: float, blue: float) -> Json:
    color = {name: part for name, part in (("red", red), ("green", green), ("blue", blue)) if part}
    return {"colorType": kind, "color": {"rgbColor": color}}


THEME: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        _theme("TEXT", 0, 0, 0),
        _theme("BACKGROUND", 1, 1, 1),
        _theme("ACCENT1", 0.25882354, 0.52156866, 0.95686275),
        _theme("ACCENT2", 0.91764706, 0.2627451, 0.20784314),
        _theme("ACCENT3", 0.9843137, 0.7372549, 0.015686275),
        _theme("ACCENT4", 0.20392157, 0.65882355, 0.3254902),
        _theme("ACCENT5", 1, 0.42745098, 0.003921569),
        _theme("ACCENT6", 0.27450982, 0.7411765, 0.7764706),
        _theme("LINK", 0.06666667, 0.33333334, 0.8),
    ],
}


def new_id() -> str:
    """Return a spreadsheet id of Google's length, 44 characters."""
    return ("1" + secrets.token_urlsafe(33))[:44]


def timestamp(moment: datetime.datetime) -> str:
    """Return a moment in RFC 3339, UTC with milliseconds, as Drive writes it."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sheet_props(sheet_id: int, title: str, rows: int = 1000, columns: int = 26) -> Json:
    """Return SheetProperties of an empty grid, without `index`."""
    return {
        "sheetId": sheet_id,
        "title": title,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": rows, "columnCount": columns},
    }


def new_spreadsheet(
    title: str,
    owner: str,
    moment: datetime.datetime,
    locale: str = "en_US",
    time_zone: str = "Etc/GMT",
    tab: str | None = "Sheet1",
) -> Spreadsheet:
    """Return a spreadsheet with one empty tab (`tab=None`: without tabs)."""
    now = timestamp(moment)
    file: Json = {
        "name": title,
        "mimeType": MIME_TYPE,
        "createdTime": now,
        "modifiedTime": now,
        "version": 1,
        "owner": owner,
        "permissions": [{"id": "owner", "type": "user", "role": "owner", "emailAddress": owner}],
    }
    props: Json = {"locale": locale, "timeZone": time_zone, "autoRecalc": "ON_CHANGE"}
    fresh = Spreadsheet(new_id(), file, props)
    if tab is not None:
        fresh.add_sheet(sheet_props(0, tab))
    return fresh
