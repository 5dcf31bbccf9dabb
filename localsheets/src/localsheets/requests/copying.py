"""copyPaste, cutPaste and pasteData."""

import csv
import html.parser
import io

from localsheets.a1 import Box
from localsheets.cells import EMPTY, Cell
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of, box_of, coordinate_of
from localsheets.model.protection import guard
from localsheets.model.references import carried
from localsheets.model.shifting import shifted
from localsheets.scanning import MAX_ENTERED
from localsheets.values.write import fill

_KINDS = frozenset(
    {
        "PASTE_NORMAL",
        "PASTE_VALUES",
        "PASTE_FORMAT",
        "PASTE_NO_BORDERS",
        "PASTE_FORMULA",
        "PASTE_DATA_VALIDATION",
        "PASTE_CONDITIONAL_FORMATTING",
    }
)


def _block(sheet: Sheet, box: Box) -> list[list[Cell]]:
    return [cells for _at, cells in sheet.iterate(box)]


def _merged(state: Spreadsheet, kind: str, old: Cell, new: Cell) -> Cell:
    """Return the target cell after a paste of the given type."""
    if kind == "PASTE_NORMAL":
        return new
    if kind == "PASTE_VALUES":
        return old._replace(value=new.value, formula=None)
    if kind == "PASTE_FORMULA":
        return old._replace(value=new.value, formula=new.formula)
    if kind == "PASTE_FORMAT":
        return old._replace(style=new.style)
    if kind == "PASTE_NO_BORDERS":
        fmt = {name: part for name, part in state.styles[new.style].items() if name != "borders"}
        return new._replace(style=state.styles.number(fmt))
    if kind == "PASTE_DATA_VALIDATION":
        extra = {name: part for name, part in (old.extra or {}).items() if name != "dataValidation"}
        extra.update({n: p for n, p in (new.extra or {}).items() if n == "dataValidation"})
        return old._replace(extra=extra or None)
    return old


def _kind(request: Json) -> str:
    kind = str(request.get("pasteType", "PASTE_NORMAL"))
    if kind not in _KINDS:
        raise RequestFailed(f"Unknown pasteType: {kind}")
    return kind


def _put(
    state: Spreadsheet, sheet_id: int, box: Box, block: list[list[Cell]], kind: str, source: Box | None = None
) -> None:
    """Repeat a block over a box. source: the box of the original, so that references in formulas follow."""
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    height, width = len(block), len(block[0]) if block else 0
    if not height or not width:
        return
    with_formulas = kind in {"PASTE_NORMAL", "PASTE_FORMULA", "PASTE_NO_BORDERS"}
    copies = -(-box.height // height) * -(-box.width // width)
    if with_formulas and copies * sum(len(cell.formula or "") for cells in block for cell in cells) > MAX_ENTERED:
        raise RequestFailed(f"One request copies at most {MAX_ENTERED} characters of formulas. Use several.")

    def laid(row: int, column: int, cell: Cell) -> Cell:
        down, right = (row - box.top) % height, (column - box.left) % width
        fresh = block[down][right]
        if source is not None and with_formulas:
            fresh = carried(fresh, row - source.top - down, column - source.left - right)
        return _merged(state, kind, cell, fresh)

    sheet.edit(box, laid)


def copy_paste(state: Spreadsheet, request: Json) -> None:
    """Carry out copyPaste: repeat the source over a destination of a multiple of its size, else from the corner."""
    kind = _kind(request)
    source_id, source = box_of(state, request.get("source"), "source")
    target_id, target = box_of(state, request.get("destination"), "destination")
    block = _block(state.sheet(source_id), source)
    if not source.height or not source.width:
        return
    if request.get("pasteOrientation") == "TRANSPOSE":
        block = [list(column) for column in zip(*block, strict=True)]
    height, width = len(block), len(block[0])
    bottom = target.bottom if target.height % height == 0 else target.top + height
    right = target.right if target.width % width == 0 else target.left + width
    sheet = state.writable(target_id)
    if bottom > sheet.row_count or right > sheet.column_count:
        sheet.resize(max(bottom, sheet.row_count), max(right, sheet.column_count))
    box = Box(target.top, bottom, target.left, right)
    turned = request.get("pasteOrientation") == "TRANSPOSE"
    _put(state, target_id, box, block, kind, None if turned else source)
    if kind == "PASTE_NORMAL" and request.get("pasteOrientation") != "TRANSPOSE":
        _copy_merges(state, source_id, source, target_id, box)


def _copy_merges(state: Spreadsheet, source_id: int, source: Box, target_id: int, box: Box) -> None:
    held = [
        one
        for one in state.sheet(source_id).features.get("merges", ())
        if _inside(state.sheet(source_id).clip(area_of(one)), source)
    ]
    if not held or (box.height, box.width) != (source.height, source.width):
        return
    target = state.writable(target_id)
    merges = target.features.setdefault("merges", [])
    for one in held:
        moved = {
            **one,
            "sheetId": target_id,
            "startRowIndex": one["startRowIndex"] + box.top - source.top,
            "endRowIndex": one["endRowIndex"] + box.top - source.top,
            "startColumnIndex": one["startColumnIndex"] + box.left - source.left,
            "endColumnIndex": one["endColumnIndex"] + box.left - source.left,
        }
        place = target.clip(area_of(moved))
        merges[:] = [other for other in merges if not target.clip(area_of(other)).meets(place)]
        merges.append(moved)


def _inside(box: Box, outer: Box) -> bool:
    return outer.top <= box.top and box.bottom <= outer.bottom and outer.left <= box.left and box.right <= outer.right


def cut_paste(state: Spreadsheet, request: Json) -> None:
    """Carry out cutPaste: move cells, with the ranges that are wholly in the source."""
    kind = _kind(request)
    source_id, source = box_of(state, request.get("source"), "source")
    target_id, row, column = coordinate_of(state, request.get("destination"), "destination")
    block = _block(state.sheet(source_id), source)
    sheet = state.writable(source_id)
    guard(state, sheet, source)
    kept = kind in {"PASTE_VALUES", "PASTE_FORMULA"}
    sheet.edit(source, lambda _row, _column, cell: cell._replace(value=None, formula=None) if kept else EMPTY)
    bottom, right = row + source.height, column + source.width
    target = state.writable(target_id)
    if bottom > target.row_count or right > target.column_count:
        target.resize(max(bottom, target.row_count), max(right, target.column_count))
    _put(state, target_id, Box(row, bottom, column, right), block, kind)
    if source_id == target_id:
        _move_merges(sheet, source, row - source.top, column - source.left)


def _move_merges(sheet: Sheet, source: Box, down: int, right: int) -> None:
    merges: list[Json] = sheet.features.get("merges", [])
    for at, one in enumerate(merges):
        if _inside(sheet.clip(area_of(one)), source):
            moved = shifted(one, "ROWS", lambda start, end: (start + down, end + down))
            moved = moved and shifted(moved, "COLUMNS", lambda start, end: (start + right, end + right))
            if moved is not None:
                merges[at] = moved


class _Cells(html.parser.HTMLParser):
    """Collects the cells of the tables in pasted HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")
            self._inside = True
        elif tag == "br" and self._inside:
            self.rows[-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def paste_data(state: Spreadsheet, request: Json) -> None:
    """Carry out pasteData: delimited text or an HTML table, parsed as typed; the grid grows as needed."""
    _kind(request)
    sheet_id, row, column = coordinate_of(state, request.get("coordinate"), "coordinate")
    data = str(request.get("data", ""))
    if request.get("html"):
        parser = _Cells()
        parser.feed(data)
        rows = parser.rows
    else:
        delimiter = str(request.get("delimiter", ""))
        if len(delimiter) != 1 or delimiter in '\r\n"':
            raise RequestFailed("delimiter must be one character")
        try:
            rows = list(csv.reader(io.StringIO(data), delimiter=delimiter))
        except csv.Error as error:
            raise RequestFailed(f"data cannot be parsed: {error}") from error
    width = max((len(cells) for cells in rows), default=0)
    if not width:
        return
    sheet = state.writable(sheet_id)
    bottom, right = row + len(rows), column + width
    if bottom > sheet.row_count or right > sheet.column_count:
        sheet.resize(max(bottom, sheet.row_count), max(right, sheet.column_count))
        state.check_cells()
    fill(state, sheet_id, Box(row, bottom, column, right), rows, typed=request.get("type") != "PASTE_VALUES")
