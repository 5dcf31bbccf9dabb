"""Pages as Google's batchUpdate requests.

Formats are sent for rectangles, not cell by cell, and only when they differ from those sent last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

from sync.records.cells import entered
from sync.tabs.page import Chart, Page, PageCell, Rectangle, Row, Series, Style
from sync.tabs.styles import BAND_COLOURS, HEADER, STYLES, colour, linked, tone_format
from sync.tabs.written import PLACES, Request, WrittenTab
from sync.texts import tabs as texts

FORMAT_FIELDS = "userEnteredFormat"
VALUE_FIELDS = "userEnteredValue,note"
NUMBER_FIELD = "userEnteredFormat.numberFormat"
FIRST_OBJECT = 7_100
FIRST_OF_LISTS = 1_000_000
"""Objects over the tabs of lists are numbered from here on by their keys, which come and go."""
"""Ids of protections, bandings and charts: chosen here, so that they are found again."""
OUR_CHARTS = range(FIRST_OBJECT - 100, FIRST_OBJECT)


def grid_range(sheet_id: int, area: Rectangle) -> Request:
    return {
        "sheetId": sheet_id,
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }


# Values ---------------------------------------------------------------------------------------------------------


def _value_cell(cell: PageCell) -> Request:
    value = entered(cell.value)
    data: Request = {} if value is None else {"userEnteredValue": value}
    if cell.note:
        data["note"] = cell.note
    return data


def _format_of(cell: PageCell) -> Request:
    if not cell.words:
        return {}
    return {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": _only(cell.words)}}}


def _only(words: str) -> str:
    """Return the number format that shows these words whatever the number is."""
    quoted = '"{}"'.format(words.replace('"', "\u201d"))
    return ";".join([quoted] * 3)


def value_requests(sheet_id: int, rows: Sequence[Row], area: Rectangle) -> Iterator[Request]:
    """Write the rows from the area's corner on; `updateCells` empties the rest of the area:
    https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#UpdateCellsRequest
    """
    if area.bottom > area.top:
        yield {
            "updateCells": {
                "range": grid_range(sheet_id, area),
                "rows": [{"values": [_value_cell(cell) for cell in row]} for row in rows],
                "fields": VALUE_FIELDS,
            }
        }


def link_requests(sheet_id: int, rows: Sequence[Row]) -> Iterator[Request]:
    """Yield the cells with links, in runs down each column."""
    for column, cells in enumerate(zip(*rows, strict=True)):
        linking = [cell.link is not None for cell in cells]
        start = linking.index(True) if True in linking else len(cells)
        while start < len(cells):
            end = start
            while end < len(cells) and linking[end]:
                end += 1
            if end > start:
                yield {
                    "updateCells": {
                        "range": grid_range(sheet_id, Rectangle(start, end, column, column + 1)),
                        "rows": [
                            {"values": [{"userEnteredFormat": linked(cell.style, cell.link or "")}]}
                            for cell in cells[start:end]
                        ],
                        "fields": FORMAT_FIELDS,
                    }
                }
            start = end + 1


def live_requests(sheet_id: int, page: Page) -> Iterator[Request]:
    """Write the live cells."""
    for i in page.live:
        for column, cell in enumerate(page.rows[i]):
            if cell.live:
                yield {
                    "updateCells": {
                        "range": grid_range(sheet_id, Rectangle(i, i + 1, column, column + 1)),
                        "rows": [{"values": [{**_value_cell(cell), **_format_of(cell)}]}],
                        "fields": f"{VALUE_FIELDS},{NUMBER_FIELD}" if cell.words else VALUE_FIELDS,
                    }
                }


# Formats --------------------------------------------------------------------------------------------------------


def format_requests(page: Page, sheet_ids: Mapping[str, int], before: WrittenTab, bottom: int) -> Iterator[Request]:
    """Set all formats of the page anew, with merges, widths, colours and bandings. bottom: where the area ends."""
    sheet_id = sheet_ids[page.key]
    whole = Rectangle(0, bottom, 0, page.width)
    # The whole tab: a merge that reaches beyond our area (an older layout's, or one of staff) refuses a smaller range.
    yield {"unmergeCells": {"range": {"sheetId": sheet_id}}}
    yield _formatted(sheet_id, whole, STYLES["text"])
    for area, style in rectangles(page.rows):
        if style not in ("text", "blank"):
            yield _formatted(sheet_id, area, STYLES[style])
    for area in page.merges:
        yield {"mergeCells": {"range": grid_range(sheet_id, area), "mergeType": "MERGE_ALL"}}
    yield {
        "updateSheetProperties": {
            "properties": {
                "sheetId": sheet_id,
                "gridProperties": {
                    "frozenRowCount": page.frozen,
                    "frozenColumnCount": page.frozen_columns,
                    "hideGridlines": not page.gridlines,
                },
            },
            "fields": "gridProperties.frozenRowCount,gridProperties.frozenColumnCount,gridProperties.hideGridlines",
        }
    }
    yield from _widths(sheet_id, page.widths)
    yield from _colours(sheet_id, page, before)
    yield from _bandings(sheet_id, page, before)
    yield from _protected(sheet_id, page, before)


def _formatted(sheet_id: int, area: Rectangle, cell_format: Request) -> Request:
    return {
        "repeatCell": {
            "range": grid_range(sheet_id, area),
            "cell": {"userEnteredFormat": cell_format},
            "fields": FORMAT_FIELDS,
        }
    }


def rectangles(rows: Sequence[Row]) -> Iterator[tuple[Rectangle, Style]]:
    """Yield the page's styles as few rectangles: runs of one style in a row, joined with equal ones of the next row."""
    open_runs: dict[tuple[int, int, Style], int] = {}
    above: list[Style] = []
    for i, row in enumerate(rows):
        styles = [cell.style for cell in row]
        if styles == above:
            continue
        above = styles
        runs = dict.fromkeys(_runs(styles))  # in their order: digests must not depend on hashing
        for run in [run for run in open_runs if run not in runs]:
            yield Rectangle(open_runs.pop(run), i, run[0], run[1]), run[2]
        for run in runs:
            open_runs.setdefault(run, i)
    for (left, right, style), top in open_runs.items():
        yield Rectangle(top, len(rows), left, right), style


def _runs(styles: Sequence[Style]) -> Iterator[tuple[int, int, Style]]:
    left = 0
    for column, style in enumerate(styles):
        if style != styles[left]:
            yield left, column, styles[left]
            left = column
    if styles:
        yield left, len(styles), styles[left]


def _widths(sheet_id: int, widths: Sequence[int]) -> Iterator[Request]:
    left = 0
    for column in range(1, len(widths) + 1):
        if column == len(widths) or widths[column] != widths[left]:
            yield {
                "updateDimensionProperties": {
                    "range": {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": left, "endIndex": column},
                    "properties": {"pixelSize": widths[left]},
                    "fields": "pixelSize",
                }
            }
            left = column


def _colours(sheet_id: int, page: Page, before: WrittenTab) -> Iterator[Request]:
    for _ in range(before.conditional_rules):
        yield {"deleteConditionalFormatRule": {"sheetId": sheet_id, "index": 0}}
    for index, colours in enumerate(page.colours):
        yield {
            "addConditionalFormatRule": {
                "index": index,
                "rule": {
                    "ranges": [grid_range(sheet_id, colours.area)],
                    "booleanRule": {
                        "condition": {
                            "type": "TEXT_EQ" if isinstance(colours.value, str) else "NUMBER_GREATER",
                            "values": [{"userEnteredValue": str(colours.value)}],
                        },
                        "format": tone_format(colours.tone),
                    },
                },
            }
        }


def recalculation_request(zone: str) -> Request:
    """Let the spreadsheet compute NOW() each minute, in this time zone."""
    properties = {"timeZone": zone, "autoRecalc": "MINUTE"}
    return {"updateSpreadsheetProperties": {"properties": properties, "fields": "timeZone,autoRecalc"}}


def _bandings(sheet_id: int, page: Page, before: WrittenTab) -> Iterator[Request]:
    for banding in before.bandings:
        yield {"deleteBanding": {"bandedRangeId": banding}}
    for banding, area in zip(banding_ids(page), page.bandings, strict=True):
        yield {
            "addBanding": {
                "bandedRange": {
                    "bandedRangeId": banding,
                    "range": grid_range(sheet_id, area),
                    "rowProperties": BAND_COLOURS,
                }
            }
        }


def _protected(sheet_id: int, page: Page, before: WrittenTab) -> Iterator[Request]:
    """Yield the request of a warning before an edit of any column."""
    protection: Request = {"protectedRangeId": protection_id(page.key), "range": {"sheetId": sheet_id}}
    if protection_id(page.key) in before.protections:
        yield {"updateProtectedRange": {"protectedRange": protection, "fields": "range"}}
    else:
        words = {"description": texts.PROTECTED, "warningOnly": True}
        yield {"addProtectedRange": {"protectedRange": {**protection, **words}}}


# What lies over the cells ---------------------------------------------------------------------------------------


def protection_id(key: str) -> int:
    if key in PLACES:
        return FIRST_OBJECT + PLACES.index(key)
    return FIRST_OF_LISTS + crc32(key.encode()) % FIRST_OF_LISTS


def banding_ids(page: Page) -> tuple[int, ...]:
    first = FIRST_OBJECT + 100 * (1 + PLACES.index(page.key))
    return tuple(range(first, first + len(page.bandings)))


def chart_requests(page: Page, sheet_ids: Mapping[str, int], before: WrittenTab) -> Iterator[Request]:
    """Yield the requests that add the page's new charts, update known ones and remove the worker's others."""
    wanted = {chart.id for chart in page.charts}
    for gone in before.charts:
        if gone not in wanted and gone in OUR_CHARTS:
            yield {"deleteEmbeddedObject": {"objectId": gone}}
    for chart in page.charts:
        spec, position = _chart_spec(chart, sheet_ids), _chart_position(chart, sheet_ids[page.key])
        if chart.id in before.charts:
            yield {"updateChartSpec": {"chartId": chart.id, "spec": spec}}
            yield {"updateEmbeddedObjectPosition": {"objectId": chart.id, "newPosition": position, "fields": "*"}}
        else:
            yield {"addChart": {"chart": {"chartId": chart.id, "spec": spec, "position": position}}}


def _chart_position(chart: Chart, sheet_id: int) -> Request:
    return {
        "overlayPosition": {
            "anchorCell": {"sheetId": sheet_id, "rowIndex": chart.row, "columnIndex": chart.column},
            "offsetXPixels": 10,
            "offsetYPixels": 4,
            "widthPixels": chart.width,
            "heightPixels": chart.height,
        }
    }


def _chart_spec(chart: Chart, sheet_ids: Mapping[str, int]) -> Request:
    horizontal = chart.kind == "BAR"
    return {
        "title": chart.title,
        "basicChart": {
            "chartType": chart.kind,
            "legendPosition": "BOTTOM_LEGEND" if len(chart.series) > 1 else "NO_LEGEND",
            "headerCount": 1,
            "axis": [{"position": "BOTTOM_AXIS" if horizontal else "LEFT_AXIS", "title": chart.axis}],
            "domains": [{"domain": _source(chart.domain, sheet_ids), "reversed": False}],
            "series": [
                {
                    "series": _source(series, sheet_ids),
                    "targetAxis": "BOTTOM_AXIS" if horizontal else "LEFT_AXIS",
                    "colorStyle": colour(HEADER),
                }
                for series in chart.series
            ],
        },
    }


def _source(series: Series, sheet_ids: Mapping[str, int]) -> Request:
    return {"sourceRange": {"sources": [grid_range(sheet_ids[series.tab], series.area)]}}


# Size and digests -----------------------------------------------------------------------------------------------


def growth_requests(sheet_id: int, rows: int, columns: int, needed_rows: int, needed_columns: int) -> Iterator[Request]:
    """Make the grid large enough, by appending: rows and columns that staff add meanwhile are not cut off."""
    for dimension, there, needed in (("ROWS", rows, needed_rows), ("COLUMNS", columns, needed_columns)):
        if needed > there:
            yield {"appendDimension": {"sheetId": sheet_id, "dimension": dimension, "length": needed - there}}


def values_digest(page: Page) -> str:
    """Digest of all cells but live ones; good in this process only, like all of `WrittenState`."""
    rows = list(page.rows)
    for i in page.live:
        rows[i] = tuple(cell._replace(value=None, words=None) if cell.live else cell for cell in rows[i])
    # To Python's hash −1 and −2 are the same.
    minus_ones = tuple([(i, j) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell.value == -1])
    return str(hash((tuple(rows), minus_ones)))


def formats_digest(page: Page) -> str:
    """Digest of the looks: styles, merges, bandings, colours, charts; good in this process only."""
    styles = tuple([tuple([cell.style for cell in row]) for row in page.rows])
    over = (page.merges, page.bandings, page.colours, page.charts)
    return str(hash((styles, page.widths, page.frozen, page.frozen_columns, page.gridlines, over)))
